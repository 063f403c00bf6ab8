//! The reads of one namespace at one location, key by key: each miss is drawn, with those who join its fetch; the
//! hits until the entry's end are only expected.

use rand_distr::{Distribution, Exp1};

use super::super::foresight::{Ahead, Buffers, Foresight, Stage, go_through, only_replica, told_by};
use super::super::isolated::{RoundTrip, round_trips};
use super::super::space::{Read, Space, Truth};
use super::super::trial::Trial;
use super::super::{GoOn, LOOK_EVERY};
use super::exposure::{Exposure, Hits};
use crate::base::{Dice, KeyId, LocationIx, Rng, Span, Time};
use crate::model::cache::{Snapshot, TierSpec};
use crate::model::network::{Leg, Way};
use crate::model::replication::{Demand, Effects, Exchange, Message, Node};
use crate::model::workload::OpKind;
use crate::truth::{Judge, Source};

/// What one site leaves for the next: memory, and what is counted of all.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) exposure: Exposure,
    pub(super) effects: Effects,
    pub(super) ahead: Vec<Ahead>,
    pub(super) events: u64,
    pub(super) fingerprint: u64,
}

/// One namespace's edge cache at one location.
pub(super) struct Site<'s, 'a> {
    location: LocationIx,
    rules: &'a TierSpec,
    space: &'s mut Space<'a>,
    desk: &'s mut Desk,
    way: WayToReplicas<'a>,
    warmup: Time,
    horizon: Time,
    /// Nanoseconds between two reads, whatever their keys.
    mean_gap: f64,
    rng: Rng,
    /// The stream of the exchanges' choices, and how many there were.
    dice: Dice,
    exchanges: u64,
    go_on: &'s GoOn<'s>,
    /// How much of the site was told to be done, and after how many events the next part is.
    told: f64,
    look_at: u64,
}

/// When a key, in one of the sub-caches, is read: a part of the line on which all keys' times lie end to end.
struct TimeLine {
    key: KeyId,
    /// Where it begins on the line of all, which goes from 0 to 1.
    begins: f64,
    /// Its share of that, and of the reads.
    share: f64,
    /// 1 by the share.
    inverse: f64,
    /// The share as a weight of [`Hits`].
    weight: u64,
}

impl TimeLine {
    fn new(key: usize, begins: f64, share: f64) -> TimeLine {
        let weight = (share * WEIGHT_OF_ALL + 0.5) as i64 as u64;
        TimeLine { key: KeyId(key as u32), begins, share, inverse: 1.0 / share, weight }
    }

    /// Where a part of its time is over, on the line of all.
    fn place(&self, part: f64) -> f64 {
        self.begins + self.share * part
    }
}

/// The key, `from` one on, on whose part of the line a point lies; those that are passed have no read. (Apart, so that
/// the loop has the processor's registers for itself.)
#[inline(never)]
fn key_at(popularity: &[f64], from: usize, at: f64) -> Option<usize> {
    popularity[from..].iter().position(|&ends| ends > at).map(|passed| from + passed)
}

/// A time that lies between 0 and the horizon. (Signed numbers are the ones that processors convert.)
fn instant(nanos: f64) -> Time {
    Time::ZERO + Span::from_nanos(nanos as i64 as u64)
}

fn nanos(time: Time) -> f64 {
    time.as_nanos() as i64 as f64
}

/// The weight of all reads of a site together: that of a key in a hundred million is still told to ten digits.
const WEIGHT_OF_ALL: f64 = (1u64 << 62) as f64;

/// How a location asks the replicas.
struct WayToReplicas<'a> {
    coordinator: LocationIx,
    /// To the coordinator and back, unless it is here.
    hop: Option<RoundTrip<'a>>,
    replicas: Vec<RoundTrip<'a>>,
}

