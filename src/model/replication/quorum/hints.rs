//! Hinted handoff (DeCandia et al., SOSP 2007, section 4.6): who holds a write for a replica that has missed it gives
//! it to that replica when it is back.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::{Rate, Span};
use crate::model::replication::effect::{Due, Effect, Message, Node, Travel};
use crate::model::replication::exchange::{Exchange, bit};
use crate::model::replication::scene::Scene;

/// Writes that are kept for replicas that have missed them.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HintsSpec {
    /// A replica that has not acknowledged a write by then has missed it.
    #[serde(default = "two_seconds")]
    pub after: Span,
    /// How long a write is kept for it.
    #[serde(default = "three_hours")]
    pub window: Span,
    /// How often one who keeps a write looks whether the replica is back and has it. It is given it again if not, but not
    /// while it is on its way, or waits for a server of the replica: one sending at a time, as of Cassandra,
    /// whose hint dispatcher waits for the acknowledgement.
    #[serde(default = "ten_seconds")]
    pub retry: Span,
    /// How many writes one who keeps them gives a replica in a second; as many as there are by default.
    pub rate: Option<Rate>,
}

fn two_seconds() -> Span {
    Span::from_nanos(2_000_000_000)
}

fn three_hours() -> Span {
    Span::from_nanos(3 * 3_600_000_000_000)
}

fn ten_seconds() -> Span {
    Span::from_nanos(10_000_000_000)
}

impl HintsSpec {
    /// What is wrong with them.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match (self.retry, self.rate) {
            (Span::ZERO, _) => Some("`retry` must be longer than 0s"),
            (_, Some(rate)) if rate.as_per_second() <= 0.0 => Some("`rate` must be more than 0/s"),
            _ => None,
        }
    }

    /// A write is kept for a replica.
    pub(super) fn keep(&self, holder: Node, home: u16, scene: &mut Scene) {
        scene.effects.push(Effect::Remind { at: holder, after: self.retry, due: Due::HandOff(home) });
    }

    /// Gives it to the replica, if that is not known to be down and nothing on its way brings it, and looks again whether
    /// it has it.
    pub(super) fn hand_off(&self, holder: Node, home: u16, exchange: &Exchange, scene: &mut Scene) {
        let has_it = scene.holds(home, exchange);
        if has_it || scene.now.since(exchange.begun) > self.window {
            return;
        }
        if !scene.is_known_down(home) && exchange.marked & bit(home) == 0 {
            let travel = match self.rate {
                Some(rate) => Travel::Paced(Span::from_nanos_f64(1e9 / rate.as_per_second())),
                None => Travel::Alone,
            };
            let (from, to, message) = (holder, Node::Replica(home), Message::Store);
            scene.effects.push(Effect::Send { from, to, message, late: Span::ZERO, travel });
        }
        self.keep(holder, home, scene);
    }
}
