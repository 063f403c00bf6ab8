//! What is told about faults that cannot be.

use super::{refused, small};

/// A fault that cannot be is one mistake, told in these words.
#[track_caller]
fn says(fault: &str, words: &str) {
    let told = refused(small(&[]) + "\n[fault.f]\n" + fault).stderr();
    let first = told.lines().next().unwrap_or_default();
    assert_eq!(first, format!("error: {words}"), "{fault}: {told}");
    assert_eq!(told.matches("error:").count(), 1, "{fault}: {told}");
}

#[test]
fn a_fault_that_does_nothing() {
    for (what, words) in [
        (r#"what.site-down.at = "GRU""#, "nothing is at `GRU` that could fail: no client, cache or replica"),
        (r#"what.site-down.at = "FRAX""#, "unknown location `FRAX`"),
        (r#"what.link-slow = { from = "FRA" }"#, "the link is no slower than ever"),
        (r#"what.link-slow = { from = "FRA", factor = 0 }"#, "`factor` is 0; it must be from 1 to 1000000"),
        (r#"what.link-lossy = { from = "FRA", share = 0 }"#, "the link loses nothing"),
        (r#"what.site-slow = { at = "FRA", added = "0s" }"#, "the site is no slower than ever"),
        (r#"what.site-slow = { at = "FRA", factor = 0.5 }"#, "`factor` is 0.5; it must be from 1 to 1000000"),
        (
            r#"what.site-slow = { at = "FRA", factor = 4 }"#,
            "nothing takes time at `FRA` that could take longer",
        ),
        (r#"what.link-down = { from = "FRA", to = "FRA" }"#, "no message travels over this link"),
        (
            r#"what.clock = { at = "FRA", ahead = "1s" }"#,
            "no namespace orders its writes by clocks, so that wrong ones do not matter",
        ),
        (r#"what.purge-loss = {}"#, "no purge is sent that could be lost"),
        (r#"what.store-down.namespaces = ["kx"]"#, "unknown namespace `kx`"),
    ] {
        says(&format!("{what}\nat = \"5s\"\nfor = \"1s\"\n"), words);
    }
}

#[test]
fn a_fault_that_never_is() {
    const WHAT: &str = "what.cut-off.at = \"FRA\"\n";
    for (when, words) in [
        ("for = \"1s\"\n", "it is not said when the fault comes"),
        ("at = \"1s\"\nrate = \"1/s\"\nfor = \"1s\"\n", "the fault has both `at` and `rate`"),
        ("at = \"1h\"\nfor = \"1s\"\n", "the fault begins when no operation does any more"),
        ("at = \"1s\"\nfor = \"0s\"\n", "the fault lasts no time"),
        ("rate = \"0/s\"\nfor = \"1s\"\n", "the fault never comes"),
        (
            "at = \"1s\"\nfor.exponential.mean = \"1s\"\n",
            "a fault with `at` lasts the same time in all trials",
        ),
        (
            "at = \"1s\"\nfor = \"1s\"\neach = true\n",
            "`each` lets locations draw their own times, but `at` says when",
        ),
    ] {
        says(&format!("{WHAT}{when}"), words);
    }
    says(
        "what.link-lossy = { from = \"FRA\", share = 0.1 }\nat = \"1s\"\nfor = \"1s\"\nnoticed_after = \"2s\"\n",
        "nobody turns away from a `link-lossy`, so that `noticed_after` has no effect",
    );
    says(
        "what.site-down.at = \"FRA\"\nat = \"5s\"\nfor = \"5s\"\n[fault.g]\nwhat.site-down.at = \"FRA\"\nat = \"6s\"\n\
         for = \"1s\"\n",
        "it overlaps with the fault `f` of the same places",
    );
}
