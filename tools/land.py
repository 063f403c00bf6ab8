#!/usr/bin/env python3
"""Makes src/report/page/land.js, the outline of the continents under the map of a report.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 tools/land.py package/land-110m.json

Source: Natural Earth 1:110m land, version 4.1 (https://www.naturalearthdata.com/, public domain), as
TopoJSON in the npm package `world-atlas` 2.0.2 (https://github.com/topojson/world-atlas, ISC licence).

Left out: land south of 60° S, islets, and the points whose triangles with their neighbours are smallest
(Visvalingam and Whyatt, 1993). Rings are written in tenths of a degree as Google's encoded polylines
(https://developers.google.com/maps/documentation/utilities/polylinealgorithm), longitude first.

Same input, same bytes.
"""

import heapq
import json
import sys
from pathlib import Path

LAND = Path(__file__).resolve().parent.parent / "src/report/page/land.js"
# Square degrees: the smallest triangle that is kept, the smallest island.
LEAST_TRIANGLE = 0.09
LEAST_ISLAND = 0.8
SOUTH_END = -60

HEADER = """\
// The outline of the continents: rings of (longitude, latitude) in tenths of a degree, as encoded polylines.
// Made by tools/land.py from Natural Earth 1:110m land (naturalearthdata.com, public domain), by way of the
// npm package world-atlas 2.0.2 (ISC licence), {date}. Simplified; without Antarctica.
"""
DATE = "2026-11-26"


def arcs(topology):
    """The arcs in degrees."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        yield points


def rings(topology):
    """All rings of the land, outer and inner, each without its last point, which is its first."""
    known = list(arcs(topology))
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for at in ring:
                    arc = known[at] if at >= 0 else known[~at][::-1]
                    points.extend(arc[1:])
                yield points


def unwrapped(points):
    """The ring with longitudes that go on beyond 180° instead of jumping."""
    turns, last, whole = 0, points[-1][0], []
    for lon, lat in points:
        turns += (lon - last < -180) - (lon - last > 180)
        last = lon
        whole.append((lon + 360 * turns, lat))
    return whole


def clipped(points, inside, edge):
    """The part of a ring on one side of a meridian (Sutherland and Hodgman, 1974)."""
    kept = []
    for (x, y), (u, v) in zip(points[-1:] + points[:-1], points):
        if inside(x) != inside(u):
            kept.append((edge, y + (v - y) * (edge - x) / (u - x)))
        if inside(u):
            kept.append((u, v))
    return kept


def split(points):
    """The ring in pieces that do not cross the antimeridian."""
    points = unwrapped(points)
    for turn in (-360, 0, 360):
        west, east = -180 - turn, 180 - turn
        piece = clipped(clipped(points, lambda x: x >= west, west), lambda x: x <= east, east) if points else []
        if piece:
            yield [(x + turn, y) for x, y in piece]


def triangle(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def area(points):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1]))) / 2


def simplified(points):
    """Without the points whose triangles are smaller than the least, the smallest first."""
    count = len(points)
    before = [(i - 1) % count for i in range(count)]
    after = [(i + 1) % count for i in range(count)]
    size = [triangle(points[before[i]], points[i], points[after[i]]) for i in range(count)]
    heap = [(size[i], i) for i in range(count)]
    heapq.heapify(heap)
    gone = set()
    while heap and count - len(gone) > 4:
        least, i = heapq.heappop(heap)
        if i in gone or least != size[i]:
            continue
        if least >= LEAST_TRIANGLE:
            break
        gone.add(i)
        a, c = before[i], after[i]
        after[a], before[c] = c, a
        for j in (a, c):
            size[j] = max(least, triangle(points[before[j]], points[j], points[after[j]]))
            heapq.heappush(heap, (size[j], j))
    return [point for i, point in enumerate(points) if i not in gone]


def number(value):
    value = ~(value << 1) if value < 0 else value << 1
    text = ""
    while value >= 0x20:
        text += chr((0x20 | value & 0x1F) + 63)
        value >>= 5
    return text + chr(value + 63)


def encoded(points):
    text, last = "", (0, 0)
    for point in points:
        text += number(point[0] - last[0]) + number(point[1] - last[1])
        last = point
    return text


def main():
    topology = json.loads(Path(sys.argv[1]).read_text())
    kept, count = [], 0
    for ring in (piece for ring in rings(topology) for piece in split(ring)):
        if max(lat for _, lat in ring) < SOUTH_END or area(ring) < LEAST_ISLAND:
            continue
        tenths = [(round(lon * 10), round(lat * 10)) for lon, lat in simplified(ring)]
        kept.append(encoded(tenths))
        count += len(tenths)
    lines = "\n".join(f"  {json.dumps(ring)}," for ring in kept)
    text = HEADER.format(date=DATE) + f"const LAND = [\n{lines}\n];\n"
    LAND.write_text(text)
    print(f"{len(kept)} rings, {count} points, {len(text)} bytes")


if __name__ == "__main__":
    main()
