//! The shapes of types that serde can ask for.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::super::{Document, check_name};

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        check_name(&name).map(|()| Self(name))
    }
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Op {
    Read,
    Write,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    Unit,
    Newtype(f64),
    Pair(u8, u8),
    Fields { wide: bool },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Renamed {
    #[serde(rename = "new-name", alias = "old-name")]
    name: Option<u8>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Outer {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, i64>,
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let document = Document::parse("s.toml", text).unwrap();
    let read = document.deserialize::<BTreeMap<Name, T>>(None);
    read.map(|mut map| map.pop_first().unwrap().1)
        .map_err(|problems| problems.render(document.sources(), false))
}

#[track_caller]
fn reads<T: DeserializeOwned + Debug + PartialEq>(text: &str, expected: T) {
    assert_eq!(read::<T>(text), Ok(expected));
}

#[test]
fn every_shape_of_an_enum() {
    reads("x = 'unit'", Shape::Unit);
    reads("x.unit = {}", Shape::Unit);
    reads("x.newtype = 1", Shape::Newtype(1.0));
    reads("x.pair = [1, 2]", Shape::Pair(1, 2));
    reads("x.fields = { wide = true }", Shape::Fields { wide: true });
    let message = read::<Shape>("x.unit = { a = 1 }").unwrap_err();
    assert!(message.starts_with("error: the choice `unit` takes no value\n"));
    let message = read::<Shape>("x.fields = { wide = true, wid = 1 }").unwrap_err();
    assert!(message.contains("did you mean `wide`?"), "{message}");
}

#[test]
fn maps_with_typed_keys_options_and_tuples() {
    reads("x = { read = 1, write = 2 }", BTreeMap::from([(Op::Read, 1), (Op::Write, 2)]));
    reads("x = [1, 'a', true]", (1, "a".to_owned(), Some(true)));
    reads("x.old-name = 3", Renamed { name: Some(3) });
    let rest = BTreeMap::from([("more".to_owned(), 2)]);
    reads("x = { own = 1, more = 2 }", Outer { own: 1, rest });
    let spanned: Spanned<Shape> = read("x = 'unit'").unwrap();
    assert_eq!(spanned.span(), 4..10);
    let keys: BTreeMap<Spanned<String>, u8> = read("x = { ab = 1 }").unwrap();
    assert_eq!(keys.keys().next().unwrap().span(), 6..8);
}

#[test]
fn a_bad_key_is_called_a_key() {
    let expected = r#"error: `a/../b` is a path, and cannot be a name
 --> s.toml:1:1
  |
1 | "a/../b" = 1
  | ^^^^^^^^ a key of the scenario
"#;
    assert_eq!(read::<u8>("\"a/../b\" = 1").unwrap_err(), expected);
}

#[test]
fn an_array_of_the_wrong_length() {
    let expected = r#"error: expected an array of length 2, found 1 value
 --> s.toml:1:5
  |
1 | x = [1]
  |     ^^^ the value of `x`
"#;
    assert_eq!(read::<(u8, u8)>("x = [1]").unwrap_err(), expected);
}
