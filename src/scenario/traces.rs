//! Traces that populations replay: each is read to its end when the scenario is loaded, and again for each trial.

use std::sync::{Arc, OnceLock};

use toml::Spanned;

use super::case::{Case, Population};
use super::file::ScenarioFile;
use super::load::Files;
use super::text::{Diagnostic, escape};
use crate::base::{Beside, LocationIx, NamespaceIx, Span, Time};
use crate::model::workload::{Mix, OpKind, Reading, Row, Rows, TraceKeys, TraceSpec};

/// A trace that was found to be right.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The file, as the scenario names it.
    pub file: String,
    /// Its keys, and those of the namespace's other traces.
    pub keys: Arc<TraceKeys>,
    /// What is in it.
    pub told: Told,
    /// The locations that rows are given to which tell none, each with its share and those before it.
    pub places: Vec<(LocationIx, f64)>,
    /// The names of the columns that are not read.
    unread: Vec<String>,
    beside: Beside,
    reading: Reading,
    broken: Arc<OnceLock<String>>,
}

/// What is in a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Rows that are replayed.
    pub rows: u64,
    /// Rows from the horizon on.
    pub beyond: u64,
    /// Rows before the trial begins.
    pub before: u64,
    /// Rows that cannot be replayed and are skipped.
    pub bad: u64,
    /// Rows that are replayed and tell how long caches may keep the value.
    pub with_ttl: u64,
    /// A hash of all that is replayed.
    pub fingerprint: u64,
}

impl Told {
    /// Counts a row that is replayed.
    #[inline]
    pub fn replayed(&mut self, at: Time, location: Option<LocationIx>, key: u32, row: &Row) {
        self.rows += 1;
        let location = location.map_or(u64::from(u16::MAX), |location| u64::from(location.0));
        let ttl = row.ttl.map_or(0, Span::as_nanos);
        self.with_ttl += u64::from(ttl > 0);
        let at = at.as_nanos() ^ ttl.rotate_left(17);
        let what = u64::from(key) << 20 ^ location << 2 ^ row.kind as u64;
        let mixed = (self.fingerprint.rotate_left(5) ^ at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.fingerprint = (mixed.rotate_left(29) ^ what).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
}

impl Trace {
    /// Its rows from the beginning; `None`, and the trace is broken, if it cannot be opened any more.
    pub fn open(&self) -> Option<Rows> {
        let rows = Rows::open(&self.beside, &self.reading);
        rows.map_err(|reason| self.break_off(reason.replace("\nhelp: ", "; "))).ok()
    }

    /// Remembers why it could not be replayed as it was found.
    pub fn break_off(&self, reason: String) {
        let _ = self.broken.set(reason);
    }

    /// Why it could not be replayed as it was found when the scenario was loaded.
    pub fn broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }
}

/// What the traces of a scenario have in common while it is loaded.
pub(super) struct Traces<'a> {
    pub(super) files: &'a Files<'a>,
    horizon: Time,
    skips: bool,
    /// The keys of each namespace.
    keys: Vec<TraceKeys>,
    /// Whether each namespace has an edge cache.
    cached: Vec<bool>,
}

/// A trace, and what its rows come to.
pub(super) struct Checked {
    pub(super) trace: Trace,
    /// Whether rows tell where they are.
    pub(super) tells_locations: bool,
    /// Operations of each kind at each location of the scenario; at the first, where rows do not tell.
    pub(super) counts: Vec<[u64; 4]>,
}

/// Bad rows that are told one by one.
const TOLD: usize = 10;

impl<'a> Traces<'a> {
    pub(super) fn of(
        file: &ScenarioFile,
        files: &'a Files<'a>,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Traces<'a> {
        let keys = std::iter::repeat_with(TraceKeys::default).take(file.namespace.len()).collect();
        let skips = file.skip_bad_rows.as_ref();
        if let Some(skips) = skips.filter(|_| file.client.values().all(|clients| clients.trace.is_none())) {
            let problem = "no client replays a trace, so there are no rows that could be skipped";
            mistakes.push(Diagnostic::new(problem, skips.span(), ""));
        }
        let skips = skips.is_some_and(|skips| *skips.get_ref());
        let cached = file.namespace.values().map(|spec| spec.cache.edge.is_some()).collect();
        Traces { files, horizon: Time::ZERO + *file.horizon.get_ref(), skips, keys, cached }
    }

