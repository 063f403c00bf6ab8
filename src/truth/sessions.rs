//! What the operations of clients, one after another, make of the four session guarantees (D. Terry et al., Session
//! guarantees for weakly consistent replicated data, PDIS 1994): judged when all of them have their answers.
//!
//! Of one client's operations a comes before b if a had its answer when b began (and a stands before b in the order of
//! beginning, end and place in the history). Versions of a key rank by their place in the key's order of writes. For an
//! operation on key k with a version of rank v:
//!
//! - *read your writes*: a read, and the client wrote a version of k before that ranks higher;
//! - *monotonic reads*: a read, and the client read a version of k before that ranks higher;
//! - *monotonic writes*: a write, and the client wrote a version of k before that ranks higher; or a read, and its client
//!   read before what another client had written who had written, before that, a version of k that ranks higher;
//! - *writes follow reads*: a write, and the client read a version of k before that ranks higher; or a read, and its
//!   client read before what another client had written who had read, before that, a version of k that ranks higher.

mod past;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::guarantees::{Broken, Guarantee};
use crate::base::{KeyId, LocationIx, PopulationIx, Time};
use past::{Kind, Past, Touch};

/// Who carries out operations one after another: one user, or a client of one operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Client {
    /// The population that it belongs to.
    pub population: PopulationIx,
    /// The location of the population that it belongs to.
    pub home: LocationIx,
    /// Its number among those there.
    pub number: u32,
}

/// One read or write with its answer, as its client sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Who.
    pub client: Client,
    /// Whether it writes.
    pub writes: bool,
    /// The key, among those of one namespace.
    pub key: KeyId,
    /// The place in the key's order of writes of the version that it returned or wrote; 0 is what was there before any.
    pub rank: u32,
    /// When it began.
    pub begun: Time,
    /// When its client had the answer.
    pub ended: Time,
}

/// Which guarantees each step of a history broke, in the order of the history.
pub fn broken(steps: &[Step]) -> Vec<Broken> {
    let mut broken = vec![Broken::default(); steps.len()];
    let sessions = sessions(steps);
    let mut past = Past::default();
    let mut writers = FxHashMap::default();
    for (session, places) in sessions.iter().enumerate() {
        of_its_own(steps, session, places, &mut past, &mut broken);
        for (at, &place) in places.iter().enumerate() {
            let Step { writes, key, rank, .. } = steps[place];
            if writes {
                writers.insert((key, rank), Write { session: session as u32, at: at as u32 });
            }
        }
    }
    let others = Others { past: &past, writers: &writers, newest: &newest_so_far(steps) };
    let mut seen = Seen::new(sessions.len());
    for (session, places) in sessions.iter().enumerate() {
        of_others(steps, session as u32, places, &others, &mut seen, &mut broken);
    }
    broken
}

/// The places of each client's steps in their order. Those who have one step only neither break anything nor make
/// others do so.
fn sessions(steps: &[Step]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|&place| (steps[place].client, steps[place].begun, steps[place].ended));
    let same = |a: &usize, b: &usize| steps[*a].client == steps[*b].client;
    order.chunk_by(same).filter(|places| places.len() > 1).map(<[usize]>::to_vec).collect()
}

/// A write: whose, and where in the order of that session.
#[derive(Clone, Copy, Debug)]
struct Write {
    session: u32,
    at: u32,
}

/// Steps that have begun, by their end: those that are over are taken out first.
type UnderWay = BinaryHeap<Reverse<(Time, usize)>>;

/// Takes out the next step that is over at `now`.
fn over(under_way: &mut UnderWay, now: Time) -> Option<usize> {
    let Reverse((ended, _)) = under_way.peek()?;
    if *ended > now {
        return None;
    }
    under_way.pop().map(|Reverse((_, place))| place)
}

/// What the steps of one client broke with regard to its own; notes them in the past.
fn of_its_own(steps: &[Step], session: usize, places: &[usize], past: &mut Past, broken: &mut [Broken]) {
    let mut under_way = UnderWay::new();
    for (at, &place) in places.iter().enumerate() {
        let step = steps[place];
        while let Some(earlier) = over(&mut under_way, step.begun) {
            let Step { writes, key, rank, .. } = steps[earlier];
            past.add(session as u32, key, Kind::of(writes), at as u32, rank);
        }
        let newer = |kind| past.newest(session as u32, step.key, kind, at as u32) > step.rank;
        let (after_write, after_read) = match step.writes {
            false => (Guarantee::ReadYourWrites, Guarantee::MonotonicReads),
            true => (Guarantee::MonotonicWrites, Guarantee::WritesFollowReads),
        };
        for (kind, guarantee) in [(Kind::Written, after_write), (Kind::Read, after_read)] {
            if newer(kind) {
                broken[place].add(guarantee);
            }
        }
        under_way.push(Reverse((step.ended, place)));
    }
}

