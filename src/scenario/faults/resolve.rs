//! Faults, resolved.

use indexmap::IndexMap;
use toml::Spanned;

use super::{ClockFaultSpec, FaultSpec, TroubleSpec};
use crate::base::{LocationIx, NamespaceIx, Probability, Span, Time};
use crate::model::faults::{Disk, Ends, Fault, Harm, Trouble, When};
use crate::scenario::file::Names;
use crate::scenario::names::check_each;
use crate::scenario::places::Places;
use crate::scenario::text::{Diagnostic, nearest};

/// Faults whose locations are known, but not yet all of the others.
pub(in crate::scenario) struct Drafts(Vec<Draft>);

/// One of them.
struct Draft {
    name: String,
    kind: &'static str,
    what: What,
    when: When,
    each: bool,
    noticed_after: Span,
}

/// What a fault does, as far as that does not depend on how many locations there are.
enum What {
    Link { from: Option<Vec<LocationIx>>, to: Option<Vec<LocationIx>>, one_way: bool, harm: Harm },
    CutOff(Vec<LocationIx>),
    Other(Trouble),
}

/// When others know of a fault, where it does not say.
const NOTICED_AFTER: Span = Span::from_nanos(1_000_000_000);

/// Where something is named that the rest of a scenario says.
struct Around<'a, 'p> {
    places: &'a mut Places<'p>,
    /// The names of all namespaces.
    namespaces: Vec<&'a str>,
    horizon: Time,
}

/// Reads the faults of a scenario. All else that names locations has done so: a fault alone makes none.
pub(in crate::scenario) fn faults<'a>(
    specs: &IndexMap<Spanned<String>, FaultSpec>,
    places: &'a mut Places<'_>,
    namespaces: Vec<&'a str>,
    horizon: Time,
    mistakes: &mut Vec<Diagnostic>,
) -> Drafts {
    check_each(specs.keys(), mistakes);
    let known = places.used.len();
    let mut around = Around { places, namespaces, horizon };
    let mut drafts = Vec::new();
    for (name, spec) in specs {
        let (kind, what) = around.what(&spec.what, known, mistakes);
        let when = around.when(spec, name, mistakes);
        check_extras(spec, kind, mistakes);
        if let (Some(what), Some(when)) = (what, when) {
            let noticed_after = spec.noticed_after.as_ref().map_or(NOTICED_AFTER, |after| *after.get_ref());
            let each = spec.each.as_ref().is_some_and(|each| *each.get_ref());
            drafts.push(Draft { name: name.get_ref().clone(), kind, what, when, each, noticed_after });
        }
    }
    Drafts(drafts)
}

/// Options that would have no effect.
fn check_extras(spec: &FaultSpec, kind: &'static str, mistakes: &mut Vec<Diagnostic>) {
    let is_noticed = matches!(kind, "link-down" | "cut-off" | "site-down" | "store-down");
    if let Some(after) = spec.noticed_after.as_ref().filter(|_| !is_noticed) {
        let problem = format!("nobody turns away from a `{kind}`, so that `noticed_after` has no effect");
        mistakes.push(Diagnostic::new(problem, after.span(), "").with_help("leave it out"));
    }
    let Some(each) = spec.each.as_ref().filter(|each| *each.get_ref()) else { return };
    if spec.rate.is_none() {
        let problem = "`each` lets locations draw their own times, but `at` says when";
        mistakes
            .push(Diagnostic::new(problem, each.span(), "").with_help("give `rate`, or leave `each` out"));
    }
    if !matches!(kind, "cut-off" | "site-down" | "site-slow" | "clock") {
        let problem =
            format!("`each` needs locations, one of which fails without the others: a `{kind}` has none");
        mistakes.push(Diagnostic::new(problem, each.span(), "").with_help("leave it out"));
    }
}