    /// Gives all traces of a namespace its keys, of which there have to be enough.
    pub(super) fn share(
        self,
        file: &ScenarioFile,
        populations: &mut [Population],
        mistakes: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<TraceKeys>> {
        let shared: Vec<Arc<TraceKeys>> = self.keys.into_iter().map(Arc::new).collect();
        for (spec, keys) in file.namespace.values().zip(&shared) {
            let (count, has) = (keys.count(), spec.keys.get_ref().count());
            if count > has {
                let problem = format!("traces name {count} keys of this namespace, but it has {has}");
                let help = format!("write keys.count = {count}, or more");
                mistakes.push(Diagnostic::new(problem, spec.keys.span(), "").with_help(help));
            }
        }
        for population in populations {
            if let Some(trace) = &mut population.trace {
                trace.keys = shared[population.namespace.at()].clone();
            }
        }
        shared
    }

    /// Reads a trace to its end.
    pub(super) fn check<'p>(
        &mut self,
        spec: &Spanned<TraceSpec>,
        namespace: NamespaceIx,
        places: impl Iterator<Item = (&'p str, LocationIx)>,
    ) -> Result<Checked, Diagnostic> {
        let file = &spec.get_ref().file;
        let wrong = |problem: String| {
            let (problem, help) = problem.split_once("\nhelp: ").unwrap_or((&problem, ""));
            let problem = Diagnostic::new(problem, spec.span(), "");
            if help.is_empty() { problem } else { problem.with_help(help) }
        };
        let reading = Reading::new(spec.get_ref(), self.cached[namespace.at()], places).map_err(wrong)?;
        let beside = (self.files)(file).map_err(|reason| wrong(format!("cannot read `{file}`: {reason}")))?;
        let mut rows =
            Rows::open(&beside, &reading).map_err(|reason| wrong(format!("`{file}`: {reason}")))?;
        let (mut told, mut counts, mut bad) = (Told::default(), Vec::new(), Vec::new());
        loop {
            let row =
                rows.read().map_err(|error| wrong(format!("cannot read `{file}` to its end: {error}")))?;
            match row {
                None => break,
                Some(Ok(row)) => self.count(namespace, &row, &mut told, &mut counts),
                Some(Err(row)) => {
                    told.bad += 1;
                    if bad.len() < TOLD {
                        bad.push(row);
                    }
                }
            }
        }
        let all_bad = told.bad > 0 && told.rows + told.before + told.beyond == 0;
        if told.bad > 0 && (all_bad || !self.skips) {
            let problem = match (told.bad, all_bad) {
                (1, true) => format!("the only row of `{file}` cannot be replayed"),
                (count, true) => format!("all {count} rows of `{file}` cannot be replayed"),
                (1, false) => format!("`{file}` has 1 row that cannot be replayed"),
                (count, false) => format!("`{file}` has {count} rows that cannot be replayed"),
            };
            let lines = bad.iter().map(|row| format!("{file}:{}: {}", row.line, row.problem));
            let more = told.bad - bad.len() as u64;
            let more = (more > 0).then(|| format!("and {more} more"));
            let skip = "mend them, or leave them out with --skip-bad-rows (skip_bad_rows = true)".to_owned();
            let help = (!all_bad).then_some(skip);
            return Err(lines.chain(more).chain(help).fold(wrong(problem), Diagnostic::with_help));
        }
        if told.rows == 0 {
            let problem =
                wrong(format!("`{file}` has no row between the beginning of a trial and its horizon"));
            let help = "the horizon, `start`, `unit` and `time_scale` say which rows are replayed";
            return Err(problem.with_help(help));
        }
        let (keys, broken) = (Arc::default(), Arc::default());
        let (tells_locations, unread) = (rows.tell_locations(), rows.unread().to_vec());
        let trace =
            Trace { file: file.clone(), keys, told, places: Vec::new(), unread, beside, reading, broken };
        Ok(Checked { trace, tells_locations, counts })
    }

    fn count(&mut self, namespace: NamespaceIx, row: &Row, told: &mut Told, counts: &mut Vec<[u64; 4]>) {
        match row.at {
            None => told.before += 1,
            Some(at) if at >= self.horizon => told.beyond += 1,
            Some(at) => {
                let key = self.keys[namespace.at()].number(row.key, row.size);
                told.replayed(at, row.location, key.0, row);
                let place = row.location.map_or(0, LocationIx::at);
                if counts.len() <= place {
                    counts.resize(place + 1, [0; 4]);
                }
                counts[place][row.kind as usize] += 1;
            }
        }
    }
}

impl Checked {
    /// What all rows do.
    pub(super) fn mix(&self) -> Mix {
        Mix::of_counts(
            self.counts.iter().fold([0; 4], |sum, each| std::array::from_fn(|kind| sum[kind] + each[kind])),
        )
    }

