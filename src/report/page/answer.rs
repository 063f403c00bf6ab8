//! The answer in numbers, readable without scripts: three figures of the first case, and a table of all cases.

use maud::{Markup, html};

use super::rows::{Found, Tables, shown_name};
use crate::report::key_figures::{KEY_FIGURES, Measure};
use crate::report::number::with_interval;

/// Operation, metric and stat of a figure in the headline.
type Key = [&'static str; 3];

const STALE: Key = ["read", "stale_rate", "rate"];
const READ_P50: Key = ["read", "latency", "p50"];
const READ_P99: Key = ["read", "latency", "p99"];
const READS_ANSWERED: Key = ["read", "availability", "rate"];
/// What changes data: the first of these that the clients do.
const WRITES: [(&str, &str); 2] = [("Writes", "write"), ("Updates", "update")];

/// The headline of the first case and namespace; scripts put others in its place.
pub(super) fn headline(tables: &Tables, group: (&str, &str), is_one_of_several: bool) -> Markup {
    let find = |key: Key| tables.find(group, key);
    // Where none was answered there is no latency: then the share that was answered is told.
    let of_reads = ("of all", Measure::Share, find(READS_ANSWERED));
    let reads_answered = [
        ("half within", Measure::Seconds, find(READ_P50)),
        ("99 of 100 within", Measure::Seconds, find(READ_P99)),
    ];
    let write = WRITES.into_iter().find_map(|(name, op)| {
        let within = ("99 of 100 within", Measure::Seconds, find([op, "latency", "p99"]));
        let told = if within.2.is_some() {
            within
        } else {
            ("of all", Measure::Share, find([op, "availability", "rate"]))
        };
        told.2.is_some().then_some((name, told))
    });
    html! {
        p #headline-of hidden[!is_one_of_several] {
            bdi { b { (shown_name(if group.0.is_empty() { group.1 } else { group.0 })) } }
        }
        div #cards {
            (card("stale", "Stale reads", &[("of all reads", Measure::Share, find(STALE))]))
            @if reads_answered[0].2.is_some() { (card("read", "Reads answered", &reads_answered)) }
            @else { (card("read", "Reads answered", &[of_reads])) }
            @if let Some((name, told)) = write { (card("write", &format!("{name} answered"), &[told])) }
        }
        p #in-words { (in_words(find(STALE), find(READS_ANSWERED))) }
    }
}

fn card(id: &str, title: &str, figures: &[(&str, Measure, Option<Found>)]) -> Markup {
    html! {
        section .card data-card=(id) {
            h2 { (title) }
            div .figures {
                @for (what, measure, found) in figures {
                    @if let Some(found) = found { (figure(what, *measure, found)) }
                }
            }
        }
    }
}

/// A large number with its interval below.
fn figure(what: &str, measure: Measure, found: &Found) -> Markup {
    let write = measure.write();
    let Found { estimate, .. } = found;
    html! {
        div .figure {
            span .what { (what) }
            (number(found, "big", &write(estimate.value)))
            span .interval {
                @match estimate.interval {
                    None => "no interval",
                    Some((0.0, hi)) if estimate.value == 0.0 && hi > 0.0 => {
                        "none seen; below " (write(hi)) " at 95 %"
                    }
                    Some((lo, hi)) if lo == hi => "the same in every trial",
                    Some((lo, hi)) => { "95 % interval " (write(lo)) " to " (write(hi)) }
                }
            }
        }
    }
}

/// A number that says which cell of the tables it is.
fn number(found: &Found, class: &str, text: &str) -> Markup {
    html! {
        span class={ "number " (class) } data-csv="summary.csv" data-row=(found.row) data-column="value"
            data-value=(found.written) title=(found.written) { (text) }
    }
}

/// The share of stale reads as people say it; of no answered read none can be stale.
fn in_words(stale: Option<Found>, answered: Option<Found>) -> String {
    let Some(found) = stale else {
        let none = answered.is_some_and(|found| found.estimate.value == 0.0);
        return if none { "No read was answered.".into() } else { String::new() };
    };
    let rate = found.estimate.value;
    match rate {
        0.0 => "No read was stale: none began after a newer version had committed and returned an older one."
            .into(),
        _ => format!("{} stale: a newer version had committed before the read began.", share_in_words(rate)),
    }
}

/// A share other than 0, such as "38 of 100 reads were" or "About 1 of 4,000 reads was".
fn share_in_words(rate: f64) -> String {
    match rate {
        rate if (0.995..1.0).contains(&rate) => "More than 99 of 100 reads were".into(),
        rate if rate >= 0.095 => {
            let count = (rate * 100.0).round();
            format!("{count} of 100 reads were")
        }
        rate if rate >= 0.0095 => {
            let count = (rate * 1000.0).round();
            format!("{count} of 1,000 reads were")
        }
        rate => {
            let one_in = 1.0 / rate;
            let digits = 10f64.powf(one_in.log10().floor() - 1.0);
            format!("About 1 of {} reads was", grouped((one_in / digits).round() * digits))
        }
    }
}

/// A whole number with commas between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The key figures of all cases and namespaces, with the intervals.
pub(super) fn all_cases(tables: &Tables, groups: &[(&str, &str)], of_arms: bool) -> Markup {
    let told = KEY_FIGURES.into_iter().filter(|figure| figure.of_a_run || of_arms);
    let told: Vec<_> =
        told.filter(|figure| groups.iter().any(|&group| tables.find(group, figure.key).is_some())).collect();
    let with_case = groups.iter().any(|(case, _)| !case.is_empty());
    html! {
        p .fine #overview-note {
            "Over all locations. ± is half of the 95 % interval over independent trials; where nothing was seen, its \
             upper bound is in parentheses."
        }
        div .scroll tabindex="0" role="region" aria-label="Key figures" {
            table #overview aria-describedby="overview-note" {
                thead {
                    tr {
                        @if with_case { th scope="col" { @if of_arms { "Arm" } @else { "Case" } } }
                        th scope="col" { "Namespace" }
                        @for figure in &told { th scope="col" .n { (figure.name) } }
                    }
                }
                tbody {
                    @for &group in groups {
                        tr data-case=(group.0) data-namespace=(group.1) {
                            @if with_case { th scope="row" { bdi { (shown_name(group.0)) } } }
                            @if with_case { td { bdi { (shown_name(group.1)) } } }
                            @else { th scope="row" { bdi { (shown_name(group.1)) } } }
                            @for figure in &told {
                                td .n {
                                    @match tables.find(group, figure.key) {
                                        None => "–",
                                        Some(found) => {
                                            (number(&found, "", &with_interval(&found.estimate, figure.measure.write())))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_words() {
        let told = [0.3767, 0.0123, 0.00026, 0.996, 1.0].map(share_in_words);
        assert_eq!(
            told,
            [
                "38 of 100 reads were",
                "12 of 1,000 reads were",
                "About 1 of 3,800 reads was",
                "More than 99 of 100 reads were",
                "100 of 100 reads were"
            ]
        );
    }
}
