//! Which arm is better, in sentences.

use std::fmt::Write;

use comfy_table::Table;
use comfy_table::presets::NOTHING;

use super::Report;
use super::cost::namespace_in_words;
use super::key_figures::{KEY_FIGURES, Measure};
use super::number::{dollars, plain, points, seconds, short, with_interval};
use crate::experiment::{Compared, Comparison, EVERYWHERE, Verdict};
use crate::stats::{Difference, Estimate};

/// A block of lines for each arm against the first one, by namespace; `None` without a comparison.
pub fn verdicts(report: &Report) -> Option<String> {
    let comparison = report.comparison?;
    let whole: Vec<&Compared> = comparison.rows.iter().filter(|row| row.a.location == EVERYWHERE).collect();
    let one_namespace = whole.iter().all(|row| row.a.namespace == whole[0].a.namespace);
    let same_block = |x: &&Compared, y: &&Compared| block_of(x) == block_of(y);
    let mut text = String::new();
    for block in whole.chunk_by(same_block) {
        let (arm, namespace) = block_of(block[0]);
        let place =
            if one_namespace { String::new() } else { format!(", {}", namespace_in_words(namespace)) };
        let _ = writeln!(text, "{arm} against {}{place}", block[0].a.case);
        tell(block, &mut text);
    }
    let trials = whole.first().map_or(0, |row| row.a.estimate.trials);
    let _ = write!(
        text,
        "± is the 95 % interval of that difference alone, over {trials} paired trials: of twenty lines \
         without a difference, one is told apart by chance"
    );
    Some(text)
}

/// A line for each key figure; those that nothing more can be said of share one.
fn tell(block: &[&Compared], text: &mut String) {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for figure in &KEY_FIGURES {
        let found = block.iter().find(|row| [row.a.op, row.a.metric, row.a.stat] == figure.key);
        let Some(row) = found else { continue };
        let verdict = verdict(row, figure.measure);
        let is_told = matches!(row.verdict, Verdict::A | Verdict::B | Verdict::Differ)
            || row.difference.more_trials.is_some();
        match told.iter_mut().find(|(other, _)| !is_told && *other == verdict) {
            Some((_, names)) => names.push(figure.name),
            None => told.push((verdict, vec![figure.name])),
        }
    }
    for (verdict, names) in told {
        let _ = writeln!(text, "  {}: {verdict}", names.join(", "));
    }
}

fn block_of(row: &Compared) -> (&str, &str) {
    (&row.b.case, &row.b.namespace)
}

fn verdict(row: &Compared, measure: Measure) -> String {
    let by = || by(&row.difference, measure);
    match row.verdict {
        Verdict::A => format!("{} better by {}", row.a.case, by()),
        Verdict::B => format!("{} better by {}", row.b.case, by()),
        Verdict::Differ => {
            let higher = if row.difference.value > 0.0 { &row.b.case } else { &row.a.case };
            format!("{higher} has {} more", by())
        }
        Verdict::Identical => "identical".to_owned(),
        Verdict::NotToldApart => match row.difference {
            Difference { interval: None, .. } if row.a.stat.starts_with('p') && row.a.estimate.trials > 1 => {
                "not told apart, as a trial has too few values beyond it".to_owned()
            }
            Difference { interval: None, .. } => "not told apart, as it has no interval".to_owned(),
            Difference { more_trials: Some(more), .. } => {
                let plural = if more == 1 { "" } else { "s" };
                format!("not told apart, about {} more trial{plural} needed", about(more))
            }
            _ => "not told apart".to_owned(),
        },
    }
}

/// How far apart, whichever is higher.
pub(super) fn by(difference: &Difference, measure: Measure) -> String {
    let Difference { value, interval, .. } = *difference;
    let interval = if value < 0.0 { interval.map(|(lo, hi)| (-hi, -lo)) } else { interval };
    let write = match measure {
        Measure::Share => points,
        Measure::Seconds => seconds,
        Measure::Count => short,
        Measure::Dollars => dollars,
    };
    with_interval(&Estimate { value: value.abs(), interval, trials: 0, n: 0 }, write)
}

/// Two digits are enough for what is roughly known.
fn about(count: u64) -> u64 {
    let mut unit = 1;
    while count / unit >= 100 {
        unit *= 10;
    }
    (count + unit / 2) / unit * unit
}

/// Every difference over all locations.
pub fn every_difference(Comparison { rows }: &Comparison) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    for row in rows.iter().filter(|row| row.a.location == EVERYWHERE) {
        let measure = match row.a.unit {
            "s" => Measure::Seconds,
            "USD" => Measure::Dollars,
            "1" if row.a.stat == "rate" => Measure::Share,
            _ => Measure::Count,
        };
        let write = if measure == Measure::Count { plain } else { measure.write() };
        table.add_row(vec![
            row.b.case.clone(),
            row.a.namespace.clone(),
            row.a.op.to_owned(),
            row.a.metric.to_owned(),
            row.a.stat.to_owned(),
            write(row.a.estimate.value),
            write(row.b.estimate.value),
            verdict(row, measure),
        ]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_of_a_count_are_told() {
        let counts = [1, 42, 99, 100, 104, 105, 996, 12_345].map(about);
        assert_eq!(counts, [1, 42, 99, 100, 100, 110, 1_000, 12_000]);
    }

    #[test]
    fn differences_carry_their_unit_and_no_sign() {
        let by = |value, interval, measure| by(&Difference { value, interval, more_trials: None }, measure);
        assert_eq!(by(-0.032, Some((-0.036, -0.028)), Measure::Share), "3.2 ± 0.4 points");
        assert_eq!(by(0.032, Some((0.012, 0.036)), Measure::Seconds), "32 ± 20 ms");
        assert_eq!(by(0.5, Some((0.5, 0.5)), Measure::Count), "0.5");
    }
}
