#!/usr/bin/env python3
"""Makes scenarios/trace-replay.csv, a small trace of a day that never was.

    python3 tools/trace.py > scenarios/trace-replay.csv

Reads and writes of 400 documents in three cities, each of which is busiest at eight in the evening and has a fifth of that
at eight in the morning, by its own sun. The i-th document is asked for in proportion to 1/i. A document has one size.
All of it is made up, and drawn from one seed: same bytes each time.
"""

import math
import random
import sys

SEED = 20_261_126
ROWS = 4_500
DOCUMENTS = 400
WRITES = 0.04
DAY = 86_400_000
# East of Greenwich in degrees, and how much of the traffic.
CITIES = {"IAD": (-77.5, 5), "FRA": (8.5, 3), "NRT": (140.4, 2)}


def pick(rng, weights):
    """A position, as often as its weight says."""
    point = rng.random() * sum(weights)
    for position, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return position
    return len(weights) - 1


def moment(rng, longitude):
    """A time of the day in milliseconds (UTC), by rejection."""
    while True:
        time = int(rng.random() * DAY)
        hour = time / 3_600_000 + longitude / 15
        rate = 1 + 2 / 3 * math.cos(math.tau * (hour - 20) / 24)
        if rng.random() * 5 / 3 < rate:
            return time


def main():
    rng = random.Random(SEED)
    popularity = [1 / (rank + 1) for rank in range(DOCUMENTS)]
    sizes = [int(math.exp(6 + 1.2 * math.sqrt(-2 * math.log(1 - rng.random()))
                          * math.cos(math.tau * rng.random()))) for _ in range(DOCUMENTS)]
    cities = list(CITIES)
    rows = []
    for _ in range(ROWS):
        city = cities[pick(rng, [CITIES[name][1] for name in cities])]
        time = moment(rng, CITIES[city][0])
        document = pick(rng, popularity)
        operation = "set" if rng.random() < WRITES else "get"
        rows.append((time, city, operation, f"doc-{document}", sizes[document]))
    rows.sort(key=lambda row: row[0])
    out = sys.stdout
    out.write("ts_ms,city,op,document,bytes\n")
    for row in rows:
        out.write(",".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main()
