//! Settings with an exact answer. Each test names its formula; rates are per second unless stated.

mod capacity;
mod conflicts;
mod cost;
mod failures;
mod faults;
mod merging;
mod policies;
mod purge;
mod queues;
mod quorum;
mod sessions;
mod staleness;
mod ttl;
mod visibility;

/// Clients read at `edge` through a cache what is stored at `origin` and visible there at once.
/// Without delays a fetch is instant.
fn edge_and_origin(
    horizon: &str,
    network: &str,
    keys: &str,
    cache: &str,
    reads: &str,
    writes: &str,
) -> String {
    format!(
        r#"
        seed = 20
        trials = 20
        warmup = "1000s"
        horizon = "{horizon}"
        locations.own = {{ edge = {{}}, origin = {{}} }}
        network = {network}

        [namespace.store]
        keys = {keys}
        replicas = ["origin"]
        replication.quorum = {{ r = 1, w = 1, coordinator = {{ at = "origin" }} }}
        cache.edge = {cache}
        visibility = {{ delays = [], writes = 0 }}

        [client.readers]
        at = "edge"
        namespace = "store"
        arrivals = {reads}

        [client.writers]
        at = "origin"
        namespace = "store"
        arrivals = {writes}
        mix = {{ write = 1 }}
        "#
    )
}

const INSTANT: &str = r#"{ rtt.constant = "0s" }"#;
const ONE_KEY: &str = "{ count = 1 }";
const NEVER: &str = r#"{ poisson = "0/s" }"#;
