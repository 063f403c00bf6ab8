//! What the replicas of a namespace hold.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::states::{Context, States};
use crate::base::{KeyId, KeySet, LocationIx, Time, Version};

/// Where the replicas of a namespace are, and in which order each location prefers them.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The location of each replica.
    pub at: Vec<LocationIx>,
    /// For each location of the case: the replicas, the nearest first.
    pub nearest: Vec<Vec<u16>>,
    /// Who leads now, where the policy has a leader and it is no longer the first one.
    pub leader: Option<u16>,
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
    /// If older versions are kept: those of each key, and since when some replica has held them;
    history: Option<FxHashMap<KeyId, Vec<(Time, Version)>>>,
    /// and what there was before any.
    initial: Vec<Version>,
    /// If replicas merge what they are told with what they hold: what versions stand for then.
    states: Option<Box<States>>,
}

/// A replica came to hold a version, or already held one that covers it.
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
    /// All replicas hold the same initial versions. Later ones are all kept if the policy looks back.
    pub fn new(count: u16, initial: impl Iterator<Item = Version> + Clone, keeps_history: bool) -> Replicas {
        let count = usize::from(count);
        let mut held = Vec::with_capacity(initial.size_hint().0 * count);
        let first = if keeps_history { initial.clone().collect() } else { Vec::new() };
        initial.for_each(|version| held.extend(std::iter::repeat_n(version, count)));
        let history = keeps_history.then(FxHashMap::default);
        Replicas::Live(Live { count, held, history, initial: first, states: None })
    }

    /// The same, but they merge what they are told with what they hold.
    pub fn merging(mut self) -> Replicas {
        if let Replicas::Live(live) = &mut self {
            live.states = Some(Box::new(States::new(live.count)));
        }
        self
    }

    fn states(&self) -> Option<&States> {
        match self {
            Replicas::Live(live) => live.states.as_deref(),
            Replicas::Past(_) => None,
        }
    }

    /// Whether they merge: versions of a key are not in one order then.
    pub fn merge(&self) -> bool {
        self.states().is_some()
    }

    /// Whether who holds `held` of a key has seen `version` of it: it is the same or newer or, where replicas merge,
    /// includes all that went into it.
    #[inline]
    pub fn covers(&self, held: Version, version: Version) -> bool {
        match self.states() {
            None => held >= version,
            Some(states) => states.covers(held, version),
        }
    }

    /// What two versions of a key come to together: the newer one or, where replicas merge, all that went into them.
    pub fn joined(&mut self, key: KeyId, a: Version, b: Version) -> Version {
        match self {
            Replicas::Live(Live { states: Some(states), .. }) => states.join(key, a, b),
            _ => a.max(b),
        }
    }

    /// How many of the writes that each replica has coordinated a version includes; none where they do not merge.
    pub fn included(&self, version: Version) -> &[u32] {
        self.states().map_or(&[], |states| states.included(version))
    }

    /// How many versions stand side by side in one; 0 where replicas do not merge.
    pub fn siblings(&self, version: Version) -> u32 {
        self.states().map_or(0, |states| states.siblings(version))
    }

    /// A replica merges a write that it coordinates into what it holds; tells what that is then.
    ///
    /// # Panics
    /// If replicas do not merge.
    pub fn write(&mut self, replica: u16, key: KeyId, context: Context, absent: bool) -> Version {
        let Replicas::Live(Live { count, held, states: Some(states), .. }) = self else {
            panic!("only replicas that merge write by themselves")
        };
        let held = &mut held[key.at() * *count + usize::from(replica)];
        *held = states.write(*held, usize::from(replica), context, absent);
        *held
    }

    /// What all replicas hold of a key comes to together.
    pub fn together(&mut self, key: KeyId) -> Version {
        let count = match self {
            Replicas::Live(live) => live.count as u16,
            Replicas::Past(past) => past.replicas.len() as u16,
        };
        let first = self.held(0, key, Time::NEVER);
        (1..count).fold(first, |all, replica| {
            let held = self.held(replica, key, Time::NEVER);
            self.joined(key, all, held)
        })
    }

    /// What a replica holds of a key at `now`.
    pub fn held(&self, replica: u16, key: KeyId, now: Time) -> Version {
        match self {
            Replicas::Live(live) => live.held[key.at() * live.count + usize::from(replica)],
            Replicas::Past(past) => past.held(usize::from(replica), key, now),
        }
    }

    /// Stores a version unless a newer one is there, or merges it with what is there; tells what is held then.
    ///
    /// # Panics
    /// If the replicas are those of the past.
    pub fn store(&mut self, replica: u16, key: KeyId, version: Version, now: Time) -> Version {
        let Replicas::Live(live) = self else { panic!("the past cannot be written") };
        let held = &mut live.held[key.at() * live.count + usize::from(replica)];
        *held = match &mut live.states {
            None => (*held).max(version),
            Some(states) => states.join(key, *held, version),
        };
        if let Some(history) = &mut live.history {
            let steps = history.entry(key).or_default();
            if steps.last().is_none_or(|&(_, newest)| newest < version) {
                steps.push((now, version));
            }
        }
        *held
    }

    /// A replica loses what it holds, and has what was there at the beginning.
    ///
    /// # Panics
    /// If the replicas are those of the past.
    pub fn wipe(&mut self, replica: u16, initial: impl Iterator<Item = Version>) {
        let Replicas::Live(live) = self else { panic!("the past cannot be written") };
        for (held, first) in live.held.iter_mut().skip(usize::from(replica)).step_by(live.count).zip(initial)
        {
            *held = first;
        }
    }

    /// The newest version of a key that some replica held at a time.
    ///
    /// # Panics
    /// If no history is kept.
    pub fn held_by_any(&self, key: KeyId, at: Time) -> Version {
        let Replicas::Live(Live { history: Some(history), initial, .. }) = self else {
            panic!("a policy that looks back says so")
        };
        let steps = history.get(&key).map_or(&[][..], Vec::as_slice);
        match steps.partition_point(|&(since, _)| since <= at) {
            0 => initial[key.at()],
            after => steps[after - 1].1,
        }
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
