//! How the writes of one replica reach those that follow it.

use rand::RngExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node, Travel};
use super::exchange::Exchange;
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::Span;
use crate::dist::Dist;

/// How writes travel to the followers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FanOut {
    /// Each write by itself: one may overtake another.
    #[default]
    PerKey,
    /// In the order of a log.
    Log,
    /// Full copies so often: all that is new travels together, to all followers at the same time.
    Snapshot(Span),
    /// Each follower asks so often for all that is new; its request counts as sent when it arrives.
    Pull(Span),
    /// To so many followers, the nearest ones, each of which passes it on to so many others.
    Tree(u16),
}

impl FanOut {
    /// What is wrong with it.
    pub(super) fn problem(self) -> Option<&'static str> {
        match self {
            FanOut::Snapshot(Span::ZERO) => Some("the time between snapshots must be longer than 0s"),
            FanOut::Pull(Span::ZERO) => Some("the time between pulls must be longer than 0s"),
            FanOut::Tree(0) => Some("`tree` is 0; it must be 1 or more"),
            _ => None,
        }
    }

    /// What travels together has no lag of its own.
    pub(super) fn check_lag(self, lag: Option<&Dist<Span>>) -> Result<(), Misfit> {
        match (self, lag) {
            (FanOut::Snapshot(_) | FanOut::Pull(_), Some(_)) => {
                let problem = "copies that travel together have no `lag` of their own each: leave it out";
                Err(Misfit::new("lag", problem.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Sends the exchange's version from the replica at its coordinator to its followers.
    pub(super) fn send(self, from: u16, lag: Option<&Dist<Span>>, exchange: &Exchange, scene: &mut Scene) {
        let Scene { placement, now, dice, effects, .. } = scene;
        let lag = |replica| self::lag(lag, exchange, replica);
        let send = |to, late, travel| {
            let message = Message::Store;
            Effect::Send { from: Node::Coordinator, to: Node::Replica(to), message, late, travel }
        };
        let others = (0..placement.count()).filter(|&replica| replica != from);
        match self {
            FanOut::PerKey => effects.extend(others.map(|to| send(to, lag(to), Travel::Alone))),
            FanOut::Log => effects.extend(others.map(|to| send(to, lag(to), Travel::InOrder))),
            FanOut::Snapshot(every) => {
                let tick = now.as_nanos().div_ceil(every.as_nanos());
                let late = Span::from_nanos(tick * every.as_nanos() - now.as_nanos());
                let travel = Travel::Together(tick as u32);
                effects.extend(others.map(|to| send(to, late, travel)));
            }
            FanOut::Pull(every) => effects.extend(others.map(|to| {
                let every = every.as_nanos();
                let phase = dice.named("pull").fork(u64::from(to)).rng().random_range(0..every);
                let tick = (now.as_nanos() + every - phase).div_ceil(every);
                let late = Span::from_nanos(tick * every + phase - every - now.as_nanos());
                send(to, late, Travel::Together(tick as u32))
            })),
            FanOut::Tree(_) => {
                effects.extend(self.below(from, from, placement).map(|to| send(to, lag(to), Travel::Alone)));
            }
        }
    }

    /// A follower has the version: it passes it on, if it has anyone below it.
    pub(super) fn pass_on(
        self,
        root: u16,
        replica: u16,
        lag: Option<&Dist<Span>>,
        exchange: &Exchange,
        scene: &mut Scene,
    ) {
        let FanOut::Tree(_) = self else { return };
        let send = |to| Effect::Send {
            from: Node::Replica(replica),
            to: Node::Replica(to),
            message: Message::Store,
            late: self::lag(lag, exchange, to),
            travel: Travel::Alone,
        };
        scene.effects.extend(self.below(root, replica, scene.placement).map(send));
    }

    /// Those whom a replica sends to in the tree: in the order of distance from the root, the followers of the k-th
    /// are the (k f + 1)-th to the (k f + f)-th.
    fn below(self, root: u16, replica: u16, placement: &Placement) -> impl Iterator<Item = u16> {
        let mut order = vec![root];
        if let FanOut::Tree(_) = self {
            let nearest = &placement.nearest[placement.at[usize::from(root)].at()];
            order.extend(nearest.iter().copied().filter(|&other| other != root));
        }
        let width = if let FanOut::Tree(width) = self { usize::from(width) } else { 0 };
        let place = order.iter().position(|&other| other == replica).unwrap_or(order.len());
        order.into_iter().skip(place * width + 1).take(width)
    }
}

/// Draws what is added to the way of an exchange's write to a replica.
pub(super) fn lag(lag: Option<&Dist<Span>>, exchange: &Exchange, replica: u16) -> Span {
    lag.map_or(Span::ZERO, |lag| lag.sample(&mut exchange.dice.named("lag").fork(u64::from(replica)).rng()))
}
