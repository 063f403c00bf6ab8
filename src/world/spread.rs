//! How a write spreads: sampled writes are followed from their commit until every location that reads
//! would serve them. Nothing of the model is touched by it.

use rustc_hash::FxHashMap;
use slab::Slab;

use super::exchange::{ExchangeId, Requester, Running};
use super::feed_forward::InStore;
use super::space::Space;
use super::streams::Purpose;
use super::threshold::threshold;
use super::trial::Trial;
use super::{Event, Part, World, turn};
use crate::base::{Dice, KeyId, LocationIx, NamespaceIx, Span, Time, Version};
use crate::model::network::Leg;
use crate::model::replication::{Applied, Demand, Exchange, Reads};
use crate::observe::{NamespaceTally, SpreadWrite, Thresholds};
use crate::scenario::{Namespace, Visibility};

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
    pub(super) of_key: FxHashMap<KeyId, Vec<u32>>,
    /// The reading locations that are watched, as positions in their list.
    watched: Vec<u16>,
    /// Where the writes were carried out before: from when on which location would serve which.
    told: Vec<Told>,
}

/// From when on a location would serve a followed write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) write: u32,
    pub(super) reader: u16,
    pub(super) since: Time,
}

/// A write that its coordinator begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) key: KeyId,
    pub(super) version: Version,
    pub(super) dice: Dice,
    /// Where it was made, and since when.
    pub(super) from: LocationIx,
    pub(super) began: Time,
}

#[derive(Clone, Debug)]
pub(super) struct Followed {
    write: Begun,
    /// [`Time::NEVER`] until it commits.
    committed: Time,
    /// When each replica first held it or newer.
    applied: Vec<Time>,
    /// What each watched location would serve.
    readers: Vec<Reader>,
}

/// A location, with regard to a followed write.
#[derive(Clone, Copy, Debug)]
struct Reader {
    /// Since when it would serve it; [`Time::NEVER`] while it would not.
    since: Time,
    /// Nothing older is left that it could fall back to.
    settled: bool,
    /// It will be looked at when all else is done that happens now.
    is_due: bool,
    /// When it will be looked at next.
    next_look: Time,
}

const UNKNOWN: Reader = Reader { since: Time::NEVER, settled: false, is_due: false, next_look: Time::NEVER };

impl Followed {
    /// All replicas hold it or newer.
    fn is_applied(&self, now: Time) -> bool {
        self.applied.iter().all(|&at| at <= now)
    }
}

impl Follower {
    /// Watches what some of the reading locations would serve.
    pub(super) fn watch(&mut self, visibility: &Visibility, here: impl Fn(LocationIx) -> bool) {
        self.watched.clear();
        let readers = visibility.readers.iter().enumerate();
        self.watched.extend(readers.filter(|&(_, &reader)| here(reader)).map(|(at, _)| at as u16));
    }

    /// Forgets all writes.
    pub(super) fn restart(&mut self) {
        self.writes.clear();
        self.of_key.clear();
    }

    /// How many followed writes have committed and not spread.
    pub(super) fn unfinished(&self) -> u64 {
        self.writes.iter().filter(|(_, followed)| followed.committed != Time::NEVER).count() as u64
    }

    /// The writes, without what any location would serve.
    pub(super) fn into_writes(self) -> Vec<Followed> {
        self.writes.into_iter().map(|(_, followed)| followed).collect()
    }

    /// What was told of writes that were carried out before.
    pub(super) fn take_told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// Whether what happens to the key matters to a write.
    pub(super) fn follows(&self, key: KeyId) -> bool {
        self.of_key.contains_key(&key)
    }

    fn of_key(&self, key: KeyId) -> &[u32] {
        self.of_key.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Tells which of the watched locations have to be looked at because what they would serve of a committed write
    /// may have `changed`: none that is settled or will be looked at now anyway.
    fn due(&mut self, write: u32, now: Time, changed: impl Fn(u16) -> bool, mut tell: impl FnMut(u16)) {
        let Follower { writes, watched, .. } = self;
        let followed = &mut writes[write as usize];
        if followed.committed > now {
            return;
        }
        for (at, (reader, &position)) in (0..).zip(followed.readers.iter_mut().zip(&*watched)) {
            if !reader.settled && !reader.is_due && changed(position) {
                reader.is_due = true;
                tell(at);
            }
        }
    }

    fn insert(&mut self, mut followed: Followed) -> u32 {
        followed.readers = vec![UNKNOWN; self.watched.len()];
        self.writes.insert(followed) as u32
    }

    /// What happens to the key matters to the write from now on.
    fn heed(&mut self, id: u32) {
        self.of_key.entry(self.writes[id as usize].write.key).or_default().push(id);
    }

    /// What happens to the key does not matter to the write any more.
    fn release(&mut self, id: u32) {
        let key = self.writes[id as usize].write.key;
        if let Some(ids) = self.of_key.get_mut(&key) {
            ids.retain(|&other| other != id);
            if ids.is_empty() {
                self.of_key.remove(&key);
            }
        }
    }
}

impl World<'_> {
    /// Begins to follow a write that its coordinator begins, if it is one of the sample.
    pub(super) fn follow(&mut self, id: ExchangeId) {
        let (now, warmup) = (self.now(), self.trial.case.warmup);
        let Running { exchange: Exchange { key, version, .. }, dice, from, .. } =
            self.exchanges[id.0 as usize];
        let running = &self.exchanges[id.0 as usize];
        let space = &mut self.spaces[running.namespace.at()];
        let visibility = &space.namespace.visibility;
        let sampled = visibility.followed.holds_for(Purpose::Sample.nth(dice, 1).bits());
        if !sampled || now < warmup || now >= visibility.follow_until {
            return;
        }
        let began = match running.requester {
            Requester::Operation(op) if !running.is_answered => self.ops[op.0 as usize].invoked,
            _ => now,
        };
        let write = Begun { key, version, dice, from, began };
        let applied = vec![Time::NEVER; usize::from(space.namespace.placement.count())];
        let followed = Followed { write, committed: Time::NEVER, applied, readers: Vec::new() };
        let id = space.follower.insert(followed);
        space.follower.heed(id);
    }

