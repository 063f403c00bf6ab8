//! Mistakes about the capacity of caches.

use edgelag::scenario;

const BASE: &str = r#"horizon = "100s"
locations.edges = ["SIN", "FRA"]
[namespace.kv]
keys = { count = 10, size = "1kB" }
replicas = ["FRA"]
replication.single = {}
cache.edge = { ttl = "60s", sub_caches = 2 }
[namespace.other]
keys = { count = 10 }
replicas = ["IAD"]
replication.single = {}
OTHER
[client.users]
at = ["SIN"]
namespace = "kv"
arrivals.poisson = "20/s"
[client.others]
at = ["SIN", "GRU"]
namespace = "other"
arrivals.poisson = "20/s"
[site.edge]
"#;

/// What is said of a site, and of the cache of the other namespace.
#[track_caller]
fn refused(site: &str, other: &str, expected: &[&str]) {
    let text = format!("{}{site}\n", BASE.replace("OTHER", other));
    let failure = scenario::load("case.toml", text.as_bytes(), &[], &|_| Err("no files".to_owned()))
        .expect_err("it is a mistake");
    let told = failure.to_string();
    assert!(expected.iter().all(|expected| told.contains(expected)), "{told}");
}

#[test]
fn what_makes_no_sense_is_refused_with_what_does() {
    let at = |cache: &str| format!("at = \"SIN\"\ncache = {cache}");
    for (cache, expected) in [
        ("{}", "the cache has no capacity"),
        ("{ bytes = \"1MB\", entries = 5 }", "limited by `bytes` or by `entries`, not by both"),
        ("{ entries = 0 }", "the capacity must be more than 0"),
        ("{ entries = 1 }", "nothing fits into one of 2 sub-caches"),
        ("{ entries = 5, eviction = \"lri\" }", "`lru`"),
        ("{ entries = 5, eviction = \"s3-fifo\" }", "write { s3-fifo = … }"),
        ("{ entries = 5, eviction.s3-fifo = { small = \"100%\" } }", "`small` is 100%"),
        ("{ entries = 5, eviction.w-tiny-lfu = { window = 0 } }", "`window` is 0%"),
        ("{ entries = 5, eviction.w-tiny-lfu = {}, admission = \"tiny-lfu\" }", "has this admission already"),
        ("{ entries = 5, admission.probability = \"100%\" }", "the probability is 100%"),
        ("{ entries = 5, admission.second-hit = { remembers = 0 } }", "the limit is 1 to 100000000"),
        ("{ bytes = \"5kB\", admission.size-limit = \"5kB\" }", "has no effect"),
        ("{ bytes = 5 }", "5B"),
    ] {
        refused(&at(cache), "", &["case.toml:", expected]);
    }
    refused("at = \"GRU\"\ncache.entries = 5", "", &["no namespace is cached there"]);
    let other = "cache.edge = { ttl = \"1s\" }";
    refused(
        &at("{ entries = 5 }"),
        other,
        &["`kv` and `other` share this capacity, but have 2 and 1 sub-caches"],
    );
}
