#!/usr/bin/env python3
"""Measures what a read costs, for the table "Cost of a read" of benches/README.md, and draws benches/cost.svg.

    cargo build --release
    python3 benches/cost.py

Runs scenarios/bench/global-kv.toml with fewer locations and keys on one thread, and once more with hardly any reads:
the difference in CPU seconds is the reads'. Takes the median of RUNS runs of each (by default 3; RUNS=5 python3 …).
Standard library only; needs os.wait4, so not Windows.
"""

import math
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios/bench/global-kv.toml"
EDGELAG = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/edgelag"
RUNS = int(os.environ.get("RUNS", "3"))

READS_A_SECOND = 1_000
SECONDS = 60
EXECUTIONS = ("feed-forward", "general")
COLOURS = {"feed-forward": "#0072B2", "general": "#D55E00"}
# Locations and keys of each row of the table; the chart shows those with a million keys.
ROWS = [(10, 10**6), (30, 10**6), (100, 10**6), (300, 10**6), (300, 10**5), (300, 10**4)]


def edges(count):
    """The first locations of the scenario, evenly taken from its list."""
    listed = re.search(r"edges = \[(.*?)\]", SCENARIO.read_text(), re.DOTALL).group(1)
    names = re.findall(r'"(\w+)"', listed)
    return [names[at * len(names) // count] for at in range(count)]


def cpu_seconds(locations, keys, reads_a_second, execution):
    settings = [
        f"locations.edges={edges(locations)}".replace("'", '"'),
        f"namespace.kv.keys.count={keys}",
        f"client.readers.arrivals.poisson={reads_a_second}/s",
        f"horizon={SECONDS}s",
    ]
    with tempfile.TemporaryDirectory() as out:
        command = [EDGELAG, "run", SCENARIO, "-q", "--threads", "1", "--execution", execution, "-o", out]
        for setting in settings:
            command += ["--set", setting]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{command} ended with {status}"
    return usage.ru_utime + usage.ru_stime


def nanoseconds_a_read(locations, keys, execution):
    def median(rate):
        return statistics.median(cpu_seconds(locations, keys, rate, execution) for _ in range(RUNS))

    reads = locations * READS_A_SECOND * SECONDS
    return (median(READS_A_SECOND) - median(0.001)) / reads * 1e9


def chart(found):
    """The costs with a million keys against locations, on a logarithmic axis."""
    shown = [locations for locations, keys in ROWS if keys == 10**6]
    top = max(500 * math.ceil(found[at, 10**6, e] / 500) for at in shown for e in EXECUTIONS)
    x = lambda at: 60 + 450 * math.log(at / shown[0]) / math.log(shown[-1] / shown[0])
    y = lambda cost: 310 - 260 * max(cost, 0) / top
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="13" '
        'fill="#333"><rect width="640" height="360" fill="#fff"/>',
        '<text x="60" y="24" font-size="16" font-weight="bold">CPU nanoseconds a read, against locations</text>',
    ]
    for cost in range(0, top + 1, 500):
        lines.append(f'<line x1="60" x2="510" y1="{y(cost):.1f}" y2="{y(cost):.1f}" stroke="#ddd"/>'
                     f'<text x="52" y="{y(cost) + 4:.1f}" text-anchor="end">{cost:,}</text>')
    lines += [f'<text x="{x(at):.1f}" y="330" text-anchor="middle">{at}</text>' for at in shown]
    lines.append('<text x="285.0" y="350" text-anchor="middle">locations, a million keys, 1,000 reads a second '
                 'each</text>')
    for execution in EXECUTIONS:
        colour = COLOURS[execution]
        points = [(x(at), y(found[at, 10**6, execution])) for at in shown]
        joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{joined}"/>')
        lines += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>' for a, b in points]
        a, b = points[-1]
        lines.append(f'<text x="{a + 10:.1f}" y="{b + 4:.1f}" fill="{colour}">{execution}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main():
    found = {}
    print("| locations | keys |" + "".join(f" {execution} |" for execution in EXECUTIONS), flush=True)
    print("|---|---|" + "---|" * len(EXECUTIONS))
    for locations, keys in ROWS:
        for execution in EXECUTIONS:
            found[locations, keys, execution] = nanoseconds_a_read(locations, keys, execution)
        costs = "".join(f" {found[locations, keys, execution]:,.0f} |" for execution in EXECUTIONS)
        print(f"| {locations} | {keys:,} |{costs}", flush=True)
    (ROOT / "benches/cost.svg").write_text(chart(found))


if __name__ == "__main__":
    main()
