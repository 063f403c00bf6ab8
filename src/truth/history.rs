//! The commits of one key, and the judgement of reads against them.

use crate::base::{Span, Time};

/// The commit of one version of a key. Version v stands at place v − 1 among those of its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Commit {
    /// When this version committed; [`Time::NEVER`] while it has not.
    pub(super) at: Time,
    /// When the first of this version and all later ones did: these instants rise with the version.
    pub(super) first_from_here: Time,
    /// When the last of this version and all earlier ones did: these rise as well.
    pub(super) last_up_to_here: Time,
}

/// What a read is, held against the truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Committed newer versions that the read missed; 0 if it is fresh.
    pub behind: u32,
    /// The commit of the first version missed; [`Time::NEVER`] if fresh.
    pub first_missed: Time,
    /// The commit of the newest version that had committed before the read's invocation: what it ought to
    /// see. [`Time::NEVER`] before any.
    pub last_commit: Time,
    /// It returned a version that had not committed when it returned.
    pub ahead: bool,
}

/// Of any read of a key that was never written.
pub(super) const UNWRITTEN: Verdict =
    Verdict { behind: 0, first_missed: Time::NEVER, last_commit: Time::NEVER, ahead: false };

impl Verdict {
    /// Whether a newer version had committed before the read's invocation.
    pub fn is_stale(&self) -> bool {
        self.behind > 0
    }

    /// How long before the read's invocation the first missed version had committed.
    pub fn overdue(&self, invoked: Time) -> Span {
        invoked.since(self.first_missed)
    }
}

impl Commit {
    pub(super) fn load(&self) -> u64 {
        self.at.as_nanos()
    }
}

/// A version was issued that has not committed.
pub(super) const PENDING: Commit =
    Commit { at: Time::NEVER, first_from_here: Time::NEVER, last_up_to_here: Time::NEVER };

/// The version at a place commits, not before any that has committed already. The first `complete` versions
/// had all committed; tells how many have now.
pub(super) fn commit(commits: &mut [Commit], complete: usize, at: usize, now: Time) -> usize {
    assert!(commits[at].at == Time::NEVER, "a write commits once");
    commits[at].at = now;
    let unset = |commit: &&mut Commit| commit.first_from_here == Time::NEVER;
    commits[..=at].iter_mut().rev().take_while(unset).for_each(|commit| commit.first_from_here = now);
    let mut last = if complete == 0 { Time::ZERO } else { commits[complete - 1].last_up_to_here };
    let mut complete = complete;
    while let Some(commit) = commits.get_mut(complete).filter(|commit| commit.at != Time::NEVER) {
        last = last.max(commit.at);
        commit.last_up_to_here = last;
        complete += 1;
    }
    complete
}

/// Judges a read that began at `invoked` and returns the `version`-th version at `now`. `bookmark` is about how
/// many versions had committed then, and is set to that. What commits later may be known already and does not
/// matter.
#[inline]
pub(super) fn judge(
    commits: &[Commit],
    bookmark: &mut usize,
    version: usize,
    invoked: Time,
    now: Time,
) -> Verdict {
    // What had committed before the invocation lies in [0, newest).
    let newest = rising(commits, *bookmark, |commit| commit.first_from_here <= invoked);
    *bookmark = newest;
    let ahead = version > 0 && commits[version - 1].at > now;
    if newest == 0 {
        return Verdict { ahead, ..UNWRITTEN };
    }
    let last_commit = commits[newest - 1].at;
    let missed = commits.get(version..newest).unwrap_or_default();
    let Some(first) = missed.first() else {
        return Verdict { ahead, last_commit, ..UNWRITTEN };
    };
    // All but the newest few of them had committed, as a rule.
    let complete = rising(missed, missed.len(), |commit| commit.last_up_to_here <= invoked);
    let behind = complete + missed[complete..].iter().filter(|commit| commit.at <= invoked).count();
    Verdict { behind: behind as u32, first_missed: first.first_from_here, last_commit, ahead }
}

/// Judges the reads of one entry: hits of the same version, in order of time, answered at once.
#[derive(Clone, Copy, Debug)]
pub struct Hits<'a> {
    commits: &'a [Commit],
    version: usize,
    /// How many versions there are up to the newest that had committed at the last read.
    newest: usize,
    /// How many of the first versions had all committed.
    complete: usize,
}

