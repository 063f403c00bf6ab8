//! Where all writes were carried out before, what the replicas will answer a read is known as soon as it is
//! asked for: the whole exchange is gone through at once, and only its end is scheduled.

use super::exchange::{Request, Requester};
use super::streams::Purpose;
use super::trial::Trip;
use super::{Event, Part, World, turn};
use crate::base::{Dice, KeyId, NamespaceIx, Span, Time};
use crate::model::cache::Snapshot;
use crate::model::network::Leg;
use crate::model::replication::{
    Contacts, Demand, Effect, Effects, Exchange, Message, Node, Reads, Replicas, Scene,
};
use crate::scenario::Namespace;

/// A message under way, in an exchange that is gone through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    at: Time,
    to: Node,
    message: Message,
}

/// How an exchange will end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foresight {
    pub(super) snapshot: Snapshot,
    /// When its answer is back where it was asked for.
    pub(super) at: Time,
    /// How many messages arrive; if none does, it is answered on the spot.
    pub(super) events: u64,
}

/// Takes out the earliest message; of several at the same instant, the one that was sent first.
fn first(ahead: &mut Vec<Ahead>) -> Option<Ahead> {
    match ahead.len() {
        0 | 1 => ahead.pop(),
        len => {
            let first = (0..len).min_by_key(|&message| ahead[message].at)?;
            Some(ahead.remove(first))
        }
    }
}

impl World<'_> {
    /// Whether reads of a namespace can be foreseen. Where several fetches of a key may be under way for one
    /// cache, or fetches of others evict its entries, it matters which of two comes first that end in the same nanosecond: there
    /// all messages are events.
    pub(super) fn foresees(&self, namespace: &Namespace) -> bool {
        let upper = namespace.upper.as_ref().map(|upper| &upper.rules);
        self.part == Part::Reads
            && self.rooms.is_none()
            && namespace.edge.iter().chain(upper).all(|rules| rules.coalesce)
    }

    /// Asks the replicas, and schedules their answer.
    pub(super) fn foresee(&mut self, requester: Requester, request: Request) {
        let Foresight { snapshot, at, events } = self.ask(request, self.now());
        self.events += events;
        self.bring(requester, snapshot);
        match events {
            0 => self.brought(requester),
            _ => self.pending.at(at, turn::READ_ANSWER, Event::Brought(requester)),
        }
    }

    /// What the replicas will answer if they are asked at `now`.
    pub(super) fn ask(&mut self, request: Request, now: Time) -> Foresight {
        let Request { namespace, from, key, dice } = request;
        let spec = self.spaces[namespace.at()].namespace;
        let coordinator = spec.policy.coordinator(Demand::Read, from, &spec.placement);
        let exchange = Exchange::new(key, Demand::Read, coordinator, Purpose::Policy.of(dice));
        let up = self.trial.hop(Leg::Request, from, coordinator, Purpose::CoordinatorUp.of(dice));
        let down = self.trial.hop(Leg::Response, coordinator, from, Purpose::CoordinatorDown.of(dice));
        let asked = now + up.unwrap_or_default();
        let foresight = match only_replica(spec, &exchange) {
            Some(replica) => {
                let trial = self.trial;
                let out = trial.delay_out(spec, Leg::ReadRequest, coordinator, replica, dice);
                let back = trial.delay_back(spec, Leg::ReadResponse, replica, coordinator, dice);
                told_by(&self.spaces[namespace.at()].replicas, replica, key, asked, [out, back])
            }
            None => self.go_through(exchange, namespace, dice, asked),
        };
        Foresight {
            at: foresight.at + down.unwrap_or_default(),
            events: foresight.events + u64::from(up.is_some()) + u64::from(down.is_some()),
            ..foresight
        }
    }

    /// All messages of an exchange that begins at `asked`; see [`go_through`].
    fn go_through(
        &mut self,
        mut exchange: Exchange,
        namespace: NamespaceIx,
        dice: Dice,
        asked: Time,
    ) -> Foresight {
        let World { trial, spaces, effects, ahead, .. } = self;
        let space = &mut spaces[namespace.at()];
        let (spec, coordinator) = (space.namespace, exchange.coordinator);
        let delay = |from, to, message| trial.leg(spec, coordinator, Trip { from, to, message }, dice);
        let stage = Stage { replicas: &mut space.replicas, dice: space.dice };
        go_through(spec, stage, &mut exchange, asked, Buffers { effects, ahead }, delay)
    }
}

/// What exchanges that are gone through use again and again.
pub(super) struct Buffers<'a> {
    pub(super) effects: &'a mut Effects,
    pub(super) ahead: &'a mut Vec<Ahead>,
}

/// The only replica that a read asks tells what it holds; `delays` are those of the way there and back.
#[inline]
pub(super) fn told_by(
    replicas: &Replicas,
    replica: u16,
    key: KeyId,
    asked: Time,
    [out, back]: [Span; 2],
) -> Foresight {
    let read_at = asked + out;
    let version = replicas.held(replica, key, read_at);
    Foresight { snapshot: Snapshot::of_replica(version, read_at), at: read_at + back, events: 2 }
}

/// All messages of a read's exchange that begins at `asked`, in order of time. `delay` draws how long one travels.
pub(super) fn go_through(
    spec: &Namespace,
    stage: Stage,
    exchange: &mut Exchange,
    asked: Time,
    buffers: Buffers,
    mut delay: impl FnMut(Node, Node, Message) -> Span,
) -> Foresight {
    let Buffers { effects, ahead } = buffers;
    let Stage { replicas, dice } = stage;
    let mut reply = None;
    let mut events = 0;
    let mut now = asked;
    let (placement, contacts) = (&spec.placement, &mut Contacts::default());
    let mut scene =
        Scene { placement, replicas, now, is_alone: true, known_down: &[], contacts, dice, effects };
    spec.policy.begin(exchange, &mut scene);
    loop {
        for effect in scene.effects.drain(..) {
            match effect {
                Effect::Send { from, to, message, late, .. } => {
                    let delay = delay(from, to, message);
                    ahead.push(Ahead { at: now + (late + delay), to, message });
                }
                Effect::Remind { at: to, after, due } => {
                    ahead.push(Ahead { at: now + after, to, message: Message::Due(due) });
                }
                Effect::Reply { version, read_at } => {
                    reply = Some((Snapshot::of_replica(version, read_at), now));
                }
                Effect::Applied { .. } | Effect::Commit | Effect::Await { .. } => {
                    unreachable!("reads that write or wait are not foreseen")
                }
            }
        }
        let Some(Ahead { at, to, message }) = first(ahead) else { break };
        now = at;
        scene.now = now;
        events += 1;
        spec.policy.receive(to, message, exchange, &mut scene);
    }
    let (snapshot, at) = reply.expect("every read is answered");
    Foresight { snapshot, at, events }
}

/// Where an exchange is gone through.
pub(super) struct Stage<'a> {
    pub(super) replicas: &'a mut Replicas,
    /// The stream of the namespace.
    pub(super) dice: Dice,
}

/// The replica that a read asks by a message if it asks no other: what that holds then is the answer, whatever the
/// policy.
#[inline]
pub(super) fn only_replica(spec: &Namespace, exchange: &Exchange) -> Option<u16> {
    if spec.nature.reads != Reads::Told {
        return None;
    }
    let (mut only, mut asked) = (None, 0);
    spec.policy.asked(exchange, &spec.placement, |replica| {
        only = Some(replica);
        asked += 1;
    });
    only.filter(|_| asked == 1)
}
