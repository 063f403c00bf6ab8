//! How much a namespace keeps.

use super::trial::Trial;
use crate::base::KeyId;
use crate::model::price::Part;
use crate::observe::Observations;

/// Weighs the keys that have a value when the trial begins, where keeping them costs something.
pub(super) fn weigh(trial: &Trial, observations: &mut Observations) {
    for (namespace, tally) in trial.case.namespaces.iter().zip(&mut observations.namespaces) {
        if namespace.price.as_ref().is_some_and(|price| price.charges(Part::Storage)) {
            let (catalogue, dice) = (&namespace.catalogue, trial.stream(namespace));
            let keys = (0..catalogue.count() as u32).map(KeyId);
            let existing = keys.filter(|&key| catalogue.exists(key, dice));
            tally.stored_bytes = existing.map(|key| catalogue.size(key, dice).as_u64()).sum();
        }
    }
}
