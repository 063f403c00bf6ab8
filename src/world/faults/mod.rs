//! What goes wrong in one trial, and what of it is there now.

mod happen;
mod passage;
mod queue;
mod rebuild;
mod site;

use rustc_hash::FxHashMap;

pub(super) use passage::{Lost, Sent};

use super::trial::Trial;
use super::{Event, World, turn};
use crate::base::{LocationIx, Span, Time};
use crate::model::conflicts::Wrong;
use crate::model::faults::{ClientsOfSite, Disk, Fault, Harm, Trouble, Window};
use crate::observe::FaultTold;
use crate::scenario::Case;

/// All faults of a trial.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    all: &'a [Fault],
    /// In the order of their faults, and of time.
    windows: Vec<Window>,
    /// Those that are there now.
    now: Vec<InForce<'a>>,
    /// By location.
    sites: Vec<Site>,
    /// Operations that are served elsewhere than where they entered, by their dice: where that was.
    away: FxHashMap<u64, LocationIx>,
}

/// A fault that is there now.
#[derive(Clone, Copy, Debug)]
struct InForce<'a> {
    window: u32,
    fault: &'a Fault,
    is_noticed: bool,
}

/// What is the matter with a location.
#[derive(Clone, Copy, Debug)]
struct Site {
    /// How many faults have all of it down, and its caches alone.
    down: u16,
    caches_down: u16,
    /// How many of these are noticed.
    noticed: u16,
    /// How many let its clients go elsewhere then.
    rerouted: u16,
    slowness: Slowness,
}

/// How slow a location is.
#[derive(Clone, Copy, Debug)]
struct Slowness {
    /// How much later it sends.
    added: Span,
    /// How many times as long its servers take.
    factor: f64,
}

/// What becomes of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    Begins,
    Noticed,
    Ends,
}

impl<'a> Faults<'a> {
    /// Draws when they are there; `None` where nothing goes wrong.
    pub(super) fn of_trial(trial: &Trial<'a>) -> Option<Box<Faults<'a>>> {
        let case = trial.case;
        if case.faults.is_empty() {
            return None;
        }
        let dice = trial.dice.named("fault");
        let windows = (0..).zip(&case.faults).flat_map(|(at, fault)| {
            let dice = dice.named(&fault.name);
            let dice = fault.apart.map_or(dice, |apart| dice.named(&case.locations[apart.at()].name));
            fault.windows(at, dice, case.horizon)
        });
        let sites = vec![Site::WELL; case.locations.len()];
        let windows = windows.collect();
        Some(Box::new(Faults {
            all: &case.faults,
            windows,
            now: Vec::new(),
            sites,
            away: FxHashMap::default(),
        }))
    }

    /// When they were there, by their beginning.
    pub(super) fn told(&self) -> Vec<FaultTold> {
        let told = |window: &Window| {
            let (from, until) = (window.from.as_nanos(), window.until.as_nanos());
            FaultTold { fault: window.fault, from, until }
        };
        let mut told: Vec<FaultTold> = self.windows.iter().map(told).collect();
        told.sort_by_key(|told| (told.from, told.fault));
        told
    }

    /// Whether all of a location is down.
    pub(super) fn is_down(&self, location: LocationIx) -> bool {
        self.sites[location.at()].down > 0
    }

    /// When all of a location goes down next, now or later.
    pub(super) fn goes_down(&self, location: LocationIx, now: Time) -> Option<Time> {
        let takes_down = |fault: &Fault| match &fault.trouble {
            Trouble::Site { at, caches_only: false, .. } => at.contains(&location),
            _ => false,
        };
        let of_it = (0..).zip(self.all).filter(|(_, fault)| takes_down(fault));
        let next = of_it.filter_map(|(place, _)| {
            let next = self.windows.partition_point(|it| (it.fault, it.from) < (place, now));
            self.windows.get(next).filter(|it| it.fault == place).map(|it| it.from)
        });
        next.min()
    }

    /// Whether its caches are.
    pub(super) fn has_no_caches(&self, location: LocationIx) -> bool {
        let site = &self.sites[location.at()];
        site.down + site.caches_down > 0
    }

    /// Whether a message from one location to another is lost now in any case.
    pub(super) fn is_cut(&self, from: LocationIx, to: LocationIx) -> bool {
        self.now.iter().any(|there| there.cuts(from, to))
    }

    /// Whether two locations cannot talk, and know it.
    pub(super) fn are_known_apart(&self, one: LocationIx, other: LocationIx) -> bool {
        let mut noticed = self.now.iter().filter(|there| there.is_noticed);
        noticed.any(|there| there.cuts(one, other) || there.cuts(other, one))
    }

    /// Whether others know that the caches at a location are down, or that they cannot reach it.
    pub(super) fn is_avoided(&self, from: LocationIx, location: LocationIx) -> bool {
        self.sites[location.at()].noticed > 0 || self.are_known_apart(from, location)
    }

    /// Whether there is a link that loses messages, or has until now.
    pub(super) fn any_link_is_noticed(&self) -> bool {
        let is_cut = |there: &InForce| matches!(there.fault.trouble, Trouble::Link { harm: Harm::Down, .. });
        self.now.iter().any(|there| there.is_noticed && is_cut(there))
    }

    /// How much later a location sends.
    pub(super) fn added(&self, location: LocationIx) -> Span {
        self.sites[location.at()].slowness.added
    }

    /// How long a server there is busy with a request that takes so long otherwise.
    pub(super) fn service(&self, location: LocationIx, alone: Span) -> Span {
        match self.sites[location.at()].slowness.factor {
            1.0 => alone,
            factor => Span::from_nanos_f64(alone.as_nanos() as f64 * factor),
        }
    }
}

impl InForce<'_> {
    fn cuts(&self, from: LocationIx, to: LocationIx) -> bool {
        match &self.fault.trouble {
            Trouble::Link { ends, harm: Harm::Down } => ends.join(from, to),
            _ => false,
        }
    }
}

