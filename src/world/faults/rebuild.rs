//! Replicas whose disk is lost: they copy what the others hold before they are up again.

use crate::base::{NamespaceIx, Span};
use crate::world::condition::Shift;
use crate::world::space::initial;
use crate::world::{Event, World, turn};

/// A replica that finds nobody to copy from looks again so much later.
const LOOKS_AGAIN_AFTER: Span = Span::from_nanos(1_000_000_000);

impl World<'_> {
    /// What a replica held is gone.
    pub(super) fn lose_disk(&mut self, namespace: NamespaceIx, replica: u16) {
        let space = &mut self.spaces[namespace.at()];
        space.replicas.wipe(replica, initial(space.namespace, space.dice));
        if let Some(condition) = &mut space.condition {
            condition.loses_disk(replica);
        }
    }

    /// A replica with an empty disk asks the nearest one that it can reach, who asks all others; it has the answer a
    /// round trip later. If nobody has anything it begins with what it has.
    pub(in crate::world) fn rebuild(&mut self, namespace: NamespaceIx, replica: u16, loss: u16) {
        let space = &self.spaces[namespace.at()];
        let Some(condition) = &space.condition else { return };
        let at = space.placement.at[usize::from(replica)];
        let others = space.namespace.placement.nearest[at.at()].iter().copied();
        let mut others = others.filter(|&other| other != replica && condition.has_disk(other)).peekable();
        let wait = match others.peek() {
            None => Span::ZERO,
            Some(_) => match others
                .find(|&other| !condition.is_down(other) && self.reaches(namespace, replica, other))
            {
                Some(source) => {
                    self.between(namespace, replica, source) + self.between(namespace, source, replica)
                }
                None if self.now() >= self.trial.case.horizon => Span::ZERO,
                None => {
                    let again = Event::Shift(namespace, Shift::Rebuilds(replica, loss));
                    return self.pending.after(LOOKS_AGAIN_AFTER, turn::WRITE, again);
                }
            },
        };
        let rebuilt = Event::Shift(namespace, Shift::Rebuilt(replica, loss));
        self.pending.after(wait, turn::WRITE, rebuilt);
    }

    /// Whether two replicas can talk to one another.
    pub(in crate::world) fn reaches(&self, namespace: NamespaceIx, one: u16, other: u16) -> bool {
        let Some(faults) = &self.faults else { return true };
        let at = &self.spaces[namespace.at()].placement.at;
        let (one, other) = (at[usize::from(one)], at[usize::from(other)]);
        !faults.is_cut(one, other) && !faults.is_cut(other, one)
    }
}
