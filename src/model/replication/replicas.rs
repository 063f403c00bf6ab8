//! What the replicas of a namespace hold.

use std::sync::Arc;

use crate::base::{KeyId, KeySet, LocationIx, Time, Version};

/// Where the replicas of a namespace are, and in which order each location prefers them.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The location of each replica.
    pub at: Vec<LocationIx>,
    /// For each location of the case: the replicas, the nearest first.
    pub nearest: Vec<Vec<u16>>,
}

impl Placement {
    /// N.
    pub fn count(&self) -> u16 {
        self.at.len() as u16
    }

    /// The nearest replica to a location.
    pub fn nearest_to(&self, location: LocationIx) -> u16 {
        self.nearest[location.at()][0]
    }
}

/// A parameter of a policy that does not fit its namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The parameter, as in the scenario.
    pub field: &'static str,
    /// What is wrong, and what it may be.
    pub problem: String,
}

impl Misfit {
    pub(super) fn new(field: &'static str, problem: String) -> Misfit {
        Misfit { field, problem }
    }
}

/// What the replicas hold of each key: now, or at any instant of a past that is known.
#[derive(Clone, Debug)]
pub enum Replicas {
    /// As it is now; writes change it.
    Live(Live),
    /// As it was: every write has been carried out before.
    Past(Arc<Past>),
}

/// The version of each key at each replica, those of one key side by side.
#[derive(Clone, Debug)]
pub struct Live {
    count: usize,
    held: Vec<Version>,
}

/// A replica came to hold a version, or already held a newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Applied {
    /// Of which key.
    pub key: KeyId,
    /// Which replica.
    pub replica: u16,
    /// What it held then.
    pub held: Version,
    /// When.
    pub at: Time,
}

/// All that replicas ever held.
#[derive(Debug)]
pub struct Past {
    /// Keys that begin with "not found", if there are any.
    absent: Option<KeySet>,
    written: Arc<KeySet>,
    replicas: Vec<Steps>,
}

/// What one replica held from when on.
#[derive(Debug, Default)]
struct Steps {
    /// Where the steps of each written key begin, and where the last ones end.
    starts: Vec<u32>,
    steps: Vec<(Time, Version)>,
}

impl Replicas {
    /// All replicas hold the same initial versions.
    pub fn new(count: u16, initial: impl Iterator<Item = Version>) -> Replicas {
        let count = usize::from(count);
        let mut held = Vec::with_capacity(initial.size_hint().0 * count);
        initial.for_each(|version| held.extend(std::iter::repeat_n(version, count)));
        Replicas::Live(Live { count, held })
    }

    /// What a replica holds of a key at `now`.
    pub fn held(&self, replica: u16, key: KeyId, now: Time) -> Version {
        match self {
            Replicas::Live(live) => live.held[key.at() * live.count + usize::from(replica)],
            Replicas::Past(past) => past.held(usize::from(replica), key, now),
        }
    }

    /// Stores a version unless a newer one is there; tells what is held then.
    ///
    /// # Panics
    /// If the replicas are those of the past.
    pub fn store(&mut self, replica: u16, key: KeyId, version: Version) -> Version {
        let Replicas::Live(live) = self else { panic!("the past cannot be written") };
        let held = &mut live.held[key.at() * live.count + usize::from(replica)];
        *held = (*held).max(version);
        *held
    }

    /// Loads what a read of a key at a replica will need. Nothing in it waits for a decision, so that the processor
    /// has the loads of many keys under way at once.
    pub fn load(&self, replica: u16, key: KeyId) -> u64 {
        match self {
            Replicas::Live(live) => live.held[key.at() * live.count + usize::from(replica)].number().into(),
            Replicas::Past(past) => {
                let Steps { starts, steps } = &past.replicas[usize::from(replica)];
                let at = starts[past.written.before(key)] as usize;
                steps.get(at).map_or(0, |(time, _)| time.as_nanos())
            }
        }
    }
}

impl Past {
    /// From the initial version of each key and what was applied since to the `written` ones, in order of time.
    pub fn new(count: u16, initial: &[Version], written: Arc<KeySet>, applied: &[Applied]) -> Past {
        let own = |replica| applied.iter().filter(move |step| step.replica == replica);
        let replicas = (0..count).map(|replica| Steps::new(&written, own(replica))).collect();
        let is_absent = |key: KeyId| initial[key.at()].is_absent();
        let any_absent = initial.iter().any(|version| version.is_absent());
        let absent = any_absent.then(|| KeySet::new(initial.len(), is_absent));
        Past { absent, written, replicas }
    }

    fn held(&self, replica: usize, key: KeyId, now: Time) -> Version {
        if let Some(place) = self.written.place(key) {
            let Steps { starts, steps } = &self.replicas[replica];
            let steps = &steps[starts[place] as usize..starts[place + 1] as usize];
            let after = steps.partition_point(|&(at, _)| at <= now);
            if after > 0 {
                return steps[after - 1].1;
            }
        }
        let is_absent = self.absent.as_ref().is_some_and(|absent| absent.place(key).is_some());
        Version::new(0, is_absent)
    }
}

impl Steps {
    /// Of one replica: sorted by key, and for each key in the order given.
    fn new<'a>(written: &KeySet, applied: impl Iterator<Item = &'a Applied> + Clone) -> Steps {
        let mut starts = vec![0; written.count() + 1];
        for step in applied.clone() {
            starts[written.before(step.key) + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut next = starts.clone();
        let mut steps = vec![(Time::ZERO, Version::new(0, true)); next[written.count()] as usize];
        for step in applied {
            let next = &mut next[written.before(step.key)];
            steps[*next as usize] = (step.at, step.held);
            *next += 1;
        }
        Steps { starts, steps }
    }
}
