//! The arms of a comparison: the variants of one scenario, or several scenarios side by side.

use super::case::Case;
use super::file::ScenarioFile;
use super::load::{
    Arm, CHOICES, Files, Scenario, apply, check_size, failure, laid_over, over_base, with_help,
};
use super::origins::give_way;
use super::resolve::resolve;
use super::text::{Diagnostic, Diagnostics, Document, Entry, Failure, Table, check_name, is_twin};
use crate::base::Time;
use toml::Spanned;

/// The table of variants.
pub(super) const VARIANTS: &str = "variant";
/// What cannot differ between arms.
const COMMON: [&str; 4] = ["seed", "trials", "title", "limits"];

/// An arm that has not been resolved.
pub(super) struct Draft<'a> {
    pub(super) name: String,
    pub(super) document: Document,
    pub(super) files: &'a Files<'a>,
}

/// Whether an assignment is to a variant, and not to what all arms have.
pub(super) fn is_within(assignment: &str) -> bool {
    let path = assignment.split(['.', '=']).next().unwrap_or_default();
    path.trim() == VARIANTS
}

/// The variants of a scenario as arms. Each is the scenario, laid over what the variant extends if it does, with the
/// variant's edits; then come the settings.
pub(super) fn of_variants(
    document: &Document,
    settings: &[&(String, String)],
    files: &Files,
) -> Result<Scenario, Failure> {
    let mut common = document.clone();
    let variants = common.take(VARIANTS).expect("there are variants, or this would not be asked");
    let wrong = |diagnostics: Diagnostics| failure(document, diagnostics);
    let Some(table) = variants.as_table() else {
        let problem = Diagnostic::new("`variant` must be a table of tables", variants.span.clone(), "");
        return Err(wrong(problem.with_help(HOW).into()));
    };
    check_variants(table, &variants.span).map_err(wrong)?;
    let title = common.get("title").and_then(|title| title.as_str()).unwrap_or_default().to_owned();
    let mut drafts = Vec::new();
    for variant in table {
        let mut document = draft(&common, variant, files)?;
        apply(&mut document, settings.to_vec())?;
        drafts.push(Draft { name: variant.key.clone(), document, files });
    }
    let scenario = side_by_side(drafts)?;
    Ok(Scenario { title, question: document.question(), resolved: document.to_toml(), ..scenario })
}

const HOW: &str =
    "edits of dotted keys make an arm: [variant.NAME] \"namespace.kv.cache.edge.ttl\" = \"30s\"";

fn check_variants(variants: &Table, place: &std::ops::Range<usize>) -> Result<(), Diagnostics> {
    let mut mistakes = Vec::new();
    if variants.len() < 2 {
        let problem = match variants.iter().next() {
            None => Diagnostic::new("there are no variants in `variant`", place.clone(), "").with_help(HOW),
            Some(only) => {
                let problem = format!("`{}` is the only variant; a comparison needs two", only.key);
                Diagnostic::new(problem, only.key_span.clone(), "")
                    .with_help("a variant with nothing in it is the scenario as it is: [variant.as-it-is]")
            }
        };
        mistakes.push(problem);
    }
    for (at, variant) in variants.iter().enumerate() {
        if let Err(problem) = check_name(&variant.key) {
            mistakes.push(Diagnostic::new(problem, variant.key_span.clone(), ""));
        }
        if let Some(twin) = variants.iter().take(at).find(|other| is_twin(&other.key, &variant.key)) {
            let problem = format!("two variants are named `{}` but for upper and lower case", twin.key);
            mistakes.push(Diagnostic::new(problem, variant.key_span.clone(), ""));
        }
        let Some(edits) = variant.node.as_table() else {
            let problem = format!("the variant `{}` must be a table of edits", variant.key);
            mistakes.push(Diagnostic::new(problem, variant.node.span.clone(), "").with_help(HOW));
            continue;
        };
        for edit in edits.iter().filter(|edit| COMMON.contains(&edit.key.as_str())) {
            let problem = format!("`{}` is the same for all arms of a comparison", edit.key);
            let problem = Diagnostic::new(problem, edit.key_span.clone(), "");
            mistakes.push(problem.with_help("set it at the top of the scenario"));
        }
    }
    Diagnostics::check(mistakes)
}

/// The scenario with a variant's edits: tables are laid over it, and a dotted key puts its value in the place of
/// what was there.
fn draft(common: &Document, variant: &Entry, files: &Files) -> Result<Document, Failure> {
    let mut edits = variant.node.as_table().cloned().unwrap_or_default();
    let mut document = common.clone();
    if let Some(extends) = edits.take("extends") {
        document = over_base(&extends, document, files, &mut vec![format!("variant.{}", variant.key)])?;
    }
    let (dotted, nested): (Vec<Entry>, Vec<Entry>) =
        edits.iter().cloned().partition(|edit| edit.key.contains('.'));
    give_way(&mut document, nested.iter().find(|edit| edit.key == "client").map(|edit| &edit.node));
    document.lay_over(nested.into_iter().collect(), &laid_over());
    for edit in dotted {
        if let Err(mistakes) = document.set_value(&edit.key, &edit.key_span, edit.node, CHOICES) {
            return Err(failure(&document, of_arm(mistakes, &variant.key)));
        }
    }
    Ok(document)
}

fn of_arm(mistakes: Diagnostics, name: &str) -> Diagnostics {
    with_help(mistakes, &format!("this is in the arm `{name}`"))
}

