//! Small indices and the version of a value.

use serde::{Deserialize, Serialize};

macro_rules! index {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
        pub struct $name(pub $int);

        impl $name {
            /// The index into a slice.
            pub const fn at(self) -> usize {
                self.0 as usize
            }

            /// From a position in a list that the scenario's limits keep short enough.
            pub fn from_position(position: usize) -> $name {
                $name(<$int>::try_from(position).expect("limits of the scenario keep indices small"))
            }
        }
    };
}

index!(
    /// A location of the case.
    LocationIx(u16)
);
index!(
    /// A namespace of the case.
    NamespaceIx(u16)
);
index!(
    /// A client population of the case.
    PopulationIx(u16)
);
index!(
    /// A key of a namespace.
    KeyId(u32)
);

/// A version of a key's value: its place in the key's order of writes, and whether it is a value or
/// the absence of one. Versions of one key compare by their place in that order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub struct Version(u32);

impl Version {
    /// The `number`-th write of the key (0: what was there before any), `absent` if it deletes.
    pub const fn new(number: u32, absent: bool) -> Version {
        Version(number << 1 | absent as u32)
    }

    /// How many writes of the key came before, this one included.
    pub const fn number(self) -> u32 {
        self.0 >> 1
    }

    /// Whether a read of it answers "not found".
    pub const fn is_absent(self) -> bool {
        self.0 & 1 == 1
    }
}
