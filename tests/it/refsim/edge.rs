//! Edge caches over a quorum store: the model `edge` there, with `"read": "quorum"`.

use super::{Recorded, client, compares, scenario};
use crate::lab::{Finding, run};

/// Edges read through caches from a quorum store whose coordinator is at the origin, where writes begin.
struct EdgeStore {
    edges: u32,
    /// A second.
    reads: u32,
    writes: &'static str,
    keys: &'static str,
    cache: &'static str,
    n: usize,
    r: u32,
    w: u32,
    /// request, response, then to and from the replicas.
    legs: [&'static str; 4],
    /// Warm-up and measured time in seconds.
    seconds: (u32, u32),
}

impl EdgeStore {
    fn run(&self) -> Finding {
        let edges: Vec<String> = (1..=self.edges).map(|edge| format!("e{edge}")).collect();
        let [up, down, out, back] = self.legs;
        let readers = client("readers", &edges, &format!("{}/s", self.reads), "read");
        let writers = client("writers", &["origin".to_owned()], self.writes, "write");
        let clients = format!("cache.edge = {}\n{readers}{writers}", self.cache);
        let legs = [
            ("request", up),
            ("response", down),
            ("write_request", out),
            ("read_request", out),
            ("write_ack", back),
            ("read_response", back),
        ];
        let places = [&edges[..], &["origin".to_owned()]].concat();
        let quorum = (self.n, self.r, self.w);
        run(&scenario(&places, "{ at = \"origin\" }", &legs, self.keys, quorum, self.seconds, &clients))
    }
}

/// TTL 0 and fetches of one's own over a strict quorum: as fresh as the store, never stale.
///
/// ```json
/// {"model": "edge", "coalesce": false, "edges": 2, "read_rate": 20, "write_rate": 2, "keys": 20, "zipf":
/// 0.8, "ttl_ms": 0, "d_up": {"exp": 20}, "d_down": {"exp": 20}, "store": {"n": 3, "w": 2, "r": 2, "read":
/// "quorum", "rep_out": {"exp": 10}, "rep_back": {"exp": 10}}, "warmup_ms": 10000.0, "duration_ms":
/// 300000.0}
/// ```
#[test]
fn ttl0_strict_own_fetches() {
    let found = EdgeStore {
        edges: 2,
        reads: 20,
        writes: "2/s",
        keys: "{ count = 20, popularity.zipf = 0.8 }",
        cache: r#"{ ttl = "0ms", coalesce = false }"#,
        n: 3,
        r: 2,
        w: 2,
        legs: [
            r#"{ exponential.mean = "20ms" }"#,
            r#"{ exponential.mean = "20ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
        ],
        seconds: (10, 300),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.0, 0.0),
        Recorded("lat_mean", 58.1730856, 0.172446778),
        Recorded("lat_p50", 52.2636102, 0.159638212),
        Recorded("lat_p99", 152.631632, 0.953353417),
        Recorded("wlat_mean", 18.3665023, 0.138762967),
        Recorded("wlat_p50", 16.7705865, 0.179920478),
        Recorded("wlat_p99", 46.7734578, 1.16524197),
    ];
    compares("ttl0-strict-own-fetches", &found, &recorded);
}

/// The same with joined fetches: a strict store, and yet stale reads, who joined a fetch that had already
/// been answered.
///
/// ```json
/// {"model": "edge", "edges": 2, "read_rate": 20, "write_rate": 2, "keys": 20, "zipf": 0.8, "ttl_ms": 0,
/// "d_up": {"exp": 20}, "d_down": {"exp": 20}, "store": {"n": 3, "w": 2, "r": 2, "read": "quorum",
/// "rep_out": {"exp": 10}, "rep_back": {"exp": 10}}, "warmup_ms": 10000.0, "duration_ms": 1000000.0}
/// ```
#[test]
fn ttl0_strict_coalesced() {
    let found = EdgeStore {
        edges: 2,
        reads: 20,
        writes: "2/s",
        keys: "{ count = 20, popularity.zipf = 0.8 }",
        cache: r#"{ ttl = "0ms", coalesce = true }"#,
        n: 3,
        r: 2,
        w: 2,
        legs: [
            r#"{ exponential.mean = "20ms" }"#,
            r#"{ exponential.mean = "20ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
        ],
        seconds: (10, 1000),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.000152860962, 2.76858215e-05),
        Recorded("mean_k", 0.000152860962, 2.76858215e-05),
        Recorded("mean_delta_ms", 0.00329015401, 0.000869365058),
        Recorded("P_k0", 0.999847139, 2.76858215e-05),
        Recorded("P_k1", 0.000152860962, 2.76858215e-05),
        Recorded("delayed", 0.0910861691, 0.000779019739),
        Recorded("miss", 0.908968942, 0.000773806566),
        Recorded("lat_mean", 56.2545272, 0.0897286038),
        Recorded("lat_p50", 50.7871467, 0.0944040718),
        Recorded("lat_p99", 151.685817, 0.555062088),
        Recorded("wlat_mean", 18.228637, 0.0720556183),
        Recorded("wlat_p50", 16.7467617, 0.0893167068),
        Recorded("wlat_p99", 45.0820318, 0.614028211),
    ];
    compares("ttl0-strict-coalesced", &found, &recorded);
}

