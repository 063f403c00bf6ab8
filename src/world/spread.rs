//! How a write spreads: sampled writes are followed from their commit until every location that reads
//! would serve them. Nothing of the model is touched by it.

use rustc_hash::FxHashMap;
use slab::Slab;

use super::space::Space;
use super::streams::Purpose;
use super::{Event, World};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Span, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::{Demand, Exchange};

/// The place of a followed write in its slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FollowId {
    namespace: NamespaceIx,
    write: u32,
}

/// The followed writes of a namespace.
#[derive(Debug, Default)]
pub(super) struct Follower {
    writes: Slab<Followed>,
    of_key: FxHashMap<KeyId, Vec<u32>>,
}

#[derive(Clone, Debug)]
struct Followed {
    key: KeyId,
    version: Version,
    dice: Dice,
    /// [`Time::NEVER`] until it commits.
    committed: Time,
    /// When each replica first held it or newer.
    applied: Vec<Time>,
    /// What each reading location would serve.
    readers: Vec<Reader>,
}

/// A location, with regard to a followed write.
#[derive(Clone, Copy, Debug)]
struct Reader {
    /// Since when it would serve it; [`Time::NEVER`] while it would not.
    since: Time,
    /// Nothing older is left that it could fall back to.
    settled: bool,
    /// When it will be looked at next.
    next_look: Time,
}

impl Followed {
    /// Everything about it is known.
    fn is_over(&self) -> bool {
        self.committed != Time::NEVER
            && self.readers.iter().all(|reader| reader.settled && reader.since != Time::NEVER)
            && self.applied.iter().all(|&at| at != Time::NEVER)
    }
}

impl Follower {
    /// How many followed writes have committed and not spread.
    pub(super) fn unfinished(&self) -> u64 {
        self.writes.iter().filter(|(_, followed)| followed.committed != Time::NEVER).count() as u64
    }

    /// Whether a write of the key is followed.
    pub(super) fn follows(&self, key: KeyId) -> bool {
        self.of_key.contains_key(&key)
    }

    fn of_key(&self, key: KeyId) -> Vec<u32> {
        self.of_key.get(&key).cloned().unwrap_or_default()
    }

    fn forget(&mut self, id: u32) -> Followed {
        let followed = self.writes.remove(id as usize);
        if let Some(ids) = self.of_key.get_mut(&followed.key) {
            ids.retain(|&other| other != id);
            if ids.is_empty() {
                self.of_key.remove(&followed.key);
            }
        }
        followed
    }
}

impl Space<'_> {
    /// Begins to follow a write that its coordinator begins, if it is one of the sample.
    pub(super) fn follow(&mut self, key: KeyId, version: Version, dice: Dice, now: Time, warmup: Time) {
        let visibility = &self.namespace.visibility;
        let sampled = visibility.followed.holds_for(Purpose::Sample.nth(dice, 1).bits());
        if !sampled || now < warmup || now >= visibility.follow_until {
            return;
        }
        let unknown = Reader { since: Time::NEVER, settled: false, next_look: Time::NEVER };
        let id = self.follower.writes.insert(Followed {
            key,
            version,
            dice,
            committed: Time::NEVER,
            applied: vec![Time::NEVER; usize::from(self.namespace.placement.count())],
            readers: vec![unknown; visibility.readers.len()],
        });
        self.follower.of_key.entry(key).or_default().push(id as u32);
    }
}