/// What a client holds the writes of others against.
struct Others<'a> {
    past: &'a Past,
    /// Who wrote each version.
    writers: &'a FxHashMap<(KeyId, u32), Write>,
    /// For each step the highest rank of its key that anybody had begun to read or write.
    newest: &'a [u32],
}

/// Of each other session the last of its writes that one has seen.
#[derive(Debug)]
struct Seen {
    /// By session, counted from 1; 0 if none was seen.
    until: Vec<u32>,
    /// Those of which some were.
    sessions: Vec<u32>,
}

impl Seen {
    fn new(sessions: usize) -> Seen {
        Seen { until: vec![0; sessions], sessions: Vec::new() }
    }

    fn add(&mut self, write: Write) {
        let until = &mut self.until[write.session as usize];
        if *until == 0 {
            self.sessions.push(write.session);
        }
        *until = (write.at + 1).max(*until);
    }

    #[inline]
    fn until(&self, session: u32) -> Option<u32> {
        self.until[session as usize].checked_sub(1)
    }

    fn clear(&mut self) {
        self.sessions.drain(..).for_each(|session| self.until[session as usize] = 0);
    }
}

/// What the reads of one client broke with regard to what others did before the writes that it has seen.
fn of_others(
    steps: &[Step],
    session: u32,
    places: &[usize],
    others: &Others,
    seen: &mut Seen,
    broken: &mut [Broken],
) {
    let mut under_way = UnderWay::new();
    seen.clear();
    for &place in places.iter().filter(|&&place| !steps[place].writes) {
        let read = steps[place];
        while let Some(earlier) = over(&mut under_way, read.begun) {
            let Step { key, rank, .. } = steps[earlier];
            let write = others.writers.get(&(key, rank)).filter(|write| write.session != session);
            write.into_iter().for_each(|&write| seen.add(write));
        }
        under_way.push(Reverse((read.ended, place)));
        if read.rank < others.newest[place] {
            held_against(read, seen, others.past, &mut broken[place]);
        }
    }
}

/// Looking up a session's part in a key takes so many times as long as going on to the next.
const LOOK_UP: usize = 8;

/// Those that were seen or those that touched the key are gone through, whichever takes less time.
fn held_against(read: Step, seen: &Seen, past: &Past, broken: &mut Broken) {
    let look = |touch: &Touch| {
        let until = seen.until(touch.session).filter(|_| touch.is_ever_above(read.rank));
        if let Some(until) = until {
            for (kind, guarantee) in
                [(Kind::Written, Guarantee::MonotonicWrites), (Kind::Read, Guarantee::WritesFollowReads)]
            {
                if past.newest_by(touch, kind, until) > read.rank {
                    broken.add(guarantee);
                }
            }
        }
        broken.holds(Guarantee::MonotonicWrites) && broken.holds(Guarantee::WritesFollowReads)
    };
    let touched = past.touched(read.key);
    let _all_found = match seen.sessions.len() * LOOK_UP <= touched.len() {
        true => seen.sessions.iter().filter_map(|&other| past.touch(other, read.key)).any(look),
        false => touched.iter().any(look),
    };
}

