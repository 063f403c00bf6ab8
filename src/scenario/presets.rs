//! Presets: scenarios of real systems that come with the program, to extend or to start from.

/// A built-in scenario.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name, as in `extends = "preset:NAME"`.
    pub name: &'static str,
    /// What it models, in a line.
    pub about: &'static str,
    /// Its text: figures with source and date, assumptions marked as such.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal: $about:literal,)*) => {
        const PRESETS: &[Preset] = &[
            $(Preset { name: $name, about: $about, text: include_str!(concat!("presets/", $name, ".toml")) },)*
        ];
    };
}

presets! {
    // Cloudflare Workers KV, by era.
    "workers-kv": "Cloudflare Workers KV as of 2025-26: edge caches, a regional tier, two stores that are raced",
    "kv-2018": "Cloudflare Workers KV, 2018-22: edge caches in front of two third-party object stores",
    "kv-2023-v2": "Cloudflare Workers KV v2 of 2023: writes purge the regional tier, edges refresh",
    "kv-2024": "Cloudflare Workers KV, 2024: edge caches, a regional tier, central stores",
    "kv-early-2025": "Cloudflare Workers KV, early 2025: as in 2024, but with a single third-party store",
    "kv-2025-hybrid": "Cloudflare Workers KV since August 2025: workers-kv with all repairs and limits",
    "kv-outage-2025-06-12": "Workers KV in the outage of 2025-06-12: its one store is down for 148 min",
    // Stores and caches at the edge.
    "fastly-kv": "Fastly KV Store: accepted centrally, synced later, copies at POPs that refresh",
    "akamai-edgekv": "Akamai EdgeKV: copies at edge servers, dropped by hashed signals within 10 s",
    "cloudfront-kvs": "AWS CloudFront KeyValueStore: a full copy of up to 5 MB at each edge",
    "vercel-edge-config": "Vercel Edge Config: pushed in full to all regions within 10 s",
    "gcore-fastedge": "Gcore FastEdge KV: an instance at every edge, 1 to 2 s behind",
    "quicksilver": "Cloudflare Quicksilver: everything pushed to every city, consistent within seconds",
    "quicksilver-v2": "Cloudflare Quicksilver v2, 2025: as Quicksilver, with published read latencies",
    "netlify-blobs": "Netlify Blobs, eventual: one region, copies at edges that are up to 60 s old",
    "netlify-blobs-strong": "Netlify Blobs, strong: every read goes to the one region",
    "vercel-blob": "Vercel Blob: one store behind a CDN, overwrites seen after up to 60 s",
    "alibaba-esa": "Alibaba ESA Edge KV: one store that invalidates copies at POPs, 300 s at most",
    "fb-memcache": "Facebook memcache, 2013: look-aside caches, deleted on writes, with leases",
    "cdn-purge": "A CDN that is purged by tag, p50 below 150 ms everywhere, as Cloudflare publishes",
    "cdn-purge-fastly": "A CDN purged by key in 150 ms on average, as Fastly publishes",
    "dns": "DNS: a zone, resolvers, stub caches; TTL from the zone, negative answers too",
    // A primary whose replicas follow.
    "primary-backup": "One primary with asynchronous backups that lag as published for TAO, read from the nearest",
    "tao": "Facebook TAO, 2013: a master region, replicas below 1 s behind for 85 % of the time",
    "bunny-database": "Bunny Database: a primary that commits by its log, replicas that answer nearby",
    "litefs": "LiteFS: a primary by lease, replicas that follow within milliseconds",
    "turso-embedded": "Turso (libSQL) embedded replicas: local files that pull from the primary every 60 s",
    "d1-replicas": "Cloudflare D1 read replication: a primary, replicas that lag without a bound",
    "cosmos-strong": "Azure Cosmos DB, strong: all regions have a write before it is acknowledged",
    "cosmos-bounded": "Azure Cosmos DB, bounded staleness: writes throttled at 300 s or 100,000 operations",
    "cosmos-session": "Azure Cosmos DB, session: own writes are seen by a token, others follow in order",
    "cosmos-prefix": "Azure Cosmos DB, consistent prefix: regions follow in the order of the writes",
    "cosmos-eventual": "Azure Cosmos DB, eventual: regions follow, in any order",
    // Every replica takes writes.
    "dynamo-quorum": "A Dynamo-style leaderless quorum, N=3 R=2 W=2 as Riak's defaults, over three continents",
    "cassandra-local-quorum": "Apache Cassandra, LOCAL_QUORUM: a majority of the data centre answers",
    "cassandra-each-quorum": "Apache Cassandra, EACH_QUORUM: writes wait for a majority in each data centre",
    "cassandra-one": "Apache Cassandra, ONE: the first of six replicas answers",
    "riak": "Riak KV: N = 3, R = W = 2, sloppy, with hints and anti-entropy",
    "dynamodb-mrec": "DynamoDB global tables, eventual (MREC): all regions take writes, about 1 s apart",
    "redis-active-active": "Redis Enterprise Active-Active: every region takes writes, below 1 ms locally",
    "corrosion": "Corrosion (Fly.io): every server takes writes and gossips, seconds apart",
    // Consensus.
    "dynamodb-mrsc": "DynamoDB global tables, strong (MRSC): three regions, two of which must have a write",
    "dynamodb-mrsc-witness": "DynamoDB global tables, strong (MRSC), with two replicas and a witness",
    "deno-kv": "Deno KV, eventual reads: a quorum in the primary region, replicas within 5 s",
    "deno-kv-strong": "Deno KV, strong reads: answered in the primary region",
    "spanner": "Google Spanner, strong reads: Paxos with commit wait",
    "spanner-stale": "Google Spanner, stale reads: what was committed 15 s ago, from the nearest replica",
    "firestore": "Google Firestore, multi-region: two regions that read and write, and a witness",
    "cockroachdb": "CockroachDB: Raft, reads by the leaseholder",
    "cockroachdb-follower": "CockroachDB, follower reads: the nearest replica, 4.2 s in the past",
    "cockroachdb-global": "CockroachDB, GLOBAL table: local consistent reads, writes that wait for 800 ms",
    "foundationdb": "FoundationDB, two regions: logs in a satellite, an asynchronous remote region",
    "etcd": "etcd, linearizable reads: Raft over three regions, the leader asks a majority before it answers",
    "etcd-serializable": "etcd, serializable reads: any member answers from what it has applied",
    "zookeeper": "Apache ZooKeeper: ZAB, reads by the member that one is connected to",
    "zookeeper-sync": "Apache ZooKeeper with sync() before each read",
}

/// All presets, in the order in which they are listed.
pub fn presets() -> &'static [Preset] {
    PRESETS
}
