//! Spans of time over which reads of one version have the same verdict.

use super::history::{Commit, Verdict, judge, rising};
use crate::base::Time;

/// A stretch of time over which no commit changes the verdict of a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Its first instant.
    pub from: Time,
    /// The first instant after it.
    pub until: Time,
    /// Of any read in it that returns the version at once.
    pub verdict: Verdict,
}

/// A commit of a key: when, and of which version.
pub(super) type InTime = (Time, u32);

/// The commits of a key in the order of their time.
pub(super) fn in_time(commits: &[Commit]) -> Vec<InTime> {
    let mut in_time: Vec<InTime> = (1..).zip(commits).map(|(number, commit)| (commit.at, number)).collect();
    in_time.sort_unstable();
    in_time
}

/// The commits of a key in both orders.
#[derive(Clone, Copy, Debug)]
pub(super) struct History<'a> {
    pub(super) commits: &'a [Commit],
    pub(super) in_time: &'a [InTime],
}

/// Tells the stretches of [`from`, `until`), in order, for reads that return the `version`-th version. `bookmark` is
/// about how many versions had committed at `from`, and is set to that.
pub(super) fn stretches(
    history: History,
    bookmark: &mut usize,
    version: usize,
    from: Time,
    until: Time,
    mut tell: impl FnMut(Stretch),
) {
    let mut verdict = judge(history.commits, bookmark, version, from, from);
    let mut newest = *bookmark;
    let mut begun = from;
    // Versions commit about in their order, so as many had committed as the newest one's number, about.
    let next = rising(history.in_time, newest, |&(at, _)| at <= from);
    for &(at, number) in history.in_time[next..].iter().take_while(|&&(at, _)| at < until) {
        if begun < at {
            tell(Stretch { from: begun, until: at, verdict });
        }
        begun = at;
        let number = number as usize;
        if number > newest {
            newest = number;
            verdict.last_commit = at;
        }
        if number > version {
            verdict.first_missed = verdict.first_missed.min(at);
            verdict.behind += 1;
        }
        verdict.ahead &= number != version;
    }
    tell(Stretch { from: begun, until, verdict });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Dice, Span};
    use crate::truth::history::{PENDING, commit};
    use rand::RngExt;

    fn at(nanos: u64) -> Time {
        Time::ZERO + Span::from_nanos(nanos)
    }

    /// Twelve versions, one of them never, that commit in an order left to chance: at each instant the verdict of the
    /// stretch is that of a read then, stretches follow one another, and neighbours differ.
    #[test]
    fn a_stretch_has_the_verdict_of_each_read_in_it() {
        let mut rng = Dice::of_trial(11, 0).rng();
        for _ in 0..300 {
            let jumble = rng.random_range(1..=60u64);
            let when: Vec<u64> = (0..12).map(|n| 10 * n + 1 + rng.random_range(0..jumble)).collect();
            let mut order: Vec<usize> = (0..12).filter(|&place| place != 7).collect();
            order.sort_by_key(|&place| when[place]);
            let mut commits = vec![PENDING; 12];
            order.iter().fold(0, |complete, &place| commit(&mut commits, complete, place, at(when[place])));
            let (version, from) = (rng.random_range(0..=12), rng.random_range(0..150u64));
            let until = from + rng.random_range(1..60);
            let mut told = Vec::new();
            let history = History { commits: &commits, in_time: &in_time(&commits) };
            stretches(history, &mut 5, version, at(from), at(until), |stretch| told.push(stretch));
            assert_eq!((told[0].from, told[told.len() - 1].until), (at(from), at(until)));
            for pair in told.windows(2) {
                assert_eq!(pair[0].until, pair[1].from);
            }
            for stretch in told {
                for nanos in stretch.from.as_nanos()..stretch.until.as_nanos() {
                    let verdict = judge(&commits, &mut 0, version, at(nanos), at(nanos));
                    assert_eq!(stretch.verdict, verdict, "version {version} at {nanos} of {when:?}");
                }
            }
        }
    }
}
