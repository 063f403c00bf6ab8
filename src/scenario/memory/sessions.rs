//! The histories of trials: every operation that is recorded until the trial ends.

use super::size;
use crate::base::Time;
use crate::model::workload::OpKind;
use crate::scenario::case::{Case, Population};

/// What sessions take until they are judged.
pub(super) fn of_sessions(case: &Case) -> f64 {
    let users = case.with_sessions().filter(|clients| moves(clients));
    let users = users.map(|clients| clients.at.len() as f64 * users_of(clients));
    operations(case, case.with_sessions()) * (size::RECORD + size::JUDGED) + users.sum::<f64>() * size::USER
}

/// What the history of all clients takes beyond that.
pub(super) fn of_others(case: &Case) -> f64 {
    let others = case.populations.iter().filter(|clients| clients.sessions.is_none());
    operations(case, others) * (size::RECORD + size::JUDGED)
}

impl Case {
    /// How many operations the history of a trial is predicted to have: updates are two.
    pub fn predicted_operations(&self) -> f64 {
        operations(self, self.populations.iter())
    }
}

fn operations<'a>(case: &Case, clients: impl Iterator<Item = &'a Population>) -> f64 {
    let seconds = case.horizon.since(Time::ZERO).as_secs_f64();
    let of = |clients: &Population| {
        clients.operations_per_second() * (1.0 + clients.mix.share(OpKind::Update))
            + clients.read_backs_per_second()
    };
    clients.map(of).sum::<f64>() * seconds
}

fn moves(clients: &Population) -> bool {
    clients.sessions.as_ref().is_some_and(|sessions| sessions.sticky && sessions.route_change.as_f64() > 0.0)
}

fn users_of(clients: &Population) -> f64 {
    clients.sessions.as_ref().map_or(0.0, |sessions| f64::from(sessions.users))
}
