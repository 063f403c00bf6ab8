//! What the user sees, to the letter.

use super::super::Document;
use super::model::Scenario;

/// Reads the bytes and returns what is said about them.
#[track_caller]
fn complaint(bytes: &[u8]) -> String {
    let document = match Document::from_bytes("s.toml", bytes) {
        Err(failure) => return failure.render(false),
        Ok(document) => document,
    };
    match document.deserialize::<Scenario>(None) {
        Err(diagnostics) => diagnostics.render(document.sources(), false),
        Ok(scenario) => panic!("nothing wrong in {scenario:?}"),
    }
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert_eq!(complaint(text.as_bytes()), expected.trim_start_matches('\n'));
}

#[test]
fn a_mistyped_key_gets_the_nearest_one_and_no_follow_up() {
    says(
        "seed = 1\nhorizn = \"60s\"\n",
        r#"
error: unknown key `horizn`
 --> s.toml:2:1
  |
2 | horizn = "60s"
  | ^^^^^^ not a key of the scenario
  |
  = help: did you mean `horizon`?
"#,
    );
}

#[test]
fn a_key_unlike_any_other_gets_the_list() {
    says(
        "horizon = \"60s\"\ncolour = 1\n",
        r#"
error: unknown key `colour`
 --> s.toml:2:1
  |
2 | colour = 1
  | ^^^^^^ not a key of the scenario
  |
  = help: known keys here: seed, horizon, locations, namespace, client
"#,
    );
}

#[test]
fn a_wrong_type_says_both_types() {
    says(
        "horizon = \"60s\"\nseed = [1]\n",
        r#"
error: expected an integer, found an array
 --> s.toml:2:8
  |
2 | seed = [1]
  |        ^^^ the value of `seed`
"#,
    );
}

#[test]
fn an_integer_out_of_range_says_the_range() {
    says(
        "horizon = \"60s\"\nnamespace.a.replication.primary-backup.backups = 256\n",
        r#"
error: expected an integer from 0 to 255, found 256
 --> s.toml:2:50
  |
2 | namespace.a.replication.primary-backup.backups = 256
  |                                                  ^^^ the value of `namespace.a.replication.primary-backup.backups`
"#,
    );
}

#[test]
fn a_missing_key_points_at_the_table() {
    says(
        "horizon = \"60s\"\n[[client]]\nat = \"FRA\"\nreads = true\n[[client]] # second\nat = \"FRA\"\n",
        r#"
error: missing key `reads`
 --> s.toml:5:1
  |
5 | [[client]] # second
  | ^^^^^^^^^^ `reads` is required in `client.1`
"#,
    );
}

#[test]
fn mistakes_in_several_tables_come_together() {
    says(
        r#"horizon = "60"
seed = "x"
[locations]
[namespace.a]
replication.quorm = { r = 1 }
[namespace.b]
replication.quorum = { r = 1, w = 0 }
"#,
        r#"
error: 60 has no unit
 --> s.toml:1:11
  |
1 | horizon = "60"
  |           ^^^^ the value of `horizon`
  |
  = help: write "60s"

error: expected an integer, found a string
 --> s.toml:2:8
  |
2 | seed = "x"
  |        ^^^ the value of `seed`

error: missing key `edges`
 --> s.toml:3:1
  |
3 | [locations]
  | ^^^^^^^^^^^ `edges` is required in `locations`

error: unknown choice `quorm`
 --> s.toml:5:13
  |
5 | replication.quorm = { r = 1 }
  |             ^^^^^ not a choice for `namespace.a.replication`
  |
  = help: did you mean `quorum`?

error: a write waits for nobody
 --> s.toml:7:22
  |
7 | replication.quorum = { r = 1, w = 0 }
  |                      ^^^^^^^^^^^^^^^^ the value of `namespace.b.replication.quorum`
  |
  = help: set `w` to 1 or more
"#,
    );
}

#[test]
fn wrong_choices_come_together() {
    says(
        r#"horizon = "60s"
[namespace.c]
replication = { gossip = {}, quorum = { r = 1, w = 1 } }
popularity.zipf = "0.99"
[namespace."d e"]
replication = "quorum"
popularity = 3
"#,
        r#"
error: more than one choice
 --> s.toml:3:30
  |
3 | replication = { gossip = {}, quorum = { r = 1, w = 1 } }
  |                 ------       ^^^^^^ a second choice
  |                 |
  |                 already chosen for `namespace.c.replication`

error: expected a number, found a string
 --> s.toml:4:19
  |
4 | popularity.zipf = "0.99"
  |                   ^^^^^^ the value of `namespace.c.popularity.zipf`

error: the choice `quorum` needs a value
 --> s.toml:6:15
  |
6 | replication = "quorum"
  |               ^^^^^^^^ the value of `namespace."d e".replication`
  |
  = help: write { quorum = … }

error: expected one of `zipf`, `uniform`, found an integer
 --> s.toml:7:14
  |
7 | popularity = 3
  |              ^ the value of `namespace."d e".popularity`
"#,
    );
}

