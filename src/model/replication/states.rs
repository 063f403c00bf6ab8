//! Values that replicas merge: what a replica holds of a key is a state, and two states have a least state above both,
//! their join. A version then carries the number of a state, and versions are not in one order.
//!
//! A state is told by the writes that it includes: of each replica the first so many that it has coordinated, since a
//! replica merges a write into what it holds and passes on the whole (Shapiro et al.: Conflict-free replicated data types,
//! SSS 2011). What a write replaces is of the same shape, because it is what its client has read or what its coordinator
//! held. So of each replica's writes some first ones are replaced and the others stand side by side: the dotted
//! version vector sets of Preguiça et al. (arXiv:1011.5808), without the values.

use rustc_hash::FxHashMap;

use crate::base::{KeyId, Version};

/// What a write replaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// Nothing: it is put beside what is there.
    Nothing,
    /// What its client has read.
    Read(Version),
    /// What the replica that coordinates it holds.
    Held,
}

/// All states of a namespace that any of its replicas has held or any read has returned.
#[derive(Clone, Debug)]
pub(super) struct States {
    replicas: usize,
    /// Of each state three rows, with a number for each replica: how many of the writes that it coordinated are
    /// included, how many of these are replaced, and which of them is the last that puts a value (0: none).
    rows: Vec<u32>,
    /// Of each state: whether the value still stands that was there before any write.
    initial_stands: Vec<bool>,
    /// Those that are the join of two others, by key and the writes that they include.
    joins: FxHashMap<(KeyId, Box<[u32]>), Version>,
}

impl States {
    /// The only one is what was there before any write, the same for all keys.
    pub(super) fn new(replicas: usize) -> States {
        States {
            replicas,
            rows: vec![0; 3 * replicas],
            initial_stands: vec![true],
            joins: FxHashMap::default(),
        }
    }

    fn rows(&self, state: Version) -> &[u32] {
        let each = 3 * self.replicas;
        &self.rows[state.number() as usize * each..][..each]
    }

    /// How many of the writes that each replica has coordinated a state includes.
    pub(super) fn included(&self, state: Version) -> &[u32] {
        &self.rows(state)[..self.replicas]
    }

    /// Whether a state includes all that another one does.
    pub(super) fn covers(&self, state: Version, other: Version) -> bool {
        let included = || self.included(state).iter().zip(self.included(other));
        state.number() == other.number() || included().all(|(own, other)| own >= other)
    }

    fn initial_stands(&self, state: Version) -> bool {
        match state.number() {
            0 => !state.is_absent(),
            number => self.initial_stands[number as usize],
        }
    }

    /// How many versions stand side by side in a state, deletions among them.
    pub(super) fn siblings(&self, state: Version) -> u32 {
        let replaced = &self.rows(state)[self.replicas..];
        let standing =
            self.included(state).iter().zip(replaced).map(|(included, replaced)| included - replaced);
        standing.sum::<u32>() + u32::from(self.initial_stands(state))
    }

    fn add(&mut self, rows: &[u32], initial_stands: bool) -> Version {
        let number = self.initial_stands.len() as u32;
        self.rows.extend(rows);
        self.initial_stands.push(initial_stands);
        let (replaced, last_value) = (&rows[self.replicas..][..self.replicas], &rows[2 * self.replicas..]);
        let is_value = |(replaced, last): (&u32, &u32)| last > replaced;
        let stands = initial_stands || replaced.iter().zip(last_value).any(is_value);
        Version::new(number, !stands)
    }

    /// The rows of the join of two states, and whether the initial value stands in it.
    fn rows_of_both(&self, a: Version, b: Version) -> (Vec<u32>, bool) {
        let larger = self.rows(a).iter().zip(self.rows(b)).map(|(a, b)| *a.max(b));
        (larger.collect(), self.initial_stands(a) && self.initial_stands(b))
    }

    /// The least state of a key that covers two of its states.
    pub(super) fn join(&mut self, key: KeyId, a: Version, b: Version) -> Version {
        if self.covers(a, b) {
            return a;
        }
        if self.covers(b, a) {
            return b;
        }
        let (rows, initial_stands) = self.rows_of_both(a, b);
        let included = rows[..self.replicas].into();
        if let Some(&known) = self.joins.get(&(key, included)) {
            return known;
        }
        let included = rows[..self.replicas].into();
        let joined = self.add(&rows, initial_stands);
        self.joins.insert((key, included), joined);
        joined
    }

