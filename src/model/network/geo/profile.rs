//! How long a way of a given length takes.

use schemars::JsonSchema;
use serde::Deserialize;

/// Whose wires carry the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Between data centres of one cloud, on its own network.
    Backbone,
    /// Between hosts of the public internet.
    PublicInternet,
}

/// A round trip as a function of the length of the way: steeper at first, where detours are many
/// and routers close together.
struct Line {
    base_ms: f64,
    near_ms_per_100_km: f64,
    far_ms_per_100_km: f64,
    residual_sigma: f64,
}

/// Where a line bends.
const NEAR_KM: f64 = 1000.0;

impl Profile {
    /// Backbone: fitted on round trips of two clouds' public measurements, 2026. Public internet:
    /// the same form, not checked against those. See ARCHITECTURE.md.
    const fn line(self) -> Line {
        match self {
            Self::Backbone => Line {
                base_ms: 0.75,
                near_ms_per_100_km: 2.05,
                far_ms_per_100_km: 1.33,
                residual_sigma: 0.20,
            },
            Self::PublicInternet => {
                Line { base_ms: 4.9, near_ms_per_100_km: 2.85, far_ms_per_100_km: 1.41, residual_sigma: 0.29 }
            }
        }
    }

    /// The typical round trip, in milliseconds, over a way of so many kilometres (≥ 0). Over none
    /// it is that between two sites in one city, not that inside a data centre.
    #[must_use]
    pub fn round_trip_ms(self, path_km: f64) -> f64 {
        let line = self.line();
        let near_km = path_km.min(NEAR_KM);
        line.base_ms
            + line.near_ms_per_100_km * near_km / 100.0
            + line.far_ms_per_100_km * (path_km - near_km) / 100.0
    }

    /// How far pairs scatter around the typical: standard deviation of the natural logarithm of
    /// the round trip.
    #[must_use]
    pub const fn residual_sigma(self) -> f64 {
        self.line().residual_sigma
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Backbone 0.75 + 10 · 2.05 + 20 · 1.33 and public internet 4.9 + 5 · 2.85, by hand.
    #[test]
    fn line_bends_at_a_thousand_kilometres() {
        assert!((Profile::Backbone.round_trip_ms(3_000.0) - 47.85).abs() < 1e-9);
        assert!((Profile::PublicInternet.round_trip_ms(500.0) - 19.15).abs() < 1e-9);
    }

    /// Law: a longer way takes longer.
    #[test]
    fn round_trips_grow_with_distance() {
        for profile in [Profile::Backbone, Profile::PublicInternet] {
            let ms = [0.0, 1.0, 999.0, 1_000.0, 1_001.0, 20_000.0, 40_000.0]
                .map(|path_km| profile.round_trip_ms(path_km));
            assert!(ms.is_sorted_by(|a, b| a < b));
        }
    }
}