impl Slowness {
    const NONE: Slowness = Slowness { added: Span::ZERO, factor: 1.0 };
}

impl Site {
    const WELL: Site = Site { down: 0, caches_down: 0, noticed: 0, rerouted: 0, slowness: Slowness::NONE };

    /// A fault begins or ends.
    fn change(&mut self, trouble: &Trouble, begins: bool) {
        let count = |count: &mut u16| *count = if begins { *count + 1 } else { *count - 1 };
        match trouble {
            Trouble::Site { caches_only: true, .. } => count(&mut self.caches_down),
            Trouble::Site { .. } => count(&mut self.down),
            _ => {}
        }
    }

    /// It is noticed, or has been and ends.
    fn notice(&mut self, trouble: &Trouble, begins: bool) {
        let count = |count: &mut u16| *count = if begins { *count + 1 } else { *count - 1 };
        if let Trouble::Site { clients, .. } = trouble {
            count(&mut self.noticed);
            if *clients == ClientsOfSite::NextNearest {
                count(&mut self.rerouted);
            }
        }
    }
}

/// Whether replicas at a site that is down lose what they hold.
fn loses_disk(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Site { disk: Disk::Lost, .. })
}

/// Clocks that may go wrong.
pub(super) fn wrong_clocks(case: &Case) -> impl Iterator<Item = Wrong> + '_ {
    case.faults.iter().filter_map(|fault| match fault.trouble {
        Trouble::Clock { ahead, gained, .. } => {
            Some(Wrong { location: LocationIx::from_position(0), since: Time::ZERO, ahead, gained })
        }
        _ => None,
    })
}

impl World<'_> {
    /// When faults begin and end is drawn beforehand.
    pub(super) fn foretell_faults(&mut self) {
        let Some(faults) = &self.faults else { return };
        for (at, window) in (0..).zip(&faults.windows) {
            let mut later = |when, what| self.pending.at(when, turn::WRITE, Event::Fault(at, what));
            later(window.from, Turn::Begins);
            if window.noticed < window.until {
                later(window.noticed, Turn::Noticed);
            }
            later(window.until, Turn::Ends);
        }
    }
}
