//! Looks for the best point of a sweep that meets all gates, with trials where they decide.
//!
//! Successive halving: a few trials of all points; those that surely miss a gate, or are surely worse than one that surely
//! meets all of them, get no more, as long as that one meets them; the others get twice as many, up to all that were asked
//! for. All points have the same draws, so objectives are held against one another trial by trial.

use super::gates::{judge, selected};
use super::summary::rows_to_judge;
use super::{GateVerdict, Job, Judged, NotRun, Outcome, Plan, Row, each_trial, together};
use crate::observe::Observations;
use crate::scenario::Objective;
use crate::stats::{Sampled, difference};
use crate::world::GoOn;
use std::sync::{Mutex, PoisonError};

/// What was found.
#[derive(Clone, Debug)]
pub struct Solved {
    /// What was wanted.
    pub objective: Objective,
    /// All points, in the order of the cases.
    pub points: Vec<Point>,
    /// What it comes to.
    pub answer: Answer,
}

/// What it comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// This point meets all gates, and none of the others is told to be better.
    Best(usize),
    /// These trials do not tell.
    Open,
    /// No point meets all gates; this one comes nearest.
    Infeasible(usize),
}

/// A point of the sweep.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its label.
    pub case: String,
    /// Trials that it got.
    pub trials: u32,
    /// What is wanted of it; `None` where the run has no such row.
    pub objective: Option<Row>,
    /// What its gates come to.
    pub gates: Vec<Judged>,
    /// Where it stands.
    pub standing: Standing,
    /// Whether no other point is as good in the objective and in what each gate is about, and better in one of them.
    pub on_front: bool,
}

/// Where a point stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// All gates hold, and it has the best objective of these.
    Best,
    /// All gates hold, and it is not told apart from the best.
    Feasible,
    /// These trials do not tell whether all gates hold, or what the objective is.
    Open,
    /// Surely worse than another one that meets all gates.
    Worse(usize),
    /// A gate surely fails.
    Infeasible,
}

/// Fewer trials seldom tell anything.
const FIRST_TRIALS: u32 = 4;

/// Solves it: the trials that were run, by case, and what they come to. `None` if `go_on` said no.
///
/// # Errors
/// When threads cannot be started, or queues grow beyond all measure.
pub fn solve<'a>(
    plan: &Plan<'a>,
    objective: &Objective,
    threads: usize,
    go_on: &GoOn,
) -> Result<Option<(Vec<Outcome<'a>>, Solved)>, NotRun> {
    let without = |(case, decision): &(&'a _, _)| Outcome {
        case,
        decision: Clone::clone(decision),
        trials: Vec::new(),
        numbers: Vec::new(),
    };
    let mut outcomes: Vec<Outcome> = plan.cases().iter().map(without).collect();
    let mut standings = vec![Standing::Open; outcomes.len()];
    let most = |outcome: &Outcome| outcome.case.trials;
    let mut wanted = FIRST_TRIALS;
    loop {
        let jobs = outcomes.iter().enumerate().filter(|(at, _)| is_alive(standings[*at]));
        let jobs: Vec<Job> = jobs
            .flat_map(|(case, outcome)| {
                (outcome.trials.len() as u32..wanted.min(most(outcome))).map(move |trial| Job { case, trial })
            })
            .collect();
        let finished = run_all(plan, &jobs, threads, go_on)?;
        if finished.len() < jobs.len() {
            return Ok(None);
        }
        for (job, observations) in finished {
            outcomes[job.case].trials.push(observations);
            outcomes[job.case].numbers.push(job.trial);
        }
        let mut points = evaluate(&outcomes, objective, &standings);
        compare(&mut points, objective);
        standings = points.iter().map(|point| point.standing).collect();
        let lacks = |(outcome, &standing): (&Outcome, &Standing)| {
            is_alive(standing) && outcome.trials.len() < most(outcome) as usize
        };
        if !outcomes.iter().zip(&standings).any(lacks) {
            mark_front(&mut points, objective);
            let answer = answer(&points, objective);
            return Ok(Some((outcomes, Solved { objective: objective.clone(), points, answer })));
        }
        wanted = wanted.saturating_mul(2);
    }
}

fn is_alive(standing: Standing) -> bool {
    !matches!(standing, Standing::Worse(_) | Standing::Infeasible)
}

/// In the order of the jobs.
fn run_all(
    plan: &Plan,
    jobs: &[Job],
    threads: usize,
    go_on: &GoOn,
) -> Result<Vec<(Job, Observations)>, NotRun> {
    let finished = Mutex::new(Vec::new());
    each_trial(plan, jobs, threads, go_on, &|job, observations| {
        finished.lock().unwrap_or_else(PoisonError::into_inner).push((job, observations));
    })?;
    let mut finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
    finished.sort_by_key(|(job, _)| *job);
    Ok(finished)
}

