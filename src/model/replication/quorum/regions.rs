//! Whose answers count, where replicas are in regions.

use super::spec::{QuorumSpec, Scope};
use crate::base::LocationIx;
use crate::model::replication::exchange::bit;
use crate::model::replication::replicas::{Misfit, Placement};

/// The replicas of each region, a bit each.
#[derive(Clone, Debug)]
pub(super) struct Regions(Vec<u64>);

impl Regions {
    /// As the scenario groups locations, or each location by itself.
    pub(super) fn new(
        spec: &QuorumSpec,
        placement: &Placement,
        find: &dyn Fn(&str) -> Option<LocationIx>,
    ) -> Result<Regions, Misfit> {
        let here = |at: LocationIx| {
            let replicas = (0..).zip(&placement.at).filter(|&(_, &replica)| replica == at);
            replicas.fold(0, |bits, (replica, _)| bits | bit(replica))
        };
        let mut regions = Vec::new();
        let mut all = 0;
        match &spec.regions {
            None => placement.at.iter().for_each(|&at| {
                if all & here(at) == 0 {
                    regions.push(here(at));
                }
                all |= here(at);
            }),
            Some(named) => {
                for names in named {
                    let mut region = 0;
                    for name in names {
                        let bits = find(name).map_or(0, here);
                        let problem = match bits {
                            0 => format!("`{name}` is in a region, but no replica of the namespace is there"),
                            _ if all & bits != 0 => format!("`{name}` is in two regions"),
                            _ => {
                                region |= bits;
                                all |= bits;
                                continue;
                            }
                        };
                        return Err(Misfit::new("regions", problem));
                    }
                    if region == 0 {
                        return Err(Misfit::new(
                            "regions",
                            "a region has no replicas: leave it out".to_owned(),
                        ));
                    }
                    regions.push(region);
                }
            }
        }
        let (inside, count) = (all.count_ones(), placement.count());
        if inside != u32::from(count) {
            let outside = u32::from(count) - inside;
            let problem = format!("{outside} of {count} replicas are in no region: each must be in one");
            return Err(Misfit::new("regions", problem));
        }
        let regions = Regions(regions);
        let smallest = regions.0.iter().map(|region| region.count_ones() as u16).min().unwrap_or(0);
        for (name, value) in [("r", spec.r), ("w", spec.w)] {
            if value == 0 || value > smallest {
                let problem = format!(
                    "`{name}` is {value}; in a region it must be from 1 to the number of replicas there, \
                     which is {smallest} in the smallest"
                );
                return Err(Misfit::new(name, problem));
            }
        }
        Ok(regions)
    }

    /// The replicas in the region of one of them.
    pub(super) fn of(&self, replica: u16) -> u64 {
        self.0.iter().copied().find(|region| region & bit(replica) != 0).unwrap_or(0)
    }

    /// Whether a write coordinated by a replica has the acknowledgements that it waits for.
    pub(super) fn has_enough(&self, scope: Scope, coordinator: u16, needed: u16, heard: u64) -> bool {
        let enough = |region: u64| (heard & region).count_ones() >= u32::from(needed);
        match scope {
            Scope::Each => self.0.iter().copied().all(enough),
            Scope::Local | Scope::All => enough(self.of(coordinator)),
        }
    }
}