/// One key and edge; a partial quorum, so that a cache may keep what was stale when it was fetched.
///
/// ```json
/// {"model": "edge", "edges": 1, "read_rate": 5, "write_rate": 0.5, "ttl_ms": 5000, "d_up": {"lognormal":
/// [40, 0.3]}, "d_down": {"lognormal": [40, 0.3]}, "store": {"n": 3, "w": 1, "r": 1, "read": "quorum",
/// "rep_out": {"lognormal": [30, 1.0]}, "rep_back": {"lognormal": [30, 0.5]}}, "warmup_ms": 100000.0,
/// "duration_ms": 20000000.0}
/// ```
#[test]
fn ttl5s_partial_one_key() {
    let found = EdgeStore {
        edges: 1,
        reads: 5,
        writes: "0.5/s",
        keys: "{ count = 1 }",
        cache: r#"{ ttl = "5000ms", coalesce = true }"#,
        n: 3,
        r: 1,
        w: 1,
        legs: [
            r#"{ lognormal = { median = "40ms", sigma = 0.3 } }"#,
            r#"{ lognormal = { median = "40ms", sigma = 0.3 } }"#,
            r#"{ lognormal = { median = "30ms", sigma = 1.0 } }"#,
            r#"{ lognormal = { median = "30ms", sigma = 0.5 } }"#,
        ],
        seconds: (100, 20000),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.607342757, 0.00290804057),
        Recorded("mean_k", 1.20997048, 0.00942209915),
        Recorded("mean_delta_ms", 1205.93955, 7.42172032),
        Recorded("P_k0", 0.392657243, 0.00290804057),
        Recorded("P_k1", 0.271039303, 0.00228437714),
        Recorded("P_k2", 0.173897687, 0.00165875421),
        Recorded("P_k3", 0.0945997579, 0.00138991314),
        Recorded("hit", 0.938203782, 0.000207252855),
        Recorded("delayed", 0.0242908482, 0.000199571139),
        Recorded("miss", 0.0375053703, 5.26612401e-05),
        Recorded("lat_mean", 6.49636163, 0.0233442422),
        Recorded("lat_p50", 0.0, 0.0),
        Recorded("lat_p99", 145.226445, 0.438176882),
        Recorded("wlat_mean", 46.0370698, 0.0907464447),
        Recorded("wlat_p50", 42.9090544, 0.0926378124),
        Recorded("wlat_p99", 105.690063, 0.878601505),
    ];
    compares("ttl5s-partial-one-key", &found, &recorded);
}

/// Many keys of Zipf popularity at three edges.
///
/// ```json
/// {"model": "edge", "edges": 3, "read_rate": 50, "write_rate": 5, "keys": 200, "zipf": 0.9, "ttl_ms":
/// 30000, "d_up": {"lognormal": [20, 0.3]}, "d_down": {"lognormal": [20, 0.3]}, "store": {"n": 3, "w": 2,
/// "r": 1, "read": "quorum", "rep_out": {"lognormal": [15, 0.4]}, "rep_back": {"lognormal": [15, 0.4]}},
/// "warmup_ms": 100000.0, "duration_ms": 1500000.0}
/// ```
#[test]
fn ttl30s_zipf_three_edges() {
    let found = EdgeStore {
        edges: 3,
        reads: 50,
        writes: "5/s",
        keys: "{ count = 200, popularity.zipf = 0.9 }",
        cache: r#"{ ttl = "30000ms", coalesce = true }"#,
        n: 3,
        r: 1,
        w: 2,
        legs: [
            r#"{ lognormal = { median = "20ms", sigma = 0.3 } }"#,
            r#"{ lognormal = { median = "20ms", sigma = 0.3 } }"#,
            r#"{ lognormal = { median = "15ms", sigma = 0.4 } }"#,
            r#"{ lognormal = { median = "15ms", sigma = 0.4 } }"#,
        ],
        seconds: (100, 1500),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.498400569, 0.00146084675),
        Recorded("mean_k", 2.40980582, 0.0243974311),
        Recorded("mean_delta_ms", 6323.20181, 25.8261056),
        Recorded("P_k0", 0.501599431, 0.00146084675),
        Recorded("P_k1", 0.15762944, 0.00122562908),
        Recorded("P_k2", 0.0810635081, 0.00100569273),
        Recorded("P_k3", 0.0511341278, 0.000853952726),
        Recorded("hit", 0.895004952, 0.000122661345),
        Recorded("delayed", 0.0019603181, 3.68329062e-05),
        Recorded("miss", 0.103038511, 0.00012705466),
        Recorded("lat_mean", 6.95548807, 0.00967608269),
        Recorded("lat_p50", 0.0, 0.0),
        Recorded("lat_p99", 80.8748371, 0.0684074061),
        Recorded("wlat_mean", 31.7461794, 0.0355416468),
        Recorded("wlat_p50", 31.1467724, 0.0451980342),
        Recorded("wlat_p99", 48.8647324, 0.180858788),
    ];
    compares("ttl30s-zipf-three-edges", &found, &recorded);
}

