#!/usr/bin/env python3
"""Makes src/model/topology/places.csv, the places that a scenario may name.

    pip install airportsdata==20260905
    python3 tools/places.py

Edge cities: the codes of tools/places/edge_codes.txt (cities in which large edge networks run
locations), with the coordinates of the airport, from the Python package `airportsdata` 20260905
(https://pypi.org/project/airportsdata/, MIT licence, as of 2026-11-23). tools/places/cities.csv
names the city served where the package has none, misspells it, or names the suburb with the runway.

Cloud regions: tools/places/cloud_regions.csv, coordinates of the city or county that the provider
names, to about ten kilometres (2026-11-23). Named `provider:site` in lower case, blanks as `-`.

The hub region of a place is that of its country, by tools/places/country_region.csv.

Same inputs, same bytes. A code without coordinates or a country without a region ends the script.
"""

import csv
from pathlib import Path

import airportsdata

PACKAGE = "20260905"
TOOLS = Path(__file__).resolve().parent / "places"
PLACES = TOOLS.parent.parent / "src/model/topology/places.csv"

# Codes that edge networks still use and the package no longer has or never had as IATA codes,
# with the ICAO code under which it knows the same airport.
BY_ICAO = {
    "FRU": "UCFM",  # Bishkek: Manas, IATA code now BSZ
    "QWJ": "SDAI",  # Americana, Brazil: the municipal airport
    "XNH": "ORTL",  # Nasiriyah: Ali Air Base
}

# Not in the package at all: city, country, latitude, longitude.
BY_HAND = {
    # The old airport (ICAO VDPP), closed when Techo (KTI) opened in 2025: its aerodrome reference
    # point, 11°32'48"N 104°50'38"E.
    "PNH": ("Phnom Penh", "KH", 11.5467, 104.8439),
    # No airport: the centre of Ramallah, 31°54'N 35°12'E.
    "ZDM": ("Ramallah", "PS", 31.9, 35.2),
}


def rows(name):
    with open(TOOLS / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def edges():
    by_iata, by_icao = airportsdata.load("IATA"), airportsdata.load("ICAO")
    city_served = {row["code"]: row["city"] for row in rows("cities.csv")}
    codes = (TOOLS / "edge_codes.txt").read_text(encoding="ascii").split()
    for code in codes:
        if code in BY_HAND:
            yield (code, "edge", *BY_HAND[code])
            continue
        airport = by_icao[BY_ICAO[code]] if code in BY_ICAO else by_iata.get(code)
        if airport is None:
            raise SystemExit(f"{code}: no coordinates; add it to BY_ICAO or BY_HAND, with its source")
        city = city_served.get(code, airport["city"])
        yield code, "edge", city, airport["country"], airport["lat"], airport["lon"]


def clouds():
    for row in rows("cloud_regions.csv"):
        name = f"{row['provider']}:{row['site']}".lower().replace(" ", "-")
        yield name, "cloud", row["city"], row["country"], float(row["lat"]), float(row["lon"])


def line(region_of, name, kind, city, country, lat, lon):
    if country not in region_of:
        raise SystemExit(f"{name}: country {country} is not in country_region.csv")
    if not city or set(city) & set(',"\r\n'):
        raise SystemExit(f"{name}: city {city!r} is empty or needs quotes; name it in cities.csv")
    # Four decimals are eleven metres.
    return f"{name},{kind},{city},{country},{round(lat, 4)},{round(lon, 4)},{region_of[country]}\n"


def main():
    if airportsdata.__version__ != PACKAGE:
        raise SystemExit(f"airportsdata {airportsdata.__version__} is installed, {PACKAGE} is meant")
    region_of = {row["country"]: row["region"] for row in rows("country_region.csv")}
    places = sorted([*edges(), *clouds()])
    names = [place[0] for place in places]
    if len(set(names)) < len(names):
        raise SystemExit(f"named twice: {sorted({n for n in names if names.count(n) > 1})}")
    text = "name,kind,city,country,lat,lon,region\n" + "".join(line(region_of, *p) for p in places)
    PLACES.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