impl Around<'_, '_> {
    /// Locations that something else has named.
    fn at(
        &mut self,
        names: &Spanned<Names>,
        known: usize,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Vec<LocationIx> {
        let found = self.places.names(names, mistakes);
        for &location in found.iter().filter(|location| location.at() >= known) {
            let name = &self.places.used[location.at()].name;
            let problem = format!("nothing is at `{name}` that could fail: no client, cache or replica");
            mistakes.push(Diagnostic::new(problem, names.span(), ""));
        }
        found
    }

    fn what(
        &mut self,
        spec: &Spanned<TroubleSpec>,
        known: usize,
        mistakes: &mut Vec<Diagnostic>,
    ) -> (&'static str, Option<What>) {
        let mut wrong = Vec::new();
        let (kind, what, problem) = match spec.get_ref() {
            TroubleSpec::LinkDown(ends) => {
                let what = self.link(&ends.from, &ends.to, (known, &mut wrong), (ends.one_way, Harm::Down));
                ("link-down", what, None)
            }
            TroubleSpec::LinkSlow(slow) => {
                let (added, factor) = (slow.added, slow.factor);
                let (harm, problem) = (Harm::Slow { added, factor }, slowness("link", added, factor));
                let what = self.link(&slow.from, &slow.to, (known, &mut wrong), (slow.one_way, harm));
                ("link-slow", what, problem)
            }
            TroubleSpec::LinkLossy(lossy) => {
                let harm = Harm::Lossy(lossy.share);
                let what = self.link(&lossy.from, &lossy.to, (known, &mut wrong), (lossy.one_way, harm));
                let none = lossy.share == Probability::ZERO;
                ("link-lossy", what, problem_if(none, "the link loses nothing", "give a `share` above 0"))
            }
            TroubleSpec::CutOff(cut) => ("cut-off", What::CutOff(self.at(&cut.at, known, &mut wrong)), None),
            TroubleSpec::SiteDown(site) => {
                let at = self.at(&site.at, known, &mut wrong);
                let (disk, clients, caches_only) = (site.disk, site.clients, site.caches_only);
                let kept = problem_if(
                    caches_only && disk == Disk::Lost,
                    "with `caches_only` replicas keep their disks",
                    "leave `disk` out",
                );
                ("site-down", What::Other(Trouble::Site { at, disk, clients, caches_only }), kept)
            }
            TroubleSpec::SiteSlow(slow) => {
                let (added, factor) = (slow.added, slow.factor);
                let at = self.at(&slow.at, known, &mut wrong);
                let what = What::Other(Trouble::Slow { at, added, factor });
                ("site-slow", what, slowness("site", added, factor))
            }
            TroubleSpec::Clock(clock) => {
                let at = self.at(&clock.at, known, &mut wrong);
                let (trouble, problem) = wrong_clock(clock, at);
                ("clock", What::Other(trouble), problem)
            }
            TroubleSpec::PurgeLoss(loss) => {
                let to = loss.to.as_ref().map(|names| self.at(names, known, &mut wrong));
                let none = loss.share == Probability::ZERO;
                let none = problem_if(none, "no purge is lost", "give a `share` above 0");
                ("purge-loss", What::Other(Trouble::Purges { to, share: loss.share }), none)
            }
            TroubleSpec::StoreDown(store) => {
                let found = store.namespaces.iter().filter_map(|name| self.namespace(name, &mut wrong));
                let trouble = Trouble::Store(found.collect());
                let none = problem_if(store.namespaces.is_empty(), "no store is named", "give `namespaces`");
                ("store-down", What::Other(trouble), none)
            }
        };
        mistakes
            .extend(problem.map(|(problem, help)| Diagnostic::new(problem, spec.span(), "").with_help(help)));
        let is_right = wrong.is_empty();
        mistakes.extend(wrong);
        (kind, is_right.then_some(what))
    }

    fn link(
        &mut self,
        from: &Option<Spanned<Names>>,
        to: &Option<Spanned<Names>>,
        (known, wrong): (usize, &mut Vec<Diagnostic>),
        (one_way, harm): (bool, Harm),
    ) -> What {
        let mut end = |end: &Option<Spanned<Names>>| end.as_ref().map(|names| self.at(names, known, wrong));
        let (from, to) = (end(from), end(to));
        What::Link { from, to, one_way, harm }
    }

    fn namespace(&self, name: &Spanned<String>, mistakes: &mut Vec<Diagnostic>) -> Option<NamespaceIx> {
        let wanted = name.get_ref();
        let at = self.namespaces.iter().position(|known| known == wanted);
        if at.is_none() {
            let problem = Diagnostic::new(format!("unknown namespace `{wanted}`"), name.span(), "");
            let help = match nearest(wanted, &self.namespaces) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("namespaces here: {}", self.namespaces.join(", ")),
            };
            mistakes.push(problem.with_help(help));
        }
        at.map(NamespaceIx::from_position)
    }

    fn when(&self, spec: &FaultSpec, name: &Spanned<String>, mistakes: &mut Vec<Diagnostic>) -> Option<When> {
        let lasting = spec.lasting.get_ref();
        if lasting.as_constant() == Some(Span::ZERO) {
            mistakes.push(Diagnostic::new("the fault lasts no time", spec.lasting.span(), ""));
        }
        match (&spec.at, &spec.rate) {
            (Some(at), None) => {
                let from = Time::ZERO + *at.get_ref();
                if from >= self.horizon {
                    let problem = "the fault begins when no operation does any more";
                    mistakes.push(Diagnostic::new(problem, at.span(), "the horizon is not after this"));
                }
                let Some(lasting) = lasting.as_constant() else {
                    let problem = "a fault with `at` lasts the same time in all trials";
                    let help = "give one time, such as \"30s\"; or `rate` instead of `at`, to draw it";
                    mistakes.push(Diagnostic::new(problem, spec.lasting.span(), "").with_help(help));
                    return None;
                };
                Some(When::At { from, until: from + lasting })
            }
            (None, Some(rate)) => {
                let per_second = rate.get_ref().as_per_second();
                let expected = per_second * self.horizon.as_nanos() as f64 / 1e9;
                if per_second == 0.0 {
                    mistakes.push(Diagnostic::new("the fault never comes", rate.span(), ""));
                } else if expected > Fault::MOST_WINDOWS {
                    let most = Fault::MOST_WINDOWS;
                    let problem =
                        format!("the fault may come {expected:.0} times in a trial; the limit is {most}");
                    mistakes.push(Diagnostic::new(problem, rate.span(), ""));
                }
                Some(When::Drawn { rate: *rate.get_ref(), lasting: lasting.clone() })
            }
            (at, _) => {
                let problem = match at {
                    Some(_) => "the fault has both `at` and `rate`",
                    None => "it is not said when the fault comes",
                };
                let help = "give `at`, the same in all trials, or `rate`, to draw it";
                mistakes.push(Diagnostic::new(problem, name.span(), "").with_help(help));
                None
            }
        }
    }
}