impl<'a> Hits<'a> {
    pub(super) fn new(commits: &'a [Commit], bookmark: usize, version: usize, from: Time) -> Hits<'a> {
        let newest = rising(commits, bookmark, |commit| commit.first_from_here <= from);
        let complete = rising(commits, newest, |commit| commit.last_up_to_here <= from);
        Hits { commits, version, newest, complete }
    }

    /// Judges a read that begins and ends at `invoked`, not before the one judged last.
    #[inline]
    pub fn judge(&mut self, invoked: Time) -> Verdict {
        let Hits { commits, version, .. } = *self;
        while commits.get(self.newest).is_some_and(|commit| commit.first_from_here <= invoked) {
            self.newest += 1;
        }
        if self.newest == 0 && version == 0 {
            return UNWRITTEN;
        }
        let ahead = version > 0 && commits[version - 1].at > invoked;
        let last_commit = self.newest.checked_sub(1).map_or(Time::NEVER, |at| commits[at].at);
        if version >= self.newest {
            return Verdict { ahead, last_commit, ..UNWRITTEN };
        }
        while commits.get(self.complete).is_some_and(|commit| commit.last_up_to_here <= invoked) {
            self.complete += 1;
        }
        let sure = self.complete.clamp(version, self.newest);
        let others = commits[sure..self.newest].iter().filter(|commit| commit.at <= invoked).count();
        let behind = (sure - version + others) as u32;
        Verdict { behind, first_missed: commits[version].first_from_here, last_commit, ahead }
    }
}

/// How many commits `hold`, which are the first ones. Looks near the guess first, in steps that double (Bentley, Yao:
/// An almost optimal algorithm for unbounded searching, 1976).
#[inline]
pub(super) fn rising<T>(commits: &[T], guess: usize, hold: impl Fn(&T) -> bool) -> usize {
    let len = commits.len();
    let (mut low, mut high, mut step) = (guess.min(len), guess.min(len), 1);
    if low < len && hold(&commits[low]) {
        while low < len && hold(&commits[(low + step).min(len) - 1]) {
            low = (low + step).min(len);
            step *= 2;
        }
        high = (low + step).min(len);
    } else {
        while high > 0 && !hold(&commits[high.saturating_sub(step)]) {
            high = high.saturating_sub(step);
            step *= 2;
        }
        low = high.saturating_sub(step);
    }
    low + commits[low..high].partition_point(hold)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits at 10, 20, …, 1000: at t, the t / 10 first ones have committed, whatever the guess.
    #[test]
    fn any_guess_finds_the_newest() {
        let at = |nanos| Time::ZERO + Span::from_nanos(nanos);
        let mut commits = vec![PENDING; 100];
        (0..100).fold(0, |complete, version| {
            commit(&mut commits, complete, version, at(10 * (version as u64 + 1)))
        });
        for guess in [0, 1, 7, 50, 99, 100, 1000] {
            for nanos in [0, 9, 10, 11, 500, 995, 1000, 2000] {
                let found = rising(&commits, guess, |commit| commit.first_from_here <= at(nanos));
                assert_eq!(found, (nanos as usize / 10).min(100), "{guess} {nanos}");
            }
        }
    }

    /// Versions commit out of order; whether a read is judged alone or as one of many hits is the same.
    #[test]
    fn hits_are_judged_like_other_reads() {
        let at = |nanos| Time::ZERO + Span::from_nanos(nanos);
        let mut commits = vec![PENDING; 60];
        let mut complete = 0;
        for step in 0..60usize {
            let place = step / 6 * 6 + [3, 0, 5, 1, 4, 2][step % 6];
            complete = commit(&mut commits, complete, place, at(10 * (step as u64 + 1)));
        }
        for version in 0..=60 {
            let mut hits = Hits::new(&commits, 7, version, at(3));
            for nanos in (3..700).step_by(7) {
                let alone = judge(&commits, &mut 20, version, at(nanos), at(nanos));
                assert_eq!(hits.judge(at(nanos)), alone, "version {version} at {nanos}");
            }
        }
    }
}
