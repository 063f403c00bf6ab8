//! Which locations have to be simulated together.

use super::case::Case;
use crate::base::LocationIx;

impl Case {
    /// Those that read or probe, by whether they share an upper tier's cache: where writes come before reads, what
    /// happens in one group is none of the others' concern.
    pub fn groups(&self) -> Vec<Vec<LocationIx>> {
        let mut group_of: Vec<usize> = (0..self.locations.len()).collect();
        for upper in self.namespaces.iter().filter_map(|namespace| namespace.upper.as_ref()) {
            for (at, serving) in upper.serving.iter().enumerate() {
                let first = upper.serving.iter().position(|other| other == serving).expect("at least itself");
                let (from, to) = (group_of[at], group_of[first]);
                group_of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
            }
        }
        self.merge_by_shared_capacity(&mut group_of);
        let mut groups = vec![Vec::new(); self.locations.len()];
        for (at, &group) in group_of.iter().enumerate() {
            groups[group].push(LocationIx::from_position(at));
        }
        // Where the capacity of caches is limited it is told who is in them, be it by writes alone.
        let fills = |location: &LocationIx| self.limited_edge(*location).is_some();
        let reads = |location: &LocationIx| self.namespaces.iter().any(|n| n.visibility.sees(*location));
        groups.retain(|group: &Vec<LocationIx>| group.iter().any(|at| reads(at) || fills(at)));
        groups
    }

    /// Those whose upper tiers, of different namespaces, share a cache of limited capacity.
    fn merge_by_shared_capacity(&self, group_of: &mut [usize]) {
        if !self.limits_caches() {
            return;
        }
        let mut first_served = vec![None; self.locations.len()];
        for upper in self.namespaces.iter().filter_map(|namespace| namespace.upper.as_ref()) {
            for (at, &serving) in upper.serving.iter().enumerate() {
                let first = *first_served[upper.at[usize::from(serving)].at()].get_or_insert(at);
                let (from, to) = (group_of[at], group_of[first]);
                group_of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
            }
        }
    }
}
