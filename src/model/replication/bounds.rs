//! Bounded staleness: how far a replica may be behind that answers a read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scene::Scene;
use crate::base::{KeyId, Span, Version};

/// Bounds on how far an answer may be behind the primary, of each key; at least one is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// At most so many versions.
    pub versions: Option<u32>,
    /// Not longer than so.
    pub age: Option<Span>,
    /// Who waits where a backup is not within them.
    #[serde(default)]
    pub waits: Waiting,
}

/// Who waits where a backup is out of bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// The reader, until the backup has caught up.
    #[default]
    Reader,
    /// The next writer of the key as well, so that readers hardly have to.
    Writer,
}

impl Bounds {
    /// What is wrong with them.
    pub(super) fn problem(self) -> Option<&'static str> {
        match (self.versions, self.age) {
            (None, None) => Some("bounds say how far a read may be behind: give `versions`, `age` or both"),
            (Some(0), _) => Some("`versions` is 0; at 0, read from the primary instead"),
            (_, Some(Span::ZERO)) => Some("`age` is 0; at 0, read from the primary instead"),
            _ => None,
        }
    }

    pub(super) fn throttles(self) -> bool {
        self.waits == Waiting::Writer
    }

    /// Whether they ask what was there some time ago.
    pub(super) fn look_back(self) -> bool {
        self.age.is_some()
    }

    /// The version that a replica lacks to answer a read of a key now; `None` if it is within bounds.
    pub(super) fn lacking(self, replica: u16, primary: u16, key: KeyId, scene: &Scene) -> Option<Version> {
        let newest = scene.replicas.held(primary, key, scene.now);
        let wanted = self.wanted(newest, key, scene);
        Some(wanted).filter(|&wanted| scene.replicas.held(replica, key, scene.now) < wanted)
    }

    /// The version that a replica lacks to be within bounds if `next` is written now.
    pub(super) fn lacking_before(
        self,
        next: Version,
        replica: u16,
        key: KeyId,
        scene: &Scene,
    ) -> Option<Version> {
        let wanted = self.wanted(next, key, scene);
        Some(wanted).filter(|&wanted| wanted < next && scene.replicas.held(replica, key, scene.now) < wanted)
    }

    fn wanted(self, newest: Version, key: KeyId, scene: &Scene) -> Version {
        let behind =
            self.versions.map(|versions| Version::new(newest.number().saturating_sub(versions), false));
        let earlier = self.age.map(|age| scene.replicas.held_by_any(key, scene.now.before(age)));
        behind.max(earlier).unwrap_or(newest)
    }
}
