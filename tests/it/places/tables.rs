//! The tables of a run, read back.

use std::collections::BTreeMap;

use edgelag::experiment;
use edgelag::report::Report;
use edgelag::scenario::load;
use edgelag::world::Choice;

/// A row by the names of its columns.
#[derive(Clone)]
pub(super) struct Row(BTreeMap<String, String>);

impl Row {
    pub(super) fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    pub(super) fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("{column} is no number: {}", self.text(column)))
    }
}

/// What a run leaves, by name.
pub(super) struct Tables(BTreeMap<String, Vec<u8>>);

impl Tables {
    #[track_caller]
    pub(super) fn of(text: &str) -> Tables {
        let no_files = |_: &str| Err("there are no files here".to_owned());
        let scenario =
            load("case", text.as_bytes(), &[], &no_files).unwrap_or_else(|failure| panic!("{failure}{text}"));
        let outcomes =
            experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).expect("one thread can be started");
        let summary = &experiment::summarise(&outcomes);
        let maps = &outcomes.iter().flat_map(experiment::maps).collect::<Vec<_>>();
        let curves = &outcomes.iter().flat_map(experiment::curves).collect::<Vec<_>>();
        let report = Report {
            scenario: "case",
            title: "",
            trials: 2,
            summary,
            maps,
            curves,
            gates: &[],
            comparison: None,
            axes: &[],
            solved: None,
        };
        Tables(report.files(false).into_iter().collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn all(&self, name: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_reader(&self.0[name][..]);
        let rows = reader.deserialize().map(|row| Row(row.expect("it is written as CSV")));
        rows.collect()
    }

    /// Those rows that have this value in a column.
    pub(super) fn rows(&self, name: &str, column: &str, value: &str) -> Vec<Row> {
        let mut rows = self.all(name);
        rows.retain(|row| row.text(column) == value);
        rows
    }

    /// By key what is summed over the rows of all locations together, and over those of each.
    pub(super) fn sums<const K: usize>(
        &self,
        name: &str,
        key: &str,
        of: impl Fn(&Row) -> [f64; K],
    ) -> Vec<(String, [f64; K], [f64; K])> {
        let mut sums: BTreeMap<String, [[f64; K]; 2]> = BTreeMap::new();
        for row in self.all(name) {
            let sum = sums.entry(row.text(key).to_owned()).or_insert([[0.0; K]; 2]);
            let place = usize::from(row.text("location") != "*");
            sum[place].iter_mut().zip(of(&row)).for_each(|(sum, value)| *sum += value);
        }
        sums.into_iter().map(|(key, [all, places])| (key, all, places)).collect()
    }
}