    /// A replica holds a version of a key.
    pub(super) fn replica_applied(&mut self, namespace: NamespaceIx, applied: Applied) {
        let Applied { key, replica, held, at } = applied;
        let space = &mut self.spaces[namespace.at()];
        if self.part == Part::Writes {
            space.log.applied.push(applied);
        }
        let Space { follower: Follower { writes, of_key, .. }, replicas, .. } = space;
        let Some(ids) = of_key.get(&key) else { return };
        let mut reached = Vec::new();
        for &id in ids {
            let followed = &mut writes[id as usize];
            let first = &mut followed.applied[usize::from(replica)];
            if *first == Time::NEVER && replicas.covers(held, followed.write.version) {
                *first = at;
                reached.push(id);
            }
        }
        // Other writes were there before or are not there yet: nothing changes for them.
        for write in reached {
            self.look_soon(FollowId { namespace, write }, |_| true);
        }
        self.release_known(namespace, key);
    }

    /// A write commits; if it is followed, all locations are looked at.
    pub(super) fn followed_write_commits(&mut self, namespace: NamespaceIx, key: KeyId, version: Version) {
        let now = self.now();
        let Follower { writes, of_key, .. } = &mut self.spaces[namespace.at()].follower;
        let Some(ids) = of_key.get(&key) else { return };
        let Some(&id) = ids.iter().find(|&&id| writes[id as usize].write.version == version) else { return };
        writes[id as usize].committed = now;
        self.look_soon(FollowId { namespace, write: id }, |_| true);
        self.release_known(namespace, key);
    }

    /// Where reads are simulated later, a write need not be heeded when it is applied everywhere.
    fn release_known(&mut self, namespace: NamespaceIx, key: KeyId) {
        if self.part != Part::Writes {
            return;
        }
        let now = self.now();
        let follower = &mut self.spaces[namespace.at()].follower;
        for id in follower.of_key(key).to_vec() {
            let followed = &follower.writes[id as usize];
            if followed.committed != Time::NEVER && followed.is_applied(now) {
                follower.release(id);
            }
        }
    }

    /// Follows writes of the past from their commits on, each under its number there.
    pub(super) fn follow_again(
        &mut self,
        namespace: NamespaceIx,
        past: &[Followed],
        in_store: &mut Vec<InStore>,
    ) {
        let follower = &mut self.spaces[namespace.at()].follower;
        let past = if follower.watched.is_empty() { &[] } else { past };
        for followed in past {
            let Followed { write: Begun { key, .. }, committed: at, .. } = *followed;
            let write = follower.insert(followed.clone());
            let event = Event::Follow(FollowId { namespace, write });
            in_store.push(InStore { namespace, key, at, turn: turn::OBSERVER, event });
        }
    }

    /// A followed write of the past commits.
    pub(super) fn follow_from_commit(&mut self, id: FollowId) {
        let FollowId { namespace, write } = id;
        let follower = &mut self.spaces[namespace.at()].follower;
        follower.heed(write);
        let followed = &follower.writes[write as usize];
        for &at in followed.applied.iter().chain([&followed.committed]).filter(|&&at| at != Time::NEVER) {
            for reader in 0..follower.watched.len() as u16 {
                self.pending.at(at, turn::OBSERVER, Event::Look(id, reader));
            }
        }
    }

    /// What some locations would serve of a key may have changed: they are looked at when all else is done
    /// that happens now.
    pub(super) fn serving_changed(
        &mut self,
        namespace: NamespaceIx,
        key: KeyId,
        changed: impl Fn(LocationIx) -> bool,
    ) {
        for at in 0..self.spaces[namespace.at()].follower.of_key(key).len() {
            let write = self.spaces[namespace.at()].follower.of_key(key)[at];
            self.look_soon(FollowId { namespace, write }, &changed);
        }
    }

