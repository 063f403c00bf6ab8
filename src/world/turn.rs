//! What comes first of several things at the same instant. What writes do comes before what reads do, so that
//! the writes of a trial may be carried out before its reads; observers look when all else is done.

use crate::engine::Turn;
use crate::model::replication::Demand;

pub(super) const WRITE: Turn = Turn(0);
pub(super) const WRITE_BEGINS: Turn = Turn(1);
/// After all that writes do to caches, so that it does not matter which of these was sent first.
pub(super) const PURGE: Turn = Turn(2);
/// On its way from the replicas or the upper tier, or to the replicas.
pub(super) const READ_ANSWER: Turn = Turn(3);
/// On its way to a cache, or from the location to the client.
pub(super) const READ_REQUEST: Turn = Turn(4);
pub(super) const READ_BEGINS: Turn = Turn(5);
pub(super) const OBSERVER: Turn = Turn(6);

/// The turn of an exchange with the replicas.
pub(super) const fn of(demand: Demand) -> Turn {
    match demand {
        Demand::Read => READ_ANSWER,
        Demand::Write => WRITE,
    }
}
