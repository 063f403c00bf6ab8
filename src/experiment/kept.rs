//! Finished trials as bytes, to be kept until all of a sweep are there.

use std::fmt::{self, Write};

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Job, Plan};
use crate::observe::Observations;
use crate::scenario::Case;
use crate::world::{Decision, Execution};

/// What a trial is a function of, but for its number: the case with its seed, and the program. Two that are equal give the
/// same trials.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseId([u8; 32]);

/// What a file of kept trials begins with: enough to say what they are of, and to make the results of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program.
    pub version: String,
    /// The scenario's name.
    pub scenario: String,
    /// The question that it asks.
    pub question: String,
    /// What a person types to run all of it again.
    pub command: String,
    /// The merged text of the scenario.
    pub resolved: String,
    /// The files that it names, with what was in them.
    pub files: Vec<(String, Carried)>,
    /// How trials were to be carried out, if that was asked for.
    pub execution: Option<Execution>,
    /// Which share it is, from 1, and of how many; 1 of 1 is all.
    pub share: (u32, u32),
    /// Its cases in order, each with the number of its trials.
    pub cases: Vec<(CaseId, u32)>,
}

/// A file that a scenario names, as it goes with its trials.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Carried {
    /// What is in it.
    Whole(Vec<u8>),
    /// It is too long for that.
    Elsewhere {
        /// Where it is, as the command that made the trials would name it.
        path: String,
        /// SHA-256 of what is in it.
        hash: [u8; 32],
    },
}

impl Header {
    /// Whether a trial belongs to this share: they are dealt out in turn, case by case.
    pub fn has(&self, job: Job) -> bool {
        let before: u64 = self.cases[..job.case].iter().map(|&(_, trials)| u64::from(trials)).sum();
        let (share, of) = self.share;
        (before + u64::from(job.trial)) % u64::from(of) == u64::from(share - 1)
    }
}

impl CaseId {
    /// Those of a plan's cases, each with the number of its trials.
    pub fn of_plan(plan: &Plan) -> Vec<(CaseId, u32)> {
        plan.cases().iter().map(|(case, decision)| (CaseId::of(case, decision), case.trials)).collect()
    }

    /// What a trial does not depend on is left out: gates, the objective, and how many others there are; the label tells cases apart that
    /// are the same but for words. All executions but `aggregate` give the same.
    fn of(case: &Case, decision: &Decision) -> CaseId {
        let case = Case { trials: 0, gates: Vec::new(), objective: None, ..case.clone() };
        let in_bulk = decision.execution == Execution::Aggregate;
        let mut hash = Hash(Sha256::new());
        write!(hash, "{} {in_bulk} {case:?}", env!("CARGO_PKG_VERSION")).expect("a hash takes any text");
        CaseId(hash.0.finalize().into())
    }
}

struct Hash(Sha256);

impl Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

/// A trial: which one, how many bytes of it there are unpacked, and these packed.
#[derive(Serialize, Deserialize)]
struct Record<'b> {
    case: CaseId,
    trial: u32,
    length: u64,
    #[serde(borrow)]
    packed: &'b [u8],
}

/// Most of a trial's bytes are zeros of histograms: the fastest way of packing them is nearly the best.
const PACKING: u8 = 1;

/// The bytes of a trial.
pub fn encode(case: CaseId, trial: u32, observations: &Observations) -> Vec<u8> {
    let in_memory = "what is counted can be written into memory";
    let plain = postcard::to_stdvec(observations).expect(in_memory);
    let packed = compress_to_vec(&plain, PACKING);
    let record = Record { case, trial, length: plain.len() as u64, packed: &packed };
    postcard::to_stdvec(&record).expect(in_memory)
}

/// Of which case and which trial these bytes are, and what it told; `None` if they are none.
pub fn decode(bytes: &[u8]) -> Option<(CaseId, u32, Observations)> {
    let Record { case, trial, length, packed } = postcard::from_bytes(bytes).ok()?;
    let plain = decompress_to_vec_with_limit(packed, usize::try_from(length).ok()?).ok()?;
    Some((case, trial, postcard::from_bytes(&plain).ok()?))
}
