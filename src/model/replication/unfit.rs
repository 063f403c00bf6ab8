//! Why a policy's parameters do not fit its namespace.

use std::ops::Range;

/// Why the parameters of a policy do not fit, and where that one stands in the scenario, if it is one.
#[derive(Clone, Debug)]
pub struct Unfit {
    /// What is wrong.
    pub message: String,
    /// The place of the parameter; the whole policy's if `None`.
    pub place: Option<Range<usize>>,
}

impl From<String> for Unfit {
    fn from(message: String) -> Unfit {
        Unfit { message, place: None }
    }
}
