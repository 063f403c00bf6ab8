//! What a month costs: bills known by hand, what must hold of any bill, and what is said about prices that cannot be.

mod lists;
mod mistakes;

use edgelag::base::Dice;
use edgelag::experiment::{self, Outcome, Summary};
use edgelag::model::price::{Part, PriceSpec};
use edgelag::scenario::Scenario;
use edgelag::world::{Choice, Execution};
use rand::RngExt;

use crate::edgelag::Folder;
use crate::executions::draw;
use crate::lab::load;

fn run(scenario: &Scenario, execution: Execution) -> Vec<Outcome<'_>> {
    experiment::run(&scenario.cases, 2, Choice::Only(execution), &|_| true).expect("it applies")
}

fn cost(summary: &Summary, namespace: &str, part: &str) -> f64 {
    let found = summary.find("", namespace, part, "cost", "per_month");
    found.unwrap_or_else(|| panic!("{namespace} has no {part}")).value
}

/// Operations in step: ten reads a second, one write a second and a deletion every ten seconds, 1,000 s of each measured.
fn in_step(namespaces: &str) -> String {
    let clients = |name: &str, namespace: &str, every: &str, op: &str| {
        format!(
            "[client.{name}]\nat = 'here'\nnamespace = '{namespace}'\narrivals.every = '{every}'\nmix = {{ {op} = 1 }}\n"
        )
    };
    let mut text = format!(
        "trials = 3\nwarmup = '10s'\nhorizon = '1010s'\nlocations.own = {{ here = {{}}, there = {{}}, yonder = {{}} }}\n\
         network.rtt.constant = '0s'\n{namespaces}"
    );
    for namespace in ["listed", "own"] {
        if text.contains(&format!("[namespace.{namespace}]")) {
            text += &clients(&format!("{namespace}-readers"), namespace, "100ms", "read");
            text += &clients(&format!("{namespace}-writers"), namespace, "1s", "write");
        }
    }
    if text.contains("[namespace.listed]") {
        text += &clients("deleters", "listed", "10s", "delete");
    }
    text
}

const LISTED: &str = "[namespace.listed]\nkeys = { count = 3_000, size.constant = '1MB' }\nreplicas = ['here']\n\
                      replication.quorum = { r = 1, w = 1 }\nvisibility = { delays = [], writes = 0 }\n\
                      price.list = 'workers-kv-paid'\n";

const OWN: &str = "[namespace.own]\nkeys = { count = 3_000, size.constant = '1MB' }\n\
                   replicas = ['here', 'there', 'yonder']\nreplication.quorum = { r = 1, w = 2 }\n\
                   visibility = { delays = [], writes = 0 }\n[namespace.own.price]\nbase_per_month = 5\n\
                   reads = { each_million = 0.40, included = 5_000_000, beyond = [{ from = 20_000_000, each_million = 0.10 }] }\n\
                   origin_requests = { each_million = 1 }\norigin_bytes = { each_gb = 0.01 }\n\
                   egress = { each_gb = 0.09, included = '920GB' }\n\
                   storage = { each_gb = 0.02, each_replica = true }\n";

/// By hand: a month is 2,592 times 1,000 s, so 25.92 million reads, 2.592 million writes and 259,200 deletions. The list
/// includes 10 million reads and takes 0.50 for each million more; 1 million writes, then 5.00; 1 million deletions; 1 of 3
/// GB, then 0.50. The other's reads are 15 million for 0.40 and 5.92 million for 0.10; without a cache all of them go on to
/// the replicas, and each brings and answers 1 MB: 25,920 GB; three replicas keep 9 GB.
#[test]
fn a_bill_is_known_to_the_cent() {
    let scenario = load(&in_step(&format!("{LISTED}{OWN}")), &[]);
    for execution in [Execution::General, Execution::FeedForward] {
        let summary = experiment::summarise(&run(&scenario, execution));
        for (namespace, part, expected) in [
            ("listed", "reads", 7.96),
            ("listed", "writes", 7.96),
            ("listed", "deletes", 0.0),
            ("listed", "storage", 1.0),
            ("listed", "egress", 0.0),
            ("listed", "*", 16.92),
            ("own", "reads", 6.592),
            ("own", "origin_requests", 25.92),
            ("own", "origin_bytes", 259.20),
            ("own", "egress", 2_250.0),
            ("own", "storage", 0.18),
            ("own", "base", 5.0),
            ("own", "*", 2_546.892),
            ("*", "reads", 14.552),
            ("*", "*", 2_563.812),
        ] {
            let found = cost(&summary, namespace, part);
            assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{namespace} {part}: {found}");
        }
        let whole = summary.find("", "*", "*", "cost", "per_month").expect("it is there");
        assert_eq!((whole.interval, whole.trials), (Some((whole.value, whole.value)), 3));
    }
}

