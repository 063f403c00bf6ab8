//! Faults that each trial draws for itself: how many trials are in one at a time.

use crate::experiment::Stretch;
use crate::report::number::percent;

/// So many are named in words.
const MOST_NAMED: usize = 3;

/// Of each slice, the share of all trials' time in which at least one of these is there.
pub(super) fn shares(drawn: &[&Stretch], slices: &[(f64, f64)], trials: u32) -> Vec<f64> {
    let mut windows: Vec<(Option<u32>, f64, f64)> =
        drawn.iter().map(|fault| (fault.trial, fault.from, fault.to)).collect();
    windows.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // What lies over one another in one trial counts once.
    let apart = windows.into_iter().fold(Vec::<(Option<u32>, f64, f64)>::new(), |mut apart, next| {
        match apart.last_mut() {
            Some(last) if last.0 == next.0 && next.1 <= last.2 => last.2 = last.2.max(next.2),
            _ => apart.push(next),
        }
        apart
    });
    let share = |&(from, to): &(f64, f64)| {
        let inside = apart.iter().map(|&(_, begins, ends)| (ends.min(to) - begins.max(from)).max(0.0));
        inside.sum::<f64>() / (f64::from(trials) * (to - from))
    };
    slices.iter().map(share).collect()
}

/// What the shades of these mean, of which the darkest is `most`.
pub(super) fn words(drawn: &[&Stretch], most: f64) -> String {
    let mut names: Vec<String> = Vec::new();
    for fault in drawn {
        let name = fault.label();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = names.join(", ");
    format!(" · drawn faults ({names}{more}): shade = share of trials, the darkest {}", percent(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(trial: u32, from: f64, to: f64) -> Stretch {
        Stretch { trial: Some(trial), location: "FRA".to_owned(), kind: "site-down", from, to }
    }

    /// Counted by hand, in slices of 10 s of four trials: in the first, 5 s of one and 10 s of another, of 40 s; in the
    /// second 2 s. Two faults of one trial at a time are one, and the last ends after the last slice.
    #[test]
    fn shares_are_of_the_time_of_all_trials() {
        let faults =
            [stretch(0, 0.0, 5.0), stretch(2, 4.0, 12.0), stretch(2, 0.0, 6.0), stretch(3, 25.0, 99.0)];
        let faults: Vec<&Stretch> = faults.iter().collect();
        let slices = [(0.0, 10.0), (10.0, 20.0), (20.0, 30.0)];
        assert_eq!(shares(&faults, &slices, 4), [15.0 / 40.0, 2.0 / 40.0, 5.0 / 40.0]);
        assert_eq!(shares(&[], &slices, 4), [0.0; 3]);
        let words = words(&faults, 0.375);
        assert_eq!(words, " · drawn faults (FRA down): shade = share of trials, the darkest 37.5 %");
    }
}
