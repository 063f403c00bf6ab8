//! The places that a scenario may name without saying where they are: cities of large edge
//! networks, and cloud regions. The table is made by `tools/places.py`, never edited.

use std::sync::LazyLock;

use crate::base::geography::{Area, Coordinates};

/// A row of the table of places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnownPlace {
    /// IATA code (`FRA`), or provider and region (`aws:eu-central-1`).
    pub name: &'static str,
    /// What stands there.
    pub kind: Kind,
    /// The city served, for people to read.
    pub city: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Of the airport, or of the city a provider names: right to some tens of kilometres.
    pub coordinates: Coordinates,
    /// Of the country, which is not always that of the nearest hub.
    pub region: Area,
}

/// What stands in a known place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A city in which edge networks run points of presence.
    Edge,
    /// A data centre region of a cloud.
    Cloud,
}

static PLACES: LazyLock<Vec<KnownPlace>> = LazyLock::new(|| {
    let mut places: Vec<_> = include_str!("places.csv")
        .lines()
        .skip(1)
        .map(|line| parse(line).unwrap_or_else(|| panic!("places.csv: {line}")))
        .collect();
    places.sort_unstable_by_key(|place| place.name);
    places
});

fn parse(line: &'static str) -> Option<KnownPlace> {
    let mut fields = line.split(',');
    let mut next = || fields.next();
    let place = KnownPlace {
        name: next()?,
        kind: match next()? {
            "edge" => Kind::Edge,
            "cloud" => Kind::Cloud,
            _ => return None,
        },
        city: next()?,
        country: next()?,
        coordinates: Coordinates::new(next()?.parse().ok()?, next()?.parse().ok()?).ok()?,
        region: Area::from_code(next()?)?,
    };
    next().is_none().then_some(place)
}

/// The known place of exactly this name: `FRA` is one, `fra` is none.
#[must_use]
pub fn find(name: &str) -> Option<&'static KnownPlace> {
    let at = PLACES.binary_search_by_key(&name, |place| place.name);
    at.ok().map(|index| &PLACES[index])
}

/// Every edge city, by name.
pub fn edge_cities() -> impl Iterator<Item = &'static KnownPlace> {
    PLACES.iter().filter(|place| place.kind == Kind::Edge)
}

/// The name of every known place, in order, for "did you mean".
pub fn names() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|place| place.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geography::great_circle_km;

    /// Frankfurt airport is at 50°02′ N, 8°34′ E, by any atlas.
    #[test]
    fn finds_by_exact_name() {
        let fra = find("FRA").expect("an edge city");
        let published = Coordinates::new(50.033, 8.567).expect("on the globe");
        assert!(great_circle_km(fra.coordinates, published) < 5.0);
        assert_eq!(
            (fra.kind, fra.city, fra.country, fra.region),
            (Kind::Edge, "Frankfurt am Main", "DE", Area::Europe)
        );
        assert_eq!(find("ibm:washington-dc").map(|place| place.kind), Some(Kind::Cloud));
        assert_eq!(find("fra"), None);
        assert_eq!(find(""), None);
    }

    /// 344 codes and 108 cloud regions are the lines of the lists in `tools/places/`.
    #[test]
    fn nothing_is_lost_or_named_twice() {
        assert_eq!(edge_cities().count(), 344);
        assert_eq!(names().count(), 344 + 108);
        assert!(names().is_sorted_by(|a, b| a < b));
        assert!(names().all(|name| find(name).is_some_and(|place| place.name == name)));
    }

    /// Law: two records of one city lie together. Each cloud region below is in the named city.
    #[test]
    fn cloud_regions_are_where_their_city_is() {
        for (cloud, edge) in [
            ("aws:us-east-1", "IAD"),
            ("gcp:asia-northeast1", "NRT"),
            ("azure:southafricanorth", "JNB"),
            ("azure:israelcentral", "TLV"),
            ("ibm:sao-paulo", "GRU"),
        ] {
            let [cloud, edge] = [cloud, edge].map(|name| find(name).expect("a known place"));
            assert!(great_circle_km(cloud.coordinates, edge.coordinates) < 70.0);
            assert_eq!(cloud.region, edge.region);
        }
    }
}