    /// Looks at some locations with regard to one followed write when all else is done that happens now.
    fn look_soon(&mut self, id: FollowId, changed: impl Fn(LocationIx) -> bool) {
        let World { spaces, pending, .. } = self;
        let space = &mut spaces[id.namespace.at()];
        let readers = &space.namespace.visibility.readers;
        let now = pending.now();
        let changed = |position: u16| changed(readers[usize::from(position)]);
        let look = |reader| pending.at(now, turn::OBSERVER, Event::Look(id, reader));
        space.follower.due(id.write, now, changed, look);
    }

    /// Looks what a location would serve of a followed write.
    pub(super) fn look(&mut self, id: FollowId, reader: u16) {
        let now = self.now();
        let FollowId { namespace, write } = id;
        let space = &mut self.spaces[namespace.at()];
        let Some(followed) = space.follower.writes.get_mut(write as usize) else { return };
        followed.readers[usize::from(reader)].is_due = false;
        let (Begun { key, version, dice, .. }, is_applied) = (followed.write, followed.is_applied(now));
        if followed.committed > now || followed.readers[usize::from(reader)].settled {
            return;
        }
        let position = space.follower.watched[usize::from(reader)];
        let location = space.namespace.visibility.readers[usize::from(position)];
        let dice = Purpose::Follow.of(dice).fork(self.trial.streams.location(location));
        let serving = space.would_serve(location, key, version, now, dice);
        let settled = serving.settled && is_applied;
        let state = &mut space.follower.writes[write as usize].readers[usize::from(reader)];
        state.since = match (serving.fresh, state.since) {
            (true, Time::NEVER) => now,
            (true, since) => since,
            (false, _) => Time::NEVER,
        };
        state.settled = settled;
        if settled {
            return self.settled(id);
        }
        let due = serving.next_change;
        let known = state.next_look > now && state.next_look <= due;
        if due != Time::NEVER && !known {
            state.next_look = due;
            self.pending.at(due, turn::OBSERVER, Event::Look(id, reader));
        }
    }

    /// Ends the following of a write about which all is known.
    fn settled(&mut self, id: FollowId) {
        let FollowId { namespace, write } = id;
        let space = &mut self.spaces[namespace.at()];
        if !space.follower.writes[write as usize].readers.iter().all(|reader| reader.settled) {
            return;
        }
        space.follower.release(write);
        let followed = space.follower.writes.remove(write as usize);
        if self.part == Part::Reads {
            let Follower { watched, told, .. } = &mut space.follower;
            let since = watched.iter().zip(&followed.readers);
            told.extend(since.map(|(&reader, state)| Told { write, reader, since: state.since }));
        } else {
            let since: Vec<Time> = followed.readers.iter().map(|reader| reader.since).collect();
            self.trial.spread(space.namespace, &followed, &since, &mut space.tally);
        }
    }
}

impl Trial<'_> {
    /// Counts a followed write that all reading locations serve.
    pub(super) fn spread(
        &self,
        namespace: &Namespace,
        followed: &Followed,
        since: &[Time],
        tally: &mut NamespaceTally,
    ) {
        let Begun { key, version, dice, from, began } = followed.write;
        let (lot, committed, since) = (dice.bits(), followed.committed, since.to_vec());
        let write = SpreadWrite { lot, key, version, from, began, committed, since };
        tally.spread(&namespace.visibility.readers, write);
        self.draw_thresholds(namespace, followed, &mut tally.thresholds);
    }

    /// For reads straight from replicas: draws one read from each probing location, so that one write gives
    /// the whole curve of t-visibility.
    fn draw_thresholds(&self, spec: &Namespace, followed: &Followed, thresholds: &mut Thresholds) {
        let reads = spec.nature.reads;
        let drawn = matches!(reads, Reads::Told | Reads::OnTheSpot)
            && spec.visibility.isolated_writes == 0
            && spec.outages.is_empty()
            && !spec.disturbed;
        if spec.edge.is_some() || spec.upper.is_some() || !drawn {
            return;
        }
        let mut answers = Vec::new();
        for &location in &spec.visibility.from {
            let dice = Purpose::Threshold.of(followed.write.dice).fork(self.streams.location(location));
            let coordinator = spec.policy.coordinator(Demand::Read, location, &spec.placement);
            let hop = self.hop(Leg::Request, location, coordinator, Purpose::CoordinatorUp.of(dice));
            let read = Exchange::new(followed.write.key, Demand::Read, coordinator, Purpose::Policy.of(dice));
            let reach = followed.committed + hop.unwrap_or(Span::ZERO);
            let found = threshold(spec, &read, reach, &followed.applied, &mut answers, |leg, replica| {
                let at = spec.placement.at[usize::from(replica)];
                let (from, to, purpose) = match leg.is_back() {
                    true => (at, coordinator, Purpose::FromReplica),
                    false => (coordinator, at, Purpose::ToReplica),
                };
                self.links.delay(leg, from, to, &mut purpose.nth(dice, replica).rng())
            });
            thresholds.record(found);
        }
    }
}
