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

/// The past of all sessions.
#[derive(Debug, Default)]
pub(super) struct Past {
    of_session: FxHashMap<(u32, KeyId), [Vec<From>; 2]>,
    touched: FxHashMap<KeyId, Vec<u32>>,
}

impl Past {
    /// A step of a session on a key was over when its step `at` began, not before that of the one added last.
    pub(super) fn add(&mut self, session: u32, key: KeyId, kind: Kind, at: u32, rank: u32) {
        let of_key = self.of_session.entry((session, key)).or_insert_with(|| {
            self.touched.entry(key).or_default().push(session);
            Default::default()
        });
        let past = &mut of_key[kind as usize];
        match past.last_mut() {
            Some(last) if last.rank >= rank => {}
            Some(last) if last.at == at => last.rank = rank,
            _ => past.push(From { at, rank }),
        }
    }

    /// The highest rank that the session had read, or written, of a key when its step `at` began; 0 before any.
    pub(super) fn newest(&self, session: u32, key: KeyId, kind: Kind, at: u32) -> u32 {
        let Some(of_key) = self.of_session.get(&(session, key)) else { return 0 };
        let past = &of_key[kind as usize];
        let before = past.partition_point(|from| from.at <= at);
        before.checked_sub(1).map_or(0, |last| past[last].rank)
    }

    /// The sessions with a step on the key that was over when a later one began.
    pub(super) fn touched(&self, key: KeyId) -> &[u32] {
        self.touched.get(&key).map_or(&[], Vec::as_slice)
    }
}
