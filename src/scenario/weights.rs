//! How the traffic of a population is shared out among its locations.

use std::ops::Range;

use toml::Spanned;

use super::file::ClientSpec;
use super::load::Files;
use super::places::Places;
use super::text::{Diagnostic, nearest};
use super::traffic::{Around, WeightsSpec};
use crate::model::workload::ArrivalsSpec;

/// What each location has of the rates that are written: all of them without weights, else its share.
pub(super) fn shares(
    spec: &ClientSpec,
    around: &Around,
    (places, files): (&Places, &Files),
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<f64> {
    let Some(weights) = &spec.weights else { return vec![1.0; around.at.len()] };
    let arrivals = spec.arrivals.as_ref().map(Spanned::get_ref);
    if matches!(arrivals, Some(ArrivalsSpec::Every(_) | ArrivalsSpec::Closed { .. })) {
        let problem = "`weights` share out a rate, but these arrivals have none";
        let help = "use arrivals.poisson, arrivals.mmpp or arrivals.bursts, or leave `weights` out";
        mistakes.push(Diagnostic::new(problem, weights.span(), "").with_help(help));
    }
    match given(weights.get_ref(), weights.span(), files).and_then(|given| {
        let names: Vec<&str> =
            around.at.iter().map(|location| places.used[location.at()].name.as_str()).collect();
        of_locations(&given, &names, weights.span())
    }) {
        Ok(shares) => shares,
        Err(mistake) => {
            mistakes.push(mistake);
            vec![1.0; around.at.len()]
        }
    }
}

/// A weight by the name of its location, and where that is written.
type Given = Vec<(String, f64, Range<usize>)>;

fn given(spec: &WeightsSpec, place: Range<usize>, files: &Files) -> Result<Given, Diagnostic> {
    match spec {
        WeightsSpec::Each(each) => {
            Ok(each.iter().map(|(name, weight)| (name.get_ref().clone(), *weight, name.span())).collect())
        }
        WeightsSpec::Csv(path) => {
            let wrong = |problem: String| Diagnostic::new(format!("`{path}`: {problem}"), place.clone(), "");
            let bytes = files(path).and_then(|file| file.whole()).map_err(|reason| {
                Diagnostic::new(format!("cannot read `{path}`: {reason}"), place.clone(), "")
            })?;
            let rows = from_csv(&bytes).map_err(wrong)?;
            Ok(rows.into_iter().map(|(name, weight)| (name, weight, place.clone())).collect())
        }
    }
}

/// Rows of the columns location and weight; others are passed over.
fn from_csv(bytes: &[u8]) -> Result<Vec<(String, f64)>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|header| header == name);
        found.ok_or_else(|| {
            format!("no column `{name}`; the first line must name the columns `location` and `weight`")
        })
    };
    let (location, weight) = (column("location")?, column("weight")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = record[weight].parse::<f64>();
        let number = number
            .map_err(|_| format!("line {line}: `{}` is not a weight", record[weight].escape_debug()))?;
        rows.push((record[location].to_owned(), number));
    }
    Ok(rows)
}

/// The share of each of the locations of these names.
fn of_locations(given: &Given, names: &[&str], place: Range<usize>) -> Result<Vec<f64>, Diagnostic> {
    for (at, (name, weight, place)) in given.iter().enumerate() {
        let wrong = |problem: String| Err(Diagnostic::new(problem, place.clone(), ""));
        if !names.contains(&name.as_str()) {
            let shown: String = name.chars().take(80).collect();
            let problem = Diagnostic::new(
                format!("a weight for `{shown}`, where none of these clients are"),
                place.clone(),
                "",
            );
            let help = nearest(name, names).map_or_else(
                || "weights are for the locations that `at` lists".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(problem.with_help(help));
        }
        if !(0.0..=1e12).contains(weight) {
            return wrong(format!("the weight of `{name}` is {weight}; weights lie between 0 and 1e12"));
        }
        if given[..at].iter().any(|(other, ..)| other == name) {
            return wrong(format!("`{name}` has two weights"));
        }
    }
    let missing = names.iter().find(|name| !given.iter().any(|(given, ..)| given == *name));
    if let Some(name) = missing {
        let problem = Diagnostic::new(format!("`{name}` has no weight"), place, "");
        return Err(problem.with_help("give each of the locations one; 0 is for one without traffic"));
    }
    let total: f64 = given.iter().map(|(_, weight, _)| weight).sum();
    if total <= 0.0 {
        return Err(Diagnostic::new("all weights are 0", place, ""));
    }
    let weight =
        |name: &&str| given.iter().find(|(given, ..)| given == *name).map_or(0.0, |(_, weight, _)| *weight);
    Ok(names.iter().map(|name| weight(name) / total).collect())
}
