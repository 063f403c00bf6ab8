//! Contacts between replicas by themselves, as in gossip and anti-entropy (Demers et al.: Epidemic algorithms for
//! replicated database maintenance, PODC 1987): who meets whom, and when. Contacts are the same for all keys.

use rand::RngExt;
use rand_distr::{Distribution, Poisson};
use schemars::JsonSchema;
use serde::Deserialize;

use super::replicas::Misfit;
use crate::base::{Dice, Rng, Span, Time};

/// How often replicas meet, and what passes between them then.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactsSpec {
    /// How often each replica turns to others.
    pub every: Span,
    /// To how many others at a time, chosen at random.
    #[serde(default = "one")]
    pub fan_out: u16,
    /// Who tells whom.
    #[serde(default)]
    pub direction: Direction,
    /// When in its period each does.
    #[serde(default)]
    pub timing: Timing,
    /// How long it takes to find out what differs, before anything is sent: as good as nothing where changes are
    /// noted or Merkle trees compared, longer where all is read.
    #[serde(default)]
    pub scan: Span,
}

fn one() -> u16 {
    1
}

/// Who tells whom at a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Who turns to another tells it what it holds.
    Push,
    /// It asks for what the other holds.
    Pull,
    /// Both.
    #[default]
    Both,
}

/// When in its period a replica turns to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Each at a phase of its own.
    #[default]
    Spread,
    /// All at once: in rounds.
    InStep,
    /// At any time, as in a Poisson process.
    Poisson,
}

/// A replica turns to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Contact {
    /// When.
    pub(super) at: Time,
    /// Who.
    pub(super) from: u16,
    /// To whom.
    pub(super) to: u16,
}

/// The contacts of one period, kept until those of another are asked for.
#[derive(Debug, Default)]
pub struct Contacts {
    period: Option<u64>,
    /// In order of time.
    contacts: Vec<Contact>,
}

impl ContactsSpec {
    /// What is wrong with it among so many replicas.
    pub(super) fn problem(&self, replicas: u16) -> Option<Misfit> {
        if self.every == Span::ZERO {
            return Some(Misfit::new("every", "`every` must be longer than 0s".to_owned()));
        }
        let others = replicas - 1;
        let problem = match (others, self.fan_out) {
            (0, _) => "contacts need at least two replicas".to_owned(),
            (others, fan_out) if (1..=others).contains(&fan_out) => return None,
            (others, fan_out) => {
                format!("`fan_out` is {fan_out}; it must be from 1 to the number of other replicas, {others}")
            }
        };
        Some(Misfit::new("fan_out", problem))
    }
}

impl Contacts {
    /// When the next contacts after `now` are, among so many replicas.
    pub(super) fn next(&mut self, spec: &ContactsSpec, replicas: u16, now: Time, dice: Dice) -> Time {
        let mut period = now.as_nanos() / spec.every.as_nanos();
        loop {
            self.draw(spec, replicas, period, dice);
            let next = self.contacts.partition_point(|contact| contact.at <= now);
            if let Some(contact) = self.contacts.get(next) {
                return contact.at;
            }
            period += 1;
        }
    }

    /// The contacts at an instant.
    pub(super) fn at(&mut self, spec: &ContactsSpec, replicas: u16, now: Time, dice: Dice) -> &[Contact] {
        self.draw(spec, replicas, now.as_nanos() / spec.every.as_nanos(), dice);
        let first = self.contacts.partition_point(|contact| contact.at < now);
        let after = self.contacts.partition_point(|contact| contact.at <= now);
        &self.contacts[first..after]
    }

    /// Each period has dice of its own, so that it does not matter who asks for which.
    fn draw(&mut self, spec: &ContactsSpec, replicas: u16, period: u64, dice: Dice) {
        if self.period == Some(period) {
            return;
        }
        self.period = Some(period);
        self.contacts.clear();
        let every = spec.every.as_nanos();
        let dice = dice.named("contacts");
        for from in 0..replicas {
            let mut rng = dice.fork(period).fork(u64::from(from)).rng();
            let times = match spec.timing {
                Timing::Poisson => Poisson::new(1.0).map_or(0, |one| one.sample(&mut rng) as u64),
                Timing::Spread | Timing::InStep => 1,
            };
            for _ in 0..times {
                let offset = match spec.timing {
                    Timing::InStep => 0,
                    Timing::Spread => dice.fork(u64::from(from)).rng().random_range(0..every),
                    Timing::Poisson => rng.random_range(0..every),
                };
                let at = Time::ZERO + Span::from_nanos(period * every + offset);
                others(from, replicas, spec.fan_out, &mut rng, |to| {
                    self.contacts.push(Contact { at, from, to });
                });
            }
        }
        self.contacts.sort_unstable();
    }
}

/// `wanted` of the others at random, each set alike (selection sampling; Knuth, TAOCP 2, algorithm 3.4.2 S).
fn others(from: u16, replicas: u16, wanted: u16, rng: &mut Rng, mut choose: impl FnMut(u16)) {
    let mut wanted = wanted;
    let mut left = replicas - 1;
    for other in (0..replicas).filter(|&other| other != from) {
        if rng.random_range(0..left) < wanted {
            choose(other);
            wanted -= 1;
        }
        left -= 1;
    }
}
