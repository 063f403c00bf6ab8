//! W-TinyLFU against a naive reading of its paper, with exact counts in place of the sketch.

use std::collections::BTreeMap;

use super::traces::traces;
use super::{ask, room};

/// Lists from the oldest to the newest; a request looks through them.
struct Naive {
    window: Vec<u32>,
    probation: Vec<u32>,
    protected: Vec<u32>,
    /// Of each list.
    most: [usize; 3],
    /// Requests, at most 15, as counters of four bits show.
    asked: BTreeMap<u32, u32>,
}

fn take(list: &mut Vec<u32>, key: u32) -> bool {
    let at = list.iter().position(|&other| other == key);
    at.is_some_and(|at| list.remove(at) == key)
}

impl Naive {
    fn new(limit: usize) -> Naive {
        let window = (limit / 100).max(1);
        let main = limit - window;
        let most = [window, main, main * 8 / 10];
        Naive { window: vec![], probation: vec![], protected: vec![], most, asked: BTreeMap::new() }
    }

    fn ask(&mut self, key: u32) -> bool {
        let count = self.asked.entry(key).or_insert(0);
        *count = (*count + 1).min(15);
        if take(&mut self.window, key) {
            self.window.push(key);
            return true;
        }
        if take(&mut self.protected, key) || take(&mut self.probation, key) {
            self.protected.push(key);
            if self.protected.len() > self.most[2] {
                self.probation.push(self.protected.remove(0));
            }
            return true;
        }
        self.window.push(key);
        if self.window.len() > self.most[0] {
            let candidate = self.window.remove(0);
            self.promote(candidate);
        }
        false
    }

    fn promote(&mut self, candidate: u32) {
        if self.probation.len() + self.protected.len() == self.most[1] {
            let from = if self.probation.is_empty() { &mut self.protected } else { &mut self.probation };
            if self.asked[&candidate] <= self.asked[&from[0]] {
                return;
            }
            from.remove(0);
        }
        self.probation.push(candidate);
    }
}

/// The sketch is so large here that it counts exactly and never halves.
#[test]
fn hits_are_those_of_a_naive_reading() {
    for trace in traces().into_iter().filter(|trace| trace.requests.iter().all(|&(_, size)| size == 1)) {
        for limit in trace.limits {
            let mut room = room("{ w-tiny-lfu = {} }", limit, 1e6);
            let mut naive = Naive::new(limit as usize);
            for (at, &(key, size)) in trace.requests.iter().enumerate() {
                let ours = ask(&mut room, (key, size));
                assert_eq!(ours, naive.ask(key), "{} with {limit}: request {at}", trace.name);
            }
        }
    }
}
