//! The list of eviction policies. A new one is a file, a line here, and its `mod`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Policy;
use super::s3_fifo::S3FifoSpec;
use super::shelf::{Object, Shelf, Spot};
use super::w_tiny_lfu::WTinyLfuSpec;

/// All policies, those with options with the name of their options and what these are called here.
macro_rules! registry {
    ($($(#[$doc:meta])* $module:ident::$policy:ident $(($spec:ident as $options:ident))?,)*) => {
        /// Which objects go when a cache is full, as a scenario writes it.
        #[derive(Clone, Copy, PartialEq, Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub enum EvictionSpec {
            $($(#[$doc])* $policy $(($spec))?,)*
        }

        /// The state of an eviction policy.
        #[derive(Debug)]
        pub(in super::super) enum Eviction {
            $($(#[$doc])* $policy(super::$module::$policy),)*
        }

        impl Eviction {
            /// Of a cache whose objects may weigh so much together, which are about so many.
            pub(in super::super) fn new(spec: &EvictionSpec, limit: u64, objects: f64) -> Eviction {
                match spec {
                    $(EvictionSpec::$policy $(($options))? => {
                        Eviction::$policy(super::$module::$policy::new(limit, objects $(, $options)?))
                    })*
                }
            }

            /// Somebody asks for an object, whether it is held or not.
            #[inline]
            pub(in super::super) fn asked(&mut self, object: Object) {
                match self {
                    $(Eviction::$policy(policy) => policy.asked(object),)*
                }
            }

            /// An object is used that is held.
            #[inline]
            pub(in super::super) fn used(&mut self, shelf: &mut Shelf, at: Spot) {
                match self {
                    $(Eviction::$policy(policy) => policy.used(shelf, at),)*
                }
            }

            /// An object is about to be stored that is not held.
            pub(in super::super) fn prepare(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
                match self {
                    $(Eviction::$policy(policy) => policy.prepare(shelf, object, weight),)*
                }
            }

            /// The next to go in favour of something of this weight; something is held.
            pub(in super::super) fn victim(&mut self, shelf: &mut Shelf, weight: u64) -> Spot {
                match self {
                    $(Eviction::$policy(policy) => policy.victim(shelf, weight),)*
                }
            }

            /// The victim goes.
            pub(in super::super) fn evict(&mut self, shelf: &mut Shelf, at: Spot) {
                match self {
                    $(Eviction::$policy(policy) => policy.evict(shelf, at),)*
                }
            }

            /// What was prepared is stored; there is room.
            pub(in super::super) fn insert(&mut self, shelf: &mut Shelf, object: Object, weight: u64) {
                match self {
                    $(Eviction::$policy(policy) => policy.insert(shelf, object, weight),)*
                }
            }

            /// Somebody else drops an object.
            pub(in super::super) fn remove(&mut self, shelf: &mut Shelf, at: Spot) {
                match self {
                    $(Eviction::$policy(policy) => policy.remove(shelf, at),)*
                }
            }
        }
    };
}

registry! {
    /// First in, first out.
    fifo::Fifo,
    /// Who was used longest ago goes first.
    lru::Lru,
    /// First in, first out, but who was used since its last chance gets another.
    clock::Clock,
    /// Who was used least since it was stored goes first, of equal ones who has that count for longest.
    lfu::Lfu,
    /// A hand goes round and drops who was not used since it last came by (NSDI 2024).
    sieve::Sieve,
    /// A small queue before a main one (SOSP 2023).
    s3_fifo::S3Fifo(S3FifoSpec as spec),
    /// A small window before a main cache that only takes who is asked for more often than who would go (2017).
    w_tiny_lfu::WTinyLfu(WTinyLfuSpec as spec),
    /// Those used once and those used more often share the room by what is missed of either (FAST 2003).
    arc::Arc,
}
