//! Replicas without caches: the model `leaderless` there.

use super::{Recorded, client, compares, scenario};
use crate::lab::{Finding, run};

/// Clients at their coordinator read and write replicas.
struct Leaderless {
    /// A second.
    reads: u32,
    writes: u32,
    keys: &'static str,
    n: usize,
    r: u32,
    w: u32,
    /// W, A, R, S.
    legs: [&'static str; 4],
    /// Warm-up and measured time in seconds.
    seconds: (u32, u32),
}

impl Leaderless {
    fn run(&self) -> Finding {
        let hub = ["hub".to_owned()];
        let readers = client("readers", &hub, &format!("{}/s", self.reads), "read");
        let writers = client("writers", &hub, &format!("{}/s", self.writes), "write");
        let [w, a, r, s] = self.legs;
        let legs = [("write_request", w), ("write_ack", a), ("read_request", r), ("read_response", s)];
        let quorum = (self.n, self.r, self.w);
        run(&scenario(&hub, "\"local\"", &legs, self.keys, quorum, self.seconds, &(readers + &writers)))
    }
}

/// Busy keys without caches: reads and writes overlap all the time.
///
/// ```json
/// {"model": "leaderless", "n": 5, "r": 2, "w": 2, "read_rate": 200, "write_rate": 40, "keys": 50, "zipf":
/// 1.0, "W": {"lognormal": [30, 0.6]}, "A": {"lognormal": [30, 0.6]}, "R": {"lognormal": [10, 0.5]}, "S":
/// {"lognormal": [10, 0.5]}, "warmup_ms": 2000.0, "duration_ms": 120000.0}
/// ```
#[test]
fn leaderless_n5r2w2_busy_lognormal() {
    let found = Leaderless {
        reads: 200,
        writes: 40,
        keys: "{ count = 50, popularity.zipf = 1.0 }",
        n: 5,
        r: 2,
        w: 2,
        legs: [
            r#"{ lognormal = { median = "30ms", sigma = 0.6 } }"#,
            r#"{ lognormal = { median = "30ms", sigma = 0.6 } }"#,
            r#"{ lognormal = { median = "10ms", sigma = 0.5 } }"#,
            r#"{ lognormal = { median = "10ms", sigma = 0.5 } }"#,
        ],
        seconds: (2, 120),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.000289750085, 3.7442449e-05),
        Recorded("mean_k", 0.000289750085, 3.7442449e-05),
        Recorded("mean_delta_ms", 0.00311558224, 0.000621437699),
        Recorded("P_k0", 0.99971025, 3.7442449e-05),
        Recorded("P_k1", 0.000289750085, 3.7442449e-05),
        Recorded("lat_mean", 18.0832096, 0.0130953015),
        Recorded("lat_p50", 17.7821418, 0.0141836596),
        Recorded("lat_p99", 28.0011262, 0.0668412558),
        Recorded("wlat_mean", 54.0429253, 0.101285545),
        Recorded("wlat_p50", 52.6856016, 0.103954103),
        Recorded("wlat_p99", 91.133583, 0.588353068),
    ];
    compares("leaderless-n5r2w2-busy-lognormal", &found, &recorded);
}

/// A strict quorum, as busy: never stale.
///
/// ```json
/// {"model": "leaderless", "n": 3, "r": 2, "w": 2, "read_rate": 200, "write_rate": 50, "keys": 5, "W":
/// {"exp": 30}, "A": {"exp": 30}, "R": {"exp": 10}, "S": {"exp": 10}, "warmup_ms": 1000.0, "duration_ms":
/// 60000.0}
/// ```
#[test]
fn leaderless_n3r2w2_strict() {
    let found = Leaderless {
        reads: 200,
        writes: 50,
        keys: "{ count = 5 }",
        n: 3,
        r: 2,
        w: 2,
        legs: [
            r#"{ exponential.mean = "30ms" }"#,
            r#"{ exponential.mean = "30ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
            r#"{ exponential.mean = "10ms" }"#,
        ],
        seconds: (1, 60),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.0, 0.0),
        Recorded("lat_mean", 18.2211549, 0.0363132514),
        Recorded("lat_p50", 16.7480913, 0.0310150066),
        Recorded("lat_p99", 45.3807103, 0.314879688),
        Recorded("wlat_mean", 54.7855498, 0.188068517),
        Recorded("wlat_p50", 50.4466992, 0.251729046),
        Recorded("wlat_p99", 136.040091, 1.85525464),
    ];
    compares("leaderless-n3r2w2-strict", &found, &recorded);
}