/// In step, as much happens in each second of half the time: a month costs the same.
#[test]
fn a_month_is_as_long_for_any_horizon() {
    let text = in_step(LISTED);
    let costs = ["510s", "1010s", "2010s"].map(|horizon| {
        let scenario = load(&text, &[format!("horizon='{horizon}'")]);
        cost(&experiment::summarise(&run(&scenario, Execution::FeedForward)), "listed", "*")
    });
    assert!(costs.iter().all(|cost| (cost - 16.92).abs() < 1e-9), "{costs:?}");
}

/// Student's interval of five costs, each reckoned by hand from the trial's reads; t(4, 0.975) = 2.776445 (any table).
#[test]
fn the_interval_is_that_of_the_trials_costs() {
    let text = in_step(LISTED);
    let settings = ["trials=5", "client.listed-readers.arrivals={ poisson = '40/s' }"].map(str::to_owned);
    let scenario = load(&text, &settings);
    let outcomes = run(&scenario, Execution::FeedForward);
    let read = edgelag::model::workload::OpKind::Read;
    let reads = outcomes[0].trials.iter().map(|trial| trial.namespaces[0].all.op(read).judged.reads);
    let costs: Vec<f64> = reads.map(|reads| (reads as f64 * 2_592.0 - 10e6) * 0.5e-6).collect();
    let mean = costs.iter().sum::<f64>() / 5.0;
    let deviation = (costs.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>() / 4.0).sqrt();
    let half = 2.776_445 * deviation / 5f64.sqrt();
    let summary = experiment::summarise(&outcomes);
    let found = summary.find("", "listed", "reads", "cost", "per_month").expect("it is there");
    let (lo, hi) = found.interval.expect("five trials have one");
    assert!((found.value - mean).abs() < 1e-9, "{} for {mean}", found.value);
    assert!(
        (lo - (mean - half)).abs() < 1e-5 && (hi - (mean + half)).abs() < 1e-5,
        "{lo} to {hi} for ± {half}"
    );
}

/// Law: using more never costs less, what is included costs nothing, and no step is a jump.
#[test]
fn cost_rises_with_what_is_used() {
    let mut rng = Dice::of_trial(6, 0).named("tariffs").rng();
    for index in 0..300 {
        let included: u64 = rng.random_range(0..5_000_000);
        let mut from = included;
        let beyond: Vec<String> = (0..rng.random_range(0..4))
            .map(|_| {
                from += rng.random_range(1..9_000_000);
                format!("{{ from = {from}, each_million = {} }}", rng.random_range(0.0..9.0))
            })
            .collect();
        let first: f64 = rng.random_range(0.0..9.0);
        let text = format!(
            "reads = {{ each_million = {first}, included = {included}, beyond = [{}] }}",
            beyond.join(", ")
        );
        let price =
            toml::from_str::<PriceSpec>(&text).unwrap_or_else(|error| panic!("{text}: {error}")).over(None);
        let (part, tariff) = &price.parts[0];
        assert_eq!(*part, Part::Reads);
        assert_eq!(tariff.cost(included as f64), 0.0, "{index}: {text}");
        let mut before = (0.0, 0.0);
        for _ in 0..40 {
            let used = before.0 + rng.random_range(0.0..1_000_000.0);
            let cost = tariff.cost(used);
            let most = (used - before.0) / 1e6 * 9.0;
            assert!((0.0..=most + 1e-9).contains(&(cost - before.1)), "{index}: {text}: {cost} at {used}");
            before = (used, cost);
        }
    }
}

