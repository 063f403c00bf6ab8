//! What must hold of any eviction policy on any trace.

use std::collections::{BTreeMap, BTreeSet};

use edgelag::base::{Bytes, Dice, Probability};
use edgelag::model::cache::{AdmissionSpec, Capacity, Limit, Object, Room, SecondHitSpec};
use rand::RngExt;

use super::traces::{Trace, traces};
use super::{POLICIES, ask, eviction, object, room};

const ADMISSIONS: [Option<AdmissionSpec>; 4] = [
    None,
    Some(AdmissionSpec::SizeLimit(Bytes::new(700))),
    Some(AdmissionSpec::SecondHit(SecondHitSpec { remembers: 500 })),
    Some(AdmissionSpec::TinyLfu),
];

/// What is stored, less what is said to go and what others drop, is what is held; and never more than the limit.
#[test]
fn what_is_held_is_what_came_and_did_not_go() {
    for trace in traces() {
        for (policy, admission) in
            POLICIES.into_iter().flat_map(|p| ADMISSIONS.map(|admission| (p, admission)))
        {
            for limit in [Limit::Bytes(trace.limits[1]), Limit::Entries(50)] {
                follows_its_own_account(&trace, policy, admission, limit);
            }
        }
    }
}

fn follows_its_own_account(trace: &Trace, policy: &str, admission: Option<AdmissionSpec>, limit: Limit) {
    let mut room = Room::new(Capacity { limit, eviction: eviction(policy), admission }, 100.0);
    let mut rng = Dice::of_trial(1, 0).named(policy).rng();
    let mut held: BTreeMap<u64, u64> = BTreeMap::new();
    let mut evicted = Vec::new();
    let name = |object: Object| u64::from(object.key().0);
    for &(key, size) in trace.requests.iter().take(2_000) {
        let asked = object(key);
        let is_held = room.holds(asked);
        assert_eq!(is_held, held.contains_key(&name(asked)), "{policy}");
        room.ask(asked, is_held);
        if !is_held && room.store(asked, Bytes::new(size), rng.random(), &mut evicted) {
            held.insert(name(asked), size);
        }
        for gone in evicted.drain(..) {
            assert!(held.remove(&name(gone)).is_some(), "{policy} drops what is not there");
        }
        if rng.random_range(0..10) == 0 {
            let dropped = object(rng.random_range(1..200));
            room.drop_it(dropped);
            held.remove(&name(dropped));
        }
        let counted = match limit {
            Limit::Bytes(_) => held.values().sum::<u64>(),
            Limit::Entries(_) => held.len() as u64,
        };
        assert_eq!((room.held(), room.entries()), (counted, held.len() as u64), "{policy}");
        assert!(counted <= limit.amount(), "{policy} holds {counted}");
    }
    assert_eq!(room.objects().map(name).collect::<BTreeSet<_>>(), held.into_keys().collect());
    room.clear();
    assert_eq!((room.held(), room.objects().count()), (0, 0));
}

/// The stack property (R. L. Mattson and others, Evaluation techniques for storage hierarchies, IBM Systems Journal 9(2),
/// 1970): among objects of one size a larger LRU cache holds all that a smaller one holds.
#[test]
fn a_larger_lru_cache_never_misses_what_a_smaller_one_hits() {
    for trace in traces().into_iter().filter(|trace| trace.requests.iter().all(|&(_, size)| size == 1)) {
        let mut rooms = trace.limits.map(|limit| room("'lru'", limit, 100.0));
        for &request in &trace.requests {
            let hits: Vec<bool> = rooms.iter_mut().map(|room| ask(room, request)).collect();
            assert!(hits.is_sorted(), "{}", trace.name);
        }
    }
}

/// MIN drops what is asked for again last (L. A. Belady, A study of replacement algorithms for a virtual-storage computer, IBM
/// Systems Journal 5(2), 1966): among objects of one size nobody hits more often.
#[test]
fn nobody_hits_more_often_than_who_knows_what_is_to_come() {
    for trace in traces().into_iter().filter(|trace| trace.requests.iter().all(|&(_, size)| size == 1)) {
        for limit in [trace.limits[0], trace.limits[2]] {
            let most = hits_of_min(&trace, limit as usize);
            for policy in POLICIES {
                let mut room = room(policy, limit, limit as f64);
                let hits = trace.requests.iter().filter(|&&request| ask(&mut room, request)).count();
                assert!(hits <= most && hits > most / 10, "{}: {policy} {hits}, {most}", trace.name);
            }
        }
    }
}

fn hits_of_min(trace: &Trace, limit: usize) -> usize {
    let mut next = vec![usize::MAX; trace.requests.len()];
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, (key, _)) in trace.requests.iter().enumerate().rev() {
        next[at] = seen.insert(*key, at).unwrap_or(usize::MAX);
    }
    // By when they are asked for again; what never is has a place of its own.
    let mut held: BTreeSet<(usize, u32)> = BTreeSet::new();
    let mut hits = 0;
    for (at, &(key, _)) in trace.requests.iter().enumerate() {
        hits += usize::from(held.remove(&(at, key)));
        held.insert((next[at], key));
        if held.len() > limit {
            held.pop_last();
        }
    }
    hits
}

/// What is never full drops nothing, whatever the policy.
#[test]
fn what_is_large_enough_misses_each_object_once() {
    for trace in traces() {
        let different: BTreeSet<u32> = trace.requests.iter().map(|&(key, _)| key).collect();
        let hits = trace.requests.len() - different.len();
        for policy in POLICIES {
            let mut room = room(policy, 1 << 40, 1_000.0);
            assert_eq!(trace.requests.iter().filter(|&&request| ask(&mut room, request)).count(), hits);
        }
    }
}

/// What is larger than the cache is not stored, and nothing goes for it.
#[test]
fn what_does_not_fit_moves_nobody() {
    for policy in POLICIES {
        let mut room = room(policy, 10, 10.0);
        let mut evicted = Vec::new();
        (1..=10).for_each(|key| assert!(room.store(object(key), Bytes::new(1), 0, &mut evicted)));
        assert!(!room.store(object(11), Bytes::new(11), 0, &mut evicted));
        assert!(evicted.is_empty() && room.entries() == 10);
        assert!(room.store(object(12), Bytes::new(10), 0, &mut evicted));
        assert_eq!((evicted.len(), room.held()), (10, 10), "{policy}");
    }
}

/// Of objects that are fetched again and again a share is stored each time; of 10,000 about that share at first.
#[test]
fn a_probability_admits_its_share() {
    let share = Probability::new(0.3).expect("it is a share");
    let admission = Some(AdmissionSpec::Probability(share));
    let capacity = Capacity { limit: Limit::Entries(100_000), eviction: eviction("'lru'"), admission };
    let mut room = Room::new(capacity, 100.0);
    let mut rng = Dice::of_trial(3, 0).rng();
    let stores = |&key: &u32| room.store(object(key), Bytes::new(1), rng.random(), &mut Vec::new());
    let stored = (1..=10_000).filter(stores).count();
    assert_eq!(stored as u64, room.entries());
    // Four standard deviations of a binomial count: 4 √(10,000 · 0.3 · 0.7) = 183.
    assert!(room.entries().abs_diff(3_000) < 183, "{}", room.entries());
}
