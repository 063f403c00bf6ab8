//! What `edgelag solve` found: a table for programs, and one with the answer in a sentence for people.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, Table};
use serde_json::{Value, json};

use super::number::{percent, plain, with_interval, writer};
use super::sweep::positions;
use super::tables::{text, whole_csv};
use super::{Report, ResultFile};
use crate::experiment::{Answer, GateVerdict, Judged, Point, Row, Solved, Standing};
use crate::scenario::text::escape;
use crate::stats::Looks;

impl Standing {
    /// As tables name it.
    fn name(self) -> &'static str {
        match self {
            Standing::Best => "best",
            Standing::Feasible => "feasible",
            Standing::Open => "inconclusive",
            Standing::Worse(_) => "worse",
            Standing::Infeasible => "infeasible",
        }
    }
}

/// `solve.csv`: a row for each point, with a column for each axis as in `sweep.csv`.
pub(super) fn table(report: &Report, solved: &Solved) -> ResultFile {
    let mut header = vec!["scenario".to_owned(), "case".to_owned()];
    header.extend(report.axes.iter().map(|axis| text(&axis.path)));
    let of_all =
        ["standing", "because", "on_front", "metric", "stat", "value", "unit", "ci_lo", "ci_hi", "trials"];
    let of_all = of_all.into_iter().chain(["looks", "confidence", "sense"]);
    header.extend(of_all.map(str::to_owned));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = solved.points.iter().enumerate().map(|(case, point)| {
        let mut line = vec![text(report.scenario), text(&point.case)];
        line.extend(positions(report.axes, case).iter().zip(report.axes).map(|(&at, axis)| {
            axis.numbers.get(at).map_or_else(|| text(&axis.values[at]), |&number| plain(number))
        }));
        let rows = &solved.objective.rows;
        let estimate = point.objective.as_ref().map(|row| row.estimate);
        let interval = estimate.and_then(|estimate| estimate.interval);
        let number = |number: Option<f64>| number.map_or_else(String::new, plain);
        line.extend([point.standing.name().to_owned(), text(&because(solved, point))]);
        line.push(if point.on_front { "yes" } else { "no" }.to_owned());
        line.extend([rows.metric.name, rows.stat].map(str::to_owned));
        line.extend([number(estimate.map(|estimate| estimate.value)), rows.metric.unit.to_owned()]);
        line.extend([number(interval.map(|(lo, _)| lo)), number(interval.map(|(_, hi)| hi))]);
        line.extend([point.trials.to_string(), solved.looks.count().to_string()]);
        line.extend([plain(solved.looks.confidence_of_each()), sense(solved).to_owned()]);
        line
    });
    ("solve.csv".to_owned(), whole_csv(&header, rows))
}

fn sense(solved: &Solved) -> &'static str {
    if solved.objective.least { "minimise" } else { "maximise" }
}

/// Why a point is out, or not told: the gates that it misses, or the point that is better.
fn because(solved: &Solved, point: &Point) -> String {
    let gates = |verdict| {
        let of_it = point.gates.iter().filter(|judged| judged.verdict == verdict);
        let mut texts: Vec<&str> = of_it.map(|judged| judged.gate.text.as_str()).collect();
        texts.dedup();
        texts.join("; ")
    };
    match point.standing {
        Standing::Best | Standing::Feasible => String::new(),
        Standing::Worse(than) => solved.points[than].case.clone(),
        Standing::Infeasible => gates(GateVerdict::Fail),
        Standing::Open if point.objective.is_none() => format!("no row for {}", solved.objective.text),
        Standing::Open => gates(GateVerdict::Inconclusive),
    }
}

fn written(row: &Row) -> String {
    with_interval(&row.estimate, writer(row.unit, row.stat))
}

/// Points beyond these are in the table for programs only.
const MOST_LINES: usize = 20;

