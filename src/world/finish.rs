//! What a world has to tell at its end.

use super::World;
use super::history::History;
use super::space::Space;
use crate::base::NamespaceIx;
use crate::observe::Observations;

impl World<'_> {
    pub(super) fn finish(mut self) -> Observations {
        let history = self.take_history();
        self.finish_with(&history)
    }

    pub(super) fn take_history(&mut self) -> History {
        let mut history =
            self.recorder.take().map_or_else(History::default, |recorder| recorder.into_history());
        let spaces = self.trial.case.namespaces.iter().enumerate();
        let merging = spaces.filter(|(_, namespace)| namespace.conflicts.merges());
        history.unordered = merging.map(|(at, _)| NamespaceIx::from_position(at)).collect();
        history
    }

    pub(super) fn finish_with(mut self, history: &History) -> Observations {
        assert!(self.ops.is_empty() && self.fetches.is_empty() && self.patience.is_over());
        // What a replica waits for may never come, but who asked has given up then.
        assert!(self.exchanges.iter().all(|(_, running)| running.is_answered));
        self.count_sessions(history);
        self.close_rooms();
        Observations {
            fingerprint: self.fingerprint,
            events: self.events,
            faults: self.faults.map_or_else(Vec::new, |faults| faults.told()),
            namespaces: self.spaces.into_iter().map(Space::into_tally).collect(),
            sites: self.sites.into_tallies(),
        }
    }
}