/// The drafts as cases with one seed and one number of trials, those of the first.
pub(super) fn side_by_side(mut drafts: Vec<Draft>) -> Result<Scenario, Failure> {
    let mut files: Vec<ScenarioFile> = Vec::new();
    for Draft { name, document, .. } in &drafts {
        is_single(document, name).map_err(|mistake| failure(document, mistake))?;
        let read = document.deserialize(None);
        files.push(read.map_err(|mistakes| failure(document, of_arm(mistakes, name)))?);
    }
    let mut notes = vec![
        differing("seed", &drafts, &files, |file| file.seed),
        differing("trials", &drafts, &files, |file| u64::from(*file.trials.get_ref())),
    ];
    let (seed, trials) = (files[0].seed, *files[0].trials.get_ref());
    let mut cases: Vec<Case> = Vec::new();
    for (Draft { name, document, files: beside }, file) in drafts.iter_mut().zip(&mut files) {
        if (file.seed, *file.trials.get_ref()) != (seed, trials) {
            file.seed = seed;
            file.trials = Spanned::new(file.trials.span(), trials);
            let set = [format!("seed={seed}"), format!("trials={trials}")];
            let set: Vec<(String, String)> = set.map(|text| ("the first arm".to_owned(), text)).into();
            apply(document, set.iter().collect())?;
        }
        let case = resolve(file, document, name, *beside).map_err(|mistakes| of_arm(mistakes, name));
        let case = case.and_then(|case| comparable(cases.first(), case, document));
        cases.push(case.map_err(|mistakes| failure(document, mistakes))?);
    }
    notes.extend([apart_in_time(&cases), not_compared(&cases)]);
    let limits = files[0].limits;
    let title = &files[0].title;
    let title = if files.iter().all(|file| file.title == *title) { title.clone() } else { String::new() };
    let scenario = Scenario::of(title, cases, String::new(), limits);
    let document = &drafts[0].document;
    check_size(document, &scenario, limits.events).map_err(|mistake| failure(document, mistake))?;
    let arms = drafts
        .iter()
        .map(|Draft { name, document, .. }| Arm { name: name.clone(), resolved: document.to_toml() });
    let question = drafts[0].document.question();
    let asked_by_all = drafts.iter().all(|draft| draft.document.question() == question);
    let question = if asked_by_all { question } else { String::new() };
    let notes = notes.into_iter().flatten().collect();
    Ok(Scenario { question, arms: arms.collect(), notes, ..scenario })
}

/// An arm is one point.
fn is_single(document: &Document, name: &str) -> Result<(), Diagnostic> {
    let several = [
        ("sweep", "give each arm its value of the key in [variant.NAME], or take the sweep out"),
        (VARIANTS, "compare the variants of one scenario, or several scenarios without any"),
    ];
    for (key, help) in several {
        if let Some(node) = document.get(key) {
            let problem = format!("`{name}` has a `{key}`, so it is not one arm of a comparison");
            return Err(Diagnostic::new(problem, node.span.clone(), "").with_help(help));
        }
    }
    Ok(())
}

/// What has no namespace in common with the first arm cannot be held against it.
fn comparable(first: Option<&Case>, case: Case, document: &Document) -> Result<Case, Diagnostics> {
    let Some(first) = first.filter(|first| shared(first, &case) == 0) else { return Ok(case) };
    let problem = format!("`{}` and `{}` have no namespace of the same name", first.label, case.label);
    let place = document.get("namespace").map_or(0..0, |node| node.span.clone());
    let help = format!(
        "namespaces of the same name are compared: `{}` has {}, `{}` has {}",
        first.label,
        names(first).join(", "),
        case.label,
        names(&case).join(", "),
    );
    Err(Diagnostic::new(problem, place, "").with_help(help).into())
}

fn shared(a: &Case, b: &Case) -> usize {
    names(a).iter().filter(|name| names(b).contains(name)).count()
}

fn names(case: &Case) -> Vec<&str> {
    case.namespaces.iter().map(|namespace| namespace.name.as_str()).collect()
}

/// That all arms take the first one's value of a key, where not all of them say the same.
fn differing(
    key: &str,
    drafts: &[Draft],
    files: &[ScenarioFile],
    of: fn(&ScenarioFile) -> u64,
) -> Option<String> {
    let first = of(&files[0]);
    let others = drafts.iter().zip(files).filter(|(_, file)| of(file) != first);
    let others: Vec<String> =
        others.map(|(draft, file)| format!("`{}` has {}", draft.name, of(file))).collect();
    (!others.is_empty()).then(|| {
        let others = others.join(", ");
        format!("all arms are run with `{key}` {first}, that of `{}`; {others}", drafts[0].name)
    })
}

/// That arms are not measured over the same time.
fn apart_in_time(cases: &[Case]) -> Option<String> {
    let told = |time: Time| time.since(Time::ZERO).as_secs_f64();
    let times = |case: &Case| (case.warmup, case.horizon);
    let differs = cases.iter().any(|case| times(case) != times(&cases[0]));
    let each = cases
        .iter()
        .map(|case| format!("`{}` from {} s to {} s", case.label, told(case.warmup), told(case.horizon)));
    differs
        .then(|| format!("arms are not measured over the same time: {}", each.collect::<Vec<_>>().join(", ")))
}

/// That some namespaces are not in both of two arms.
fn not_compared(cases: &[Case]) -> Option<String> {
    let first = &cases[0];
    let mut alone = Vec::new();
    for case in cases {
        let others: Vec<&Case> =
            if case.label == first.label { cases[1..].iter().collect() } else { vec![first] };
        let unknown =
            names(case).into_iter().filter(|name| !others.iter().any(|other| names(other).contains(name)));
        alone.extend(unknown.map(|name| format!("`{name}` of `{}`", case.label)));
    }
    (!alone.is_empty()).then(|| {
        format!("not compared, as the other arm has no namespace of that name: {}", alone.join(", "))
    })
}