/// The answer, and the points that matter: the best first, then the front.
pub fn solution(solved: &Solved) -> String {
    let rank = |point: &Point| match point.standing {
        Standing::Best => 0,
        Standing::Feasible => 1,
        Standing::Open => 2,
        Standing::Worse(_) => 3,
        Standing::Infeasible => 4,
    };
    let mut points: Vec<&Point> = solved.points.iter().collect();
    points.sort_by_key(|point| (rank(point), !point.on_front));
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["point", "", "front", &escape(&solved.objective.text), "trials", "because"]);
    for point in points.iter().take(MOST_LINES) {
        table.add_row(vec![
            escape(&point.case),
            point.standing.name().to_owned(),
            if point.on_front { "yes" } else { "" }.to_owned(),
            point.objective.as_ref().map_or_else(|| "–".to_owned(), written),
            point.trials.to_string(),
            escape(&because(solved, point)),
        ]);
    }
    for column in table.column_iter_mut().skip(3).take(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let more = points.len().saturating_sub(MOST_LINES);
    let more = if more > 0 { format!("\nand {more} more in solve.csv") } else { String::new() };
    format!("{}\n\n{table}{more}\n{}", sentence(solved), held(solved.looks))
}

/// What intervals and verdicts hold at.
fn held(looks: Looks) -> String {
    match looks.count() {
        1 => "intervals hold at 95 %".to_owned(),
        count => format!(
            "intervals and verdicts of each point hold at 95 % over all {count} looks: each is at {}, by Bonferroni",
            percent(looks.confidence_of_each())
        ),
    }
}

/// The answer in words.
fn sentence(solved: &Solved) -> String {
    let what = if solved.objective.least { "least" } else { "most" };
    let objective = escape(&solved.objective.text);
    match solved.answer {
        Answer::Best(best) => {
            let point = &solved.points[best];
            let value = point.objective.as_ref().map_or_else(String::new, written);
            let alike = solved.points.iter().filter(|point| point.standing == Standing::Feasible).count();
            let alike = match alike {
                0 => String::new(),
                1 => "; 1 other point that holds them is not told apart".to_owned(),
                more => format!("; {more} other points that hold them are not told apart"),
            };
            format!("{what} {objective} with all gates: {} ({value}){alike}", escape(&point.case))
        }
        Answer::Open => format!(
            "not told by these trials: points that are inconclusive may have the {what} {objective}; take more trials"
        ),
        Answer::Infeasible(nearest) => {
            let point = &solved.points[nearest];
            format!("infeasible because no point meets all gates: {}", binding(solved, point))
        }
    }
}

/// Which gates the nearest point misses, and how many points miss each of them.
fn binding(solved: &Solved, nearest: &Point) -> String {
    let failing = |point: &Point, gate: &str| {
        point.gates.iter().any(|judged| judged.verdict == GateVerdict::Fail && judged.gate.text == gate)
    };
    let missed = nearest.gates.iter().filter(|judged| judged.verdict == GateVerdict::Fail);
    let told = missed.map(|Judged { gate, row, .. }| {
        let count = solved.points.iter().filter(|point| failing(point, &gate.text)).count();
        let value = row.as_ref().map_or_else(String::new, |row| format!(" with {}", written(row)));
        format!("`{}`{value}, as {count} of {} points do", escape(&gate.text), solved.points.len())
    });
    let told: Vec<String> = told.collect();
    format!("the nearest, {}, misses {}", escape(&nearest.case), told.join("; and "))
}

/// The same for programs.
pub fn solution_json(solved: &Solved) -> Value {
    let answer = match solved.answer {
        Answer::Best(_) => "best",
        Answer::Open => "inconclusive",
        Answer::Infeasible(_) => "infeasible",
    };
    let points = solved.points.iter().map(|point| {
        let estimate = point.objective.as_ref().map(|row| row.estimate);
        json!({
            "case": point.case, "standing": point.standing.name(), "because": because(solved, point),
            "on_front": point.on_front, "trials": point.trials,
            "value": estimate.map(|estimate| estimate.value),
            "ci_lo": estimate.and_then(|estimate| estimate.interval).map(|(lo, _)| lo),
            "ci_hi": estimate.and_then(|estimate| estimate.interval).map(|(_, hi)| hi),
        })
    });
    json!({
        "objective": solved.objective.text,
        "sense": sense(solved),
        "answer": answer,
        "looks": solved.looks.count(),
        "confidence": solved.looks.confidence_of_each(),
        "points": points.collect::<Vec<_>>(),
    })
}
