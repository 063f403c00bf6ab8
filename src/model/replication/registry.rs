//! The list of replication policies. A new one is a file, a line here, and its `mod`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Message, Node};
use super::effort::Effort;
use super::exchange::{Demand, Exchange};
use super::isolated::IsolatedWrite;
use super::nature::Nature;
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span};

/// All policies; and those whose isolated writes are known in closed form.
macro_rules! registry {
    (isolated($($isolated:ident),*) $($(#[$doc:meta])* $module:ident::$policy:ident($spec:ident),)*) => {
        $(pub use super::$module::{$policy, $spec};)*

        /// A replication policy as a scenario writes it.
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub enum ReplicationSpec {
            $($(#[$doc])* $policy($spec),)*
        }

        /// A replication policy that has been checked against its namespace.
        #[derive(Clone, Debug)]
        pub enum Policy {
            $($(#[$doc])* $policy($policy),)*
        }

        impl ReplicationSpec {
            /// The location that the policy names beside the replicas, if any.
            pub fn named_location(&self) -> Option<&str> {
                match self {
                    $(ReplicationSpec::$policy(spec) => spec.named_location(),)*
                }
            }

            /// Checks the parameters against the namespace's replicas.
            ///
            /// # Errors
            /// Says which parameter does not fit and what it may be.
            pub fn resolve(
                &self,
                placement: &Placement,
                find: &dyn Fn(&str) -> Option<LocationIx>,
            ) -> Result<Policy, Misfit> {
                Ok(match self {
                    $(ReplicationSpec::$policy(spec) => Policy::$policy($policy::new(spec, placement, find)?),)*
                })
            }
        }

        impl Policy {
            /// Where an operation that enters at `location` is coordinated.
            pub fn coordinator(&self, demand: Demand, location: LocationIx, placement: &Placement) -> LocationIx {
                match self {
                    $(Policy::$policy(policy) => policy.coordinator(demand, location, placement),)*
                }
            }

            /// The coordinator begins an exchange.
            pub fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
                match self {
                    $(Policy::$policy(policy) => policy.begin(exchange, scene),)*
                }
            }

            /// A message of an exchange arrives at `at`.
            pub fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
                match self {
                    $(Policy::$policy(policy) => policy.receive(at, message, exchange, scene),)*
                }
            }

            /// What others have to know of it.
            pub fn nature(&self) -> Nature {
                match self {
                    $(Policy::$policy(policy) => policy.nature(),)*
                }
            }

            /// Tells `ask` each replica that a read asks; gives how many answers it waits for, 1 or more.
            #[inline]
            pub fn asked(&self, exchange: &Exchange, placement: &Placement, ask: impl FnMut(u16)) -> u16 {
                match self {
                    $(Policy::$policy(policy) => policy.asked(exchange, placement, ask),)*
                }
            }

            /// Whether [`Policy::isolated_write`] knows it.
            pub fn is_isolable(&self) -> bool {
                match self {
                    $(Policy::$isolated(policy) => policy.is_isolable(),)*
                    _ => false,
                }
            }

            /// When a write that meets no other is applied at each replica and commits. `delay` tells how long
            /// [`Message::Store`] travels to a replica and [`Message::Stored`] back; it is asked for each message
            /// once.
            ///
            /// # Panics
            /// If the policy is not isolable, or does not send its writes to all replicas.
            pub fn isolated_write(
                &self,
                exchange: &Exchange,
                placement: &Placement,
                write: &mut IsolatedWrite,
                delay: impl FnMut(Message, u16) -> Span,
            ) {
                match self {
                    $(Policy::$isolated(policy) => policy.isolated_write(exchange, placement, write, delay),)*
                    _ => panic!("only isolable policies draw isolated writes"),
                }
            }
        }
    };
}

impl Policy {
    /// The replica that leads now, if one does.
    pub fn leader(&self, placement: &Placement) -> Option<u16> {
        placement.leader.or(self.nature().leader)
    }

    /// Whether two of the replicas send writes to one another, as long as all are up.
    pub fn talk(&self, a: u16, b: u16, placement: &Placement) -> bool {
        let ends = [0, placement.count() - 1];
        match self {
            Policy::Chain(_) => a.abs_diff(b) == 1 || ends.contains(&a) && ends.contains(&b),
            Policy::Stores(_) => false,
            _ if self.nature().relays => true,
            _ => self.leader(placement).is_none_or(|leader| [a, b].contains(&leader)),
        }
    }

    /// Whether the replica at the coordinator reads and stores by itself, without a message from the coordinator to it.
    pub fn coordinator_stores(&self) -> bool {
        !matches!(self, Policy::Quorum(_) | Policy::Stores(_))
    }

    /// Whether a write that a replica had no room for is sent to it again until it has it: replicas that follow another lack
    /// nothing for long. A quorum's coordinator and central stores leave that to repair.
    pub fn sends_again(&self) -> bool {
        !matches!(self, Policy::Quorum(_) | Policy::Stores(_))
    }

    /// How much there is to a write over so many replicas, about, if a message between them takes so long.
    pub fn effort(&self, replicas: u16, travel: Span) -> Effort {
        let plain = Effort::of_plain(replicas);
        match self {
            Policy::Quorum(quorum) => {
                quorum.anti_entropy().map_or(plain, |contacts| plain.of_contacts(contacts, replicas, travel))
            }
            Policy::Gossip(gossip) => plain.of_contacts(gossip.contacts(), replicas, travel),
            Policy::PrimaryBackup(policy) => plain.of_fan_out(policy.fan_out()),
            Policy::MultiPrimary(policy) => plain.of_fan_out(policy.fan_out()),
            // All are told of the commit as well.
            Policy::Consensus(_) => Effort { events: 1.5 * plain.events, ..plain },
            _ => plain,
        }
    }

    /// The replicas that a read asks, in its coordinator's order of preference, and how many answers it
    /// waits for.
    pub fn read_plan(&self, exchange: &Exchange, placement: &Placement) -> (Vec<u16>, u16) {
        let mut asked = Vec::new();
        let awaited = self.asked(exchange, placement, |replica| asked.push(replica));
        let preferred = &placement.nearest[exchange.coordinator.at()];
        asked.sort_by_key(|replica| preferred.iter().position(|p| p == replica));
        (asked, awaited)
    }
}

registry! {
    isolated(Quorum, PrimaryBackup, Stores)
    /// Leaderless: all replicas are written, W acknowledge; R of them answer a read.
    quorum::Quorum(QuorumSpec),
    /// One replica orders all writes, the others follow.
    primary_backup::PrimaryBackup(PrimaryBackupSpec),
    /// Every replica takes writes, and sends them to all others afterwards.
    multi_primary::MultiPrimary(MultiPrimarySpec),
    /// A log that a majority agrees on, with a leader.
    consensus::Consensus(ConsensusSpec),
    /// Every replica takes writes, and contacts between them spread these.
    gossip::Gossip(GossipSpec),
    /// Writes go through all replicas in turn; the last one answers reads.
    chain::Chain(ChainSpec),
    /// One replica, and nobody who follows it.
    single::Single(SingleSpec),
    /// A few central stores that are written at once, acknowledged by the first, k or all of them.
    stores::Stores(StoresSpec),
}
