//! Caches of limited capacity: eviction policies against an independent program, and against what they promise.

mod independent;
mod laws;
mod scenarios;
mod traces;
mod window;

use edgelag::base::{Bytes, KeyId, NamespaceIx};
use edgelag::model::cache::{Capacity, EvictionSpec, Limit, Object, Room};

/// A policy as a scenario writes it.
fn eviction(text: &str) -> EvictionSpec {
    #[derive(serde::Deserialize)]
    struct Holder {
        eviction: EvictionSpec,
    }
    let holder: Holder = toml::from_str(&format!("eviction = {text}")).expect("it is a policy");
    holder.eviction
}

/// An empty cache with a limit in bytes.
fn room(policy: &str, limit: u64, objects: f64) -> Room {
    let capacity = Capacity { limit: Limit::Bytes(limit), eviction: eviction(policy), admission: None };
    Room::new(capacity, objects)
}

fn object(key: u32) -> Object {
    Object::new(NamespaceIx(0), KeyId(key))
}

/// Asks for an object, which is stored at once if it is missed. Tells whether it was a hit.
fn ask(room: &mut Room, (key, size): (u32, u64)) -> bool {
    let object = object(key);
    let hit = room.holds(object);
    room.ask(object, hit);
    if !hit {
        room.store(object, Bytes::new(size), 0, &mut Vec::new());
    }
    hit
}

/// All policies, as scenarios write them.
const POLICIES: [&str; 8] =
    ["'fifo'", "'lru'", "'clock'", "'lfu'", "'sieve'", "{ s3-fifo = {} }", "{ w-tiny-lfu = {} }", "'arc'"];