/// Slow fetches that do not join: an older answer may overwrite a newer one.
///
/// ```json
/// {"model": "edge", "coalesce": false, "edges": 2, "read_rate": 10, "write_rate": 1, "keys": 10, "ttl_ms":
/// 2000, "d_up": {"exp": 200}, "d_down": {"exp": 200}, "store": {"n": 3, "w": 1, "r": 2, "read": "quorum",
/// "rep_out": {"exp": 50}, "rep_back": {"exp": 20}}, "warmup_ms": 10000.0, "duration_ms": 4000000.0}
/// ```
#[test]
fn ttl2s_slow_origin_own_fetches() {
    let found = EdgeStore {
        edges: 2,
        reads: 10,
        writes: "1/s",
        keys: "{ count = 10 }",
        cache: r#"{ ttl = "2000ms", coalesce = false }"#,
        n: 3,
        r: 2,
        w: 1,
        legs: [
            r#"{ exponential.mean = "200ms" }"#,
            r#"{ exponential.mean = "200ms" }"#,
            r#"{ exponential.mean = "50ms" }"#,
            r#"{ exponential.mean = "20ms" }"#,
        ],
        seconds: (10, 4000),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.0659317679, 0.000807752109),
        Recorded("mean_k", 0.071029477, 0.000890795908),
        Recorded("mean_delta_ms", 50.9623589, 0.745659083),
        Recorded("P_k0", 0.934068232, 0.000807752109),
        Recorded("P_k1", 0.0611462525, 0.0007618085),
        Recorded("P_k2", 0.00449022375, 0.00015221041),
        Recorded("P_k3", 0.000278389567, 4.4158309e-05),
        Recorded("hit", 0.598541912, 0.000640474487),
        Recorded("miss", 0.40150939, 0.000641691332),
        Recorded("lat_mean", 185.657729, 0.492715937),
        Recorded("lat_p50", 0.0, 0.0),
        Recorded("lat_p99", 1181.19404, 3.54098989),
        Recorded("wlat_mean", 31.9677455, 0.150676752),
        Recorded("wlat_p50", 27.4539816, 0.216357297),
        Recorded("wlat_p99", 101.086549, 1.02689857),
    ];
    compares("ttl2s-slow-origin-own-fetches", &found, &recorded);
}

/// Five replicas, evenly distributed delays, joined fetches.
///
/// ```json
/// {"model": "edge", "edges": 2, "read_rate": 20, "write_rate": 4, "keys": 8, "zipf": 1.1, "ttl_ms": 1000,
/// "d_up": {"uniform": [10, 90]}, "d_down": {"uniform": [10, 90]}, "store": {"n": 5, "w": 3, "r": 2,
/// "read": "quorum", "rep_out": {"exp": 40}, "rep_back": {"uniform": [5, 25]}}, "warmup_ms": 10000.0,
/// "duration_ms": 2000000.0}
/// ```
#[test]
fn ttl1s_five_replicas_coalesced() {
    let found = EdgeStore {
        edges: 2,
        reads: 20,
        writes: "4/s",
        keys: "{ count = 8, popularity.zipf = 1.1 }",
        cache: r#"{ ttl = "1000ms", coalesce = true }"#,
        n: 5,
        r: 2,
        w: 3,
        legs: [
            r#"{ uniform = { min = "10ms", max = "90ms" } }"#,
            r#"{ uniform = { min = "10ms", max = "90ms" } }"#,
            r#"{ exponential.mean = "40ms" }"#,
            r#"{ uniform = { min = "5ms", max = "25ms" } }"#,
        ],
        seconds: (10, 2000),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.248612699, 0.00145713312),
        Recorded("mean_k", 0.369417178, 0.00327153547),
        Recorded("mean_delta_ms", 94.9263413, 0.624822692),
        Recorded("P_k0", 0.751387301, 0.00145713312),
        Recorded("P_k1", 0.164252869, 0.00103142396),
        Recorded("P_k2", 0.0578107286, 0.0010719387),
        Recorded("P_k3", 0.0190000835, 0.00053420177),
        Recorded("hit", 0.678176637, 0.000498772318),
        Recorded("delayed", 0.0899993072, 0.000439242007),
        Recorded("miss", 0.231850301, 0.000345747585),
        Recorded("lat_mean", 37.2455697, 0.057510944),
        Recorded("lat_p50", 0.0, 0.0),
        Recorded("lat_p99", 194.176393, 0.196488012),
        Recorded("wlat_mean", 46.8101246, 0.0825384197),
        Recorded("wlat_p50", 43.187519, 0.130572493),
        Recorded("wlat_p99", 106.027989, 0.856347069),
    ];
    compares("ttl1s-five-replicas-coalesced", &found, &recorded);
}