impl<'a> WayToReplicas<'a> {
    fn new(trial: &Trial<'a>, space: &Space<'a>, from: LocationIx) -> WayToReplicas<'a> {
        let links = &trial.links;
        let (policy, placement) = (&space.namespace.policy, &space.namespace.placement);
        let coordinator = policy.coordinator(Demand::Read, from, placement);
        let hop = |(out, back): (Way<'a>, Way<'a>)| RoundTrip { out, back };
        let hops = (links.way(Leg::Request, from, coordinator), links.way(Leg::Response, coordinator, from));
        let legs = [Leg::ReadRequest, Leg::ReadResponse];
        WayToReplicas {
            coordinator,
            hop: (from != coordinator).then(|| hop(hops)),
            replicas: round_trips(space.namespace, coordinator, legs, links),
        }
    }
}

impl<'s, 'a> Site<'s, 'a> {
    pub(super) fn new(
        trial: &Trial<'a>,
        location: LocationIx,
        per_second: f64,
        space: &'s mut Space<'a>,
        desk: &'s mut Desk,
        go_on: &'s GoOn<'s>,
    ) -> Site<'s, 'a> {
        let rules = space.namespace.edge.as_ref().expect("only hits of an edge cache are aggregated");
        let dice = trial.stream(space.namespace).named("aggregate").fork(trial.streams.location(location));
        judge_of(space).restart();
        desk.exposure.clear();
        Site {
            location,
            rules,
            way: WayToReplicas::new(trial, space, location),
            space,
            desk,
            warmup: trial.case.warmup,
            horizon: trial.case.horizon,
            mean_gap: 1e9 / per_second,
            rng: dice.rng(),
            dice,
            exchanges: 0,
            go_on,
            told: 0.0,
            look_at: 0,
        }
    }

    /// Draws all reads of the horizon; `popularity` is the share of these on each key and on those before it. `None` if
    /// it was given up.
    ///
    /// The time lines of all keys, and of the sub-caches of each, are laid end to end, each as long as reads are
    /// expected on it: the arrivals on the whole are one Poisson process. Its points are found by gaps, so keys that
    /// nobody reads cost a step.
    pub(super) fn run(mut self, popularity: &[f64]) -> Option<()> {
        let horizon = self.horizon.as_nanos() as f64;
        let subs = f64::from(self.rules.sub_caches);
        let mut key = 0;
        let mut at = self.gap() * self.mean_gap / horizon;
        while let Some(found) = key_at(popularity, key, at) {
            key = found;
            let before = if key == 0 { 0.0 } else { popularity[key - 1] };
            let mut line = TimeLine::new(key, before, popularity[key] - before);
            if subs > 1.0 {
                let share = line.share / subs;
                let sub = ((at - before) / share).floor().min(subs - 1.0);
                line = TimeLine::new(key, before + share * sub, share);
            }
            let first = (at - line.begins) * line.inverse * horizon;
            let beyond = self.read(&line, first)?;
            at = line.place(1.0) + line.share * (beyond / horizon);
        }
        self.look(1.0)?;
        self.finish();
        Some(())
    }

    /// Tells what part of the site is done; `None` if the trial is given up.
    #[cold]
    fn look(&mut self, done: f64) -> Option<()> {
        self.look_at = self.desk.events + LOOK_EVERY;
        let part = (done.min(1.0) - self.told).max(0.0);
        self.told += part;
        (self.go_on)(part).then_some(())
    }

    /// The reads on one time line from the one at `first` on. Tells how long after the horizon the next one would be.
    fn read(&mut self, line: &TimeLine, first: f64) -> Option<f64> {
        let horizon = self.horizon.as_nanos() as f64;
        let key = line.key;
        let mut next = first;
        while next < horizon {
            if self.desk.events >= self.look_at {
                self.look(line.place(next / horizon))?;
            }
            let begun = instant(next);
            let (snapshot, filled) = self.fetch(key, begun);
            self.count(key, Source::Fetched, snapshot, begun, filled);
            let beyond = self.join(line, snapshot, begun, filled)?;
            let ends = self.rules.expiry(snapshot, filled).map_or(filled, |expires| expires.max(filled));
            let ends = ends.min(self.horizon);
            if filled < ends {
                let hits = Hits { from: filled, until: ends, weight: line.weight };
                self.desk.exposure.expect(key, snapshot, hits, judge_of(self.space));
            }
            // Gaps have no memory: who comes so long after the fetch might as well come so long after the entry's end,
            // since the hits in between are drawn by themselves.
            next = nanos(ends) + beyond;
        }
        Some(next - horizon)
    }

