//! From when on after its commit a write is seen by one drawn read: a single draw gives the whole curve of
//! t-visibility.

use crate::base::{Span, Time};
use crate::model::network::Leg;
use crate::model::replication::{Exchange, Reads};
use crate::scenario::Namespace;

/// A replica's answer to a drawn read, in the order in which answers count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Answer {
    /// From the beginning at the coordinator until the answer is back.
    back: Span,
    /// From there until the replica is asked.
    out: Span,
    replica: u16,
}

/// The least time after a commit from which a read straight from the replicas is fresh. A read begun t after
/// the commit is stale if each of the R replicas whose answers come first is asked before it has the
/// write (PBS, section 5.1). `reach` is when a read begun at the commit is at its coordinator, `applied` when
/// each replica has the write; `delay` tells how long [`Leg::ReadRequest`] and [`Leg::ReadResponse`] take to
/// a replica and back, and is asked for each message once. `answers` is a buffer.
pub(super) fn threshold(
    namespace: &Namespace,
    read: &Exchange,
    reach: Time,
    applied: &[Time],
    answers: &mut Vec<Answer>,
    mut delay: impl FnMut(Leg, u16) -> Span,
) -> Span {
    let on_the_spot = namespace.nature.reads == Reads::OnTheSpot;
    answers.clear();
    let awaited = namespace.policy.asked(read, &namespace.placement, |replica| {
        let (out, back) = match on_the_spot {
            true => (Span::ZERO, Span::ZERO),
            false => (delay(Leg::ReadRequest, replica), delay(Leg::ReadResponse, replica)),
        };
        answers.push(Answer { back: out + back, out, replica });
    });
    answers.sort_unstable();
    let first = answers.iter().take(usize::from(awaited));
    first
        .map(|answer| applied[usize::from(answer.replica)].since(reach + answer.out))
        .min()
        .expect("a read waits for at least one answer")
}
