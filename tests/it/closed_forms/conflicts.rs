//! How updates clash, and which of two writes wins by its clock, where that has an exact answer.

use rand::RngExt;

use crate::lab::{agrees, run};
use edgelag::base::{Dice, LocationIx, Span, Time};
use edgelag::model::conflicts::{Clocks, ConflictsSpec};

/// Get, change, put of one counter by many: each takes D = 0.3 from its read to its commit, L = 2 of them a second. One
/// is overwritten by another that has not seen it with 1 − exp(−LD), and of the increments 1/(1 + LD) are kept (H3).
#[test]
fn lost_updates_in_an_open_loop() {
    let found = run(r#"
        seed = 8
        trials = 20
        warmup = "100s"
        horizon = "100000s"
        locations.own.here = {}
        network.legs.write_request.constant = "300ms"
        [namespace.store]
        keys.count = 1
        replicas = ["here"]
        replication.quorum = { r = 1, w = 1 }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.poisson = "2/s"
        mix.update = 1
        "#);
    let clash = 0.451_188_363_905_973_6;
    let blind = found.share(|tally| (tally.all.updates.blind, tally.all.updates.committed));
    let overwritten = found.share(|tally| (tally.all.updates.overwritten, tally.all.updates.committed));
    agrees("blind", blind, clash);
    agrees("overwritten", overwritten, clash);
    agrees("kept", found.share(|tally| tally.updates_kept), 0.625);
}

/// Two clients get, change and put one counter in turns of their own: each thinks 0.5 on average (λ = 2) and takes D = 0.3
/// from its read to its commit. The other's commit falls in between with λD/(1 + λD) (entry H4).
#[test]
fn lost_updates_in_a_closed_loop() {
    let found = run(r#"
        seed = 8
        trials = 20
        warmup = "100s"
        horizon = "60000s"
        locations.own.here = {}
        network.legs.write_request.constant = "300ms"
        [namespace.store]
        keys.count = 1
        replicas = ["here"]
        replication.quorum = { r = 1, w = 1 }
        visibility = { delays = [], writes = 0 }
        [client.users]
        at = "here"
        namespace = "store"
        arrivals.closed = { clients = 2, think = "500ms" }
        mix.update = 1
        "#);
    let blind = found.share(|tally| (tally.all.updates.blind, tally.all.updates.committed));
    agrees("blind", blind, 0.375);
}

/// How often the later of two writes, made at different nodes a gap apart, has the earlier stamp: each pair with
/// clocks of its own.
fn later_loses(skew: &str, gap_nanos: impl Fn(Dice) -> u64) -> f64 {
    let spec: ConflictsSpec = toml::from_str(&format!("clock.skew = {skew}")).expect("it is a rule");
    let horizon = Time::ZERO + Span::from_nanos(10_000_000_000);
    let lost = (0..PAIRS).filter(|&pair| {
        let dice = Dice::of_trial(9, 0).fork(pair);
        let own = [dice.named("a"), dice.named("b")];
        let mut clocks =
            Clocks::new(&spec, own.into_iter(), horizon, std::iter::empty()).expect("they order writes");
        let first = Time::ZERO + Span::from_nanos(5_000_000_000);
        let second = first + Span::from_nanos(gap_nanos(dice));
        let [a, b] = [LocationIx(0), LocationIx(1)];
        clocks.stamp(a, a, first) > clocks.stamp(b, b, second)
    });
    lost.count() as f64 / PAIRS as f64
}

const PAIRS: u64 = 400_000;

/// A gap of 10 ms: Φ(−g/(σ√2)) with normal offsets of σ = 5 ms, (1 − g/2ε)²/2 with even ones of up to ε = 8 ms. An
/// exponential gap of mean 20 ms and σ = 5 ms: 1/2 − exp(μ²s²/2)Φ(−μs), s = σ√2 (entry H5).
#[test]
fn the_later_of_two_writes_may_lose_by_its_clock() {
    let exponential = |dice: Dice| (-20e6 * (1.0 - dice.rng().random::<f64>()).ln()) as u64;
    for (found, expected) in [
        (later_loses(r#"{ normal = "5ms" }"#, |_| 10_000_000), 0.078_649_603_525_142_58),
        (later_loses(r#"{ uniform = "8ms" }"#, |_| 10_000_000), 0.070_312_5),
        (later_loses(r#"{ normal = "5ms" }"#, exponential), 0.114_826_726_134_501_57),
    ] {
        // A share of independent pairs; stamps are whole microseconds, which hardly shows.
        let error = (expected * (1.0 - expected) / PAIRS as f64).sqrt();
        assert!((found - expected).abs() < 4.0 * error, "{found} for {expected}");
    }
}

/// Writes of one key everywhere, ten a second, with clocks up to 50 ms off: by clock some are outranked when they are
/// issued. Where clocks go on from what they have met, none is that was made where the earlier one had been seen.
#[test]
fn hybrid_clocks_put_a_write_after_what_it_has_seen() {
    let outranked = |rule: &str, rtt: &str| {
        let found = run(&format!(
            r#"
            trials = 20
            horizon = "100s"
            locations.own = {{ a = {{}}, b = {{}}, c = {{}} }}
            network.rtt.constant = "{rtt}"
            [namespace.store]
            keys.count = 1
            replicas = ["a", "b", "c"]
            replication.multi-primary = {{}}
            conflicts.{rule}.skew.uniform = "50ms"
            [client.users]
            at = ["a", "b", "c"]
            namespace = "store"
            arrivals.poisson = "3/s"
            mix = {{ read = 1, write = 1 }}
            "#
        ));
        found.each(|tally| tally.outranked.hits).sum::<u64>()
    };
    assert!(outranked("clock", "0s") > 0);
    assert_eq!(outranked("hybrid-clock", "0s"), 0);
    assert!(outranked("hybrid-clock", "100ms") > 0);
}