/// Law: whatever the execution, a bill is the same, answers that vary in size weighed too. Where no cache answers and every
/// key has a value all along, what is answered is what was brought home.
#[test]
fn executions_give_the_same_bill() {
    let price = "price = { reads = { each_million = 1 }, writes = { each_million = 2 }, deletes = { each_million = 3 }, \
                 origin_requests = { each_million = 4 }, origin_bytes = { each_gb = 5 }, egress = { each_gb = 6 }, \
                 storage = { each_gb = 7 } }\n";
    let (mut weighed, mut alike) = (0, 0);
    for index in 0..240 {
        let text = draw::scenario(index);
        let text =
            text.replace("keys = { count", "keys = { size.uniform = { min = '10B', max = '9kB' }, count");
        let text = text.replace("\nreplicas = [", &format!("\n{price}replicas = ["));
        let scenario = load(&text, &[]);
        let bills = [Execution::General, Execution::FeedForward].map(|execution| {
            let outcomes = run(&scenario, execution);
            let rows = experiment::summarise(&outcomes).rows.into_iter().filter(|row| row.metric == "cost");
            let namespaces = scenario.cases[0].namespaces.iter().zip(&outcomes[0].trials[0].namespaces);
            for (namespace, tally) in namespaces {
                weighed += u32::from(tally.answered_bytes > 0);
                let keeps = text.contains("existing = 1")
                    && !text.contains("existing = 0")
                    && !text.contains("delete = 0");
                if namespace.edge.is_none() && keeps {
                    alike += u32::from(tally.answered_bytes > 0);
                    assert_eq!(tally.answered_bytes, tally.all.origin_bytes, "scenario {index}:\n{text}");
                }
            }
            rows.collect::<Vec<_>>()
        });
        assert!(bills[0] == bills[1], "scenario {index}:\n{text}");
    }
    assert!(weighed > 100 && alike > 5, "{weighed} and {alike} have something to weigh");
}

/// Hits that are counted in bulk are not weighed one by one, so that execution says no where egress costs something.
#[test]
fn hits_in_bulk_are_not_weighed() {
    let scenario = |price: &str| {
        format!(
            "horizon = '20s'\nlocations.edges = ['FRA']\nnetwork.rtt.constant = '1ms'\n[namespace.kv]\nkeys.count = 5\n\
             replicas = ['IAD']\nreplication.quorum = {{ r = 1, w = 1 }}\ncache.edge.ttl = '5s'\nvisibility.writes = 0\n\
             price = {{ {price} }}\n[client.users]\nat = 'edges'\nnamespace = 'kv'\narrivals.poisson = '10/s'\n"
        )
    };
    let folder = Folder::empty().file("s.toml", scenario("egress.each_gb = 0.09"));
    let told = folder.edgelag("check s.toml --execution aggregate").run().exits(2).stderr();
    assert!(told.contains("namespace `kv` has a price for egress: each answer is weighed"), "{told}");
    let folder = Folder::empty().file("s.toml", scenario("list = 'workers-kv-paid'"));
    folder.edgelag("check s.toml --execution aggregate").run().exits(0);
}

/// Arms are held against one another, and the terminal tells where it goes; names are only names.
#[test]
fn costs_are_told_and_compared() {
    let priced = LISTED.replace(
        "price.list = 'workers-kv-paid'",
        "cache.edge.ttl = '10s'\nprice.origin_requests.each_million = 1_000\nprice.base_per_month = 1",
    );
    let text = in_step(&priced).replace("'listed'", "'<script>alert(1)</script>'");
    let text = text.replace("[namespace.listed]", "[namespace.'<script>alert(1)</script>']");
    let text = format!(
        "{text}[variant.'=as it is']\n[variant.longer.namespace.'<script>alert(1)</script>'.cache.edge]\nttl = '5min'\n"
    );
    let folder = Folder::empty().file("s.toml", text);
    let told = folder.edgelag("compare s.toml -o out").run().exits(0).stdout();
    assert!(told.contains("cost a month: longer better by "), "{told}");
    assert!(told.contains("cost of =as it is · <script>alert(1)</script>: "), "{told}");
    assert!(told.contains("a month: origin requests ") && told.contains(", base "), "{told}");
    let names = folder.names("out");
    assert!(names.contains(&"cost.svg".to_owned()), "{names:?}");
    let rows = folder.text("out/comparison.csv");
    let row = rows.lines().find(|row| row.contains(",*,*,cost,per_month,USD,")).expect("it is compared");
    assert!(row.contains(",b better,"), "{row}");
    assert!(!folder.text("out/cost.svg").contains("<script"));
    assert!(!folder.text("out/report.html").contains("<script>alert"));
}
