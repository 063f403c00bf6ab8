//! Damaged texts: whatever comes in, an answer comes out.

use super::super::{Document, nearest};
use super::model::Scenario;

const TEXT: &str = r#"seed = 7 # comment
horizon = "60s"
locations = { edges = ["FRA", 'SIN', """GRU"""] }
[namespace."a b"]
replication.quorum = { r = 1, w = 2 }
popularity.zipf = 0.99
ttl = "5s"
[namespace.c]
replication = "gossip"
[[client]]
at = "Köln"
reads = true
[[client]]
at = "\u0041"
reads = false
"#;

/// SplitMix64 by Steele, Lea and Flood: a few lines and good enough to break texts with.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const TELLING: &[u8] = b"[]{}=.,\"'#\n\r\t -_0a\\\xff\x00\xe2";
    let at = dice.below(bytes.len());
    let end = (at + dice.below(12)).min(bytes.len());
    match dice.below(5) {
        0 => bytes[at] = TELLING[dice.below(TELLING.len())],
        1 => bytes.insert(at, TELLING[dice.below(TELLING.len())]),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let to = dice.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        _ => bytes[at] = dice.below(256) as u8,
    }
}

/// Goes all the ways that a text can go; returns whether it was a scenario.
fn exercise(bytes: &[u8]) -> bool {
    let document = match Document::from_bytes("s.toml", bytes) {
        Err(failure) => {
            assert!(failure.render(false).starts_with("error: "));
            return false;
        }
        Ok(document) => document,
    };
    let again = Document::parse("again", &document.to_toml()).expect("what was written is TOML");
    assert_eq!(again.to_toml(), document.to_toml());
    let value = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
    let mut edited = document.clone();
    if let Err(problems) = edited.set("namespace.c.ttl", &value, "--set", &["replication"]) {
        problems.render(edited.sources(), false);
    }
    if let Err(problems) = edited.set(&value, "1", "--set", &["replication"]) {
        problems.render(edited.sources(), true);
    }
    let merged = Document::layer(document.clone(), edited, &["replication"]);
    match merged.deserialize::<Scenario>(None) {
        Err(problems) => drop(problems.render(merged.sources(), false)),
        Ok(scenario) => drop(scenario),
    }
    document.deserialize::<Scenario>(None).is_ok()
}

#[test]
fn random_damage_never_panics() {
    let mut dice = Dice(1);
    let mut sound = 0;
    let rounds = 3_000;
    for _ in 0..rounds {
        let mut bytes = TEXT.as_bytes().to_vec();
        for _ in 0..=dice.below(6) {
            damage(&mut bytes, &mut dice);
        }
        sound += usize::from(exercise(&bytes));
    }
    assert!(exercise(TEXT.as_bytes()));
    assert!(sound > rounds / 100 && sound < rounds / 2, "{sound}");
}

#[test]
fn a_text_cut_anywhere_never_panics() {
    for end in 1..TEXT.len() {
        exercise(&TEXT.as_bytes()[..end]);
    }
}

#[test]
fn hostile_sizes_end_with_an_answer() {
    let repeated = |piece: &str| piece.repeat((1 << 17) / piece.len());
    for piece in ["[", "a", "a.", "a=", "a={", "\"", "a\n", "=\n", "[a]\n", "[[a]]\n", "a=[[]]\n", "\u{202e}"]
    {
        assert!(!exercise(repeated(piece).as_bytes()), "{piece:?}");
    }
    let distinct: String = (0..20_000).map(|i| format!("k{i} = {i}\n")).collect();
    assert!(!exercise(distinct.as_bytes()));
    let deep = format!("{}a=1", "a.".repeat(10_000));
    assert!(!exercise(deep.as_bytes()));
}

#[test]
fn the_nearest_name() {
    let known = ["duration", "seed", "FRA", "ttl", "r"];
    assert_eq!(nearest("durration", &known), Some("duration"));
    assert_eq!(nearest("fra", &known), Some("FRA"));
    assert_eq!(nearest("tll", &known), Some("ttl"));
    assert_eq!(nearest("sede", &known), Some("seed"));
    assert_eq!(nearest("colour", &known), None);
    assert_eq!(nearest("x", &known), None);
    assert_eq!(nearest("", &known), None);
}
