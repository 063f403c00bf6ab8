//! Several texts in one document.

use super::super::{Document, Node, Place, Value, split_assignment};
use super::model::{Quorum, Replication, Scenario};

const CHOICES: &[&str] = &["replication", "popularity"];

fn document(name: &str, text: &str) -> Document {
    Document::parse(name, text).unwrap_or_else(|failure| panic!("{failure}"))
}

fn read(document: &Document) -> Scenario {
    document
        .deserialize(None)
        .unwrap_or_else(|problems| panic!("{}", problems.render(document.sources(), false)))
}

fn base() -> Document {
    document(
        "base.toml",
        r#"horizon = "60s"
locations.edges = ["FRA", "SIN"]
[namespace.a]
replication.quorum = { r = 1, w = 2 }
ttl = "5s"
[[client]]
at = "FRA"
reads = true
"#,
    )
}

/// The text that a place stands for.
fn text_at(document: &Document, place: Place) -> (&str, &str) {
    let located = document.sources().locate(&place).unwrap();
    (located.name, &located.text[located.range])
}

#[track_caller]
fn set(document: &mut Document, assignment: &str) {
    let (path, value) = split_assignment(assignment).unwrap();
    document
        .set(path, value, "--set", CHOICES)
        .unwrap_or_else(|problems| panic!("{}", problems.render(document.sources(), false)));
}

#[track_caller]
fn set_fails(assignment: &str) -> String {
    let mut document = base();
    let (path, value) = split_assignment(assignment).unwrap();
    let problems = document.set(path, value, "--set", CHOICES).unwrap_err();
    problems.render(document.sources(), false)
}

#[test]
fn tables_merge_and_the_rest_is_replaced() {
    let over = document(
        "s.toml",
        "seed = 7\nlocations.edges = [\"GRU\"]\n[namespace.a]\nttl = \"9s\"\n[namespace.b]\nreplication = \"gossip\"\n",
    );
    let merged = Document::layer(base(), over, CHOICES);
    let expected = document(
        "expected.toml",
        r#"horizon = "60s"
locations.edges = ["GRU"]
seed = 7
[namespace.a]
replication.quorum = { r = 1, w = 2 }
ttl = "9s"
[namespace.b]
replication = "gossip"
[[client]]
at = "FRA"
reads = true
"#,
    );
    assert_eq!(read(&merged), read(&expected));
}

#[test]
fn another_choice_replaces_the_first() {
    let over = "namespace.a.replication.primary-backup.backups = 2";
    let merged = Document::layer(base(), document("s.toml", over), CHOICES);
    let replication = &read(&merged).namespace["a"].replication;
    assert_eq!(replication, &Replication::PrimaryBackup { backups: 2 });

    let over = "namespace.a.replication.quorum.r = 2";
    let merged = Document::layer(base(), document("s.toml", over), CHOICES);
    let replication = &read(&merged).namespace["a"].replication;
    assert_eq!(replication, &Replication::Quorum(Quorum { r: 2, w: 2 }));

    let over = "namespace.a.replication = 'gossip'";
    let merged = Document::layer(base(), document("s.toml", over), CHOICES);
    let replication = &read(&merged).namespace["a"].replication;
    assert_eq!(replication, &Replication::Gossip);
}

#[test]
fn places_survive_merging() {
    let mut merged =
        Document::layer(base(), document("s.toml", "locations.edges = ['SIN', \"Köln\"]\n"), CHOICES);
    set(&mut merged, "namespace.a.ttl = 7s");
    let scenario = read(&merged);
    let ttl = scenario.namespace["a"].ttl.as_ref().unwrap().span();
    assert_eq!(text_at(&merged, ttl), ("--set", "7s"));
    let edges = scenario.locations.unwrap().edges;
    assert_eq!(text_at(&merged, edges[1].span()), ("s.toml", "\"Köln\""));
    let horizon = merged.get("horizon").unwrap().span.clone();
    assert_eq!(text_at(&merged, horizon), ("base.toml", "\"60s\""));
}

#[test]
fn mistakes_are_shown_in_the_text_they_come_from() {
    let base = document(
        "base.toml",
        "horizon = \"60s\"\n[namespace.a]\nreplication.quorum = { r = 1, w = 2, n = 3 }\n",
    );
    let mut merged = Document::layer(base, document("s.toml", "seed = 1.5\n"), CHOICES);
    set(&mut merged, "namespace.a.ttl=5");
    let problems = merged.deserialize::<Scenario>(None).unwrap_err();
    let expected = r#"error: expected an integer, found a float
 --> s.toml:1:8
  |
1 | seed = 1.5
  |        ^^^ the value of `seed`

error: unknown key `n`
 --> base.toml:3:38
  |
3 | replication.quorum = { r = 1, w = 2, n = 3 }
  |                                      ^ not a key of `namespace.a.replication.quorum`
  |
  = help: known keys here: r, w

error: expected a string, found an integer
 --> --set:1:17
  |
1 | namespace.a.ttl=5
  |                 ^ the value of `namespace.a.ttl`
"#;
    assert_eq!(problems.render(merged.sources(), false), expected);
}

