//! Public price lists, held against the rows that they were taken from.

use edgelag::model::price::{Part, price_lists};

use crate::edgelag::Folder;

/// What so much costs in a month by a list.
fn cost(list: &str, part: Part, quantity: f64) -> f64 {
    let price = price_lists()[list].price.over(None);
    let (_, tariff) = price.parts.iter().find(|(priced, _)| *priced == part).expect("it has a price");
    tariff.cost(quantity)
}

const MILLION: f64 = 1e6;
const GB: f64 = 1e9;

/// developers.cloudflare.com/kv/platform/pricing, stored 2025: reads "10e6/month incl., then 0.50 per million"; writes and
/// deletes "1e6/month incl., then 5.00 per million"; storage "1 GB incl., then 0.50 per GB-month"; egress "0".
/// vercel.com/docs/pricing/edge-config, 2026: "3 USD per 1e6 reads; 1 USD per 100 writes".
/// upstash.com/pricing/redis, 2026-09-20: "$0.2 per 100K commands", "Storage: $0.25 per GB (first 1 GB free); Bandwidth: Free
/// up to 200 GB/month, then $0.03/GB".
#[test]
fn figures_are_those_of_the_sources() {
    for (list, part, included, more, costs) in [
        ("workers-kv-paid", Part::Reads, 10.0 * MILLION, MILLION, 0.50),
        ("workers-kv-paid", Part::Writes, MILLION, MILLION, 5.00),
        ("workers-kv-paid", Part::Deletes, MILLION, MILLION, 5.00),
        ("workers-kv-paid", Part::Storage, GB, GB, 0.50),
        ("workers-kv-paid", Part::Egress, 0.0, 1e6 * GB, 0.0),
        ("vercel-edge-config", Part::Reads, 0.0, MILLION, 3.00),
        ("vercel-edge-config", Part::Writes, 0.0, 100.0, 1.00),
        ("upstash-redis-payg", Part::Reads, 0.0, 100_000.0, 0.20),
        ("upstash-redis-payg", Part::Writes, 0.0, 100_000.0, 0.20),
        ("upstash-redis-payg", Part::Storage, GB, GB, 0.25),
        ("upstash-redis-payg", Part::Egress, 200.0 * GB, GB, 0.03),
    ] {
        assert_eq!(cost(list, part, included), 0.0, "{list} {part:?}");
        let found = cost(list, part, included + more);
        assert!((found - costs).abs() < 1e-12, "{list} {part:?}: {found}");
    }
}

#[test]
fn each_is_listed_and_shown_with_its_source() {
    let folder = Folder::empty();
    let listed = folder.edgelag("prices").run().exits(0).stdout();
    for (name, list) in price_lists() {
        assert!(listed.contains(name.as_str()) && listed.contains(&list.about), "{name}: {listed}");
        let shown = folder.edgelag(&format!("prices show {name}")).run().exits(0).stdout();
        assert!(shown.contains(&list.source) && shown.contains(&list.date), "{name}: {shown}");
        assert_eq!(list.lists.is_some(), shown.contains("\nlists = "), "{name}");
    }
    let told = folder.edgelag("prices show worker-kv-paid").run().exits(2).stderr();
    assert!(told.contains("unknown price list `worker-kv-paid`"), "{told}");
    assert!(told.contains("did you mean `workers-kv-paid`?"), "{told}");
}
