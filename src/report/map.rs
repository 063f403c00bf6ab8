//! The tables of what is known before anything runs: locations, links, faults.

use super::number::plain;
use super::tables::{csv, text};
use super::{Report, ResultFile};
use crate::base::geography::Coordinates;
use crate::experiment::{Location, Map};
use crate::stats::Estimate;

/// Tables of locations and links, and of faults if there are any.
pub(super) fn tables(report: &Report) -> Vec<ResultFile> {
    let mut files =
        vec![("locations.csv".to_owned(), locations(report)), ("links.csv".to_owned(), links(report))];
    if report.maps.iter().any(|map| !map.faults.is_empty()) {
        files.push(("faults.csv".to_owned(), faults(report)));
    }
    if report.maps.iter().any(|map| !map.recoveries.is_empty()) {
        files.push(("recovery.csv".to_owned(), recoveries(report)));
    }
    files
}

fn locations(report: &Report) -> Vec<u8> {
    let header = ["location", "latitude", "longitude", "kind", "role", "upper"];
    let row = |location: &Location| {
        let degrees = |of: fn(Coordinates) -> f64| {
            location.coordinates.map_or_else(String::new, |coordinates| plain(of(coordinates)))
        };
        vec![
            text(&location.name),
            degrees(Coordinates::latitude_deg),
            degrees(Coordinates::longitude_deg),
            if location.is_region { "region" } else { "edge" }.to_owned(),
            location.roles.join(" "),
            location.upper.as_deref().map_or_else(String::new, text),
        ]
    };
    table(report, &header, |map| map.locations.iter().map(row).collect())
}

fn links(report: &Report) -> Vec<u8> {
    table(report, &["from", "to", "use", "rtt_s"], |map| {
        let links = map.links.iter().map(|link| {
            let usage = link.usage.name().to_owned();
            vec![text(&link.from), text(&link.to), usage, plain(link.round_trip)]
        });
        links.collect()
    })
}

fn faults(report: &Report) -> Vec<u8> {
    table(report, &["trial", "location", "kind", "from_s", "to_s"], |map| {
        let rows = map.faults.iter().map(|fault| {
            let trial = fault.trial.map_or_else(|| "*".to_owned(), |trial| trial.to_string());
            vec![trial, text(&fault.location), fault.kind.to_owned(), plain(fault.from), plain(fault.to)]
        });
        rows.collect()
    })
}

fn recoveries(report: &Report) -> Vec<u8> {
    let header = ["fault", "kind", "metric", "value", "unit", "ci_lo", "ci_hi", "trials", "n"];
    table(report, &header, |map| {
        let rows = map.recoveries.iter().map(|recovery| {
            let Estimate { value, interval, trials, n } = recovery.estimate;
            let (lo, hi) = interval.map_or_else(Default::default, |(lo, hi)| (plain(lo), plain(hi)));
            vec![
                text(&recovery.fault),
                recovery.kind.to_owned(),
                recovery.metric.to_owned(),
                plain(value),
                recovery.unit.to_owned(),
                lo,
                hi,
                trials.to_string(),
                n.to_string(),
            ]
        });
        rows.collect()
    })
}

/// The rows of all maps, each behind its scenario, case and namespace.
fn table(report: &Report, header: &[&str], rows: impl Fn(&Map) -> Vec<Vec<String>>) -> Vec<u8> {
    let of_a_map = |map: &Map| {
        let key = [report.scenario, &map.case, &map.namespace].map(text).to_vec();
        rows(map).into_iter().map(move |row| [key.clone(), row].concat()).collect::<Vec<_>>()
    };
    csv(header, report.maps.iter().flat_map(of_a_map))
}