    /// Those who come while the fetch is under way wait for it. Tells how long after it the next one would come.
    fn join(&mut self, line: &TimeLine, snapshot: Snapshot, begun: Time, filled: Time) -> Option<f64> {
        let mean_gap = self.mean_gap * line.inverse;
        let ends = nanos(filled.min(self.horizon));
        let mut at = nanos(begun);
        loop {
            at += self.gap() * mean_gap;
            if at >= ends {
                return Some(at - ends);
            }
            if self.desk.events >= self.look_at {
                self.look(line.place(at / nanos(self.horizon)))?;
            }
            self.count(line.key, Source::Coalesced, snapshot, instant(at), filled);
        }
    }

    #[inline]
    fn gap(&mut self) -> f64 {
        Exp1.sample(&mut self.rng)
    }

    /// Asks the replicas: what they answer, and when that is here.
    fn fetch(&mut self, key: KeyId, begun: Time) -> (Snapshot, Time) {
        let Site { way, desk, space, rng, .. } = self;
        let dice = self.dice.fork(self.exchanges);
        self.exchanges += 1;
        let mut exchange = Exchange::new(key, Demand::Read, way.coordinator, dice);
        let mut asked = begun;
        if let Some(hop) = &way.hop {
            asked = asked + hop.out.delay(rng);
            desk.events += 2;
        }
        let Foresight { snapshot, at: replied, events } = match only_replica(space.namespace, &exchange) {
            Some(replica) => {
                let RoundTrip { out, back } = &way.replicas[usize::from(replica)];
                told_by(&space.replicas, replica, key, asked, [out.delay(rng), back.delay(rng)])
            }
            None => {
                let delay = |from, to, _: Message| match (from, to) {
                    (_, Node::Replica(replica)) => way.replicas[usize::from(replica)].out.delay(rng),
                    (Node::Replica(replica), _) => way.replicas[usize::from(replica)].back.delay(rng),
                    _ => unreachable!("reads that are foreseen go from the coordinator to replicas and back"),
                };
                let buffers = Buffers { effects: &mut desk.effects, ahead: &mut desk.ahead };
                let stage = Stage { replicas: &mut space.replicas, dice: space.dice };
                go_through(space.namespace, stage, &mut exchange, asked, buffers, delay)
            }
        };
        desk.events += events;
        let back = way.hop.as_ref().map_or(Span::ZERO, |hop| hop.back.delay(rng));
        if begun >= self.warmup {
            space.count_origin_request(self.location, key);
        }
        (snapshot, replied + back)
    }

    /// Counts a read that had to wait.
    fn count(&mut self, key: KeyId, source: Source, snapshot: Snapshot, invoked: Time, now: Time) {
        let measured = invoked >= self.warmup;
        let read = Read { kind: OpKind::Read, invoked, since: invoked, measured, snapshot, source, at: now };
        self.space.count_read(self.location, key, &read);
        self.desk.events += 1;
    }

    /// Draws the hits.
    fn finish(mut self) {
        let bulk = self.desk.exposure.draw(1.0 / (self.mean_gap * WEIGHT_OF_ALL), &mut self.rng);
        self.space.tally.hits(self.location, &bulk);
        self.desk.events += bulk.slices.iter().map(|slice| slice.of).sum::<u64>();
        let drawn = self.dice.fork(self.exchanges);
        let drawn = bulk.slices.iter().fold(drawn, |drawn, slice| drawn.fork(slice.of).fork(slice.hits));
        self.desk.fingerprint = self.desk.fingerprint.wrapping_add(drawn.bits());
    }
}

fn judge_of<'j>(space: &'j mut Space) -> &'j mut Judge {
    match &mut space.truth {
        Truth::Past(judge) => judge,
        Truth::Live(_) | Truth::Merged(_) => unreachable!("writes come before aggregated reads"),
    }
}
