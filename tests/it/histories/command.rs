//! `edgelag export history` and sessions, as people meet them.

use crate::edgelag::{Folder, SMALL};

/// The small scenario with `more` in the table of its clients.
fn small(more: &str) -> Folder {
    Folder::empty().file("small.toml", format!("{SMALL}{more}\n"))
}

const MOVING: &str = "sessions = { users = 3, route_change = \"10%\" }";

#[test]
fn a_history_goes_to_standard_output_or_a_file() {
    let folder = small(MOVING);
    let printed =
        folder.edgelag("export history small.toml --trial 2").run().exits(0).says_nothing().stdout();
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("client,op,key,value,start_ns,end_ns,ok,version"));
    assert!(lines.all(|line| line.starts_with("users/FRA/") || line.starts_with("users/SIN/")));
    let into_file = "export history small.toml --trial 2 --out h.csv";
    folder.edgelag(into_file).run().exits(0).says_nothing().prints_nothing();
    assert_eq!(folder.text("h.csv"), printed);
    assert_eq!(folder.names("."), ["h.csv", "small.toml"]);
    let other = folder.edgelag("export history small.toml --trial 3").run().exits(0).stdout();
    assert_ne!(other, printed);
}

/// Without sessions each operation is a client, and an update two operations of it.
#[test]
fn without_sessions_each_operation_is_a_client() {
    let folder = Folder::with_small();
    let updates = "client.users.mix={ update = 1 }";
    let printed = folder.edgelag("export history small.toml").set(updates).run().exits(0).stdout();
    let of_first: Vec<&str> = printed.lines().filter(|line| line.starts_with("users/FRA/0,")).collect();
    let ops: Vec<&str> = of_first.iter().filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(ops, ["read", "write"]);
    let end = |line: &str| line.split(',').nth(5).map(str::to_owned);
    let start = |line: &str| line.split(',').nth(4).map(str::to_owned);
    assert_eq!(end(of_first[0]), start(of_first[1]), "the put begins when the get has its answer");
}

#[test]
fn what_cannot_be_exported_is_told() {
    let folder = small("[sweep]\n\"namespace.kv.replication.quorum.r\" = [1, 2]");
    for (args, words) in [
        (
            "export history small.toml",
            "error: the scenario has 2 cases\n  = help: name one with --case, such as --case 'r=1'",
        ),
        ("export history small.toml --case r=3", "error: there is no case 'r=3'\n  = help: did you mean"),
        (
            "export history small.toml --case r=2 --trial 4",
            "error: there is no trial 4: the scenario has 4 trials, counted from 0",
        ),
        ("export", "Usage: edgelag export"),
    ] {
        folder.edgelag(args).run().exits(2).prints_nothing().says(words);
    }
    folder.edgelag("export history small.toml --case r=2").run().exits(0);
    let large = ["client.users.arrivals.poisson=20000/s", "limits.memory=200MiB"];
    let run =
        large.iter().fold(folder.edgelag("export history small.toml --case r=1"), |run, set| run.set(set));
    run.run()
        .exits(2)
        .prints_nothing()
        .says("error: the history is predicted to have 8.8e5 operations, and recording it");
}

#[test]
fn mistakes_in_sessions_are_told() {
    for (sessions, words) in [
        ("{ users = 0 }", "`users` is 0; the limit is 1 to 10000000 at each location"),
        ("{ route_change = 0.1 }", "`users` is required in `client.users.sessions`"),
        ("{ users = 5, route_change = 1.5 }", "small.toml:19"),
        (
            "{ users = 5, read_back = { at = \"FRANKFURT\", after.constant = \"1s\" } }",
            "unknown location `FRANKFURT`",
        ),
    ] {
        let folder = small(&format!("sessions = {sessions}"));
        folder.edgelag("check small.toml").run().exits(2).prints_nothing().says(words);
    }
    let folder = small("sessions = { users = 5, route_change = 0.1 }");
    let alone = folder.edgelag("check small.toml").set("client.users.at=\"FRA\"").run().exits(2);
    alone.says("users change their route, but their population has no other location to go to");
    let folder = small("sessions = { users = 5, read_back = { at = \"FRA\", after.constant = \"1s\" } }");
    let idle = folder.edgelag("check small.toml").set("client.users.mix={ read = 1 }").run().exits(2);
    idle.says("users read back what they have written, but they do not write");
}

/// Sessions couple locations.
#[test]
fn sessions_need_all_events_in_order_of_time() {
    const WHY: &str = "clients `users` have sessions: what their users see at one location depends on what they saw at others";
    let folder = small(MOVING);
    for execution in ["feed-forward", "aggregate"] {
        let args = format!("check small.toml --execution {execution}");
        folder.edgelag(&args).run().exits(2).prints_nothing().says(WHY);
    }
    let told = folder.edgelag("run small.toml").run().exits(0).stdout();
    assert!(told.contains("│ kv, reads ") && told.contains("monotonic reads"), "{told}");
    let manifest = folder.text("results/small/run.json");
    assert!(manifest.contains("\"general\"") && manifest.contains(WHY), "{manifest}");
    let summary = folder.text("results/small/summary.csv");
    for metric in ["ryw", "monotonic_reads", "monotonic_writes", "writes_follow_reads"] {
        for location in ["*", "FRA", "SIN"] {
            assert!(summary.contains(&format!(",kv,{location},read,{metric}_violations,rate,")), "{summary}");
        }
    }
}
