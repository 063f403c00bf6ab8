#!/usr/bin/env python3
"""Hits of libcachesim on traces, for tests/it/cache/independent.rs.

Reads lines from stdin: `trace` begins a trace, whose requests follow as `object size`; `cache POLICY LIMIT` answers with a line of
0 (miss) and 1 (hit), one for each request of that trace.
"""

import sys

import libcachesim

POLICIES = {
    "fifo": libcachesim.FIFO,
    "lru": libcachesim.LRU,
    "clock": libcachesim.Clock,
    "lfu": libcachesim.LFU,
    "sieve": libcachesim.Sieve,
    "s3-fifo": libcachesim.S3FIFO,
    "arc": libcachesim.ARC,
    "w-tiny-lfu": libcachesim.WTinyLFU,
}


def hits(policy, limit, requests):
    cache = POLICIES[policy](limit, hashpower=14)
    answers = []
    for at, (key, size) in enumerate(requests):
        request = libcachesim.Request(obj_id=key, obj_size=size, clock_time=at)
        answers.append("1" if cache.get(request) else "0")
    return "".join(answers)


def main():
    requests = []
    for line in sys.stdin:
        words = line.split()
        if words[0] == "trace":
            requests = []
        elif words[0] == "cache":
            print(hits(words[1], int(words[2]), requests), flush=True)
        else:
            requests.append((int(words[0]), int(words[1])))


main()
