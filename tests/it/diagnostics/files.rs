//! Mistakes in the files that a scenario names, and names on their way into the files of the results.

use super::{refused, small};
use crate::edgelag::Folder;

#[test]
fn files_that_extend_one_another_in_a_cycle() {
    let folder = Folder::empty()
        .file("a.toml", "extends = \"b.toml\"\nseed = 1\n")
        .file("b.toml", "extends = \"a.toml\"\nseed = 2\n")
        .file("self.toml", "extends = \"./self.toml\"\nseed = 2\n")
        .file("lost.toml", "extends = \"c.toml\"\nseed = 2\n")
        .file("list.toml", "extends = [\"c.toml\"]\nseed = 2\n")
        .file("preset.toml", "extends = \"preset:worker-kv\"\nseed = 2\n");
    for (name, words) in [
        ("a", "in a cycle: a.toml -> b.toml -> a.toml"),
        ("self", "in a cycle: self.toml -> ./self.toml"),
        ("lost", "cannot read `c.toml`: No such file"),
        ("list", "expected \"preset:NAME\" or the path of a scenario"),
        ("preset", "did you mean `preset:workers-kv`?"),
    ] {
        folder.edgelag(&format!("check {name}.toml")).run().exits(2).says(words);
    }
}

/// Tables of round trips, as they come out of a spreadsheet.
#[test]
fn mistakes_in_a_matrix() {
    let full = "from,to,rtt_ms\nFRA,SIN,160\nFRA,IAD,90\nIAD,SIN,220\n";
    let text = small(&[("rtt.constant = \"80ms\"", "rtt.matrix = \"m.csv\"")]);
    let folder = |matrix: &[u8]| Folder::empty().file("s.toml", &text).file("m.csv", matrix);
    folder(full.as_bytes()).edgelag("check s.toml").run().exits(0).says_nothing();
    for (matrix, words) in [
        (&b"from,to,rtt_ms\n"[..], "`m.csv`: no rows"),
        (b"", "no column `from`"),
        (b"from,to,rtt\nFRA,SIN,160\n", "no column `rtt_ms`"),
        (b"from,to,rtt_ms\nFRA,SIN,160\n", "no round trip between `FRA` and `IAD`"),
        (b"from,to,rtt_ms\nFRA,SIN,160ms\n", "line 2: `160ms` is not a round trip"),
        (b"from,to,rtt_ms\nFRA,SIN,-1\n", "line 2: `-1` is not"),
        (b"from,to,rtt_ms\nFRA,SIN,nan\n", "line 2: `nan` is not"),
        (b"from,to,rtt_ms\nFRA,SIN,\"0,5\"\n", "line 2: `0,5` is not"),
        (b"from,to,rtt_ms\nFRA,SIN,1\nFRA,SIN,2\n", "line 3: the pair FRA to SIN is given twice"),
        (b"from,to,rtt_ms\nFRA,SIN,1,9\n", "line"),
        (b"from,to,rtt_ms\nFRA,S\xffN,1\n", "UTF-8"),
        (b"from,to,rtt_ms\nFRA,SIN,\x1b]0;pwn\x07\n", "is not a round trip"),
    ] {
        let ran = folder(matrix).edgelag("check s.toml --color always").run().exits(2).says(words);
        assert!(!ran.stderr().contains('\u{7}'), "{:?}", ran.stderr());
    }
    let missing = Folder::empty().file("s.toml", &text);
    missing.edgelag("check s.toml").run().exits(2).says("cannot read `m.csv`: No such file");
    let endless = small(&[("rtt.constant = \"80ms\"", "rtt.matrix = \"/dev/zero\"")]);
    refused(endless).says("cannot read `/dev/zero`: it is not a plain file");
}

/// BI115, BI117: names that a spreadsheet or a browser would run are harmless where they come out.
#[test]
fn names_are_escaped_for_where_they_go() {
    let names = ["=HYPERLINK(1)", "+1", "-1", "@SUM", "<script>alert(1)<", "a,b\\\"c", "$(id)"];
    let own: String = names.iter().map(|name| format!("\"{name}\" = {{}}\n")).collect();
    let list = names.map(|name| format!("\"{name}\"")).join(", ");
    let text = small(&[
        ("edges = [\"FRA\", \"SIN\"]", &format!("edges = [{list}]")),
        ("[network]", &format!("[locations.own]\n{own}[network]")),
        ("namespace.kv", "namespace.\"=kv & <b>\""),
        ("namespace = \"kv\"", "namespace = \"=kv & <b>\""),
    ]);
    let folder = Folder::empty().file("@x.toml", format!("title = \"<script>alert(2)</script>\"\n{text}"));
    folder.edgelag("run @x.toml -o out").run().exits(0).says_nothing();
    for (name, bytes) in folder.results("out") {
        let text = String::from_utf8(bytes).unwrap();
        if name.ends_with(".csv") {
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let cells = rows.records().map(Result::unwrap);
            for cell in cells.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()) {
                let runs = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
                assert!(!runs, "{name}: {cell}");
            }
        }
        if name.ends_with(".svg") {
            assert!(!text.contains("<script") && !text.contains("<b>"), "{name}");
        }
    }
    assert!(folder.text("out/summary.csv").contains(",\"a,b\"\"c\","), "RFC 4180");
    assert!(folder.text("out/locations.svg").contains("&lt;script&gt;"), "shown as written");
}