    /// The state of a replica that has held `held` and merges a write into it that it coordinates.
    pub(super) fn write(&mut self, held: Version, replica: usize, context: Context, absent: bool) -> Version {
        let read = match context {
            Context::Nothing | Context::Held => held,
            Context::Read(read) => read,
        };
        let (mut rows, stands) = self.rows_of_both(held, read);
        let (included, others) = rows.split_at_mut(self.replicas);
        let (replaced, last_value) = others.split_at_mut(self.replicas);
        if context != Context::Nothing {
            let read = self.included(read);
            replaced.iter_mut().zip(read).for_each(|(replaced, read)| *replaced = (*replaced).max(*read));
        }
        included[replica] += 1;
        if !absent {
            last_value[replica] = included[replica];
        }
        self.add(&rows, stands && context == Context::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::RngExt;

    use super::*;
    use crate::base::Dice;

    const KEY: KeyId = KeyId(0);
    const BEFORE: Version = Version::new(0, true);

    /// A write by its replica and its place among those.
    type Dot = (usize, u32);

    /// The definition, with sets: what a state includes, and what each write in it replaces.
    #[derive(Clone, Default)]
    struct Sets {
        included: BTreeSet<Dot>,
        replaced: BTreeSet<Dot>,
        deletions: BTreeSet<Dot>,
    }

    impl Sets {
        fn join(&self, other: &Sets) -> Sets {
            let union = |a: &BTreeSet<Dot>, b: &BTreeSet<Dot>| a.union(b).copied().collect();
            Sets {
                included: union(&self.included, &other.included),
                replaced: union(&self.replaced, &other.replaced),
                deletions: union(&self.deletions, &other.deletions),
            }
        }

        fn standing(&self) -> BTreeSet<Dot> {
            self.included.difference(&self.replaced).copied().collect()
        }
    }

    /// All that three replicas hold and clients read while they write and tell one another at random.
    fn random(law: u64) -> (States, Vec<(Version, Sets)>) {
        let mut rng = Dice::of_trial(4, 0).named("states").fork(law).rng();
        let mut states = States::new(3);
        let mut held = vec![(BEFORE, Sets::default()); 3];
        let mut all = vec![(BEFORE, Sets::default())];
        for _ in 0..60 {
            let at = rng.random_range(0..3);
            let other = all[rng.random_range(0..all.len())].clone();
            let (version, sets) = held[at].clone();
            held[at] = if rng.random_range(0..2) == 0 {
                (states.join(KEY, version, other.0), sets.join(&other.1))
            } else {
                let absent = rng.random_range(0..4) == 0;
                let (context, replaces) = match rng.random_range(0..3) {
                    0 => (Context::Nothing, None),
                    1 => (Context::Held, Some(sets.clone())),
                    _ => (Context::Read(other.0), Some(other.1)),
                };
                let mut after = replaces.iter().fold(sets, |sets, read| sets.join(read));
                after.replaced.extend(replaces.iter().flat_map(|read| &read.included));
                let dot = (at, 1 + after.included.iter().filter(|dot| dot.0 == at).count() as u32);
                after.included.insert(dot);
                after.deletions.extend(absent.then_some(dot));
                (states.write(version, at, context, absent), after)
            };
            all.push(held[at].clone());
        }
        (states, all)
    }

    /// Numbers stand for sets: the same states cover one another, as many versions stand in them, and there is a value
    /// where there is by the definition. (A deletion replaces what it knows, so it stands alone unless others do not
    /// know it.)
    #[test]
    fn states_are_what_the_sets_say() {
        for law in 0..40 {
            let (states, all) = random(law);
            for (version, sets) in &all {
                let standing = sets.standing();
                assert_eq!(states.siblings(*version) as usize, standing.len());
                assert_eq!(version.is_absent(), standing.is_subset(&sets.deletions));
                for (other, other_sets) in &all {
                    let covers = sets.included.is_superset(&other_sets.included);
                    assert_eq!(states.covers(*version, *other), covers);
                }
            }
        }
    }

    /// Joins are commutative, associative and idempotent, and the least state above both: the laws of a lattice.
    #[test]
    fn states_are_a_lattice() {
        for law in 0..40 {
            let (mut states, all) = random(law);
            let mut rng = Dice::of_trial(4, 1).fork(law).rng();
            for _ in 0..300 {
                let [a, b, c] = [(); 3].map(|()| all[rng.random_range(0..all.len())].0);
                let ab = states.join(KEY, a, b);
                assert_eq!(states.join(KEY, b, a), ab);
                let (ab_c, bc) = (states.join(KEY, ab, c), states.join(KEY, b, c));
                assert_eq!(states.join(KEY, a, bc), ab_c);
                assert_eq!(states.join(KEY, a, a), a);
                assert!(states.covers(ab, a) && states.covers(ab, b));
                let is_above = states.covers(c, a) && states.covers(c, b);
                assert!(!is_above || states.covers(c, ab));
            }
        }
    }

    /// What was there before any write is a version as well: a put without a context leaves it beside itself, one that has
    /// read it does not.
    #[test]
    fn the_initial_value_is_replaced_by_who_has_read_it() {
        let mut states = States::new(2);
        let initial = Version::new(0, false);
        let beside = states.write(initial, 0, Context::Nothing, false);
        let built = states.write(initial, 1, Context::Read(initial), false);
        assert_eq!([initial, beside, built].map(|state| states.siblings(state)), [1, 2, 1]);
        let both = states.join(KEY, beside, built);
        assert_eq!(states.siblings(both), 2);
        let deleted = states.write(both, 0, Context::Held, true);
        assert!(deleted.is_absent() && states.siblings(deleted) == 1);
    }
}
