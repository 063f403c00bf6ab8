//! How an operation may fail in the model: data, counted like any other outcome.

/// Why an operation got no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Nobody answered in time. A write may still take effect.
    TimedOut,
    /// It was refused, being too fast for its key or its store.
    Throttled,
    /// Another write came between what it was built on and itself.
    Conflict,
    /// The site where it entered is down. A write may still take effect.
    Unavailable,
    /// It was refused, as too many others waited.
    Overloaded,
}

impl Failure {
    /// All of them, in the order of tables.
    pub const ALL: [Failure; 5] =
        [Failure::TimedOut, Failure::Throttled, Failure::Conflict, Failure::Unavailable, Failure::Overloaded];

    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Failure::TimedOut => "timed_out",
            Failure::Throttled => "throttled",
            Failure::Conflict => "conflict",
            Failure::Unavailable => "unavailable",
            Failure::Overloaded => "overloaded",
        }
    }
}
