//! What a client may expect of its session, and which of it an operation broke.

/// What a client may expect of its session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Guarantee {
    /// To find what it has written, or something newer.
    ReadYourWrites,
    /// Not to find anything older than what it has read.
    MonotonicReads,
    /// That all see its writes in its order.
    MonotonicWrites,
    /// That all who see its write see what it had read before.
    WritesFollowReads,
}

impl Guarantee {
    /// All of them, in the order of tables.
    pub const ALL: [Guarantee; 4] = [
        Guarantee::ReadYourWrites,
        Guarantee::MonotonicReads,
        Guarantee::MonotonicWrites,
        Guarantee::WritesFollowReads,
    ];

    /// The words in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Guarantee::ReadYourWrites => "read_your_writes",
            Guarantee::MonotonicReads => "monotonic_reads",
            Guarantee::MonotonicWrites => "monotonic_writes",
            Guarantee::WritesFollowReads => "writes_follow_reads",
        }
    }
}

/// The guarantees that one operation broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Broken(u8);

impl Broken {
    pub(super) fn add(&mut self, guarantee: Guarantee) {
        self.0 |= 1 << guarantee as u8;
    }

    /// Whether this one is among them.
    pub fn holds(self, guarantee: Guarantee) -> bool {
        self.0 >> guarantee as u8 & 1 == 1
    }

    /// Whether there is any.
    pub fn is_any(self) -> bool {
        self.0 != 0
    }
}

impl FromIterator<Guarantee> for Broken {
    fn from_iter<I: IntoIterator<Item = Guarantee>>(guarantees: I) -> Broken {
        let mut broken = Broken::default();
        guarantees.into_iter().for_each(|guarantee| broken.add(guarantee));
        broken
    }
}
