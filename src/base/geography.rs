//! Points on the earth, and the parts of the world that cables connect.

use std::fmt;

/// Mean radius R1 of the WGS 84 ellipsoid, as the IUGG defines it.
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A point on the earth's surface, in degrees: latitude in [−90, 90], longitude in [−180, 180].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    latitude_deg: f64,
    longitude_deg: f64,
}

impl Coordinates {
    /// North and east are positive.
    ///
    /// # Errors
    ///
    /// When a number is outside its range, infinite or not a number.
    pub fn new(latitude_deg: f64, longitude_deg: f64) -> Result<Self, OffTheGlobe> {
        if !(-90.0..=90.0).contains(&latitude_deg) {
            return Err(OffTheGlobe::Latitude(latitude_deg));
        }
        if !(-180.0..=180.0).contains(&longitude_deg) {
            return Err(OffTheGlobe::Longitude(longitude_deg));
        }
        Ok(Self { latitude_deg, longitude_deg })
    }

    /// Degrees north of the equator, in [−90, 90].
    #[must_use]
    pub fn latitude_deg(self) -> f64 {
        self.latitude_deg
    }

    /// Degrees east of Greenwich, in [−180, 180].
    #[must_use]
    pub fn longitude_deg(self) -> f64 {
        self.longitude_deg
    }
}

/// A coordinate outside its range, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OffTheGlobe {
    /// Not in [−90, 90].
    Latitude(f64),
    /// Not in [−180, 180].
    Longitude(f64),
}

impl fmt::Display for OffTheGlobe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latitude(deg) => write!(f, "latitude {deg} is not between -90 and 90 degrees"),
            Self::Longitude(deg) => {
                write!(f, "longitude {deg} is not between -180 and 180 degrees")
            }
        }
    }
}

impl std::error::Error for OffTheGlobe {}

/// Length of the shorter arc between two points on a sphere, in kilometres: [0, 20 016].
///
/// By the haversine formula, exact to a millimetre except within a few kilometres of the
/// antipode, where rounding costs up to a metre. Against the ellipsoid it errs by 0.6 % at most.
#[must_use]
pub fn great_circle_km(a: Coordinates, b: Coordinates) -> f64 {
    let half_sin = |degrees: f64| (degrees / 2.0).to_radians().sin();
    let north = half_sin(b.latitude_deg - a.latitude_deg);
    let east = half_sin(b.longitude_deg - a.longitude_deg);
    let parallels = a.latitude_deg.to_radians().cos() * b.latitude_deg.to_radians().cos();
    let haversine = north * north + parallels * (east * east);
    // Rounding can lift the haversine of antipodes above 1, where the arcsine is not a number.
    2.0 * EARTH_RADIUS_KM * haversine.min(1.0).sqrt().asin()
}

/// A part of the world inside which packets go about straight. Drawn by cables, not by continents:
/// Europe takes in North Africa, the Caucasus and Central Asia, North America the Caribbean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// `NA`: Greenland to Panama, with the Caribbean and Hawaii.
    NorthAmerica,
    /// `EU`: Iceland to Siberia, with North Africa, Turkey, the Caucasus and Central Asia.
    Europe,
    /// `LV`: Israel, Jordan, Lebanon, Palestine, Syria.
    Levant,
    /// `RS`: the landing points between Suez and the Gulf.
    RedSea,
    /// `ME`: the Arabian peninsula, Iraq, Iran.
    MiddleEast,
    /// `IN`: India and its neighbours, with Afghanistan.
    SouthAsia,
    /// `AS`: Mongolia to Indonesia, with Guam.
    EastAsia,
    /// `OC`: Australia, New Zealand, the Pacific islands.
    Oceania,
    /// `SA`: Colombia to Patagonia.
    SouthAmerica,
    /// `AF`: Africa south of the Sahara, with the islands around it.
    Africa,
}

impl Area {
    /// Every region, once.
    pub const ALL: [Self; 10] = [
        Self::NorthAmerica,
        Self::Europe,
        Self::Levant,
        Self::RedSea,
        Self::MiddleEast,
        Self::SouthAsia,
        Self::EastAsia,
        Self::Oceania,
        Self::SouthAmerica,
        Self::Africa,
    ];

    /// Its two letters in the tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NorthAmerica => "NA",
            Self::Europe => "EU",
            Self::Levant => "LV",
            Self::RedSea => "RS",
            Self::MiddleEast => "ME",
            Self::SouthAsia => "IN",
            Self::EastAsia => "AS",
            Self::Oceania => "OC",
            Self::SouthAmerica => "SA",
            Self::Africa => "AF",
        }
    }

    /// The region with these two letters.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude_deg: f64, longitude_deg: f64) -> Coordinates {
        Coordinates::new(latitude_deg, longitude_deg).expect("on the globe")
    }

    fn assert_close(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
    }

    /// A quarter and a half of the circumference, π/2 · R and π · R, and a degree, π/180 · R, with
    /// R = 6371.0088, multiplied out by hand.
    #[test]
    fn arcs_of_known_angle() {
        assert_close(great_circle_km(at(0.0, 0.0), at(0.0, 90.0)), 10_007.557, 1e-3);
        assert_close(great_circle_km(at(0.0, 10.0), at(90.0, -123.0)), 10_007.557, 1e-3);
        assert_close(great_circle_km(at(0.0, 179.5), at(0.0, -179.5)), 111.195, 1e-3);
        assert_close(great_circle_km(at(-90.0, 0.0), at(90.0, 77.0)), 20_015.115, 1e-3);
        assert_close(great_circle_km(at(47.3, 8.5), at(-47.3, -171.5)), 20_015.115, 1e-3);
    }

    /// Geodesics of WGS 84 by GeographicLib 2: JFK to LHR 5 554.5 km, SIN to SYD 6 288.0 km.
    /// A sphere may differ by 0.6 %.
    #[test]
    fn close_to_the_ellipsoid() {
        let jfk_lhr = great_circle_km(at(40.6399, -73.7787), at(51.4706, -0.4619));
        assert_close(jfk_lhr, 5_554.5, 0.006 * 5_554.5);
        let sin_syd = great_circle_km(at(1.3502, 103.9940), at(-33.9461, 151.1772));
        assert_close(sin_syd, 6_288.0, 0.006 * 6_288.0);
    }

    /// Law: no distance from a point to itself, even where a longitude has two names.
    #[test]
    fn no_way_to_oneself() {
        for point in [at(0.0, 0.0), at(90.0, 0.0), at(-33.9, 151.2)] {
            assert_eq!(great_circle_km(point, point), 0.0);
        }
        assert_close(great_circle_km(at(12.0, 180.0), at(12.0, -180.0)), 0.0, 1e-9);
        assert_close(great_circle_km(at(90.0, 0.0), at(90.0, 120.0)), 0.0, 1e-9);
    }

    /// Ranges from the definition of latitude and longitude; their ends belong to them.
    #[test]
    fn coordinates_are_on_the_globe() {
        assert!(Coordinates::new(-90.0, 180.0).is_ok());
        assert_eq!(Coordinates::new(90.1, 0.0), Err(OffTheGlobe::Latitude(90.1)));
        assert_eq!(Coordinates::new(0.0, -180.5), Err(OffTheGlobe::Longitude(-180.5)));
        assert!(Coordinates::new(f64::NAN, 0.0).is_err());
        assert!(Coordinates::new(0.0, f64::INFINITY).is_err());
    }
}
