//! Looks for the best point of a sweep that meets all gates, with trials where they decide.
//!
//! Successive halving: a few trials of all points; those that surely miss a gate, or are surely worse than one that surely
//! meets all of them, get no more, as long as that one meets them; the others get twice as many, up to all that were asked
//! for. All points have the same draws, so objectives are held against one another trial by trial.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::{is_selected, judge, selected};
use super::summary::rows_to_judge;
use super::{GateVerdict, Job, Judged, Outcome, Plan, Row, together};
use crate::scenario::{Objective, Side};
use crate::stats::{Looks, Sampled, difference_at_each_of};

/// What was found.
#[derive(Clone, Debug)]
pub struct Solved {
    /// What was wanted.
    pub objective: Objective,
    /// All points, in the order of the cases.
    pub points: Vec<Point>,
    /// What it comes to.
    pub answer: Answer,
    /// How often points were looked at, at most. Intervals of objectives and gates are those of each look, so that they hold at
    /// 95 % over all of them.
    pub looks: Looks,
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

/// The search for the best point of a plan. It says which trials it wants next, and looks at each point when they are there;
/// where they come from is for others to know.
#[derive(Debug)]
pub struct Search<'p> {
    plan: &'p Plan<'p>,
    objective: &'p Objective,
    points: Vec<Point>,
    /// Trials that each point has after this round that is not out.
    wanted: u32,
    looks: Looks,
}

impl<'p> Search<'p> {
    /// Of all points, none of which has a trial yet.
    pub fn new(plan: &'p Plan<'p>, objective: &'p Objective) -> Search<'p> {
        let points = plan.cases().iter().map(|(case, _)| Point {
            case: case.label.clone(),
            trials: 0,
            objective: None,
            gates: Vec::new(),
            standing: Standing::Open,
            on_front: false,
        });
        let most = plan.cases().iter().map(|(case, _)| case.trials).max().unwrap_or(0);
        Search { plan, objective, points: points.collect(), wanted: FIRST_TRIALS, looks: looks(most) }
    }

    /// The trials that the points have after this round, by point; `None` when no point needs more.
    pub fn wanted(&self) -> Option<Vec<Vec<Job>>> {
        let jobs = |case| (0..self.trials_after(case)).map(move |trial| Job { case, trial }).collect();
        let lacks = |case: &usize| self.trials_after(*case) > self.points[*case].trials;
        let cases = 0..self.points.len();
        cases.clone().any(|case| lacks(&case)).then(|| cases.map(jobs).collect())
    }

    fn trials_after(&self, case: usize) -> u32 {
        let Point { trials, standing, .. } = self.points[case];
        if is_alive(standing) { self.wanted.min(self.plan.cases()[case].0.trials) } else { trials }
    }

    /// Looks at the points that have more trials now: `read` gives those of a point.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn look<E>(&mut self, read: impl Fn(&[Job]) -> Result<Outcome<'p>, E>) -> Result<(), E> {
        for jobs in self.wanted().into_iter().flatten() {
            let Some(&Job { case, .. }) = jobs.first() else { continue };
            let point = &mut self.points[case];
            if jobs.len() > point.trials as usize {
                point.see(&read(&jobs)?, self.objective, self.looks);
            }
        }
        settle(&mut self.points);
        compare(&mut self.points, self.objective, self.looks);
        self.wanted = self.wanted.saturating_mul(2);
        Ok(())
    }

    /// What it comes to.
    pub fn solved(mut self) -> Solved {
        mark_front(&mut self.points, self.objective);
        let answer = answer(&self.points, self.objective);
        Solved { objective: self.objective.clone(), points: self.points, answer, looks: self.looks }
    }
}

/// How many numbers of trials a point may be looked at with.
fn looks(most: u32) -> Looks {
    let mut wanted = FIRST_TRIALS;
    let mut count = 1;
    while wanted < most {
        wanted = wanted.saturating_mul(2);
        count += 1;
    }
    Looks::new(count)
}

impl Point {
    /// What it comes to by itself.
    fn see(&mut self, outcome: &Outcome, objective: &Objective, looks: Looks) {
        let is_asked = |row: &Row| {
            let mut asked = outcome.case.gates.iter().map(|gate| &gate.rows).chain([&objective.rows]);
            asked.any(|rows| is_selected(rows, row))
        };
        let rows = rows_to_judge(outcome).into_iter().filter(is_asked).map(|row| at_each_of(looks, row));
        let rows: Vec<Row> = rows.collect();
        self.trials = outcome.trials.len() as u32;
        self.gates = judge(outcome.case, self.trials, &rows, looks);
        self.objective = selected(&objective.rows, &rows).first().map(|row| (*row).clone());
    }

