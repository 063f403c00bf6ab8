//! The space-time diagram of a read.