    /// What rows do at one location, and how many there are.
    pub(super) fn at(&self, location: LocationIx) -> (Mix, u64) {
        let counts = self.counts.get(location.at()).copied().unwrap_or_default();
        (Mix::of_counts(counts), counts.iter().sum())
    }
}

/// Cases whose traces have the same keys share them.
pub(super) fn share_keys(cases: &mut [Case]) {
    let mut shared: Vec<Arc<TraceKeys>> = Vec::new();
    let populations = cases.iter_mut().flat_map(|case| &mut case.populations);
    for trace in populations.filter_map(|population| population.trace.as_mut()) {
        match shared.iter().find(|keys| **keys == trace.keys) {
            Some(same) => trace.keys = same.clone(),
            None => shared.push(trace.keys.clone()),
        }
    }
}

/// What the keys of all traces take, in bytes.
pub(super) fn bytes(cases: &[Case]) -> f64 {
    let mut counted: Vec<*const TraceKeys> = Vec::new();
    let populations = cases.iter().flat_map(|case| &case.populations);
    let traces = populations.filter_map(|population| population.trace.as_ref());
    let mut bytes = 0.0;
    for keys in traces.map(|trace| &trace.keys) {
        if !counted.contains(&Arc::as_ptr(keys)) {
            counted.push(Arc::as_ptr(keys));
            bytes += keys.bytes();
        }
    }
    bytes
}

/// A written value's place in a map that is filled to between 7/16 and 7/8, and for how long it may be kept.
const LIFE: f64 = 24.0 / 0.65;

/// What a trial takes to remember for how long caches may keep what was written, in bytes.
pub(super) fn bytes_of_lives(case: &Case) -> f64 {
    let of = |clients: &Population| {
        let told = clients.trace.as_ref().map_or(0, |trace| trace.told.with_ttl);
        told as f64 * (1.0 - clients.mix.share(OpKind::Read)) * LIFE
    };
    case.populations.iter().map(of).sum()
}

/// What a person should know of a trace before trusting the results.
pub(super) fn warnings(client: &str, trace: &Trace) -> Vec<String> {
    let Told { rows, beyond, before, bad, .. } = trace.told;
    let parts = [
        (bad, "cannot be replayed and is skipped", "cannot be replayed and are skipped"),
        (before, "is before the time at which a trial begins", "are before the time at which a trial begins"),
        (beyond, "is beyond the horizon", "are beyond the horizon"),
    ];
    let shown = |&(count, one, many): &(u64, &str, &str)| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let left: Vec<String> = parts.iter().filter_map(shown).collect();
    let (all, file) = (rows + beyond + before + bad, escape(&trace.file));
    let cut = (!left.is_empty()).then(|| {
        format!("clients `{client}` replay {rows} of the {all} rows of `{file}`: {}", left.join(", "))
    });
    cut.into_iter().chain(unread(&trace.unread, &file)).collect()
}

/// Columns that are told one by one.
const COLUMNS: usize = 20;

fn unread(columns: &[String], file: &str) -> Option<String> {
    let quoted = |name: &String| format!("`{}`", escape(&name.chars().take(40).collect::<String>()));
    let few: Vec<String> = columns.iter().take(COLUMNS).map(quoted).collect();
    let ttl = match columns.iter().any(|name| name == "ttl") {
        true => ": its namespace has no edge cache",
        false => "",
    };
    match columns.len() - few.len() {
        _ if few.is_empty() => None,
        0 if few.len() == 1 => Some(format!("the column {} of `{file}` is not read{ttl}", few[0])),
        0 => Some(format!("the columns {} of `{file}` are not read{ttl}", few.join(", "))),
        more => Some(format!("the columns {} and {more} more of `{file}` are not read{ttl}", few.join(", "))),
    }
}
