//! The document around it all: its head with what a browser may do, and its parts in order.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::about::{About, MANIFEST};
use super::embedded::{embedded, hash};
use super::rows::Tables;
use super::{PageError, after, answer, arms, assets, gates, solve, why};
use crate::report::ResultFile;
use crate::report::number::seconds;

/// The whole page.
pub(super) fn document(
    about: &About,
    tables: &Tables,
    files: &[ResultFile],
    manifest: &[u8],
) -> Result<Markup, PageError> {
    let script = assets::script();
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data: blob:; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(assets::STYLE)
    );
    let groups = tables.groups();
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (about.heading()) " · edgelag" }
                link rel="icon" href="data:,";
                style { (PreEscaped(assets::STYLE)) }
            }
            body {
                a .skip href="#main" { "Skip to the answer" }
                (banner(about, tables))
                main #main tabindex="-1" {
                    (top(about, tables, &groups))
                    @if let Some(table) = tables.get("comparison.csv") { (arms::differences(table)) }
                    (drawn(tables))
                    @if let Some(table) = tables.get("why.csv") { (why::explained(table, files)) }
                    (data(about))
                }
                footer { (words(about)) }
                @for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
                    (embedded(name, bytes))
                }
                (embedded(MANIFEST, manifest))
                script { (PreEscaped(script)) }
            }
        }
    })
}

fn banner(about: &About, tables: &Tables) -> Markup {
    html! {
        header #banner {
            p .brand { b { "edgelag" } " " span { bdi { (about.scenario) } } }
            nav aria-label="Parts of the page" {
                a href="#main" { "Answer" }
                @if !about.cases.is_empty() {
                    a .drawn href="#where" { "Map" }
                    a .drawn href="#charts" { "Charts" }
                    a .drawn href="#locations" { "Locations" }
                }
                @if tables.get("why.csv").is_some() { a href="#why" { "Why" } }
                a href="#data" { "Data" }
            }
            button #theme type="button" hidden { "Dark" }
        }
    }
}

fn top(about: &About, tables: &Tables, groups: &[(&str, &str)]) -> Markup {
    let of_arms = tables.get("comparison.csv").is_some();
    html! {
        section #answer aria-labelledby="title" {
            h1 #title dir="auto" { (about.heading()) }
            @if !about.question.is_empty() { p #question dir="auto" { (about.question) } }
            @if about.partial && !about.cases.is_empty() {
                p .notice role="note" { b { "Partial." } " The run was interrupted: " (finished(about)) " are in these numbers." }
            }
            @if let Some(table) = tables.get("solve.csv") { (solve::solution(table, tables.get("gates.csv"))) }
            @if let Some(table) = tables.get("gates.csv") { (gates::verdicts(table, tables.get("solve.csv").and_then(solve::best))) }
            @match groups {
                [] if about.cases.is_empty() => {}
                [] => p .notice { "Nothing was measured: no operation began between warm-up and horizon." },
                [first, ..] => {
                    @let best = tables.get("solve.csv").and_then(solve::best);
                    @let group = groups.iter().find(|(case, _)| Some(*case) == best).unwrap_or(first);
                    (answer::headline(tables, *group, groups.len() > 1))
                }
            }
            @if groups.len() > 1 || of_arms {
                h2 { (side_by_side(groups, of_arms)) " side by side" }
                (answer::all_cases(tables, groups, of_arms))
            } @else if !groups.is_empty() {
                details { summary { "More figures" } (answer::all_cases(tables, groups, of_arms)) }
            }
            (how(about))
        }
    }
}

fn side_by_side(groups: &[(&str, &str)], of_arms: bool) -> &'static str {
    match groups.iter().all(|(case, _)| *case == groups[0].0) {
        _ if of_arms => "The arms",
        true => "The namespaces",
        false => "The cases",
    }
}