fn newest_so_far(steps: &[Step]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|&place| steps[place].begun);
    let mut newest: FxHashMap<KeyId, u32> = FxHashMap::default();
    let mut so_far = vec![0; steps.len()];
    let same = |a: &usize, b: &usize| steps[*a].begun == steps[*b].begun;
    for at_once in order.chunk_by(same) {
        for &place in at_once {
            let Step { key, rank, .. } = steps[place];
            let newest = newest.entry(key).or_default();
            *newest = rank.max(*newest);
        }
        at_once.iter().for_each(|&place| so_far[place] = newest[&steps[place].key]);
    }
    so_far
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    fn client(number: u32) -> Client {
        Client { population: PopulationIx(0), home: LocationIx(0), number }
    }

    /// `who`, `r` or `w`, key, rank, beginning and end.
    fn told(history: &[(u32, char, u32, u32, u64, u64)]) -> Vec<Vec<&'static str>> {
        let at = |nanos| Time::ZERO + Span::from_nanos(nanos);
        let step = |&(who, what, key, rank, begun, ended): &(u32, char, u32, u32, u64, u64)| Step {
            client: client(who),
            writes: what == 'w',
            key: KeyId(key),
            rank,
            begun: at(begun),
            ended: at(ended),
        };
        let steps: Vec<Step> = history.iter().map(step).collect();
        let names = |broken: Broken| {
            Guarantee::ALL.into_iter().filter(move |&g| broken.holds(g)).map(Guarantee::name).collect()
        };
        broken(&steps).into_iter().map(names).collect()
    }

    const NONE: Vec<&str> = Vec::new();

    /// By hand: an own write of rank 2 had its answer at 10. A read that began then must see it, one that began
    /// before need not, and another client's need not.
    #[test]
    fn a_client_reads_what_it_has_written() {
        let history = [
            (1, 'w', 7, 2, 0, 10),
            (1, 'r', 7, 1, 9, 12),
            (1, 'r', 7, 1, 10, 12),
            (1, 'r', 7, 3, 11, 12),
            (1, 'r', 8, 0, 11, 12),
            (2, 'r', 7, 1, 11, 12),
        ];
        assert_eq!(told(&history), [NONE, NONE, vec!["read_your_writes"], NONE, NONE, NONE]);
    }

    /// By hand: rank 5 was read, then 4, then 5 again; 4 is newer than nothing that client 2 has read.
    #[test]
    fn a_client_does_not_go_back() {
        let history =
            [(1, 'r', 7, 5, 0, 1), (1, 'r', 7, 4, 1, 2), (1, 'r', 7, 5, 2, 3), (2, 'r', 7, 4, 2, 3)];
        assert_eq!(told(&history), [NONE, vec!["monotonic_reads"], NONE, NONE]);
    }

    /// By hand: a client's second write of a key ranks below its first, and below what it has read.
    #[test]
    fn a_client_writes_in_order() {
        let history =
            [(1, 'r', 7, 3, 0, 1), (1, 'w', 7, 4, 1, 2), (1, 'w', 7, 2, 2, 3), (1, 'w', 7, 5, 3, 4)];
        assert_eq!(told(&history), [NONE, NONE, vec!["monotonic_writes", "writes_follow_reads"], NONE]);
    }

    /// By hand: client 1 writes key 7 and then key 8. Client 2 sees the latter and then not the former; client 3 has
    /// seen nothing yet; client 4 sees it too late, its read of 7 had begun.
    #[test]
    fn who_sees_the_second_write_of_another_sees_its_first() {
        let history = [
            (1, 'w', 7, 1, 0, 10),
            (1, 'w', 8, 1, 10, 20),
            (2, 'r', 8, 1, 30, 40),
            (2, 'r', 7, 0, 40, 50),
            (3, 'r', 8, 0, 30, 40),
            (3, 'r', 7, 0, 40, 50),
            (4, 'r', 8, 1, 30, 45),
            (4, 'r', 7, 0, 40, 50),
            (2, 'r', 7, 1, 50, 60),
        ];
        let mut expected = vec![NONE; 9];
        expected[3] = vec!["monotonic_writes"];
        assert_eq!(told(&history), expected);
    }

    /// The same where the first write had no answer yet when the second began: they are in no order.
    #[test]
    fn writes_at_the_same_time_are_in_no_order() {
        let history =
            [(1, 'w', 7, 1, 0, 11), (1, 'w', 8, 1, 10, 20), (2, 'r', 8, 1, 30, 40), (2, 'r', 7, 0, 40, 50)];
        assert_eq!(told(&history), vec![NONE; 4]);
    }

    /// By hand: client 1 reads what client 3 wrote to key 7 and answers in key 8; client 2 sees the answer without
    /// what it answers.
    #[test]
    fn who_sees_an_answer_sees_what_it_answers() {
        let history = [
            (3, 'w', 7, 1, 0, 5),
            (1, 'r', 7, 1, 5, 10),
            (1, 'w', 8, 1, 10, 20),
            (2, 'r', 8, 1, 30, 40),
            (2, 'r', 7, 0, 40, 50),
        ];
        assert_eq!(told(&history), [NONE, NONE, NONE, NONE, vec!["writes_follow_reads"]]);
    }

    /// Several reasons are one broken guarantee of the operation.
    #[test]
    fn an_operation_breaks_a_guarantee_once() {
        let history =
            [(1, 'w', 7, 2, 0, 1), (1, 'w', 7, 3, 1, 2), (1, 'r', 7, 3, 2, 3), (1, 'r', 7, 0, 3, 4)];
        let expected = vec!["read_your_writes", "monotonic_reads"];
        assert_eq!(told(&history), [NONE, NONE, NONE, expected]);
    }
}
