//! A trace and arrivals exclude one another, so of two layers of a scenario the upper one's stands.

use super::sweep::quoted;
use super::text::{Document, Node};

/// Takes out of a scenario what the clients laid over it replace: a trace `arrivals`, `mix` and `day`, which it has itself,
/// and arrivals a trace.
pub(super) fn give_way(base: &mut Document, clients: Option<&Node>) {
    for clients in clients.and_then(Node::as_table).into_iter().flatten() {
        let Some(over) = clients.node.as_table() else { continue };
        let gone: &[&str] = match (over.get("trace"), over.get("arrivals")) {
            (Some(_), None) => &["arrivals", "mix", "day"],
            (None, Some(_)) => &["trace"],
            _ => &[],
        };
        for field in gone {
            base.take(&format!("client.{}.{field}", quoted(&clients.key)));
        }
    }
}
