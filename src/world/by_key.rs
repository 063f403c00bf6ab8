//! The reads of a group of locations key by key. What is simulated of one key is none of the others' concern, so all
//! reads of the horizon are drawn first, sorted by key, and each key is run alone: what it needs stays in the
//! nearest cache, and what was recorded of the past is read in the order in which it lies in memory.

use super::arrivals::{Arrival, Due, Origin, draw_reads};
use super::feed_forward::InStore;
use super::trial::Trial;
use super::{GoOn, World, turn};
use crate::base::KeyId;
use crate::model::workload::OpKind;
use crate::scenario::Namespace;

/// So many reads before the first of a key its past is loaded.
const AHEAD: usize = 24;

/// Whether keys can be told apart, and so many reads, at most `most`, be kept.
pub(super) fn fits(trial: &Trial, origins: &[Origin], most: f64) -> bool {
    let seconds = trial.case.horizon.as_nanos() as f64 / 1e9;
    let rate = |origin: &Origin| origin.stream(trial).reads_per_second();
    let keys = |namespace: &Namespace| namespace.catalogue.count() as u64;
    !trial.case.couples_keys()
        && origins.iter().map(rate).sum::<f64>() * seconds <= most
        && origins.len() <= usize::from(u16::MAX)
        && trial.case.namespaces.iter().map(keys).sum::<u64>() <= u64::from(u32::MAX)
}

/// Numbers the keys of all namespaces, one namespace after another.
struct Numbering {
    first: Vec<u32>,
    count: u64,
}

impl Numbering {
    fn new(trial: &Trial) -> Numbering {
        let keys = trial.case.namespaces.iter().map(|namespace| namespace.catalogue.count() as u64);
        let mut numbering = Numbering { first: Vec::new(), count: 0 };
        for count in keys {
            numbering.first.push(numbering.count as u32);
            numbering.count += count;
        }
        numbering
    }

    fn number(&self, later: &InStore) -> u32 {
        self.first[later.namespace.at()] + later.key.0
    }

    /// The number of the first key that an origin's reads may go to.
    fn first_at(&self, trial: &Trial, origin: &Origin) -> u32 {
        self.first[trial.case.populations[origin.population.at()].namespace.at()]
    }

    /// The number of the first key of the namespace that a number lies in.
    fn first_of(&self, number: u32) -> u32 {
        self.first[self.first.partition_point(|&first| first <= number) - 1]
    }
}

/// Drawn reads, and as much room again to sort them in. It is kept from group to group.
#[derive(Debug, Default)]
pub(super) struct Dues {
    reads: Vec<Due>,
    spare: Vec<Due>,
}

impl Dues {
    /// Sorts by number, and leaves in their order those of the same number: by one digit after another, the least
    /// first (Knuth, TAOCP 3, section 5.2.5, algorithm R). Digits are as long as keys need, which libraries do not
    /// offer.
    fn sort(&mut self, numbers: u64) {
        let Some(&any) = self.reads.first() else { return };
        self.spare.resize(self.reads.len(), any);
        let mut shift = 0;
        while numbers >> shift > 0 {
            let digit = |due: &Due| (due.number >> shift) as usize % DIGITS;
            let mut starts = [0u32; DIGITS + 1];
            self.reads.iter().for_each(|due| starts[digit(due) + 1] += 1);
            (0..DIGITS).for_each(|digit| starts[digit + 1] += starts[digit]);
            for due in &self.reads {
                let start = &mut starts[digit(due)];
                self.spare[*start as usize] = *due;
                *start += 1;
            }
            std::mem::swap(&mut self.reads, &mut self.spare);
            shift += DIGITS.ilog2();
        }
    }
}

const DIGITS: usize = 1 << 11;

impl World<'_> {
    /// Runs the reads of some origins, and what the past has in store, to their end; `false` if it was given up.
    pub(super) fn run_by_key(
        &mut self,
        mut origins: Vec<Origin>,
        mut in_store: Vec<InStore>,
        go_on: &GoOn,
    ) -> bool {
        let numbering = Numbering::new(self.trial);
        let mut dues = std::mem::take(&mut self.dues);
        let first_number = |origin: &Origin| numbering.first_at(self.trial, origin);
        draw_reads(self.trial, &mut origins, first_number, &mut dues.reads);
        dues.sort(numbering.count);
        in_store.sort_by_key(|later| numbering.number(later));
        self.spaces.iter_mut().for_each(|space| space.keep_one());
        self.run_keys(&origins, &numbering, &mut dues.reads, &in_store);
        self.dues = dues;
        go_on(1.0)
    }

    /// Runs one key after another.
    fn run_keys(
        &mut self,
        origins: &[Origin],
        numbering: &Numbering,
        mut dues: &mut [Due],
        mut in_store: &[InStore],
    ) {
        let mut touched = u32::MAX;
        loop {
            let next = dues.first().map(|due| due.number);
            let in_store_next = in_store.first().map(|later| numbering.number(later));
            let Some(number) = next.into_iter().chain(in_store_next).min() else { return };
            if let Some(ahead) = dues.get(AHEAD).filter(|ahead| ahead.number != touched) {
                touched = ahead.number;
                self.load_past(&origins[usize::from(ahead.origin)], touched, numbering);
            }
            let (here, later) = dues.split_at_mut(dues.iter().take_while(|due| due.number == number).count());
            if origins.len() > 1 {
                here.sort_by_key(|due| due.at);
            }
            let count = in_store.iter().take_while(|later| numbering.number(later) == number).count();
            let key = KeyId(number - numbering.first_of(number));
            self.run_key(origins, key, here, &in_store[..count]);
            (dues, in_store) = (later, &in_store[count..]);
        }
    }

    fn load_past(&self, origin: &Origin, number: u32, numbering: &Numbering) {
        let namespace = self.trial.case.populations[origin.population.at()].namespace;
        let key = KeyId(number - numbering.first_at(self.trial, origin));
        self.spaces[namespace.at()].load_past(origin.location, key);
    }

    fn run_key(&mut self, origins: &[Origin], key: KeyId, dues: &[Due], in_store: &[InStore]) {
        self.pending.restart();
        in_store.iter().for_each(|later| self.pending.at(later.at, later.turn, later.event));
        let mut rest = dues;
        while let Some((&Due { at, dice, sub, origin, .. }, others)) = rest.split_first() {
            while self.pending.next().is_some_and(|next| next < (at, turn::READ_BEGINS)) {
                self.carry_out_next();
            }
            let origin = &origins[usize::from(origin)];
            let served = self.serve_plain(origin, key, rest);
            rest = &rest[served..];
            if served == 0 {
                let read = Arrival { at, dice, key, sub, kind: OpKind::Read };
                self.begin(origin.population, origin.location, read);
                rest = others;
            }
        }
        while !self.pending.is_empty() {
            self.carry_out_next();
        }
    }
}
