#!/usr/bin/env python3
"""Measures what a read and an event cost, for "Cost of a read" of benches/README.md, and draws benches/cost.svg.

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
# Locations and keys of each row of the table.
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


def pending_nanoseconds():
    """The medians of `cargo bench --bench pending`, by the number of pending events."""
    bench = subprocess.run(["cargo", "bench", "--bench", "pending"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = re.findall(r"─ (\d+) +[\d.]+ ns +│ [\d.]+ ns +│ ([\d.]+) ns", bench.stdout)
    return {int(events): float(median) for events, median in lines}


def panel(left, title, axis, series):
    """Curves against a logarithmic axis, from 0 up, in a panel of the chart."""
    shown = list(next(iter(series.values())))
    top = max(cost for curve in series.values() for cost in curve.values())
    step = next(step for step in (20, 50, 100, 200, 500, 1000) if top / step <= 6)
    top = step * math.ceil(top / step)
    x = lambda at: left + 45 + 210 * math.log(at / shown[0]) / math.log(shown[-1] / shown[0])
    y = lambda cost: 250 - 190 * max(cost, 0) / top
    lines = [f'<text x="{left + 45}" y="36" font-weight="bold">{title}</text>',
             f'<text x="{left + 150}" y="290" text-anchor="middle">{axis}</text>']
    for cost in range(0, top + 1, step):
        lines.append(f'<line x1="{left + 45}" x2="{left + 255}" y1="{y(cost):.1f}" y2="{y(cost):.1f}" stroke="#ddd"/>'
                     f'<text x="{left + 39}" y="{y(cost) + 4:.1f}" text-anchor="end">{cost:,}</text>')
    for at in shown:
        name = f"{at // 10**6:,} M" if at >= 10**6 else f"{at // 1000:,} k" if at >= 1000 else str(at)
        lines.append(f'<text x="{x(at):.1f}" y="268" text-anchor="middle">{name}</text>')
    for name, curve in series.items():
        colour = COLOURS.get(name, "#444")
        points = [(x(at), y(cost)) for at, cost in curve.items()]
        joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{joined}"/>')
        lines += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in points]
        a, b = points[-1]
        lines.append(f'<text x="{a + 4:.1f}" y="{b + 22:.1f}" text-anchor="end" fill="{colour}">{name}</text>')
    return lines


def chart(found, pending):
    """What a read costs against locations and against keys, and what an event costs against pending events."""
    by_locations = {e: {at: found[at, keys, e] for at, keys in ROWS if keys == 10**6} for e in EXECUTIONS}
    by_keys = {e: {keys: found[at, keys, e] for at, keys in reversed(ROWS) if at == 300} for e in EXECUTIONS}
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 304" font-family="sans-serif" font-size="12" '
             'fill="#333"><rect width="860" height="304" fill="#fff"/>']
    lines += panel(0, "ns a read", "locations, with 1 M keys", by_locations)
    lines += panel(285, "ns a read", "keys, at 300 locations", by_keys)
    lines += panel(570, "ns for one event out, one in", "pending events", {"": pending})
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
    pending = pending_nanoseconds()
    print("\n| pending |" + "".join(f" {events:,} |" for events in pending))
    print("|---|" + "---|" * len(pending))
    print("| ns |" + "".join(f" {cost:.0f} |" for cost in pending.values()))
    (ROOT / "benches/cost.svg").write_text(chart(found, pending))


if __name__ == "__main__":
    main()
