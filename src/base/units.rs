//! Quantities as a scenario writes them: a number and its unit in one text.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::{Bandwidth, Bytes, Probability, Rate, Span};

/// A quantity that is written as text with a unit.
trait Written: Sized {
    /// What is expected, with examples.
    const EXPECTED: &str;
    /// What a bare number of it would be written as, `{}` standing for the number.
    const UNIT: &str;
    /// A pattern for editors.
    const PATTERN: &str;
    /// Reads the text; the error says what is wrong with it.
    fn read(text: &str) -> Result<Self, String>;
    /// Reads a number without a unit, where that has one meaning only.
    fn bare(_number: f64) -> Option<Result<Self, String>> {
        None
    }
}

impl Written for Span {
    const EXPECTED: &str = "a time with its unit, such as \"250ms\", \"60s\" or \"1h30m\"";
    const UNIT: &str = "{}s";
    const PATTERN: &str = r"^\s*([0-9.]+\s*[a-zµ]+\s*)+$";

    fn read(text: &str) -> Result<Span, String> {
        let text = text.trim();
        if text.starts_with('-') {
            return Err(format!("`{text}` is negative"));
        }
        if text.ends_with('M') {
            let number = text.trim_end_matches('M').trim_end();
            return Err(format!(
                "`{text}` is ambiguous\nhelp: write \"{number}ms\" for milliseconds or \"{number}min\" for minutes"
            ));
        }
        let duration = humantime::parse_duration(text).map_err(|_| {
            if text.parse::<f64>().is_ok() {
                no_unit::<Span>(text)
            } else {
                format!(
                    "`{text}` is not a time with its unit\nhelp: write e.g. \"250ms\", \"60s\" or \"1h30m\""
                )
            }
        })?;
        match u64::try_from(duration.as_nanos()) {
            Ok(nanos) if nanos <= Span::MAX.as_nanos() => Ok(Span::from_nanos(nanos)),
            _ => Err(format!("`{text}` is longer than simulated time can be (146 years)")),
        }
    }
}

impl Written for Rate {
    const EXPECTED: &str = "a rate with its unit, such as \"400/s\" or \"12/h\"";
    const UNIT: &str = "{}/s";
    const PATTERN: &str = r"^\s*[0-9.eE+-]+\s*/\s*(s|min|h|d)\s*$";

    fn read(text: &str) -> Result<Rate, String> {
        let (number, unit) = text.split_once('/').ok_or_else(|| no_unit::<Rate>(text))?;
        let seconds = match unit.trim() {
            "s" | "sec" => 1.0,
            "min" => 60.0,
            "h" => 3_600.0,
            "d" | "day" => 86_400.0,
            other => return Err(format!("`{other}` is not a unit of a rate\nhelp: use /s, /min, /h or /d")),
        };
        let number = read_number(number)?;
        Rate::per_second(number / seconds).ok_or_else(|| format!("`{text}` must be finite and not negative"))
    }
}

impl Written for Probability {
    const EXPECTED: &str = "a share, such as 0.05 or \"5%\"";
    const UNIT: &str = "{}";
    const PATTERN: &str = r"^\s*[0-9.eE+-]+\s*%\s*$";

    fn read(text: &str) -> Result<Probability, String> {
        let Some(percent) = text.trim().strip_suffix('%') else {
            return Err(format!(
                "`{text}` is not a share\nhelp: write a number from 0 to 1, or a percentage such as \"5%\""
            ));
        };
        share(read_number(percent)? / 100.0, text)
    }

    fn bare(number: f64) -> Option<Result<Probability, String>> {
        Some(share(number, &number.to_string()))
    }
}

impl Written for Bytes {
    const EXPECTED: &str = "a size with its unit, such as \"288B\", \"4KiB\" or \"25MB\"";
    const UNIT: &str = "{}B";
    const PATTERN: &str = r"^\s*[0-9.]+\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)\s*$";

    fn read(text: &str) -> Result<Bytes, String> {
        let text = text.trim();
        let split = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(|| no_unit::<Bytes>(text))?;
        let factor = match &text[split..] {
            "B" => 1.0,
            "kB" | "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "KiB" => 1024.0,
            "MiB" => 1024.0 * 1024.0,
            "GiB" => 1024.0 * 1024.0 * 1024.0,
            other => {
                return Err(format!(
                    "`{other}` is not a unit of size\nhelp: use B, kB, MB, GB, KiB, MiB or GiB"
                ));
            }
        };
        let bytes = read_number(&text[..split])? * factor;
        if (0.0..=1e18).contains(&bytes) {
            Ok(Bytes::new(bytes.round() as u64))
        } else {
            Err(format!("`{text}` must lie between 0 and 1 EB"))
        }
    }
}

