//! The file in which a sweep keeps its finished trials: appended to as they finish, so that whatever ends the program takes
//! only what was under way. Each entry has a mark, its length and a checksum; what does not fit these is passed over.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Error, Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::experiment::{CaseId, Header, Job, decode, encode};
use crate::observe::Observations;

/// The file's name.
pub(in crate::cli) const JOURNAL: &str = "trials.edgelag";

/// The same until it has its header.
pub(in crate::cli) const UNFINISHED_JOURNAL: &str = ".trials.edgelag.tmp";

/// Before each entry. The number is the format's.
const MARK: [u8; 8] = *b"edgelag1";
/// Mark, length, checksum.
const HEAD: usize = 8 + 8 + 16;

/// Trials that are kept in one file.
#[derive(Debug)]
pub(in crate::cli) struct Journal {
    path: PathBuf,
    file: File,
    header: Header,
    /// Where each of its trials is.
    places: BTreeMap<Job, u64>,
    /// Where the next one goes: behind the last whole one.
    end: u64,
}

/// What a folder holds under the file's name.
#[derive(Debug)]
pub(in crate::cli) enum Found {
    /// No file, or an empty one.
    Nothing,
    /// A file that does not begin as one of trials does.
    Else(PathBuf),
    /// Trials.
    Trials(Journal),
}

impl Journal {
    /// A new one, in place of what may be there.
    pub(in crate::cli) fn create(folder: &Path, header: Header) -> Result<Journal> {
        let path = folder.join(JOURNAL);
        let beside = folder.join(UNFINISHED_JOURNAL);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&beside)?;
        let entry = entry(&postcard::to_stdvec(&header).map_err(Error::other)?);
        file.write_all(&entry)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)?;
        Ok(Journal { path, file, header, places: BTreeMap::new(), end: entry.len() as u64 })
    }

    /// What is there.
    pub(in crate::cli) fn open(folder: &Path, to_go_on: bool) -> Result<Found> {
        let path = folder.join(JOURNAL);
        let file = match OpenOptions::new().read(true).write(to_go_on).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
            file => file?,
        };
        let length = file.metadata()?.len();
        if length == 0 {
            return Ok(Found::Nothing);
        }
        let mut entries = Entries { length, file: BufReader::new(&file), at: 0 };
        let Some((0, bytes)) = entries.next()? else { return Ok(Found::Else(path)) };
        let Ok(header) = postcard::from_bytes::<Header>(&bytes) else { return Ok(Found::Else(path)) };
        let mut places = BTreeMap::new();
        let mut end = entries.at;
        while let Some((at, bytes)) = entries.next()? {
            if let Some(job) = decode(&bytes).and_then(|(case, trial, _)| job(&header, case, trial)) {
                places.insert(job, at);
                end = entries.at;
            }
        }
        drop(entries);
        Ok(Found::Trials(Journal { path, file, header, places, end }))
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::cli) fn header(&self) -> &Header {
        &self.header
    }

    /// The trials that are there.
    pub(in crate::cli) fn jobs(&self) -> impl Iterator<Item = Job> {
        self.places.keys().copied()
    }

    pub(in crate::cli) fn has(&self, job: Job) -> bool {
        self.places.contains_key(&job)
    }

    /// Adds an entry of [`packed`]. What was half written before is written over.
    pub(in crate::cli) fn add(&mut self, job: Job, entry: &[u8]) -> Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(entry)?;
        self.places.insert(job, self.end);
        self.end += entry.len() as u64;
        Ok(())
    }

    /// What was written is on the disk after this.
    pub(in crate::cli) fn sync(&self) -> Result<()> {
        self.file.sync_data()
    }

    /// A trial that is there.
    pub(in crate::cli) fn read(&self, job: Job) -> Result<Option<Observations>> {
        Ok(self.bytes(job)?.and_then(|bytes| decode(&bytes)).map(|(_, _, observations)| observations))
    }

    /// The bytes of a trial.
    pub(in crate::cli) fn bytes(&self, job: Job) -> Result<Option<Vec<u8>>> {
        let Some(&at) = self.places.get(&job) else { return Ok(None) };
        let length = self.file.metadata()?.len();
        let entry = Entries { file: BufReader::new(&self.file), length, at }.whole(at)?;
        Ok(entry)
    }
}

/// An entry for a trial.
pub(in crate::cli) fn packed(header: &Header, job: Job, observations: &Observations) -> Vec<u8> {
    entry(&encode(header.cases[job.case].0, job.trial, observations))
}

/// The trial of a sweep that a record is of; `None` if it has no such trial.
fn job(header: &Header, case: CaseId, trial: u32) -> Option<Job> {
    let is_it = |&(id, trials): &(CaseId, u32)| id == case && trial < trials;
    header.cases.iter().position(is_it).map(|case| Job { case, trial }).filter(|&job| header.has(job))
}

fn entry(bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u64).to_le_bytes();
    [&MARK[..], &length, &checksum(&length, bytes), bytes].concat()
}

fn checksum(length: &[u8], bytes: &[u8]) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::new().chain_update(length).chain_update(bytes).finalize().into();
    std::array::from_fn(|at| hash[at])
}

/// The whole entries of a file, in order.
struct Entries<'f> {
    file: BufReader<&'f File>,
    length: u64,
    /// Where the next one is looked for.
    at: u64,
}

impl Entries<'_> {
    /// The next whole entry, and where it is.
    fn next(&mut self) -> Result<Option<(u64, Vec<u8>)>> {
        while self.at + HEAD as u64 <= self.length {
            let at = self.at;
            if let Some(bytes) = self.whole(at)? {
                self.at = at + (HEAD + bytes.len()) as u64;
                return Ok(Some((at, bytes)));
            }
            self.at = self.next_mark(at + 1)?;
        }
        Ok(None)
    }

    /// The entry at a place, if it is whole.
    fn whole(&mut self, at: u64) -> Result<Option<Vec<u8>>> {
        let mut head = [0; HEAD];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut head)?;
        let length = u64::from_le_bytes(std::array::from_fn(|byte| head[8 + byte]));
        let room = self.length - at - HEAD as u64;
        if head[..8] != MARK || length > room {
            return Ok(None);
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes)?;
        Ok((checksum(&head[8..16], &bytes) == head[16..]).then_some(bytes))
    }

    /// Where the next mark is, from a place on; the end of the file if there is none.
    fn next_mark(&mut self, from: u64) -> Result<u64> {
        self.file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        let mut begin = from;
        loop {
            let kept = bytes.len();
            let mut more = [0; 1 << 16];
            let read = self.file.read(&mut more)?;
            bytes.extend_from_slice(&more[..read]);
            if let Some(found) = bytes.windows(MARK.len()).position(|window| window == MARK) {
                return Ok(begin + found as u64);
            }
            if read == 0 {
                return Ok(self.length);
            }
            let gone = (kept + read).saturating_sub(MARK.len() - 1);
            bytes.drain(..gone);
            begin += gone as u64;
        }
    }
}
