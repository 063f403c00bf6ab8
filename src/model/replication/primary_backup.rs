//! One replica, the primary, orders all writes of the namespace; the others follow it. The commit
//! time of a write is when the primary has applied it and its synchronous backups have acknowledged.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bounds::Bounds;
use super::effect::{Due, Effect, Message, Node};
use super::exchange::{Demand, Exchange};
use super::fan_out::FanOut;
use super::isolated::IsolatedWrite;
use super::nature::{Coupled, Nature, Reads};
use super::quorum::{acknowledge, answer, commit_if};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span, Time};
use crate::dist::Dist;

/// A primary with backups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrimaryBackupSpec {
    /// The location of the primary, one of the namespace's replicas.
    pub primary: String,
    /// What a write waits for.
    #[serde(default)]
    pub mode: BackupMode,
    /// Which replica answers a read.
    #[serde(default)]
    pub read_from: ReadFrom,
    /// How writes reach the backups.
    #[serde(default)]
    pub fan_out: FanOut,
    /// Added to the way of each write to each backup; nothing by default.
    pub lag: Option<Dist<Span>>,
    /// How far reads at backups may be behind; as far as it comes by default.
    pub bounds: Option<Bounds>,
}

impl PrimaryBackupSpec {
    pub(super) fn named_location(&self) -> Option<&str> {
        Some(&self.primary)
    }
}

/// How many backups a write waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum BackupMode {
    /// None: backups follow later.
    #[default]
    Asynchronous,
    /// This many, whichever are first.
    SemiSynchronous(u16),
    /// All.
    Synchronous,
    /// All that are not known to be down, at least so many; who has not acknowledged after a second is taken for down.
    Dynamic(u16),
}

/// Which replica answers a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadFrom {
    /// The nearest to where the read enters.
    #[default]
    Nearest,
    /// The primary.
    Primary,
}

/// A checked primary with backups.
#[derive(Clone, Debug)]
pub struct PrimaryBackup {
    primary: u16,
    needed: Needed,
    read_from: ReadFrom,
    fan_out: FanOut,
    lag: Option<Dist<Span>>,
    bounds: Option<Bounds>,
}

/// How many backups a write waits for.
#[derive(Clone, Copy, Debug)]
enum Needed {
    Exactly(u16),
    AllUp { least: u16 },
}

/// A write that waits for all backups takes those for down that have not acknowledged by then.
const SILENCE: Span = Span::from_nanos(1_000_000_000);