/// What each point comes to by itself. One that was worse than another stays out as long as that one meets its gates.
fn evaluate(outcomes: &[Outcome], objective: &Objective, before: &[Standing]) -> Vec<Point> {
    let point = |outcome: &Outcome| {
        let rows = rows_to_judge(outcome);
        let trials = outcome.trials.len() as u32;
        let gates = judge(outcome.case, trials, &rows);
        let objective = selected(&objective.rows, &rows).first().map(|row| (*row).clone());
        let standing = match (together(&gates), &objective) {
            (Some(GateVerdict::Fail), _) => Standing::Infeasible,
            (Some(GateVerdict::Inconclusive), _) | (_, None) => Standing::Open,
            (Some(GateVerdict::Pass) | None, Some(_)) => Standing::Feasible,
        };
        Point { case: outcome.case.label.clone(), trials, objective, gates, standing, on_front: false }
    };
    let mut points: Vec<Point> = outcomes.iter().map(point).collect();
    let is_feasible: Vec<bool> = points.iter().map(|point| point.standing == Standing::Feasible).collect();
    for (point, &before) in points.iter_mut().zip(before) {
        if let Standing::Worse(than) = before
            && is_feasible[than]
        {
            point.standing = before;
        }
    }
    points
}

/// Finds the best of the points that meet all gates, and those that are surely worse.
fn compare(points: &mut [Point], objective: &Objective) {
    let best = points
        .iter()
        .enumerate()
        .filter(|(_, point)| point.standing == Standing::Feasible)
        .filter_map(|(at, point)| Some((at, cost(point, objective)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((best, _)) = best else { return };
    points[best].standing = Standing::Best;
    let of_best = points[best].objective.as_ref().map(sampled);
    for point in points.iter_mut().filter(|point| point.standing != Standing::Best) {
        let (Some(a), Some(b)) = (&of_best, point.objective.as_ref().map(sampled)) else { continue };
        let Some((lo, hi)) = difference(a, &b, false).interval else { continue };
        if is_alive(point.standing) && (if objective.least { lo > 0.0 } else { hi < 0.0 }) {
            point.standing = Standing::Worse(best);
        }
    }
}

fn sampled(row: &Row) -> Sampled {
    Sampled { estimate: row.estimate, spread: row.spread.clone() }
}

/// What is wanted, turned so that less is better.
fn cost(point: &Point, objective: &Objective) -> Option<f64> {
    let value = point.objective.as_ref()?.estimate.value;
    Some(if objective.least { value } else { -value })
}

fn answer(points: &[Point], objective: &Objective) -> Answer {
    let best = points.iter().position(|point| point.standing == Standing::Best);
    // An open one that looks worse may be worse than the best; one that looks better is not passed over.
    let may_be_better = |best: &Point| {
        let (at_best, open) = (cost(best, objective), |point: &&Point| point.standing == Standing::Open);
        points.iter().filter(open).any(|point| cost(point, objective).is_none_or(|cost| Some(cost) < at_best))
    };
    match best {
        Some(best) if !may_be_better(&points[best]) => Answer::Best(best),
        Some(_) => Answer::Open,
        None if points.iter().any(|point| is_alive(point.standing)) => Answer::Open,
        None => {
            let missed = (0..points.len()).min_by(|&a, &b| missed(&points[a]).total_cmp(&missed(&points[b])));
            Answer::Infeasible(missed.unwrap_or(0))
        }
    }
}

/// By how much of its bound a point misses the gate that it misses by most.
pub(super) fn missed(point: &Point) -> f64 {
    let failing = point.gates.iter().filter(|judged| judged.verdict == GateVerdict::Fail);
    let by = failing.filter_map(|judged| {
        let value = judged.row.as_ref()?.estimate.value;
        let bound = judged.gate.bound;
        Some((value - bound).abs() / if bound == 0.0 { 1.0 } else { bound.abs() })
    });
    by.fold(0.0, f64::max)
}

/// Marks the points that no other one beats in everything.
fn mark_front(points: &mut [Point], objective: &Objective) {
    let costs: Vec<Option<Vec<f64>>> = points.iter().map(|point| all_costs(point, objective)).collect();
    for (at, point) in points.iter_mut().enumerate() {
        let Some(own) = &costs[at] else { continue };
        let beats = |other: &Vec<f64>| {
            let as_good = own.iter().zip(other).all(|(own, other)| other <= own);
            as_good && own != other
        };
        point.on_front = costs.iter().flatten().all(|other| !beats(other));
    }
}

/// The objective, and what each gate is about, turned so that less is better.
fn all_costs(point: &Point, objective: &Objective) -> Option<Vec<f64>> {
    use crate::scenario::Side;
    let of_gates = point.gates.iter().map(|judged| {
        let value = judged.row.as_ref()?.estimate.value;
        let more_is_better = match judged.gate.side {
            Side::Above | Side::From => true,
            Side::Below | Side::UpTo => false,
            Side::Exactly => judged.gate.bound > 0.0,
        };
        Some(if more_is_better { -value } else { value })
    });
    std::iter::once(cost(point, objective)).chain(of_gates).collect()
}
