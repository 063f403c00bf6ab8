//! What a person should know before trusting the results.

use super::case::Case;
use super::gates::untold;
use super::load::Scenario;
use super::overload::overloads;
use super::traces;
use crate::base::Probability;

impl Scenario {
    /// What a person should know before trusting the results: each thing once, with the points that it is true of.
    pub fn warnings(&self) -> Vec<String> {
        let mut told: Vec<Told> = Vec::new();
        for case in &self.cases {
            for (about, text) in of_case(case) {
                match told.iter_mut().find(|told| told.about == about) {
                    Some(told) => told.points += 1,
                    None => told.push(Told { about, text, first: &case.label, points: 1 }),
                }
            }
        }
        let all = self.cases.len();
        let sentence = |Told { text, first, points, .. }| match points {
            _ if all == 1 => text,
            1 => format!("{text} ({first})"),
            _ => format!("{text} ({points} of {all} points, first: {first})"),
        };
        told.into_iter().map(sentence).chain(untold(&self.cases)).collect()
    }
}

/// A warning of one point or several.
struct Told<'s> {
    /// The same at all points, whatever the numbers in the text.
    about: String,
    /// As it is at the first point.
    text: String,
    first: &'s str,
    points: usize,
}

/// The warnings of a case: what each is about, and its text.
fn of_case(case: &Case) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    if case.trials == 1 {
        texts.push("one trial gives no intervals; set `trials` to 2 or more".to_owned());
    }
    for (clients, trace) in case.populations.iter().filter_map(|c| Some((c, c.trace.as_ref()?))) {
        texts.extend(traces::warnings(&clients.name, trace));
    }
    for namespace in &case.namespaces {
        let visibility = &namespace.visibility;
        if visibility.followed > Probability::ZERO && visibility.follow_until <= case.warmup {
            texts.push(format!(
                "the horizon is too short to follow writes of `{}` until they have spread",
                namespace.name
            ));
        }
    }
    let loads = overloads(case).into_iter().map(|text| {
        let about = text.rsplit_once(" is ").map_or_else(|| text.clone(), |(of, _)| of.to_owned());
        (about, text)
    });
    loads.chain(texts.into_iter().map(|text| (text.clone(), text))).collect()
}