/// Of what was asked for, what is there.
fn finished(about: &About) -> String {
    let done: u64 = about.cases.iter().map(|ran| ran.trials).sum();
    let trials = format!("{done} of {} trials", about.trials_asked);
    match about.cases_asked {
        0 | 1 => trials,
        asked => format!("{trials}, of {} of {asked} cases,", about.cases.len()),
    }
}

/// How many trials there are of each case.
fn trials(about: &About) -> String {
    let trials = || about.cases.iter().map(|ran| ran.trials);
    let (least, most) = (trials().min().unwrap_or(0), trials().max().unwrap_or(0));
    match about.cases.len() {
        0 | 1 => most.to_string(),
        cases if least == most => format!("{most} of each of {cases}"),
        cases => format!("{least} to {most} of each of {cases}"),
    }
}

/// What was run, and how to run it again.
fn how(about: &About) -> Markup {
    let most = |of: fn(&super::about::Ran) -> u64| about.cases.iter().map(of).max().unwrap_or(0);
    let longest = about.cases.iter().map(|ran| ran.horizon_s).fold(0.0, f64::max);
    let warmup = about.cases.iter().map(|ran| ran.warmup_s).fold(0.0, f64::max);
    html! {
        section #how aria-label="How it was run" {
            @if !about.cases.is_empty() { dl {
                @if let Some(seed) = about.seed { div { dt { "Seed" } dd #seed { (seed) } } }
                div { dt { "Trials" } dd { (trials(about)) } }
                div { dt { "Simulated" } dd { (seconds(longest)) ", the first " (seconds(warmup)) " not measured" } }
                div { dt { "Locations" } dd { (most(|ran| ran.locations)) } }
                div { dt { "Version" } dd { "edgelag " (about.edgelag) } }
            } }
            div .command {
                code #command { (about.command) }
                button #copy type="button" hidden { "Copy" }
            }
        }
    }
}

/// What scripts fill; hidden without them.
fn drawn(tables: &Tables) -> Markup {
    html! {
        noscript {
            p .notice { "The map and the charts are drawn by a script of this file. The numbers above, and the tables and charts beside this file, need none." }
        }
        div #app hidden {
            form #picker aria-label="What the map and the charts show" {}
            section #where aria-labelledby="where-title" { h2 #where-title { "Where" } }
            section #spread aria-labelledby="spread-title" hidden { h2 #spread-title { "One write spreading" } }
            section #charts aria-labelledby="charts-title" { h2 #charts-title { "Charts" } }
            @if let Some(table) = tables.get("recovery.csv") { (after::faults(table)) }
            section #locations aria-labelledby="locations-title" { h2 #locations-title { "Location by location" } }
        }
    }
}

fn data(about: &About) -> Markup {
    html! {
        section #data aria-labelledby="data-title" {
            h2 #data-title { "Data" }
            p .lead {
                "Every number on this page is one of these tables'. They are inside this file, to the byte; "
                "run.json holds the whole scenario and what is needed to run it again."
            }
            ul #downloads {}
            p .fine { "Results of " bdi { (about.scenario) } ". Intervals are 95 % and come from independent trials." }
        }
    }
}

fn words(about: &About) -> Markup {
    let words = [
        ("Stale read", "a newer version had committed before the read began."),
        ("Overdue", "how long before a stale read began the first version that it missed had committed."),
        ("Behind", "how many committed newer versions a read missed."),
        ("Commit", "when a write is durable by the policy's own promise."),
        ("Serves a write", "from then on, a read there returns that version or a newer one."),
        ("p50, p99", "half of the operations, 99 of 100, were answered within that time."),
        (
            "Interval",
            "95 %, over independent trials; a share that was never seen has an upper bound instead.",
        ),
    ];
    html! {
        section aria-labelledby="words-title" {
            h2 #words-title { "Words" }
            dl { @for (word, meaning) in words { div { dt { (word) } dd { (meaning) } } } }
        }
        p .fine { "Simulated by edgelag " (about.edgelag) ". Outline of the continents: Natural Earth, public domain." }
    }
}