#[test]
fn what_follows_from_a_mistake_is_not_a_second_one() {
    says(
        "horizon = \"60s\"\nnamespace.a.replication.quorum = { r = \"1\", w = -1 }\n",
        r#"
error: expected an integer, found a string
 --> s.toml:2:40
  |
2 | namespace.a.replication.quorum = { r = "1", w = -1 }
  |                                        ^^^ the value of `namespace.a.replication.quorum.r`

error: expected an integer from 0 to 255, found -1
 --> s.toml:2:49
  |
2 | namespace.a.replication.quorum = { r = "1", w = -1 }
  |                                                 ^^ the value of `namespace.a.replication.quorum.w`
"#,
    );
}

#[test]
fn a_duplicate_key_shows_both_lines() {
    says(
        "[namespace.a]\nttl = \"5s\"\n[namespace.b]\nttl = \"5s\"\n# again\nttl = \"6s\"\n",
        r#"
error: duplicate key `ttl`
 --> s.toml:6:1
  |
4 | ttl = "5s"
  | --- first given here
5 | # again
6 | ttl = "6s"
  | ^^^ given again here
"#,
    );
    says(
        "[client]\nx = 1\n[client]\n",
        r#"
error: duplicate key `client`
 --> s.toml:3:2
  |
1 | [client]
  | -------- first given here
2 | x = 1
3 | [client]
  |  ^^^^^^ given again here
"#,
    );
}

#[test]
fn broken_syntax_says_what_was_expected() {
    says(
        "[location.\"fra",
        r#"
error: syntax error in line 1: unclosed string
 --> s.toml:1:15
  |
1 | [location."fra
  |               ^ expected `"`
"#,
    );
    says(
        "horizon = 60s\nseed = \n",
        r#"
error: syntax error in line 1: the value `60s` needs quotes
 --> s.toml:1:11
  |
1 | horizon = 60s
  |           ^^^ expected a number, `true`, `false` or a string in quotes
  |
  = help: write "60s"

error: syntax error in line 2: missing value
 --> s.toml:2:8
  |
2 | seed = 
  |        ^ expected a number, `true`, `false` or a string in quotes
"#,
    );
    says(
        "a = 1\na.b = 2\n",
        r#"
error: syntax error in line 2: `a` is already set to a value of type integer
 --> s.toml:2:1
  |
2 | a.b = 2
  | ^ so it cannot hold keys
"#,
    );
}

#[test]
fn nothing_to_read() {
    let expected = "error: scenario is empty\n--> s.toml\n = help: `edgelag new` writes one to start from\n";
    assert_eq!(complaint(b""), expected);
    says(
        "# only words\n\n",
        r#"
error: scenario is empty
 --> s.toml:1:1
  |
1 | # only words
  | ^
  |
  = help: `edgelag new` writes one to start from
"#,
    );
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let plain = "horizon = \"60\"\r\n";
    let marked = format!("\u{feff}{plain}");
    assert_eq!(complaint(marked.as_bytes()), complaint(plain.as_bytes()));
    let unix = plain.replace('\r', "");
    assert_eq!(complaint(unix.as_bytes()), complaint(plain.as_bytes()));
}

#[test]
fn a_lone_carriage_return_is_no_line_end() {
    says(
        "horizon = \"60s\"\rseed = 1",
        r#"
error: carriage return without line feed
 --> s.toml:1:16
  |
1 | horizon = "60s"\u{d}seed = 1
  |                ^^^^^
  |
  = help: save the file with LF or CR LF line ends
"#,
    );
}

#[test]
fn bytes_that_are_not_text() {
    let expected = r#"error: byte 0xFF at offset 7 is not valid UTF-8
 --> s.toml:1:7
  |
1 | é = 'a�b'
  |       ^ not a character
  |
  = help: save the file as UTF-8
"#;
    assert_eq!(complaint(b"\xC3\xA9 = 'a\xFFb'"), expected);
    says(
        "name = 'a\0b'\n",
        r#"
error: control character U+0000 in the text
 --> s.toml:1:10
  |
1 | name = 'a\u{0}b'
  |          ^^^^^ remove it
"#,
    );
    says(
        "name = \"a\\u001b]0;\"\n",
        r#"
error: control character U+001B in the text
 --> s.toml:1:8
  |
1 | name = "a\u001b]0;"
  |        ^^^^^^^^^^^^ remove it
"#,
    );
}

#[test]
fn characters_that_turn_the_line_are_shown_escaped() {
    says(
        "horizon = '1s'\n'\u{202e}x' = 'fra\u{200b}'\n",
        r#"
error: unknown key `\u{202e}x`
 --> s.toml:2:1
  |
2 | '\u{202e}x' = 'fra\u{200b}'
  | ^^^^^^^^^^^ not a key of the scenario
  |
  = help: known keys here: seed, horizon, locations, namespace, client
"#,
    );
}

#[test]
fn too_much_text_is_refused_and_long_lines_are_cut() {
    let expected =
        "error: text of 1048577 bytes is longer than the limit of 1048576 bytes (1 MiB)\n--> s.toml\n";
    assert_eq!(complaint(&vec![b'#'; (1 << 20) + 1]), expected);

    let long = format!("{} = '{}'\n", "k".repeat(5_000), "v".repeat(900_000));
    let drawn = complaint(long.as_bytes());
    assert!(drawn.lines().all(|line| line.chars().count() < 340), "{drawn}");
}

#[test]
fn colours_are_only_added_when_wanted() {
    let failure = Document::parse("s.toml", "a = \n").unwrap_err();
    assert!(!failure.render(false).contains('\u{1b}'));
    assert!(failure.render(true).contains('\u{1b}'));
}
