//! Which gates can never have a row, whatever the trials come to: what they are about is not in the case.

use super::Selection;
use crate::base::{LocationIx, Probability};
use crate::model::cache::TierSpec;
use crate::model::workload::OpKind;
use crate::scenario::case::{Case, Namespace, Population};

/// A warning for each gate that has no row in some case.
pub(in crate::scenario) fn untold(cases: &[Case]) -> Vec<String> {
    let mut texts: Vec<&str> = Vec::new();
    for gate in cases.iter().flat_map(|case| &case.gates) {
        if !texts.contains(&gate.text.as_str()) {
            texts.push(&gate.text);
        }
    }
    let told = |text: &str| {
        let having =
            cases.iter().filter_map(|case| Some((case, case.gates.iter().find(|gate| gate.text == text)?)));
        let without: Vec<(&Case, String)> =
            having.clone().filter_map(|(case, gate)| Some((case, case.lacks(&gate.rows)?))).collect();
        let (case, reason) = without.first()?;
        let of = having.count();
        Some(match without.len() {
            all if all == of => format!("the gate `{text}` cannot be told: {reason}"),
            some => format!(
                "the gate `{text}` cannot be told in {some} of {of} cases, such as {}: {reason}",
                case.label
            ),
        })
    };
    texts.into_iter().filter_map(told).collect()
}

const SITES: [&str; 4] = ["utilisation", "queue_wait", "queue_length", "egress"];
const RECOVERY: [&str; 3] = ["recovery", "recovery_unfinished", "origin_surge"];
const ROOMS: [&str; 4] = ["byte_hit_ratio", "evictions", "cache_entries", "cache_bytes"];

impl Case {
    /// Why no run of the case has rows like these; `None` if one may have.
    pub fn lacks(&self, rows: &Selection) -> Option<String> {
        let metric = rows.metric.name;
        let is_of_sites = SITES.contains(&metric) || (metric == "overloaded" && rows.op == Some("*"));
        if is_of_sites {
            return self.lacks_site(rows);
        }
        let all = || self.namespaces.iter().enumerate();
        if rows.namespace.as_deref() == Some("*") && metric != "cost" {
            return Some(format!("`{metric}` is told of each namespace by itself"));
        }
        let is_meant = |namespace: &Namespace| {
            rows.namespace.as_ref().is_none_or(|name| name == "*" || *name == namespace.name)
        };
        let mut reasons = all().filter(|(_, namespace)| is_meant(namespace)).map(|(at, namespace)| {
            self.lacks_of_namespace(rows, namespace).or_else(|| self.lacks_clients(rows, at))
        });
        let first = reasons.next()??;
        reasons.all(|reason| reason.is_some()).then_some(first)
    }

    /// What locations own is told of all namespaces together.
    fn lacks_site(&self, rows: &Selection) -> Option<String> {
        let metric = rows.metric.name;
        if let Some(name) = rows.namespace.as_deref().filter(|name| *name != "*") {
            return Some(format!("`{metric}` is told of all namespaces together, not of `{name}`"));
        }
        let is_here = |name: &str| rows.location.as_deref().is_none_or(|location| location == name);
        let mut here = self.sites.iter().zip(&self.locations).filter(|(_, place)| is_here(&place.name));
        let has = here.any(|(site, _)| {
            let station = site.as_ref().and_then(|site| site.station.as_ref());
            match metric {
                "egress" => site.is_some(),
                "overloaded" => station.is_some_and(|station| station.queue.is_some()),
                _ => station.is_some(),
            }
        });
        let what = match metric {
            "egress" => "has servers or a link",
            "overloaded" => "has servers with a queue that can be full",
            _ => "has servers",
        };
        let place =
            rows.location.as_deref().map_or("no location".to_owned(), |name| format!("no [site] at {name}"));
        (!has).then(|| format!("{place} {what}"))
    }