    /// Where it stands by itself.
    fn alone(&self) -> Standing {
        match (together(&self.gates), &self.objective) {
            (Some(GateVerdict::Fail), _) => Standing::Infeasible,
            (Some(GateVerdict::Inconclusive), _) | (_, None) => Standing::Open,
            (Some(GateVerdict::Pass) | None, Some(_)) => Standing::Feasible,
        }
    }
}

/// A row with its interval at each of several looks.
fn at_each_of(looks: Looks, row: Row) -> Row {
    let most = if (row.unit, row.stat) == ("1", "rate") { 1.0 } else { f64::INFINITY };
    let Sampled { estimate, spread } = sampled(&row).at_each_of(looks, most);
    Row { estimate, spread, ..row }
}

/// Where each point stands by itself. One that was worse than another stays out as long as that one meets its gates.
fn settle(points: &mut [Point]) {
    let alone: Vec<Standing> = points.iter().map(Point::alone).collect();
    for (point, &of_it) in points.iter_mut().zip(&alone) {
        match point.standing {
            Standing::Worse(than) if alone[than] == Standing::Feasible => {}
            _ => point.standing = of_it,
        }
    }
}

fn is_alive(standing: Standing) -> bool {
    !matches!(standing, Standing::Worse(_) | Standing::Infeasible)
}

/// Finds the best of the points that meet all gates, and those that are surely worse.
///
/// Only the same trials can be held against one another, so a point that comes back has first to catch up, and a pair of points
/// is not looked at more often than each of them.
fn compare(points: &mut [Point], objective: &Objective, looks: Looks) {
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
        let Some((lo, hi)) = difference_at_each_of(looks, a, &b) else { continue };
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
    Some(turned(point.objective.as_ref()?.estimate.value, objective))
}

fn turned(value: f64, objective: &Objective) -> f64 {
    if objective.least { value } else { -value }
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

/// Marks the points that no other one beats in everything. Two are held against one another by the trials that both have: these
/// have the same draws.
fn mark_front(points: &mut [Point], objective: &Objective) {
    let counts: BTreeSet<u32> = points.iter().map(|point| point.trials).collect();
    let of_all = |trials| points.iter().map(|point| all_costs(point, objective, trials)).collect::<Vec<_>>();
    let costs: BTreeMap<u32, Vec<_>> = counts.into_iter().map(|trials| (trials, of_all(trials))).collect();
    let beats = |other: usize, own: usize| {
        let common = &costs[&points[other].trials.min(points[own].trials)];
        let (Some(other), Some(own)) = (&common[other], &common[own]) else { return false };
        other.iter().zip(own).all(|(other, own)| other <= own) && other != own
    };
    let is_whole = |own: usize| costs[&points[own].trials][own].is_some();
    let on_front = |own: usize| is_whole(own) && (0..points.len()).all(|other| !beats(other, own));
    let marks: Vec<bool> = (0..points.len()).map(on_front).collect();
    points.iter_mut().zip(marks).for_each(|(point, mark)| point.on_front = mark);
}

/// The objective, and what each gate is about, over the first trials, turned so that less is better.
fn all_costs(point: &Point, objective: &Objective, trials: u32) -> Option<Vec<f64>> {
    let of_gates = point.gates.iter().map(|judged| {
        let value = over_first(judged.row.as_ref()?, trials);
        let more_is_better = match judged.gate.side {
            Side::Above | Side::From => true,
            Side::Below | Side::UpTo => false,
            Side::Exactly => judged.gate.bound > 0.0,
        };
        Some(if more_is_better { -value } else { value })
    });
    let wanted = turned(over_first(point.objective.as_ref()?, trials), objective);
    std::iter::once(Some(wanted)).chain(of_gates).collect()
}

/// The value, to first order, had there been no more trials than these.
fn over_first(row: &Row, trials: u32) -> f64 {
    match row.spread.deviations.split_at_checked(trials as usize) {
        Some((first, later)) if !first.is_empty() && !later.is_empty() => {
            row.estimate.value + first.iter().sum::<f64>() / first.len() as f64
        }
        _ => row.estimate.value,
    }
}
