//! What is asked about the visibility of writes, with its defaults.

use super::case::{Population, Upper, Visibility};
use super::file::VisibilitySpec;
use super::text::Diagnostic;
use crate::base::{LocationIx, Probability, Span, Time};
use crate::model::cache::TierSpec;
use crate::model::replication::{Policy, Reads};
use crate::model::workload::OpKind;

/// By default no more probes than this go out in a trial,
const PROBES: f64 = 20_000.0;
/// and no more than this many pairs of write and location are followed.
const FOLLOWED: f64 = 50_000.0;
/// By default probes read from at most this many locations.
const PROBING_LOCATIONS: usize = 12;
/// Most delays after which a write may be probed.
const MOST_DELAYS: usize = 1_000;

/// Most isolated writes of a trial.
const MOST_ISOLATED_WRITES: u64 = 10_000_000_000;

/// What bears on the visibility of one namespace's writes.
pub(super) struct Circumstances<'a> {
    pub(super) populations: &'a [&'a Population],
    pub(super) edge: Option<&'a TierSpec>,
    pub(super) upper: Option<&'a Upper>,
    pub(super) policy: &'a Policy,
    pub(super) may_fail: bool,
    pub(super) warmup: Time,
    pub(super) horizon: Time,
}

/// Fills in what the scenario leaves open.
pub(super) fn visibility(
    spec: &VisibilitySpec,
    probing: Option<Vec<LocationIx>>,
    circumstances: &Circumstances,
    mistakes: &mut Vec<Diagnostic>,
) -> Visibility {
    let readers = readers(circumstances.populations);
    let from = probing.unwrap_or_else(|| evenly(&readers, PROBING_LOCATIONS));
    let lifetime = lifetime(circumstances);
    let delays = match &spec.delays {
        Some(delays) => {
            let place = delays.span();
            let mut delays = delays.get_ref().clone();
            if delays.len() > MOST_DELAYS {
                let problem = format!("{} delays are more than the limit of {MOST_DELAYS}", delays.len());
                mistakes.push(Diagnostic::new(problem, place, ""));
            }
            delays.sort_unstable();
            delays.dedup();
            delays
        }
        None => default_delays(lifetime),
    };
    let writes = writes_per_trial(circumstances);
    let nature = circumstances.policy.nature();
    let share = |most: f64, each: usize| {
        spec.writes.unwrap_or_else(|| {
            Probability::new((most / (writes * each.max(1) as f64)).min(1.0)).unwrap_or(Probability::ONE)
        })
    };
    Visibility {
        probed: share(PROBES, delays.len() * from.len()),
        // A write that is not sent to all replicas never spreads; where reads are not answered with what replicas
        // hold, that does not tell what a location would serve.
        followed: match nature.reaches_all && nature.reads != Reads::NotWhatIsHeld {
            true => share(FOLLOWED, readers.len()),
            false => Probability::ZERO,
        },
        follow_until: circumstances.horizon.before(lifetime),
        delays,
        from,
        isolated_writes: isolated_writes(spec, circumstances, mistakes),
        readers,
    }
}

