//! How one version spreads by contacts between replicas, in the exchange that wrote it.

use super::contacts::{Contact, ContactsSpec, Direction};
use super::effect::{Due, Effect, Message, Node, Travel};
use super::exchange::Exchange;
use super::scene::Scene;
use crate::base::Span;

/// Waits for the next contacts, unless all of the first `members` replicas hold the version: then there is nothing
/// left to pass on.
pub(super) fn await_contact(spec: &ContactsSpec, members: u16, exchange: &Exchange, scene: &mut Scene) {
    if (0..members).all(|replica| scene.holds(replica, exchange)) {
        return;
    }
    let next = scene.contacts.next(spec, members, scene.now, scene.dice);
    let after = next.since(scene.now);
    scene.effects.push(Effect::Remind { at: Node::Coordinator, after, due: Due::Contact });
}

/// The contacts of this instant. Where no member holds the version and none can get it any more, as after the loss of
/// the only disk that had it, they have come to their end.
pub(super) fn meet(spec: &ContactsSpec, members: u16, exchange: &Exchange, scene: &mut Scene) {
    let Scene { replicas, now, is_alone, dice, contacts, effects, .. } = scene;
    let holds = |replica: u16| replicas.covers(replicas.held(replica, exchange.key, *now), exchange.version);
    if *is_alone && !(0..members).any(holds) {
        return;
    }
    for &Contact { from, to, .. } in contacts.at(spec, members, *now, *dice) {
        let (from_node, to_node) = (Node::Replica(from), Node::Replica(to));
        if holds(from) && spec.direction != Direction::Pull {
            effects.push(told(from_node, to_node, spec.scan));
        }
        if !holds(from) && spec.direction != Direction::Push {
            effects.push(Effect::send(from_node, to_node, Message::Pull { by: from }));
        }
    }
    await_contact(spec, members, exchange, scene);
}

/// A replica is asked by another whether it holds the version.
pub(super) fn pulled(spec: &ContactsSpec, replica: u16, by: u16, exchange: &Exchange, scene: &mut Scene) {
    if scene.holds(replica, exchange) {
        scene.effects.push(told(Node::Replica(replica), Node::Replica(by), spec.scan));
    }
}

/// A replica is passed the version: most have it already.
pub(super) fn passed(replica: u16, exchange: &Exchange, scene: &mut Scene) {
    if !scene.holds(replica, exchange) {
        scene.apply(replica, exchange.key, exchange.version);
    }
}

fn told(from: Node, to: Node, late: Span) -> Effect {
    Effect::Send { from, to, message: Message::Pass, late, travel: Travel::Alone }
}
