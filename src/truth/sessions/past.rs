//! What each client had read and written of each key by each of its steps.

use rustc_hash::FxHashMap;

use crate::base::KeyId;

/// What a client did to a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Written,
    Read,
}

impl Kind {
    pub(super) fn of(writes: bool) -> Kind {
        if writes { Kind::Written } else { Kind::Read }
    }
}

/// From a step of the session on, so much was the highest rank that was over.
#[derive(Clone, Copy, Debug)]
struct From {
    at: u32,
    rank: u32,
}

/// What one session did to one key, in the order of its steps, by [`Kind`].
#[derive(Debug, Default)]
struct Deeds {
    /// Where the session stands among those that touched the key.
    place: u32,
    of_kind: [Vec<From>; 2],
}

/// A session that touched a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    pub(super) session: u32,
    deeds: u32,
    /// The highest rank that it ever wrote and read, by [`Kind`].
    highest: [u32; 2],
}

impl Touch {
    /// Whether it ever wrote or read anything newer.
    #[inline]
    pub(super) fn is_ever_above(&self, rank: u32) -> bool {
        self.highest[0] > rank || self.highest[1] > rank
    }
}

/// The past of all sessions.
#[derive(Debug, Default)]
pub(super) struct Past {
    deeds: Vec<Deeds>,
    of_session: FxHashMap<(u32, KeyId), u32>,
    touched: FxHashMap<KeyId, Vec<Touch>>,
}

impl Past {
    /// A step of a session on a key was over when its step `at` began, not before that of the one added last.
    pub(super) fn add(&mut self, session: u32, key: KeyId, kind: Kind, at: u32, rank: u32) {
        let touched = self.touched.entry(key).or_default();
        let place = *self.of_session.entry((session, key)).or_insert_with(|| {
            let deeds = self.deeds.len() as u32;
            self.deeds.push(Deeds { place: touched.len() as u32, of_kind: Default::default() });
            touched.push(Touch { session, deeds, highest: [0; 2] });
            deeds
        });
        let deeds = &mut self.deeds[place as usize];
        let highest = &mut touched[deeds.place as usize].highest[kind as usize];
        let past = &mut deeds.of_kind[kind as usize];
        if past.is_empty() || rank > *highest {
            *highest = rank;
            past.push(From { at, rank });
        }
    }

    /// The highest rank that the session had read, or written, of a key when its step `at` began; 0 before any.
    pub(super) fn newest(&self, session: u32, key: KeyId, kind: Kind, at: u32) -> u32 {
        self.of_session.get(&(session, key)).map_or(0, |&deeds| self.newest_of(deeds, kind, at))
    }

    /// The same of a session that touched the key.
    #[inline]
    pub(super) fn newest_by(&self, touch: &Touch, kind: Kind, at: u32) -> u32 {
        self.newest_of(touch.deeds, kind, at)
    }

    fn newest_of(&self, deeds: u32, kind: Kind, at: u32) -> u32 {
        let past = &self.deeds[deeds as usize].of_kind[kind as usize];
        let before = past.partition_point(|from| from.at <= at);
        before.checked_sub(1).map_or(0, |last| past[last].rank)
    }

    /// The sessions with a step on the key that was over when a later one began.
    pub(super) fn touched(&self, key: KeyId) -> &[Touch] {
        self.touched.get(&key).map_or(&[], Vec::as_slice)
    }

    /// One of them.
    pub(super) fn touch(&self, session: u32, key: KeyId) -> Option<&Touch> {
        let &deeds = self.of_session.get(&(session, key))?;
        self.touched(key).get(self.deeds[deeds as usize].place as usize)
    }
}
