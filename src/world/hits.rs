//! Where nothing else happens to their key, reads that come one after another are served in one go: hits of the
//! same entry, or a miss and those who wait for the same fetch. It is the same as if each went its way, and what most
//! reads are.

use super::arrivals::{Arrival, Due, Origin};
use super::exchange::Request;
use super::foresight::Foresight;
use super::operation::answer;
use super::rooms::Shelf;
use super::space::{Read, Space, Truth};
use super::trace::{Strand, TierName, What};
use super::{World, turn};
use crate::base::{KeyId, LocationIx, NamespaceIx, PopulationIx, Time};
use crate::model::cache::{Lookup, Snapshot};
use crate::model::workload::OpKind;
use crate::observe::HitTally;
use crate::scenario::Population;
use crate::truth::{Source, cause};

impl World<'_> {
    /// Serves a read if it is a plain hit.
    pub(super) fn serve_hit(
        &mut self,
        population: PopulationIx,
        location: LocationIx,
        arrival: &Arrival,
    ) -> bool {
        let &Arrival { at, dice, key, sub, kind } = arrival;
        let Population { namespace, access, token, .. } = &self.trial.case.populations[population.at()];
        let is_unwell = self.faults.is_some() && self.is_unwell(*namespace, location);
        let space = &mut self.spaces[namespace.at()];
        let is_plain = access.is_none() && token.is_none() && !is_unwell && !self.sites.owns(location);
        if kind != OpKind::Read || !is_plain {
            return false;
        }
        let Some((cache, rules)) = space.edge_cache(location, sub) else { return false };
        let Lookup::Hit(snapshot) = cache.look_up(key, at, rules) else { return false };
        if let Some(rooms) = &mut self.rooms {
            rooms.ask(Shelf { tier: TierName::Edge, at: location, sub }, *namespace, key, true);
        }
        self.pending.advance(at);
        self.events += 1;
        let measured = at >= self.trial.case.warmup;
        let read = Read { kind, invoked: at, since: at, measured, snapshot, source: Source::Hit, at };
        let verdict = space.count_read(location, key, &read);
        if let Some(recorder) = &mut self.recorder {
            recorder.read(dice, &read, verdict);
        }
        self.note(*namespace, key, || What::Answered {
            strand: Strand::of(dice),
            location,
            sub,
            begun: at,
            source: Source::Hit,
            snapshot,
            verdict,
        });
        self.fingerprint = self.fingerprint.wrapping_add(answer(dice, at, snapshot.version));
        self.save_for_retries(population, location);
        true
    }

    /// Serves the first reads of a key, if they are plain hits, or a plain miss with those who join its fetch; tells
    /// how many.
    pub(super) fn serve_plain(&mut self, origin: &Origin, key: KeyId, dues: &[Due]) -> usize {
        let Population { namespace, access, .. } = &self.trial.case.populations[origin.population.at()];
        let space = &mut self.spaces[namespace.at()];
        let (Some(first), None) = (dues.first(), access) else { return 0 };
        let Some((cache, rules)) = space.edge_cache(origin.location, first.sub) else { return 0 };
        match cache.look_up(key, first.at, rules) {
            Lookup::Hit(snapshot) => self.serve_hits(origin, *namespace, key, snapshot, dues),
            Lookup::Miss if rules.coalesce => self.serve_miss(origin, *namespace, key, dues),
            _ => 0,
        }
    }

    /// Serves those of the first reads of a key, all of one origin, that are hits of the same entry.
    fn serve_hits(
        &mut self,
        origin: &Origin,
        namespace: NamespaceIx,
        key: KeyId,
        snapshot: Snapshot,
        dues: &[Due],
    ) -> usize {
        let next = self.pending.next();
        let space = &mut self.spaces[namespace.at()];
        let Some(first) = dues.first() else { return 0 };
        let Some((cache, rules)) = space.edge_cache(origin.location, first.sub) else { return 0 };
        let until = cache.entry(key).map_or(Time::ZERO, |entry| entry.expires.before(rules.refresh_ahead));
        let bytes = space.bytes_answered(key, snapshot);
        let Space { truth: Truth::Past(judge), tally, .. } = space else { return 0 };
        let mut verdicts = judge.hits(key, snapshot.version, first.at);
        let mut counts = HitTally::new(tally, origin.location, self.trial.case.warmup, bytes);
        let is_hit = |due: &&Due| {
            due.at < until
                && due.sub == first.sub
                && due.origin == first.origin
                && next.is_none_or(|next| (due.at, turn::READ_BEGINS) < next)
        };
        let mut served = 0;
        for due in dues.iter().take_while(is_hit) {
            let verdict = verdicts.judge(due.at);
            let cause = verdict.is_stale().then(|| cause(Source::Hit, snapshot, verdict.first_missed));
            counts.count(due.at, verdict, cause);
            self.fingerprint = self.fingerprint.wrapping_add(answer(due.dice, due.at, snapshot.version));
            served += 1;
        }
        counts.finish();
        self.events += served as u64;
        served
    }

    /// Serves the first read of a key, which misses its cache, if nothing is under way, and those of the same origin
    /// that join its fetch.
    fn serve_miss(&mut self, origin: &Origin, namespace: NamespaceIx, key: KeyId, dues: &[Due]) -> usize {
        let location = origin.location;
        let Space { namespace: spec, follower, .. } = &self.spaces[namespace.at()];
        let is_followed = follower.follows(key) || !self.pending.is_empty();
        let Some(first) = dues.first().filter(|_| !is_followed && spec.upper.is_none()) else { return 0 };
        let request = Request { namespace, from: location, key, dice: first.dice };
        let foresight = self.ask(request, first.at);
        let served = dues.iter().take_while(|due| due.at < foresight.at).count().max(1);
        let (served, _) = dues.split_at(served);
        if served.iter().any(|due| due.origin != first.origin || due.sub != first.sub) {
            return 0;
        }
        self.events += foresight.events;
        let case = self.trial.case;
        let space = &mut self.spaces[namespace.at()];
        if first.at >= case.warmup {
            space.count_origin_request(location, key);
        }
        if let Some((cache, rules)) = space.edge_cache(location, first.sub) {
            cache.fill(key, foresight.snapshot, foresight.at, rules);
        }
        for (at, due) in served.iter().enumerate() {
            let source = if at == 0 { Source::Fetched } else { Source::Coalesced };
            let Foresight { snapshot, at, .. } = foresight;
            let measured = due.at >= case.warmup;
            let read =
                Read { kind: OpKind::Read, invoked: due.at, since: due.at, measured, snapshot, source, at };
            space.count_read(location, key, &read);
            self.fingerprint = self.fingerprint.wrapping_add(answer(due.dice, at, snapshot.version));
        }
        self.events += served.len() as u64;
        served.len()
    }
}
