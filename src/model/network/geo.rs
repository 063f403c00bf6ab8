//! Round trips from geography. Cables do not follow great circles: from Europe to the Gulf they
//! go through the Red Sea. So the length of a way is the great circle inside a region, and the
//! shortest path over a graph of hubs between regions.
//!
//! Hubs, links and the backbone's constants were fitted on round trips of two clouds' public
//! measurements, 2026; see ARCHITECTURE.md. There half of all pairs are within 7 %, nine tenths
//! within 22 %; on clouds that the fit never saw, 6 to 7 % and 12 to 21 %. Two providers between
//! the same two cities differ by 5.5 to 7.7 % in the median. The worst misses are ways that a
//! cloud seems to send round the other side of the world, India to Europe or Africa to Asia: up to three
//! times what it says.

mod profile;

pub use profile::Profile;

use std::sync::LazyLock;

use crate::base::geography::{Area, Coordinates, great_circle_km};

/// One end of a way: where it is, and whose hubs it uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Where packets start or arrive.
    pub coordinates: Coordinates,
    /// Whose hubs they pass through on the way to another region.
    pub region: Area,
}

impl End {
    /// An end that uses the hubs of the region whose hub is nearest.
    #[must_use]
    pub fn near(coordinates: Coordinates) -> Self {
        Self { coordinates, region: area_near(coordinates) }
    }
}

/// An end, the hubs of its region by their index, and how many kilometres away each is.
#[derive(Clone, Debug)]
pub struct Approach {
    end: End,
    legs: Vec<(usize, f64)>,
}

/// The region of the nearest hub.
#[must_use]
fn area_near(coordinates: Coordinates) -> Area {
    let km = |hub: &&Hub| great_circle_km(hub.coordinates, coordinates);
    let nearest = HubGraph::world().hubs.iter().min_by(|a, b| km(a).total_cmp(&km(b)));
    nearest.expect("the world has hubs").region
}

/// Cities in which long cables meet, and the shortest way between any two.
#[derive(Debug)]
pub struct HubGraph {
    hubs: Vec<Hub>,
    /// Shortest way between hubs, by their index in `hubs`.
    km: Vec<Vec<f64>>,
}

#[derive(Debug)]
struct Hub {
    code: &'static str,
    coordinates: Coordinates,
    region: Area,
    /// A landing point that no land route joins to the other hubs of its region. Places of the
    /// region reach it all the same: Cairo goes to sea at Alexandria.
    sea_only: bool,
}

static WORLD: LazyLock<HubGraph> =
    LazyLock::new(|| HubGraph::new(include_str!("hubs.csv"), include_str!("hub_links.csv")));

impl HubGraph {
    /// The one graph there is.
    #[must_use]
    pub fn world() -> &'static Self {
        &WORLD
    }

    fn new(hubs: &'static str, links: &'static str) -> Self {
        let hubs: Vec<Hub> =
            rows(hubs).map(|line| Hub::parse(line).unwrap_or_else(|| panic!("hubs.csv: {line}"))).collect();
        let mut km: Vec<Vec<f64>> =
            hubs.iter().map(|a| hubs.iter().map(|b| a.land_km(b)).collect()).collect();
        for line in rows(links) {
            let [a, b] = link(&hubs, line).unwrap_or_else(|| panic!("hub_links.csv: {line}"));
            let length = great_circle_km(hubs[a].coordinates, hubs[b].coordinates);
            (km[a][b], km[b][a]) = (length, length);
        }
        shorten(&mut km);
        assert!(km.iter().flatten().all(|km| km.is_finite()), "the hub graph has parts");
        Self { hubs, km }
    }

    /// How an end reaches its hubs.
    #[must_use]
    pub fn approach(&self, end: End) -> Approach {
        let hubs = self.hubs.iter().enumerate();
        let legs = hubs
            .filter(|(_, hub)| hub.region == end.region)
            .map(|(index, hub)| (index, great_circle_km(hub.coordinates, end.coordinates)))
            .collect();
        Approach { end, legs }
    }

    /// Length of the way that packets take, in kilometres: at least the great circle, and the same
    /// in both directions to the last bit.
    #[must_use]
    pub fn path_km(&self, a: &Approach, b: &Approach) -> f64 {
        if a.end.region == b.end.region {
            return great_circle_km(a.end.coordinates, b.end.coordinates);
        }
        let mut shortest = f64::INFINITY;
        for &(from, departure_km) in &a.legs {
            for &(to, arrival_km) in &b.legs {
                shortest = shortest.min((departure_km + arrival_km) + self.km[from][to]);
            }
        }
        shortest
    }

    /// The typical round trip between two ends, in milliseconds, without jitter or residual.
    #[must_use]
    pub fn round_trip_ms(&self, profile: Profile, a: &Approach, b: &Approach) -> f64 {
        profile.round_trip_ms(self.path_km(a, b))
    }
}

impl Hub {
    fn parse(line: &'static str) -> Option<Self> {
        let mut fields = line.split(',');
        let mut next = || fields.next();
        Some(Self {
            code: next()?,
            coordinates: Coordinates::new(next()?.parse().ok()?, next()?.parse().ok()?).ok()?,
            region: Area::from_code(next()?)?,
            sea_only: match next()? {
                "0" => false,
                "1" => true,
                _ => return None,
            },
        })
    }