impl PrimaryBackup {
    pub(super) fn new(
        spec: &PrimaryBackupSpec,
        placement: &Placement,
        find: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<PrimaryBackup, Misfit> {
        let at = find(&spec.primary);
        let primary = placement.at.iter().position(|&replica| Some(replica) == at).ok_or_else(|| {
            let problem = format!("the primary `{}` is not one of the namespace's replicas", spec.primary);
            Misfit::new("primary", problem)
        })?;
        let backups = placement.count() - 1;
        let needed = match spec.mode {
            BackupMode::Asynchronous => Needed::Exactly(0),
            BackupMode::SemiSynchronous(k) if (1..=backups).contains(&k) => Needed::Exactly(k),
            BackupMode::Dynamic(least) if (1..=backups).contains(&least) => Needed::AllUp { least },
            BackupMode::SemiSynchronous(k) | BackupMode::Dynamic(k) => {
                let problem =
                    format!("a write waits for {k} backups; it must be from 1 to their number, {backups}");
                return Err(Misfit::new("mode", problem));
            }
            BackupMode::Synchronous => Needed::Exactly(backups),
        };
        if let Some(problem) = spec.fan_out.problem() {
            return Err(Misfit::new("fan_out", problem.to_owned()));
        }
        spec.fan_out.check_lag(spec.lag.as_ref())?;
        let bounds = spec.bounds;
        if let Some(problem) = bounds.and_then(Bounds::problem) {
            return Err(Misfit::new("bounds", problem.to_owned()));
        }
        if let (Some(_), ReadFrom::Primary) = (bounds, spec.read_from) {
            let problem =
                "reads at the primary are never behind: leave out `bounds`, or `read_from`".to_owned();
            return Err(Misfit::new("bounds", problem));
        }
        let (read_from, fan_out, lag) = (spec.read_from, spec.fan_out, spec.lag.clone());
        Ok(PrimaryBackup { primary: primary as u16, needed, read_from, fan_out, lag, bounds })
    }

    pub(super) fn coordinator(
        &self,
        demand: Demand,
        location: LocationIx,
        placement: &Placement,
    ) -> LocationIx {
        let replica = match (demand, self.read_from) {
            (Demand::Read, ReadFrom::Nearest) => placement.nearest_to(location),
            _ => self.primary,
        };
        placement.at[usize::from(replica)]
    }

    pub(super) fn begin(&self, exchange: &mut Exchange, scene: &mut Scene) {
        match exchange.demand {
            Demand::Read => self.read(exchange, scene),
            Demand::Write => self.write(exchange, scene),
        }
    }

    fn read(&self, exchange: &Exchange, scene: &mut Scene) {
        let replica = self.reader(exchange, scene.placement);
        match self.bounds.and_then(|bounds| bounds.lacking(replica, self.primary, exchange.key, scene)) {
            None => scene.reply_held(replica, exchange.key),
            Some(version) => scene.effects.push(Effect::Await { replica, version }),
        }
    }

    /// Where writers are throttled, a write waits until each backup is within bounds with it.
    fn write(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let throttling = self.bounds.filter(|bounds| bounds.throttles());
        let lacking = throttling.and_then(|bounds| {
            self.backups(scene.placement).find_map(|backup| {
                let version = bounds.lacking_before(exchange.version, backup, exchange.key, scene)?;
                Some((backup, version))
            })
        });
        if let Some((replica, version)) = lacking {
            return scene.effects.push(Effect::Await { replica, version });
        }
        scene.apply(self.primary, exchange.key, exchange.version);
        commit_if(matches!(self.needed, Needed::Exactly(0)), exchange, scene);
        if let Needed::AllUp { .. } = self.needed {
            let due = Due::Waited;
            scene.effects.push(Effect::Remind { at: Node::Coordinator, after: SILENCE, due });
        }
        self.fan_out.send(self.primary, self.lag.as_ref(), exchange, scene);
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match (at, message) {
            (Node::Replica(_), Message::Caught) if exchange.demand == Demand::Write => {
                self.write(exchange, scene);
            }
            (Node::Replica(_), Message::Caught) => self.read(exchange, scene),
            (Node::Replica(replica), message) => {
                answer(replica, message, exchange, scene);
                self.fan_out.pass_on(self.primary, replica, self.lag.as_ref(), exchange, scene);
            }
            (Node::Coordinator, Message::Due(_)) => self.those_silent_are_down(exchange, scene),
            (Node::Coordinator, _) => acknowledge(exchange, self.needed(scene), scene),
        }
    }

    /// How many backups the write waits for, as far as is known now.
    fn needed(&self, scene: &Scene) -> u16 {
        match self.needed {
            Needed::Exactly(needed) => needed,
            Needed::AllUp { least } => {
                let up = self.backups(scene.placement).filter(|&backup| !scene.is_known_down(backup)).count();
                (up as u16).max(least)
            }
        }
    }

    /// A write that has waited long enough does with those who have acknowledged, if they are as many as it needs.
    fn those_silent_are_down(&self, exchange: &mut Exchange, scene: &mut Scene) {
        let Needed::AllUp { least } = self.needed else { return };
        commit_if(exchange.answers >= least, exchange, scene);
    }

    pub(super) const fn fan_out(&self) -> FanOut {
        self.fan_out
    }

    pub(super) fn nature(&self) -> Nature {
        Nature {
            reads: Reads::OnTheSpot,
            coupled: self.bounds.map(|_| Coupled::Waits),
            keeps_history: self.bounds.is_some_and(|bounds| bounds.look_back()),
            orders_writes: true,
            counts_versions: self.bounds.is_some_and(|bounds| bounds.versions.is_some()),
            leader: Some(self.primary),
            sends_again: true,
            relays: matches!(self.fan_out, FanOut::Tree(_)),
            ..Nature::PLAIN
        }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(self.reader(exchange, placement));
        1
    }

    /// Whether writes go straight to each backup.
    pub(super) fn is_isolable(&self) -> bool {
        matches!(self.fan_out, FanOut::PerKey | FanOut::Log)
            && self.bounds.is_none()
            && matches!(self.needed, Needed::Exactly(_))
    }

    pub(super) fn isolated_write(
        &self,
        exchange: &Exchange,
        placement: &Placement,
        write: &mut IsolatedWrite,
        mut delay: impl FnMut(Message, u16) -> Span,
    ) {
        write.begin();
        write.applied[usize::from(self.primary)] = Time::ZERO;
        for backup in self.backups(placement) {
            let lag = super::fan_out::lag(self.lag.as_ref(), exchange, backup);
            let out = lag + delay(Message::Store, backup);
            write.store(backup, out, delay(Message::Stored { by: backup }, backup));
        }
        if let Needed::Exactly(needed) = self.needed {
            write.commit(needed);
        }
    }

    fn backups(&self, placement: &Placement) -> impl Iterator<Item = u16> + use<> {
        let primary = self.primary;
        (0..placement.count()).filter(move |&replica| replica != primary)
    }

    fn reader(&self, exchange: &Exchange, placement: &Placement) -> u16 {
        match self.read_from {
            ReadFrom::Nearest => placement.nearest_to(exchange.coordinator),
            ReadFrom::Primary => self.primary,
        }
    }
}