impl World<'_> {
    /// A replica holds a version of a key.
    pub(super) fn replica_applied(
        &mut self,
        namespace: NamespaceIx,
        replica: u16,
        key: KeyId,
        held: Version,
    ) {
        let now = self.now();
        let space = &mut self.spaces[namespace.at()];
        if !space.follower.follows(key) {
            return;
        }
        for id in space.follower.of_key(key) {
            let followed = &mut space.follower.writes[id as usize];
            let applied = &mut followed.applied[usize::from(replica)];
            if followed.version <= held && *applied == Time::NEVER {
                *applied = now;
            }
        }
        let readers = space.namespace.visibility.readers.clone();
        self.serving_changed(namespace, key, &readers);
        self.close_followed(namespace, key);
    }

    /// A write commits; if it is followed, all locations are looked at.
    pub(super) fn followed_write_commits(&mut self, namespace: NamespaceIx, key: KeyId, version: Version) {
        let now = self.now();
        let space = &mut self.spaces[namespace.at()];
        if !space.follower.follows(key) {
            return;
        }
        let ids = space.follower.of_key(key);
        let Some(&id) = ids.iter().find(|&&id| space.follower.writes[id as usize].version == version) else {
            return;
        };
        space.follower.writes[id as usize].committed = now;
        for reader in 0..space.namespace.visibility.readers.len() {
            self.look(namespace, id, reader);
        }
        self.close_followed(namespace, key);
    }

    /// What some locations would serve of a key may have changed.
    pub(super) fn serving_changed(&mut self, namespace: NamespaceIx, key: KeyId, locations: &[LocationIx]) {
        let space = &self.spaces[namespace.at()];
        if !space.follower.follows(key) {
            return;
        }
        let readers = &space.namespace.visibility.readers;
        let changed: Vec<usize> = (0..readers.len()).filter(|&r| locations.contains(&readers[r])).collect();
        for id in space.follower.of_key(key) {
            changed.iter().for_each(|&reader| self.look(namespace, id, reader));
        }
        self.close_followed(namespace, key);
    }

    /// An entry that mattered to a followed write has come to its end.
    pub(super) fn recheck(&mut self, id: FollowId, reader: u16) {
        let FollowId { namespace, write: id } = id;
        let Some(followed) = self.spaces[namespace.at()].follower.writes.get(id as usize) else { return };
        let key = followed.key;
        self.look(namespace, id, usize::from(reader));
        self.close_followed(namespace, key);
    }

    fn look(&mut self, namespace: NamespaceIx, id: u32, reader: usize) {
        let now = self.now();
        let space = &mut self.spaces[namespace.at()];
        let followed = &space.follower.writes[id as usize];
        if followed.committed == Time::NEVER || reader >= followed.readers.len() {
            return;
        }
        let location = space.namespace.visibility.readers[reader];
        let dice = Purpose::Follow.of(followed.dice).fork(self.streams.location(location));
        let serving = space.would_serve(location, followed.key, followed.version, now, dice);
        let state = &mut space.follower.writes[id as usize].readers[reader];
        state.since = match (serving.fresh, state.since) {
            (true, Time::NEVER) => now,
            (true, since) => since,
            (false, _) => Time::NEVER,
        };
        state.settled = serving.settled;
        let due = serving.next_change;
        let known = state.next_look > now && state.next_look <= due;
        if due != Time::NEVER && !state.settled && !known {
            state.next_look = due;
            self.pending.at(due, Event::Recheck(FollowId { namespace, write: id }, reader as u16));
        }
    }

    /// Ends the following of writes of a key about which all is known.
    fn close_followed(&mut self, namespace: NamespaceIx, key: KeyId) {
        for id in self.spaces[namespace.at()].follower.of_key(key) {
            if !self.spaces[namespace.at()].follower.writes[id as usize].is_over() {
                continue;
            }
            let followed = self.spaces[namespace.at()].follower.forget(id);
            let since = followed.readers.iter().map(|reader| reader.since.since(followed.committed));
            self.spaces[namespace.at()].tally.propagation.spread(since.collect());
            self.draw_thresholds(namespace, &followed);
        }
    }

    /// For reads straight from replicas: draws one read from each probing location and tells the least
    /// time after the commit from which it is fresh, so that one write gives the whole curve of
    /// t-visibility. A read begun t after the commit is stale if each of the R replicas whose answers
    /// come first is asked before it has the write (PBS, section 5.1).
    fn draw_thresholds(&mut self, namespace: NamespaceIx, followed: &Followed) {
        let space = &self.spaces[namespace.at()];
        let spec = space.namespace;
        if spec.edge.is_some() || spec.upper.is_some() {
            return;
        }
        for &location in &spec.visibility.from {
            let dice = Purpose::Threshold.of(followed.dice).fork(self.streams.location(location));
            let coordinator = spec.policy.coordinator(Demand::Read, location, &spec.placement);
            let hop = self.hop(Leg::Request, location, coordinator, Purpose::CoordinatorUp.of(dice));
            let exchange = Exchange::new(followed.key, Demand::Read, coordinator, Purpose::Policy.of(dice));
            let (asked, r) = spec.policy.read_plan(&exchange, &spec.placement);
            let mut answers: Vec<(Span, Span, u16)> = asked
                .iter()
                .map(|&replica| {
                    let at = spec.placement.at[usize::from(replica)];
                    let leg = |leg, from, to, dice: Dice| match spec.policy.answers_on_the_spot() {
                        true => Span::ZERO,
                        false => self.links.delay(leg, from, to, &mut dice.rng()),
                    };
                    let out = leg(Leg::ReadRequest, coordinator, at, Purpose::ToReplica.nth(dice, replica));
                    let back =
                        leg(Leg::ReadResponse, at, coordinator, Purpose::FromReplica.nth(dice, replica));
                    (out + back, out, replica)
                })
                .collect();
            answers.sort_unstable();
            let reach = followed.committed + hop.unwrap_or(Span::ZERO);
            let threshold = answers
                .iter()
                .take(usize::from(r))
                .map(|&(_, out, replica)| followed.applied[usize::from(replica)].since(reach + out))
                .min()
                .expect("a read waits for at least one answer");
            self.spaces[namespace.at()].tally.thresholds.record(threshold);
        }
    }
}