impl Drafts {
    /// Whether operations may go without an answer because of any of them.
    pub(in crate::scenario) fn lose(&self) -> bool {
        self.0.iter().any(|draft| match &draft.what {
            What::Link { harm, .. } => !matches!(harm, Harm::Slow { .. }),
            What::CutOff(_) => true,
            What::Other(trouble) => trouble.loses(),
        })
    }

    pub(in crate::scenario) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults of a case with so many locations.
    pub(in crate::scenario) fn resolve(self, locations: usize) -> Vec<Fault> {
        self.0.into_iter().flat_map(|draft| draft.resolve(locations)).collect()
    }
}

impl Draft {
    fn resolve(self, locations: usize) -> Vec<Fault> {
        let Draft { name, kind, what, when, each, noticed_after } = self;
        let set = |at: &[LocationIx]| {
            let mut set = vec![false; locations];
            at.iter().for_each(|location| set[location.at()] = true);
            set
        };
        let fault = |trouble, apart| {
            let (name, when) = (name.clone(), when.clone());
            Fault { name, apart, kind, trouble, when, noticed_after }
        };
        let cut = |at: &[LocationIx]| {
            let from = set(at);
            let to = from.iter().map(|inside| !inside).collect();
            Trouble::Link { ends: Ends { from, to, one_way: false }, harm: Harm::Down }
        };
        let apart = |at: Vec<LocationIx>, of: &dyn Fn(Vec<LocationIx>) -> Trouble| match each {
            false => vec![fault(of(at), None)],
            true => at.into_iter().map(|location| fault(of(vec![location]), Some(location))).collect(),
        };
        match what {
            What::Link { from, to, one_way, harm } => {
                let end = |end: Option<Vec<_>>| end.map_or_else(|| vec![true; locations], |at| set(&at));
                let ends = Ends { from: end(from), to: end(to), one_way };
                vec![fault(Trouble::Link { ends, harm }, None)]
            }
            What::CutOff(at) => apart(at, &|at| cut(&at)),
            What::Other(Trouble::Site { at, disk, clients, caches_only }) => {
                apart(at, &|at| Trouble::Site { at, disk, clients, caches_only })
            }
            What::Other(Trouble::Slow { at, added, factor }) => {
                apart(at, &|at| Trouble::Slow { at, added, factor })
            }
            What::Other(Trouble::Clock { at, ahead, gained }) => {
                apart(at, &|at| Trouble::Clock { at, ahead, gained })
            }
            What::Other(trouble) => vec![fault(trouble, None)],
        }
    }
}

/// What is wrong with a fault, and what helps.
type Problem = Option<(String, &'static str)>;

fn problem(what: &str, help: &'static str) -> Problem {
    Some((what.to_owned(), help))
}

fn problem_if(is_wrong: bool, what: &str, help: &'static str) -> Problem {
    if is_wrong { problem(what, help) } else { None }
}

fn slowness(of: &str, added: Span, factor: f64) -> Problem {
    match factor {
        1.0 if added == Span::ZERO => {
            problem(&format!("the {of} is no slower than ever"), "give `added` or `factor`")
        }
        1.0..=1_000_000.0 => None,
        _ => problem(&format!("`factor` is {factor}; it must be from 1 to 1000000"), ""),
    }
}

fn wrong_clock(clock: &ClockFaultSpec, at: Vec<LocationIx>) -> (Trouble, Problem) {
    let ahead = clock.ahead.as_nanos() as f64 - clock.behind.as_nanos() as f64;
    let gained = clock.drift_ppm * 1e-6;
    let problem = match clock.drift_ppm {
        0.0 if ahead == 0.0 => problem("the clocks are as ever", "give `ahead`, `behind` or `drift_ppm`"),
        -1e6..=1e6 => None,
        ppm => problem(&format!("`drift_ppm` is {ppm} millionths; it must be from -1000000 to 1000000"), ""),
    };
    (Trouble::Clock { at, ahead, gained }, problem)
}