/// They need reads straight from replicas, and writes that reach all of these.
fn isolated_writes(
    spec: &VisibilitySpec,
    circumstances: &Circumstances,
    mistakes: &mut Vec<Diagnostic>,
) -> u64 {
    let Some(written) = spec.isolated_writes.as_ref().filter(|written| *written.get_ref() > 0) else {
        return 0;
    };
    let wanted = *written.get_ref();
    let mut wrong = |problem: &str, help: &str| {
        mistakes.push(Diagnostic::new(problem, written.span(), "").with_help(help));
    };
    if wanted > MOST_ISOLATED_WRITES {
        let problem = format!("`isolated_writes` is {wanted}; the limit is {MOST_ISOLATED_WRITES}");
        wrong(&problem, "each trial draws its own: more trials draw more");
    }
    if circumstances.edge.is_some() || circumstances.upper.is_some() {
        let help = "leave `isolated_writes` out: probes and reads tell of visibility behind caches";
        wrong("isolated writes are read straight from replicas, but this namespace has caches", help);
    }
    if !circumstances.policy.is_isolable() {
        let help = "leave `isolated_writes` out: probes and reads tell of visibility under this policy";
        wrong("isolated writes are not known in closed form under this replication policy", help);
    } else if !circumstances.policy.nature().reaches_all {
        let help = "let writes reach all (writes_to = \"all\"), or leave `isolated_writes` out";
        wrong("isolated writes must reach all replicas, but here some never get them", help);
    }
    if circumstances.may_fail {
        let help = "leave `isolated_writes` out: they meet no outage, time-out or quota";
        wrong("isolated writes are drawn from delays alone, but here requests may fail", help);
    }
    if writing_rate(circumstances) == 0.0 {
        let help = "give one a mix with writes, such as { read = 0.99, write = 0.01 }";
        wrong("isolated writes begin where populations write, but none writes to this namespace", help);
    }
    wanted
}

/// How long an overwritten value may still be served from the tiers, mostly.
fn lifetime(circumstances: &Circumstances) -> Span {
    let edge = circumstances.edge.map_or(Span::ZERO, lifetime_in);
    edge + circumstances.upper.map_or(Span::ZERO, |upper| lifetime_in(&upper.rules))
}

/// A purge ends what a time to live would end much later.
fn lifetime_in(rules: &TierSpec) -> Span {
    let longest = rules.longest_use();
    match rules.purge.as_ref().filter(|purge| purge.arrives()) {
        Some(purge) => longest.min(Span::from_nanos_f64(2.0 * purge.mean_delay(longest))),
        None => longest,
    }
}

fn readers(populations: &[&Population]) -> Vec<LocationIx> {
    let reads = |population: &Population| {
        population.mix.share(OpKind::Read) + population.mix.share(OpKind::Update) > 0.0
    };
    let mut readers: Vec<LocationIx> = Vec::new();
    let readers_first = populations.iter().filter(|population| reads(population));
    for population in readers_first {
        readers.extend(&population.at);
    }
    if readers.is_empty() {
        populations.iter().for_each(|population| readers.extend(&population.at));
    }
    readers.sort_unstable();
    readers.dedup();
    readers
}

fn evenly(locations: &[LocationIx], most: usize) -> Vec<LocationIx> {
    let count = locations.len().min(most);
    (0..count).map(|at| locations[at * locations.len() / count]).collect()
}

/// 0, then 1, 2, 5 in each decade from 1 ms on, to twice the lifetime of a cached value, at least to 10 s;
/// and tenths of that lifetime, where the most happens.
fn default_delays(lifetime: Span) -> Vec<Span> {
    let last = Span::from_nanos((2 * lifetime.as_nanos()).max(10_000_000_000));
    let steps = (0..15).flat_map(|decade| [1u64, 2, 5].map(|step| step * 1_000_000 * 10u64.pow(decade)));
    let mut delays = vec![Span::ZERO];
    for nanos in steps {
        delays.push(Span::from_nanos(nanos));
        if Span::from_nanos(nanos) >= last {
            break;
        }
    }
    delays.extend((1..=11).map(|tenth| Span::from_nanos(lifetime.as_nanos() / 10 * tenth)));
    delays.sort_unstable();
    delays.dedup();
    delays
}

fn writes_per_trial(circumstances: &Circumstances) -> f64 {
    let seconds = circumstances.horizon.since(circumstances.warmup).as_secs_f64();
    (writing_rate(circumstances) * seconds).max(1.0)
}

/// Writes per second of all populations together.
fn writing_rate(circumstances: &Circumstances) -> f64 {
    circumstances.populations.iter().map(|population| population.writes_per_second()).sum()
}