#[test]
fn assignments_reach_old_and_new_places() {
    let mut document = base();
    set(&mut document, "client.0.at = \"=SUM(A1)\"");
    set(&mut document, "client.0.reads=false");
    set(&mut document, "locations.edges=[\"FRA\"]");
    set(&mut document, "namespace.\"b c\".replication.quorum={r=1,w=1}");
    set(&mut document, "namespace.\"b c\".replication.quorum.r=3");
    set(&mut document, "namespace.a.replication.primary-backup.backups=1");
    set(&mut document, "namespace.c.replication=gossip");
    set(&mut document, "namespace.c.replication.quorum={r=1,w=2}");
    set(&mut document, "horizon=90s");
    let scenario = read(&document);
    assert_eq!(scenario.horizon.0, 90);
    assert_eq!(scenario.client[0].at, "=SUM(A1)");
    assert!(!scenario.client[0].reads);
    assert_eq!(scenario.locations.unwrap().edges.len(), 1);
    let replication = |name: &str| &scenario.namespace[name].replication;
    assert_eq!(replication("b c"), &Replication::Quorum(Quorum { r: 3, w: 1 }));
    assert_eq!(replication("a"), &Replication::PrimaryBackup { backups: 1 });
}

/// As a table in braces does in a text: what it does not name is not there.
#[test]
fn a_table_that_is_assigned_replaces_the_table() {
    let mut document = base();
    set(&mut document, "namespace.a={replication='gossip'}");
    let namespace = &read(&document).namespace["a"];
    assert_eq!((&namespace.replication, &namespace.ttl), (&Replication::Gossip, &None));
}

#[test]
fn an_assignment_that_cannot_be_carried_out_says_why() {
    assert_eq!(
        set_fails("horizon.x=1"),
        r#"error: cannot set `x` below a string
 --> --set:1:9
  |
1 | horizon.x=1
  |         ^
  |
 ::: base.toml:1:11
  |
1 | horizon = "60s"
  |           ----- `horizon` is a string, not a table
"#
    );
    assert_eq!(
        set_fails("client.1.at=x"),
        r#"error: `client` has no element `1`
 --> --set:1:8
  |
1 | client.1.at=x
  |        ^ not an index
  |
  = help: its only element is 0
"#
    );
    assert_eq!(
        set_fails("locations.edges=[\"FRA\""),
        r#"error: unclosed array
 --> --set:1:23
  |
1 | locations.edges=["FRA"
  |                       ^ expected `]`
"#
    );
    assert_eq!(
        set_fails("seed=10000000000000000000"),
        r#"error: the integer is too large
 --> --set:1:6
  |
1 | seed=10000000000000000000
  |      ^^^^^^^^^^^^^^^^^^^^
  |
  = help: integers go from -9223372036854775808 to 9223372036854775807
"#
    );
    assert_eq!(
        set_fails("a..b=1"),
        r#"error: a key is missing in the path
 --> --set:1:3
  |
1 | a..b=1
  |   ^
  |
  = help: a path is keys with dots between them; other keys than letters, digits, `-` and `_` in quotes
"#
    );
}

#[test]
fn values_can_be_taken_out_and_put_elsewhere() {
    let text = "horizon = \"60s\"\n[sweep]\n\"namespace.a.replication.quorum.r\" = [1, \"x\"]\n";
    let base = document("base.toml", "namespace.a.replication.quorum.w = 1\n");
    let mut document = Document::layer(base, document("s.toml", text), CHOICES);
    let sweep = document.take("sweep").unwrap();
    assert!(document.get("sweep").is_none() && document.take("sweep").is_none());
    let entry = sweep.as_table().unwrap().iter().next().unwrap();
    let points: &[Node] = entry.node.as_array().unwrap();
    let case = |i: usize| {
        let mut case = document.clone();
        case.set_value(&entry.key, &entry.key_span, points[i].clone(), CHOICES).map(|()| case)
    };
    let quorum = Replication::Quorum(Quorum { r: 1, w: 1 });
    assert_eq!(read(&case(0).unwrap()).namespace["a"].replication, quorum);

    let bad = case(1).unwrap();
    let problems = bad.deserialize::<Scenario>(None).unwrap_err();
    let expected = r#"error: expected an integer, found a string
 --> s.toml:3:42
  |
3 | "namespace.a.replication.quorum.r" = [1, "x"]
  |                                          ^^^ the value of `namespace.a.replication.quorum.r`
"#;
    assert_eq!(problems.render(bad.sources(), false), expected);
    assert_eq!(document.deserialize::<u8>(Some("namespace.a.replication.quorum.w")), Ok(1));
}

#[test]
fn a_written_document_reads_the_same() {
    let text = "a = 1.0\nb = [1, 'x', { c = -3 }]\n'd e' = \"\\n\\t\\\"é\"\nf = 1979-05-27T07:32:00Z\ng = {}\nh = []\n\
        i = [nan, inf]\nj = 0x10\n[[k]]\nl.m = true\n[[k]]\n[n.o]\np = 1e-9\n";
    let written = document("first", text).to_toml();
    let again = document("second", &written);
    assert_eq!(again.to_toml(), written);
    assert_eq!(again.get("b.2.c").unwrap().value, Value::Integer(-3));
    assert_eq!(again.get("k.0.l.m").unwrap().value, Value::Boolean(true));
    assert_eq!(again.get("n.o.p").unwrap().value, Value::Float(1e-9));
    assert_eq!(again.get("\"d e\"").unwrap().as_str(), Some("\n\t\"é"));
    assert_eq!(read(&document("third", &base().to_toml())), read(&base()));
}
