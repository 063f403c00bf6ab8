//! edgelag simulates geo-replicated key-value stores as their users meet them: edge locations, read
//! caches in tiers, and writes that spread through a quorum, a primary or a central store set. A
//! scenario goes in; stale-read rates, latency distributions and their reasons come out, with intervals.
//!
//! A run is a function from text and seed to named byte buffers: nothing in this library but [`cli`]
//! reads a file, a clock or the environment.
//!
//! ```
//! use edgelag::{experiment, scenario, world::Choice};
//!
//! let text = r#"
//!     horizon = "60s"
//!     [namespace.settings]
//!     keys.count = 1
//!     replicas = ["FRA"]
//!     replication.quorum = { r = 1, w = 1 }
//!     [client.readers]
//!     at = "SIN"
//!     namespace = "settings"
//!     arrivals.poisson = "10/s"
//! "#;
//! let no_files = |_: &str| Err("there are no files here".to_owned());
//! let scenario = scenario::load("example", text.as_bytes(), &[], &no_files).unwrap();
//! let outcomes = experiment::run(&scenario.cases, 1, Choice::Auto, &|_| true).unwrap();
//! let summary = experiment::summarise(&outcomes);
//! let stale = summary.find("", "settings", "read", "stale_rate", "rate").unwrap();
//! assert_eq!(stale.value, 0.0); // nobody writes
//! ```

// Unit tests draw their scenarios as the integration tests do, who know this library by its name.
#[cfg(test)]
extern crate self as edgelag;

pub mod base;
pub mod cli;
pub mod dist;
pub mod engine;
pub mod experiment;
pub mod model;
pub mod observe;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod truth;
pub mod world;