    fn lacks_of_namespace(&self, rows: &Selection, namespace: &Namespace) -> Option<String> {
        let Namespace { name, .. } = namespace;
        let metric = rows.metric.name;
        let edge = metric.strip_prefix("upper_").unwrap_or(metric);
        let is_upper = edge != metric;
        let purge = |rules: Option<&TierSpec>| rules.is_some_and(|rules| rules.purge.is_some());
        let upper = namespace.upper.as_ref().map(|upper| &upper.rules);
        let (has, without) = match edge {
            "cost" => (namespace.price.is_some(), "no price"),
            _ if RECOVERY.contains(&metric) => (namespace.disturbed, "no faults in its world"),
            "hit_ratio" | "coalesced_ratio" if !is_upper => (namespace.edge.is_some(), "no edge caches"),
            "hit_ratio" => (upper.is_some(), "no upper tier of caches"),
            "purges" => (purge(upper), "no purges of its upper tier"),
            "edge_purges" => (purge(namespace.edge.as_ref()), "no purges of its edge caches"),
            _ if ROOMS.contains(&edge) && is_upper => {
                (self.limits_caches() && upper.is_some(), "no upper tier of limited capacity")
            }
            _ if ROOMS.contains(&edge) => {
                (self.limits_caches() && namespace.edge.is_some(), "no edge caches of limited capacity")
            }
            _ if metric.starts_with("propagation_") => {
                (namespace.visibility.followed != Probability::ZERO, "no writes that are followed")
            }
            "concurrent_updates" => (namespace.conflicts.merges(), "no replicas that merge"),
            _ => return None,
        };
        if !has {
            return Some(format!("`{name}` has {without}"));
        }
        let part = rows.op.filter(|op| metric == "cost" && *op != "*")?;
        let is_priced =
            namespace.price.iter().flat_map(|price| &price.parts).any(|(priced, _)| priced.name() == part);
        (!is_priced).then(|| format!("`{name}` has no price of {part}"))
    }

    /// Of what clients do and see: whether any does it there.
    fn lacks_clients(&self, rows: &Selection, namespace: usize) -> Option<String> {
        let metric = rows.metric.name;
        let is_of_clients = !rows.metric.at_locations.is_empty()
            && rows.metric.ops[0] != "*"
            && !metric.ends_with("byte_hit_ratio");
        if !is_of_clients {
            return None;
        }
        let is_here = |at: &LocationIx| {
            rows.location.as_deref().is_none_or(|location| self.locations[at.at()].name == location)
        };
        let name = &self.namespaces[namespace].name;
        let there = rows.location.as_ref().map_or(String::new(), |location| format!(" at {location}"));
        let of_it = self.populations.iter().filter(|clients| clients.namespace.at() == namespace);
        let is_there = |clients: &&Population| {
            clients.at.iter().any(is_here) || clients.streams.iter().any(|stream| is_here(&stream.location))
        };
        let here: Vec<&Population> = of_it.filter(is_there).collect();
        if here.is_empty() {
            return Some(format!("`{name}` has no clients{there}"));
        }
        if metric.ends_with("_violations") && here.iter().all(|clients| clients.sessions.is_none()) {
            return Some(format!("`{name}` has no clients with sessions{there}"));
        }
        let ops: &[&str] = match rows.op {
            Some("read") if rows.metric.ops.len() == 1 || metric.ends_with("_violations") => {
                &["read", "update"]
            }
            Some("write") if metric.ends_with("_violations") => &["write", "update", "delete"],
            Some(ref op) => std::slice::from_ref(op),
            None if rows.metric.ops == ["read"] => &["read", "update"],
            None => rows.metric.ops,
        };
        let done = OpKind::ALL.into_iter().filter(|op| ops.contains(&op.name())).any(|op| {
            here.iter().any(|clients| {
                let mut streams = clients.streams.iter().filter(|stream| is_here(&stream.location));
                clients.mix.share(op) > 0.0 || streams.any(|stream| stream.mix.share(op) > 0.0)
            })
        });
        (!done).then(|| format!("no client of `{name}`{there} does the operation {}", ops.join(" or ")))
    }
}