    /// The way between two hubs by land, infinite when there is none.
    fn land_km(&self, other: &Self) -> f64 {
        if self.code == other.code {
            0.0
        } else if self.region == other.region && !self.sea_only && !other.sea_only {
            great_circle_km(self.coordinates, other.coordinates)
        } else {
            f64::INFINITY
        }
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn link(hubs: &[Hub], line: &str) -> Option<[usize; 2]> {
    let (a, b) = line.split_once(',')?;
    let index = |code: &str| hubs.iter().position(|hub| hub.code == code);
    Some([index(a)?, index(b)?])
}

/// Floyd and Warshall.
fn shorten(km: &mut [Vec<f64>]) {
    let all = 0..km.len();
    for via in all.clone() {
        for from in all.clone() {
            for to in all.clone() {
                km[from][to] = km[from][to].min(km[from][via] + km[via][to]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILES: [Profile; 2] = [Profile::Backbone, Profile::PublicInternet];

    fn at(latitude_deg: f64, longitude_deg: f64) -> Coordinates {
        Coordinates::new(latitude_deg, longitude_deg).expect("on the globe")
    }

    fn end(latitude_deg: f64, longitude_deg: f64, region: Area) -> End {
        End { coordinates: at(latitude_deg, longitude_deg), region }
    }

    fn assert_close(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
    }

    /// Poles, antipodes, the date line, and cities near and far from hubs, in every region.
    fn ends() -> Vec<End> {
        let points = [
            at(90.0, 0.0),
            at(-90.0, 0.0),
            at(0.0, 180.0),
            at(0.0, -180.0),
            at(40.4, -3.7),
            at(-40.4, 176.3),
            at(28.6, 77.1),
            at(-34.8, -58.5),
            at(-1.3, 36.9),
        ];
        let everywhere = |&coordinates: &Coordinates| {
            let inside = move |region| End { coordinates, region };
            Area::ALL.map(inside)
        };
        points.iter().flat_map(everywhere).collect()
    }

    /// By hand, adding the rounded lengths of the links. Marseille to Dubai by sea: 2 537 to
    /// Alexandria, 1 421 Jeddah, 1 176 Djibouti, 1 328 Salalah, 920 Dubai. Perth to Mumbai: 3 916
    /// to Singapore, 3 901 Mumbai; by Chennai it would be 27 more.
    #[test]
    fn follows_the_cables() {
        let world = HubGraph::world();
        let marseille = end(43.3, 5.4, Area::Europe);
        let dubai = end(25.2, 55.3, Area::MiddleEast);
        assert_close(world.path_km(&world.approach(marseille), &world.approach(dubai)), 7_382.0, 3.0);
        let perth = end(-31.95, 115.9, Area::Oceania);
        let mumbai = end(19.1, 72.9, Area::SouthAsia);
        assert_close(world.path_km(&world.approach(perth), &world.approach(mumbai)), 7_817.0, 1.0);
    }

    /// By hand: from Tel Aviv to a place on the same spot that uses the hubs of Europe, packets go
    /// to the nearest of these, Alexandria, and back: twice 472 km.
    #[test]
    fn ends_reach_the_hubs_of_their_own_region_only() {
        let world = HubGraph::world();
        let tel_aviv = at(32.0, 34.8);
        let here = |region| world.approach(End { coordinates: tel_aviv, region });
        assert_eq!(world.path_km(&here(Area::Levant), &here(Area::Levant)), 0.0);
        assert_close(world.path_km(&here(Area::Levant), &here(Area::Europe)), 944.0, 1.5);
    }

    /// Laws: both directions are one length; no way is shorter than the great circle (but for
    /// rounding); no packet is faster than light in glass, 0.979 ms per 100 km and back.
    #[test]
    fn laws_hold_even_at_poles_and_antipodes() {
        let world = HubGraph::world();
        let ends = ends();
        for &a in &ends {
            for &b in &ends {
                let km = world.path_km(&world.approach(a), &world.approach(b));
                assert_eq!(km.to_bits(), world.path_km(&world.approach(b), &world.approach(a)).to_bits());
                assert!(km >= great_circle_km(a.coordinates, b.coordinates) - 1e-3);
                for profile in PROFILES {
                    let ms = world.round_trip_ms(profile, &world.approach(a), &world.approach(b));
                    assert!(ms.is_finite() && ms > 0.979 * km / 100.0);
                }
            }
        }
    }

    /// Law of the map: each of these is in the same country as the hub, or next door.
    #[test]
    fn nearest_hub_gives_the_region() {
        assert_eq!(area_near(at(48.2, 16.4)), Area::Europe);
        assert_eq!(area_near(at(-37.8, 145.0)), Area::Oceania);
        assert_eq!(area_near(at(-34.6, -58.4)), Area::SouthAmerica);
        assert_eq!(End::near(at(35.7, 139.7)).region, Area::EastAsia);
    }
}
