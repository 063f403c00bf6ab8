//! What is told about servers, links and impatient clients that cannot be, or would have no effect.

use super::refused;
use crate::edgelag::SMALL;

/// The small scenario with more lines at its end is one mistake, told in these words.
#[track_caller]
fn more_says(lines: &str, words: &str) {
    let told = refused(format!("{SMALL}{lines}\n")).stderr();
    let (first, place) = told.split_once('\n').expect("there are several lines");
    assert_eq!(first, format!("error: {words}"), "{lines}");
    assert!(place.contains("s.toml:") && place.contains('^'), "{lines}: {told}");
    assert_eq!(told.matches("error:").count(), 1, "{lines}: {told}");
}

#[test]
fn a_site_that_cannot_be() {
    for (lines, words) in [
        ("at = \"FRA\"", "the site says nothing about its locations"),
        ("at = \"FRE\"\nbandwidth = \"1Gbit/s\"", "unknown location `FRE`"),
        (
            "at = \"GRU\"\nbandwidth = \"1Gbit/s\"",
            "nothing happens at `GRU`: no client, replica or cache is there",
        ),
        ("at = \"FRA\"\nbandwidth = \"0bit/s\"", "`bandwidth` must be more than 0bit/s"),
        ("at = \"FRA\"\nservers = 0\nservice.hit = \"1ms\"", "`servers` is 0; the limit is 1 to 1000000"),
        (
            "at = \"FRA\"\nqueue = 4\nbandwidth = \"1Gbit/s\"",
            "`queue` has no effect where nothing takes time",
        ),
        (
            "at = \"FRA\"\nservers = 4\nbandwidth = \"1Gbit/s\"",
            "`servers` has no effect where nothing takes time",
        ),
        (
            "at = \"IAD\"\nservice.hit = \"1ms\"",
            "`service.hit` has no effect: no cache at these locations answers",
        ),
        (
            "at = \"IAD\"\nservice.fill = \"1ms\"\nservice.replica_read = \"1ms\"",
            "`service.fill` has no effect: no cache at these locations is filled",
        ),
    ] {
        more_says(&format!("[site.them]\n{lines}"), words);
    }
}

#[test]
fn a_client_that_cannot_be() {
    for (lines, words) in [
        ("timeout = \"0s\"", "`timeout` must be longer than 0s"),
        ("retries = { budget = 0 }", "a budget of 0 leaves no retries"),
        ("retries = { retries = 0, budget = 0.1 }", "`budget` has no effect on 0 retries"),
        ("hedge = { after = \"1s\", most = 0 }", "`most` is 0; it must be from 1 to 10"),
        ("hedge.after = 5", "`5` has no unit"),
        ("hedge.after.quantile = 0", "`quantile` is 0; it must be more than 0 and less than 1"),
        ("hedge.after.quantile = \"100%\"", "`quantile` is 1; it must be more than 0 and less than 1"),
        ("hedge.after.quantile = 1.5", "`1.5` is not between 0 and 1 (or 0% and 100%)"),
        (
            "timeout = \"1s\"\nhedge.after = \"1s\"",
            "the client gives up (`timeout`) before it would send a read again",
        ),
    ] {
        more_says(lines, words);
    }
}
