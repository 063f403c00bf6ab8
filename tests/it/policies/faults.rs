//! Faults, drawn for random scenarios.

use super::draw::Draw;

impl Draw {
    /// One to four tables of faults that nobody loses a disk by, with clients at these locations; all are over at 9 s, if they
    /// are not drawn.
    pub(crate) fn faults(&mut self, clients: &[&str]) -> String {
        let (mut tables, mut down) = (String::new(), Vec::new());
        for at in 0..self.from(1, 4) {
            let (what, is_noticed) = self.trouble(clients);
            if what.starts_with("site-down") || what.starts_with("store-down") {
                // What is down cannot go down: each site, and the store, once only.
                let place = what.replace(", clients = \"next-nearest\"", "");
                if down.contains(&place) {
                    continue;
                }
                down.push(place);
            }
            let when = match self.from(0, 2) {
                0 => {
                    let (rate, mean) =
                        (self.one_of(&["0.2/s", "0.6/s"]), self.one_of(&["100ms", "500ms", "2s"]));
                    format!("rate = \"{rate}\"\nfor.exponential.mean = \"{mean}\"")
                }
                _ => {
                    let (from, lasting) = (self.from(500, 5_000), self.one_of(&[200, 1_500, 4_000]));
                    format!("at = \"{from}ms\"\nfor = \"{lasting}ms\"")
                }
            };
            let noticed = match is_noticed && self.coin() {
                true => format!("noticed_after = \"{}\"\n", self.one_of(&["0s", "50ms", "1s", "1h"])),
                false => String::new(),
            };
            let noticed = match what.contains("next-nearest") {
                // Clients who notice it when it is over would turn nowhere.
                true => "noticed_after = \"50ms\"\n".to_owned(),
                false => noticed,
            };
            tables += &format!("[fault.f{at}]\nwhat.{what}\n{when}\n{noticed}");
        }
        tables
    }

    /// What goes wrong, and whether others turn away from it.
    fn trouble(&mut self, clients: &[&str]) -> (String, bool) {
        let replica = self.a_replica();
        let edge = format!("{:?}", self.one_of(&[&clients[..1], &clients[1..], clients]));
        let one_way = self.one_of(&["", ", one_way = true"]);
        let ends = match self.from(0, 2) {
            0 => format!("from = \"{replica}\"{one_way}"),
            1 => format!("to = \"{replica}\"{one_way}"),
            _ => format!("from = {edge}{one_way}"),
        };
        match self.from(0, 8) {
            0 | 1 => (format!("link-down = {{ {ends} }}"), true),
            2 => (format!("link-slow = {{ {ends}, added = \"150ms\", factor = 2.0 }}"), false),
            3 => (format!("link-lossy = {{ {ends}, share = 0.3 }}"), false),
            4 | 5 => (format!("cut-off.at = \"{replica}\""), true),
            6 => {
                let clients = self.one_of(&["", ", clients = \"next-nearest\""]);
                (format!("site-down = {{ at = \"{replica}\"{clients} }}"), true)
            }
            7 => (format!("site-slow = {{ at = {edge}, added = \"40ms\" }}"), false),
            _ => ("store-down.namespaces = [\"kv\"]".to_owned(), true),
        }
    }
}
