//! edgelag
pub mod base;
pub mod dist;
pub mod engine;
pub mod stats;
pub mod model;
pub mod truth;