impl Written for Bandwidth {
    const EXPECTED: &str = "a bandwidth with its unit, such as \"1Gbit/s\" or \"125MB/s\"";
    const UNIT: &str = "{}Mbit/s";
    const PATTERN: &str = r"^\s*[0-9.]+\s*((|k|M|G|T)bit|B|kB|KB|MB|GB|KiB|MiB|GiB)/s\s*$";

    fn read(text: &str) -> Result<Bandwidth, String> {
        let amount = text.trim().strip_suffix("/s").ok_or_else(|| match text.parse::<f64>() {
            Ok(_) => no_unit::<Bandwidth>(text),
            Err(_) => format!("`{text}` is not a bandwidth\nhelp: write {}", Bandwidth::EXPECTED),
        })?;
        let bits = match amount.strip_suffix("bit") {
            None => Bytes::read(amount)?.as_u64() as f64 * 8.0,
            Some(amount) => {
                let prefixes = [('k', 1e3), ('M', 1e6), ('G', 1e9), ('T', 1e12)];
                let prefix = prefixes.into_iter().find(|&(prefix, _)| amount.ends_with(prefix));
                let (number, factor) = prefix
                    .map_or((amount, 1.0), |(prefix, factor)| (amount.trim_end_matches(prefix), factor));
                read_number(number)? * factor
            }
        };
        Bandwidth::bits_per_second(bits).ok_or_else(|| format!("`{text}` must be finite and not negative"))
    }
}

fn share(value: f64, written: &str) -> Result<Probability, String> {
    Probability::new(value).ok_or_else(|| format!("`{written}` is not between 0 and 1 (or 0% and 100%)"))
}

fn read_number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.contains(',') {
        return Err(format!("`{text}` has a comma\nhelp: the decimal sign is a point"));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("`{text}` is not a finite number")),
    }
}

fn no_unit<T: Written>(number: impl fmt::Display) -> String {
    format!(
        "`{number}` has no unit\nhelp: write \"{}\", or {}",
        T::UNIT.replace("{}", &number.to_string()),
        T::EXPECTED
    )
}

struct Reader<T>(std::marker::PhantomData<T>);

impl<T: Written> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::bare(number as f64).unwrap_or_else(|| Err(no_unit::<T>(number))).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::bare(number).unwrap_or_else(|| Err(no_unit::<T>(number))).map_err(E::custom)
    }
}

macro_rules! written {
    ($($name:ident),*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                deserializer.deserialize_any(Reader::<$name>(std::marker::PhantomData))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                if $name::bare(0.5).is_some() {
                    json_schema!({
                        "description": $name::EXPECTED,
                        "anyOf": [
                            { "type": "number", "minimum": 0, "maximum": 1 },
                            { "type": "string", "pattern": $name::PATTERN }
                        ]
                    })
                } else {
                    json_schema!({ "type": "string", "description": $name::EXPECTED, "pattern": $name::PATTERN })
                }
            }
        }
    )*};
}

written!(Span, Rate, Probability, Bytes, Bandwidth);

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        humantime::format_duration(Duration::from_nanos(self.as_nanos())).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_with_their_units() {
        assert_eq!(Span::read("1h30m"), Ok(Span::from_nanos(5_400_000_000_000)));
        assert_eq!(Span::read("0.2ms"), Ok(Span::from_nanos(200_000)));
        assert_eq!(Rate::read("12/h").map(Rate::as_per_second), Ok(12.0 / 3600.0));
        assert_eq!(Probability::read("0.1%").map(Probability::as_f64), Ok(0.001));
        for text in ["1Gbit/s", "125MB/s", "1000 Mbit/s"] {
            assert_eq!(Bandwidth::read(text).map(Bandwidth::as_bits_per_second), Ok(1e9), "{text}");
        }
        assert_eq!(Bytes::read("25MiB"), Ok(Bytes::new(26_214_400)));
    }

    #[test]
    fn what_has_no_single_meaning_is_refused() {
        for text in ["5M", "-3s", "60", "1000000y", "0,5s", ""] {
            assert!(Span::read(text).is_err(), "{text}");
        }
        for text in ["-1/s", "inf/s", "NaN/s", "400", "3/fortnight", "0,5/s"] {
            assert!(Rate::read(text).is_err(), "{text}");
        }
        for text in ["5", "101%", "-1%", "0,5%"] {
            assert!(Probability::read(text).is_err(), "{text}");
        }
        for text in ["1Gbit", "1Gb/s", "-1bit/s", "10/s", "1000", "bit/s", "1,5Mbit/s"] {
            assert!(Bandwidth::read(text).is_err(), "{text}");
        }
        for text in ["64k", "12", "3Mb", "1e30GB"] {
            assert!(Bytes::read(text).is_err(), "{text}");
        }
    }
}
