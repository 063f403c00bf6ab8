//! How a trace is read: a checked [`TraceSpec`].

use rustc_hash::FxHashMap;

use super::lines::fields;
use super::spec::{TimeUnit, TraceSpec};
use crate::base::{LocationIx, Span, Time};
use crate::model::workload::OpKind;

/// How the rows of one trace are read.
#[derive(Clone, Debug)]
pub struct Reading {
    spec: TraceSpec,
    start: Option<u64>,
    places: FxHashMap<Vec<u8>, LocationIx>,
    has_cache: bool,
}

/// Where the columns are.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) time: usize,
    pub(super) key: usize,
    pub(super) location: Option<usize>,
    pub(super) operation: Option<usize>,
    pub(super) size: Option<usize>,
    pub(super) ttl: Option<usize>,
    /// The names of the others, which are not read.
    pub(super) unread: Vec<String>,
    /// How many there are, of any name.
    pub(super) count: usize,
}

impl Reading {
    /// # Errors
    /// A start that is no time, a scale that is none, or times to live where there is no cache.
    pub fn new<'p>(
        spec: &TraceSpec,
        has_cache: bool,
        places: impl Iterator<Item = (&'p str, LocationIx)>,
    ) -> Result<Reading, String> {
        if spec.columns.ttl.is_some() && !has_cache {
            let help =
                "give it one: cache.edge.ttl = \"60s\" (for rows that tell none), or leave `columns.ttl` out";
            return Err(format!(
                "the namespace has no edge cache whose entries could have a ttl\nhelp: {help}"
            ));
        }
        let read = |start: &String| {
            let time = spec.unit.read(start.trim().as_bytes());
            time.ok_or_else(|| format!("`start` is `{start}`, which is not a time in {}", spec.unit.name()))
        };
        let start = spec.start.as_ref().map(read).transpose()?;
        if !(1e-9..=1e9).contains(&spec.time_scale) {
            return Err(format!("`time_scale` is {}; it lies between 1e-9 and 1e9", spec.time_scale));
        }
        let places = places.map(|(name, location)| (name.as_bytes().to_vec(), location)).collect();
        Ok(Reading { spec: spec.clone(), start, places, has_cache })
    }

    pub(super) fn unit(&self) -> TimeUnit {
        self.spec.unit
    }

    /// The time in the file at which a trial begins, if it is not that of the first row.
    pub(super) fn start(&self) -> Option<u64> {
        self.start
    }

    /// So long after the start, in the time of a trial.
    #[inline]
    pub(super) fn scaled(&self, nanos: u64) -> Time {
        let span = match self.spec.time_scale {
            1.0 => Span::from_nanos(nanos),
            scale => Span::from_nanos_f64(nanos as f64 * scale),
        };
        Time::ZERO + span
    }

    pub(super) fn place(&self, name: &[u8]) -> Result<LocationIx, String> {
        self.places.get(name).copied().ok_or_else(|| self.elsewhere(name))
    }

    /// Why there is no such place.
    fn elsewhere(&self, name: &[u8]) -> String {
        if name.is_empty() {
            return "the location is missing".to_owned();
        }
        let lower = |name: &[u8]| String::from_utf8_lossy(name).to_lowercase();
        let mut known: Vec<&[u8]> = self.places.keys().map(Vec::as_slice).collect();
        known.sort_unstable();
        let is = match known.iter().find(|known| lower(known) == lower(name)) {
            Some(near) => format!("did you mean {}?", shown(near)),
            None => {
                let few: Vec<String> = known.iter().take(FEW).map(|known| shown(known)).collect();
                let more = known.len() - few.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("they are at {}{more}", few.join(", "))
            }
        };
        format!("none of these clients are at {}; {is}", shown(name))
    }

    /// Finds the columns in the first line of a file.
    ///
    /// # Errors
    /// Names the one that is missing, and those that there are.
    pub(super) fn columns(&self, line: &[u8]) -> Result<Columns, String> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        let (mut unquoted, mut found) = (csv::ByteRecord::new(), Vec::new());
        let text = fields(line, &mut unquoted, &mut found)
            .map_err(|problem| format!("its first line: {problem}"))?;
        let name = |&(from, to): &(u32, u32)| {
            String::from_utf8_lossy(&text[from as usize..to as usize]).into_owned()
        };
        let names: Vec<String> = found.iter().map(name).collect();
        let column = |given: &Option<String>, usual: &str| {
            let wanted = given.as_deref().unwrap_or(usual);
            let at = names.iter().position(|name| name == wanted);
            match (at, given) {
                (None, Some(_)) => Err(missing(wanted, usual, &names, text)),
                (at, _) => Ok(at),
            }
        };
        let needed = |given: &Option<String>, usual: &str| {
            column(given, usual)?.ok_or_else(|| missing(usual, usual, &names, text))
        };
        let columns = &self.spec.columns;
        let (time, key) = (needed(&columns.time, "time")?, needed(&columns.key, "key")?);
        let location = column(&columns.location, "location")?;
        let short = || names.iter().position(|name| name == "op");
        let operation = match columns.operation {
            None => column(&None, "operation")?.or_else(short),
            Some(_) => column(&columns.operation, "operation")?,
        };
        let size = column(&columns.size, "size")?;
        // Without a cache there is nothing whose life it could be.
        let ttl = if self.has_cache { column(&columns.ttl, "ttl")? } else { None };
        let read = [Some(time), Some(key), location, operation, size, ttl];
        let others = names.iter().enumerate().filter(|(at, _)| !read.contains(&Some(*at)));
        let unread = others.map(|(_, name)| name.clone()).collect();
        Ok(Columns { time, key, location, operation, size, ttl, unread, count: names.len() })
    }
}

/// Locations that are listed.
const FEW: usize = 8;

/// A field as a person reads it.
pub(super) fn shown(field: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(field).chars().take(40).collect();
    format!("`{}`", text.escape_debug())
}

fn missing(wanted: &str, field: &str, names: &[String], line: &[u8]) -> String {
    let others = [(b';', "semicolons"), (b'\t', "tabs")];
    if let ([_], Some((_, others))) = (names, others.into_iter().find(|(other, _)| line.contains(other))) {
        return format!(
            "it has no column `{wanted}`\nhelp: commas separate the columns of a trace; its first line has {others}"
        );
    }
    let names: Vec<String> = names.iter().take(20).map(|name| name.chars().take(40).collect()).collect();
    let names = names.join("`, `").escape_debug().to_string();
    format!(
        "it has no column `{wanted}`\nhelp: its columns are `{names}`; name the one to take: columns.{field} = \"…\""
    )
}

/// What a word in the column of operations means: the words of this project, those of memcached's protocol and Twitter's
/// cache traces (Yang, Yue, Rashmi, OSDI 2020), of HTTP and of YCSB. What changes a value that it has read is an update.
pub(super) fn kind(word: &[u8]) -> Option<OpKind> {
    const WORDS: [(OpKind, &[&str]); 4] = [
        (OpKind::Read, &["read", "get", "gets", "head"]),
        (OpKind::Write, &["write", "set", "put", "post", "add", "replace", "insert"]),
        (OpKind::Update, &["update", "cas", "append", "prepend", "incr", "decr", "patch", "readmodifywrite"]),
        (OpKind::Delete, &["delete", "del", "remove"]),
    ];
    let means = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    WORDS.iter().find(|(_, words)| means(words)).map(|&(kind, _)| kind)
}