/// One key that is written faster than its replicas follow.
///
/// ```json
/// {"model": "leaderless", "n": 3, "r": 1, "w": 1, "read_rate": 50, "write_rate": 20, "W": {"exp": 40},
/// "A": {"exp": 5}, "R": {"exp": 5}, "S": {"exp": 5}, "warmup_ms": 1000.0, "duration_ms": 1000000.0}
/// ```
#[test]
fn leaderless_n3r1w1_one_busy_key() {
    let found = Leaderless {
        reads: 50,
        writes: 20,
        keys: "{ count = 1 }",
        n: 3,
        r: 1,
        w: 1,
        legs: [
            r#"{ exponential.mean = "40ms" }"#,
            r#"{ exponential.mean = "5ms" }"#,
            r#"{ exponential.mean = "5ms" }"#,
            r#"{ exponential.mean = "5ms" }"#,
        ],
        seconds: (1, 1000),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.234809703, 0.00136713419),
        Recorded("mean_k", 0.276678105, 0.00167493831),
        Recorded("mean_delta_ms", 6.29601828, 0.050120121),
        Recorded("P_k0", 0.765190297, 0.00136713419),
        Recorded("P_k1", 0.197788373, 0.00132217186),
        Recorded("P_k2", 0.0326174581, 0.000471888308),
        Recorded("P_k3", 0.00400866376, 0.000119655736),
        Recorded("lat_mean", 4.81315459, 0.00632975363),
        Recorded("lat_p50", 4.20944155, 0.0102015611),
        Recorded("lat_p99", 14.4534906, 0.0497091998),
        Recorded("wlat_mean", 17.830651, 0.044535886),
        Recorded("wlat_p50", 14.1608946, 0.042550211),
        Recorded("wlat_p99", 66.7057655, 0.357824616),
    ];
    compares("leaderless-n3r1w1-one-busy-key", &found, &recorded);
}

/// Wide delays: writes commit and arrive out of their order.
///
/// ```json
/// {"model": "leaderless", "n": 3, "r": 2, "w": 1, "read_rate": 100, "write_rate": 50, "keys": 20, "zipf":
/// 0.7, "W": {"lognormal": [50, 1.2]}, "A": {"lognormal": [10, 0.5]}, "R": {"lognormal": [10, 0.8]}, "S":
/// {"lognormal": [10, 0.8]}, "warmup_ms": 5000.0, "duration_ms": 400000.0}
/// ```
#[test]
fn leaderless_n3r2w1_zipf_wide_lognormal() {
    let found = Leaderless {
        reads: 100,
        writes: 50,
        keys: "{ count = 20, popularity.zipf = 0.7 }",
        n: 3,
        r: 2,
        w: 1,
        legs: [
            r#"{ lognormal = { median = "50ms", sigma = 1.2 } }"#,
            r#"{ lognormal = { median = "10ms", sigma = 0.5 } }"#,
            r#"{ lognormal = { median = "10ms", sigma = 0.8 } }"#,
            r#"{ lognormal = { median = "10ms", sigma = 0.8 } }"#,
        ],
        seconds: (5, 400),
    }
    .run();
    let recorded = [
        Recorded("stale_rate", 0.0238426751, 0.000458511569),
        Recorded("mean_k", 0.0242962963, 0.000488516109),
        Recorded("mean_delta_ms", 1.09880763, 0.0284021216),
        Recorded("P_k0", 0.976157325, 0.000458511569),
        Recorded("P_k1", 0.0233978105, 0.000431978196),
        Recorded("P_k2", 0.000436108071, 5.06943089e-05),
        Recorded("P_k3", 8.75654142e-06, 7.85459207e-06),
        Recorded("lat_mean", 24.8451003, 0.0272255824),
        Recorded("lat_p50", 22.8990169, 0.032332683),
        Recorded("lat_p99", 58.7052949, 0.196874183),
        Recorded("wlat_mean", 37.352575, 0.0927660646),
        Recorded("wlat_p50", 30.1003419, 0.0631674712),
        Recorded("wlat_p99", 140.074904, 1.30036602),
    ];
    compares("leaderless-n3r2w1-zipf-wide-lognormal", &found, &recorded);
}
