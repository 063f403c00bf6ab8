//! One replica, the primary, orders all writes of the namespace; the others follow it. The commit
//! time of a write is when the primary has applied it and its synchronous backups have acknowledged.

use schemars::JsonSchema;
use serde::Deserialize;

use super::effect::{Effect, Message, Node};
use super::exchange::{Demand, Exchange};
use super::isolated::IsolatedWrite;
use super::nature::Nature;
use super::quorum::{acknowledge, answer};
use super::replicas::{Misfit, Placement};
use super::scene::Scene;
use crate::base::{LocationIx, Span, Time};

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
    needed: u16,
    read_from: ReadFrom,
}

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
            BackupMode::Asynchronous => 0,
            BackupMode::SemiSynchronous(k) if (1..=backups).contains(&k) => k,
            BackupMode::SemiSynchronous(k) => {
                let problem =
                    format!("a write waits for {k} backups; it must be from 1 to their number, {backups}");
                return Err(Misfit::new("mode", problem));
            }
            BackupMode::Synchronous => backups,
        };
        Ok(PrimaryBackup { primary: primary as u16, needed, read_from: spec.read_from })
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
        let now = scene.now;
        if exchange.demand == Demand::Read {
            let version = scene.replicas.held(self.reader(exchange, scene.placement), exchange.key, now);
            scene.effects.push(Effect::Reply { version, read_at: now });
            return;
        }
        let version = exchange.version;
        scene.apply(self.primary, exchange.key, version);
        if self.needed == 0 {
            scene.effects.push(Effect::Commit);
            scene.effects.push(Effect::Reply { version, read_at: now });
        }
        let store = |backup| Effect::send(Node::Coordinator, Node::Replica(backup), Message::Store);
        scene.effects.extend(self.backups(scene.placement).map(store));
    }

    pub(super) fn receive(&self, at: Node, message: Message, exchange: &mut Exchange, scene: &mut Scene) {
        match at {
            Node::Replica(replica) => answer(replica, message, exchange, scene),
            Node::Coordinator => acknowledge(exchange, self.needed, scene),
        }
    }

    pub(super) fn nature(&self) -> Nature {
        Nature { answers_on_the_spot: true, ..Nature::PLAIN }
    }

    #[inline]
    pub(super) fn asked(&self, exchange: &Exchange, placement: &Placement, mut ask: impl FnMut(u16)) -> u16 {
        ask(self.reader(exchange, placement));
        1
    }

    pub(super) fn isolated_write(
        &self,
        _: &Exchange,
        placement: &Placement,
        write: &mut IsolatedWrite,
        mut delay: impl FnMut(Message, u16) -> Span,
    ) {
        write.begin();
        write.applied[usize::from(self.primary)] = Time::ZERO;
        for backup in self.backups(placement) {
            write.store(backup, delay(Message::Store, backup), delay(Message::Stored, backup));
        }
        write.commit(self.needed);
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
