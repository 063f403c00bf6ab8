//! Laws of caches that writes purge.

use edgelag::experiment::Row;
use edgelag::model::workload::OpKind;
use edgelag::observe::Observations;

use super::draw::Draw;
use super::{MIXES, rows, trials};

/// With a lease, no value that was read before a purge arrived is in the cache after it, and the only store has a write
/// when that commits. So a hit misses no write for longer than a purge may take: half the round trip, one jitter and
/// its delay. Who joins a fetch misses what committed while the answer was on its way: half the round trip and two
/// jitters, within the origin and home.
#[test]
fn with_a_lease_nothing_is_overdue_by_more_than_a_purge_takes() {
    let (mut stale_reads, mut beyond_without) = (0, 0);
    for index in 0..100 {
        let mut draw = Draw::new("lease", index);
        let (edges, rtt, jitter, delay) =
            (draw.from(1, 4), draw.from(0, 400), draw.from(0, 300), draw.from(0, 500));
        let edges = draw.cities(edges);
        let sub_caches = draw.one_of(&[1, 1, 3]);
        let by = draw.one_of(&["by = \"key\"", "by.tags = 2"]);
        let cache = format!(
            "replication.quorum = {{ r = 1, w = 1 }}\ncache.edge = {{ ttl = \"1h\", sub_caches = {sub_caches}, \
             purge = {{ {by}, delay.uniform = {{ min = \"0ms\", max = \"{delay}ms\" }}, lease = true }} }}"
        );
        let text = format!(
            "seed = {index}\ntrials = 2\nhorizon = \"10s\"\n[locations]\nedges = {edges}\n\
             [network]\nrtt.constant = \"{rtt}ms\"\n\
             jitter.uniform = {{ min = \"0ms\", max = \"{jitter}ms\" }}\n{}{}",
            draw.namespace(1, &cache),
            draw.clients("{ read = 0.8, write = 0.2 }")
        );
        let most = (u64::from(rtt) / 2 + 1 + u64::from(jitter) + u64::from(delay.max(jitter))) * 1_000_000;
        let longest = |text: &str| -> Vec<(u64, u64)> {
            let overdue = |trial: &Observations| {
                let overdue = &trial.namespaces[0].overdue;
                (overdue.count(), overdue.max().unwrap_or(0))
            };
            trials(text).iter().map(overdue).collect()
        };
        for (count, longest) in longest(&text) {
            stale_reads += count;
            assert!(longest <= most, "{longest} ns are more than {most} ns in\n{text}");
        }
        let without = text.replace("lease = true", "lease = false");
        beyond_without += longest(&without).iter().filter(|(_, longest)| *longest > most).count();
    }
    assert!(stale_reads > 1_000, "the bound was not tried: {stale_reads} stale reads");
    assert!(beyond_without > 10, "the bound holds without a lease but for {beyond_without} trials");
}

/// What never arrives changes nothing but the number of messages that were sent.
#[test]
fn purges_that_are_all_lost_change_nothing() {
    let mut sent = 0;
    for index in 0..40 {
        let mut draw = Draw::new("all lost", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let namespace = draw.namespace(3, &format!("{policy}\n{cache}"));
        let mix = draw.one_of(&MIXES);
        let clients = draw.clients(mix);
        let none = format!("{head}{namespace}{clients}");
        let by = draw.one_of(&["by = \"key\"", "by.tags = 2"]);
        let lost = none.replace("sub_caches", &format!("purge = {{ {by}, loss = \"100%\" }}, sub_caches"));
        for (none, lost) in trials(&none).iter().zip(&trials(&lost)) {
            assert_eq!((none.fingerprint, none.events), (lost.fingerprint, lost.events), "{lost:?}");
        }
        let told = |text: &str| -> (Vec<Row>, Vec<Row>) {
            rows(text).into_iter().partition(|row| row.metric.ends_with("_purges"))
        };
        let ((purges, lost), (_, none)) = (told(&lost), told(&none));
        assert_eq!(lost, none);
        sent += purges.iter().filter(|row| row.estimate.value > 0.0).count();
    }
    assert!(sent >= 40, "purges were sent in {sent} rows only");
}

/// Where nothing expires a cache keeps its first value for ever, and a purge can only have it replaced by what is
/// read later from the only store: no read returns an older version. (With several replicas a later read may find
/// less; and with a time to live the dropped value might have been fetched anew at a better time.)
#[test]
fn where_nothing_expires_a_purge_makes_no_read_staler() {
    let (mut before, mut after) = (0, 0);
    for index in 0..60 {
        let mut draw = Draw::new("purge", index);
        let (head, clients) = (draw.head(), draw.clients("{ read = 0.8, write = 0.2 }"));
        let upper = draw.one_of(&["", "cache.upper = { ttl = \"1h\", at = [\"FRA\", \"SIN\"] }\n"]);
        let edge = "replication.quorum = { r = 1, w = 1 }\ncache.edge = { ttl = \"1h\" }\n";
        let none = format!("{head}{}{clients}", draw.namespace(1, &format!("{edge}{upper}")));
        let by = draw.one_of(&["by = \"key\"", "by.tags = 2"]);
        let (loss, lease) = (draw.one_of(&["0", "0.3"]), draw.one_of(&["true", "false"]));
        let purge = format!("ttl = \"1h\", purge = {{ {by}, loss = {loss}, lease = {lease} }}");
        let purged = none.replace("ttl = \"1h\"", &purge);
        for (none, now) in trials(&none).iter().zip(&trials(&purged)) {
            let judged = |trial: &Observations| trial.namespaces[0].all.op(OpKind::Read).judged;
            let (none, now) = (judged(none), judged(now));
            assert_eq!(none.reads, now.reads, "{purged}");
            assert!(now.stale <= none.stale, "{} > {} in\n{purged}", now.stale, none.stale);
            assert!(now.behind <= none.behind, "{purged}");
            assert!(now.overdue <= none.overdue, "{purged}");
            before += none.stale;
            after += now.stale;
        }
    }
    assert!(
        before > 1_000 && after * 4 < before * 3,
        "{before} stale reads without purges, {after} with them"
    );
}

/// Each key has a tag of its own: the messages are the same, though keys are not simulated one by one.
#[test]
fn as_many_tags_as_keys_are_no_tags() {
    for index in 0..30 {
        let mut draw = Draw::new("tags", index);
        let (head, policy, cache) = (draw.head(), draw.any_policy(3), draw.any_cache());
        let namespace = draw.namespace(3, &format!("{policy}\n{cache}"));
        let by_key = format!("{head}{namespace}{}", draw.clients("{ read = 0.7, write = 0.3 }"))
            .replace("sub_caches", "purge = { by = \"key\", loss = 0.1 }, sub_caches");
        let by_tag = by_key.replace("by = \"key\"", "by.tags = 30");
        assert_eq!(rows(&by_key), rows(&by_tag), "{by_tag}");
    }
}
