// The map: where locations are, drawn in the Equal Earth projection over an outline of the continents.

/**
 * Equal Earth: B. Šavrič, T. Patterson and B. Jenny, The Equal Earth map projection, International Journal of
 * Geographical Information Science 33(3), 2019, equations 9 to 11. Degrees in, x and y (upwards) out.
 */
function equalEarth(longitude, latitude) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const m = Math.sqrt(3) / 2;
  const t = Math.asin(m * Math.sin((latitude * Math.PI) / 180));
  const [t2, t6] = [t * t, t ** 6];
  const x = (((longitude * Math.PI) / 180) * Math.cos(t)) / (m * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)));
  return [x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))];
}

/** Rings of [longitude, latitude] from the encoded outline. */
function landRings() {
  return LAND.map((text) => {
    const points = [];
    let [at, x, y] = [0, 0, 0];
    const next = () => {
      let [value, shift, digit] = [0, 0, 0];
      do {
        digit = text.charCodeAt(at) - 63;
        at += 1;
        value |= (digit & 31) << shift;
        shift += 5;
      } while (digit >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < text.length) {
      x += next();
      y += next();
      points.push([x / 10, y / 10]);
    }
    return points;
  });
}

/** Views: west, south, east, north in degrees. */
const VIEWS = {
  World: [-168, -55, 178, 75],
  Americas: [-130, -56, -32, 60],
  Europe: [-14, 34, 44, 64],
  "Africa and Middle East": [-22, -36, 66, 42],
  "Asia and Pacific": [62, -48, 180, 56],
};

/** Points of the great circle between two places, in pieces that do not cross the map's edge. */
function greatCircle(a, b) {
  const rad = Math.PI / 180;
  const toVector = ({ lon, lat }) => [
    Math.cos(lat * rad) * Math.cos(lon * rad),
    Math.cos(lat * rad) * Math.sin(lon * rad),
    Math.sin(lat * rad),
  ];
  const [u, v] = [toVector(a), toVector(b)];
  const angle = Math.acos(Math.min(Math.max(u[0] * v[0] + u[1] * v[1] + u[2] * v[2], -1), 1));
  if (angle < 1e-6)
    return [
      [
        [a.lon, a.lat],
        [b.lon, b.lat],
      ],
    ];
  const pieces = [[]];
  const steps = 48;
  for (let i = 0; i <= steps; i += 1) {
    const [f, g] = [
      Math.sin((1 - i / steps) * angle) / Math.sin(angle),
      Math.sin((i / steps) * angle) / Math.sin(angle),
    ];
    const w = u.map((c, k) => f * c + g * v[k]);
    const here = [Math.atan2(w[1], w[0]) / rad, Math.atan2(w[2], Math.hypot(w[0], w[1])) / rad];
    const piece = pieces[pieces.length - 1];
    if (piece.length > 0 && Math.abs(piece[piece.length - 1][0] - here[0]) > 180) pieces.push([here]);
    else piece.push(here);
  }
  return pieces;
}

/** Points of a straight line in the picture. */
function straight(a, b) {
  return Array.from({ length: 9 }, (_, i) => [a.x + ((b.x - a.x) * i) / 8, a.y + ((b.y - a.y) * i) / 8]);
}

/** Marks at a dot that takes r: frames around it, and a triangle on top. */
const MARKS = {
  replica: (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  primary: (r) => `M0 ${-r * 1.5}L${r * 1.5} 0L0 ${r * 1.5}L${-r * 1.5} 0Z`,
  upper: (r) => `M0 ${-r - 8}l4.5 7h-9Z`,
};
const MARK_NAMES = { primary: "primary", replica: "replica", upper: "upper tier" };

/** The locations of a group, as the map needs them. */
function placesOf(results, group) {
  return results.inGroup("locations.csv", group).map((row) => ({
    name: row.location,
    lat: num(row.latitude),
    lon: num(row.longitude),
    kind: row.kind,
    roles: row.role.split(" ").filter((role) => role !== ""),
    upper: row.upper,
    row,
  }));
}

class WorldMap {
  /** `choose(name)` is called for a click or Enter, `look(name or null)` as pointer or focus moves. */
  constructor(host, places, { label, choose, look }) {
    Object.assign(this, { host, places, choose, look, view: "World", lines: [], chosen: null });
    this.paint = () => ({ r: 5, look: "" });
    this.svg = s("svg", { class: "map", role: "group", "aria-label": label });
    this.cursor = places[0]?.name ?? null;
    host.append(this.svg);
    this.onMap = places.some((place) => place.lat !== null);
    onWidth(host, (width) => {
      this.width = width;
      this.draw();
    });
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  /** From degrees to the picture. */
  projection() {
    const [west, south, east, north] = VIEWS[this.view];
    const edge = [];
    for (let i = 0; i <= 20; i += 1) {
      const [lon, lat] = [west + ((east - west) * i) / 20, south + ((north - south) * i) / 20];
      edge.push(equalEarth(lon, south), equalEarth(lon, north), equalEarth(west, lat), equalEarth(east, lat));
    }
    const xs = edge.map(([x]) => x);
    const ys = edge.map(([, y]) => y);
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const ratio = Math.min(Math.max((top - bottom) / (right - left), 0.42), 0.62);
    this.height = Math.round(this.width * ratio);
    const scale = Math.min(this.width / (right - left), this.height / (top - bottom));
    const [dx, dy] = [(this.width - scale * (right - left)) / 2, (this.height - scale * (top - bottom)) / 2];
    return (lon, lat) => {
      const [x, y] = equalEarth(lon, lat);
      return [dx + (x - left) * scale, dy + (top - y) * scale];
    };
  }

  /** Where a place is in the picture: on the map, or on a circle where there is none. */
  locate(project) {
    const nowhere = this.places.filter((place) => place.lat === null);
    this.places.forEach((place) => {
      if (place.lat !== null) [place.x, place.y] = project(place.lon, place.lat);
    });
    nowhere.forEach((place, at) => {
      if (this.onMap) {
        [place.x, place.y] = [((at + 0.5) / nowhere.length) * this.width, this.height - 16];
      } else {
        const turn = (at / nowhere.length) * 2 * Math.PI - Math.PI / 2;
        const radius = Math.min(this.width, this.height) / 2 - 40;
        [place.x, place.y] = [
          this.width / 2 + radius * 1.6 * Math.cos(turn),
          this.height / 2 + radius * Math.sin(turn),
        ];
      }
    });
  }

  draw() {
    if (!this.width) return;
    const project = this.projection();
    this.locate(project);
    fill(this.svg, { viewBox: `0 0 ${this.width} ${this.height}`, width: this.width, height: this.height }, []);
    const d = this.onMap
      ? landRings()
          .map(
            (ring) =>
              `M${ring
                .map(([lon, lat]) =>
                  project(lon, lat)
                    .map((v) => v.toFixed(1))
                    .join(" "),
                )
                .join("L")}Z`,
          )
          .join("")
      : "";
    this.layers = {
      links: s("g", { class: "links" }),
      places: s("g", {}),
      labels: s("g", { class: "names", "aria-hidden": "true" }),
      texts: s("g", { "aria-hidden": "true" }),
    };
    this.project = project;
    this.svg.replaceChildren(s("path", { class: "land", d }), ...Object.values(this.layers));
    this.drawPlaces();
    this.drawLinks();
  }

  /** Large dots first, so that small ones lie on top, and last those with a role. */
  drawPlaces() {
    if (!this.layers) return;
    const had = document.activeElement?.closest?.("svg.map") === this.svg;
    const painted = this.places
      .map((place) => ({ place, ...this.paint(place) }))
      .sort((a, b) => a.place.roles.length - b.place.roles.length || b.r - a.r);
    this.layers.places.replaceChildren(...painted.map((one) => this.dot(one)));
    this.drawNames(painted);
    if (had) this.element(this.cursor)?.focus();
  }

  dot({ place, r, look, label }) {
    const chosen = place.name === this.chosen;
    const element = s(
      "g",
      {
        class: `place ${look}${chosen ? " chosen" : ""}`,
        "data-location": place.name,
        role: "button",
        tabindex: place.name === this.cursor ? 0 : -1,
        "aria-pressed": String(chosen),
        "aria-label": label ?? nameOf(place.name),
        transform: `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`,
      },
      s("circle", { class: "halo", r: r + 4 }),
      s("circle", { class: "body", r: Math.max(r, 0.1) }),
    );
    let around = Math.max(r * 0.95, 3) + 2.5;
    for (const role of ["replica", "primary", "upper"].filter((role) => place.roles.includes(role))) {
      element.append(s("path", { class: `mark ${role}`, d: MARKS[role](around) }));
      around = role === "primary" ? around * 1.5 : around;
    }
    element.append(s("circle", { class: "target", r: Math.max(r + 2, 9) }));
    element.addEventListener("pointerenter", () => this.look(place.name));
    element.addEventListener("pointerleave", () => this.look(null));
    element.addEventListener("focus", () => {
      this.cursor = place.name;
      this.look(place.name);
    });
    element.addEventListener("blur", () => this.look(null));
    element.addEventListener("click", () => this.choose(place.name));
    return element;
  }

  /** Names that have room: first of the chosen one, then of what has a role, then of the largest. */
  drawNames(painted) {
    const taken = painted.map(({ place, r }) => ({ x: place.x - r, y: place.y - r, w: 2 * r, h: 2 * r }));
    const weight = ({ place, r }) =>
      (place.name === this.chosen ? 1000 : 0) + (place.roles.length > 0 ? 100 : 0) + r;
    const names = [];
    const most = this.places.length > 60 && this.view === "World" ? 14 : this.places.length;
    for (const { place, r } of [...painted].sort((a, b) => weight(b) - weight(a))) {
      const text = cut(nameOf(place.name), 24);
      const width = textWidth(text, 11.5);
      const reach = r + 5 + (place.roles.includes("primary") ? r * 0.5 + 5 : place.roles.length > 0 ? 4 : 0);
      const spots = [
        [place.x + reach, place.y + 4, "start"],
        [place.x - reach - width, place.y + 4, "start"],
        [place.x - width / 2, place.y - reach, "start"],
        [place.x - width / 2, place.y + reach + 9, "start"],
      ];
      const spot = spots.find(
        ([x, y]) =>
          x > 0 &&
          x + width < this.width &&
          y > 10 &&
          y < this.height &&
          taken.every((box) => x > box.x + box.w || x + width < box.x || y - 9 > box.y + box.h || y + 3 < box.y),
      );
      if (!spot || names.length >= most) continue;
      taken.push({ x: spot[0] - 2, y: spot[1] - 10, w: width + 4, h: 13 });
      names.push(
        s(
          "text",
          {
            class: place.name === this.chosen ? "name chosen" : "name",
            x: spot[0].toFixed(1),
            y: spot[1].toFixed(1),
          },
          text,
        ),
      );
    }
    this.layers.labels.replaceChildren(...names);
  }

  /** Lines from place to place, with a text in the middle of each. */
  drawLinks() {
    if (!this.layers) return;
    const byName = new Map(this.places.map((place) => [place.name, place]));
    const texts = [];
    const paths = this.lines.flatMap(({ from, to, use, text }) => {
      const [a, b] = [byName.get(from), byName.get(to)];
      if (!a || !b || a === b) return [];
      const pieces =
        a.lat !== null && b.lat !== null
          ? greatCircle(a, b).map((piece) => piece.map(([lon, lat]) => this.project(lon, lat)))
          : [straight(a, b)];
      const longest = pieces.reduce((x, y) => (y.length > x.length ? y : x));
      texts.push({
        text,
        spots: [0.5, 0.62, 0.38, 0.75, 0.25].map((share) => longest[Math.floor((longest.length - 1) * share)]),
      });
      return pieces.map((piece) =>
        s("path", {
          class: `link ${use}`,
          d: `M${piece.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}`,
        }),
      );
    });
    const taken = [];
    const labels = texts.flatMap(({ text, spots }) => {
      const width = textWidth(text, 11) + 8;
      const free =
        spots.find(([x, y]) =>
          taken.every((box) => Math.abs(box.x - x) > (box.w + width) / 2 || Math.abs(box.y - y) > 15),
        ) ?? null;
      if (!free) return [];
      const [x, y] = [
        Math.min(Math.max(free[0], width / 2), this.width - width / 2),
        Math.min(Math.max(free[1], 10), this.height - 10),
      ];
      taken.push({ x, y, w: width });
      return [
        s("rect", { class: "link-plate", x: x - width / 2, y: y - 8, width, height: 15, rx: 3 }),
        s("text", { class: "link-text", x, y: y + 4 }, text),
      ];
    });
    this.layers.links.replaceChildren(...paths);
    this.layers.texts.replaceChildren(...labels);
  }

  element(name) {
    return [...this.layers.places.children].find((child) => child.dataset.location === name);
  }

  /** Arrow keys go to the nearest place in that direction, Enter chooses it. */
  key(event) {
    const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const here = this.places.find((place) => place.name === this.cursor);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(this.cursor);
    } else if (directions[event.key] && here) {
      event.preventDefault();
      const [dx, dy] = directions[event.key];
      const far = (place) => {
        const [x, y] = [place.x - here.x, place.y - here.y];
        const [along, across] = [x * dx + y * dy, Math.abs(x * dy) + Math.abs(y * dx)];
        return along > 0.5 ? along + 2.5 * across : Infinity;
      };
      const next = this.places.reduce((best, place) => (far(place) < far(best) ? place : best), here);
      if (far(next) === Infinity) return;
      this.element(this.cursor)?.setAttribute("tabindex", -1);
      this.cursor = next.name;
      const element = this.element(next.name);
      element?.setAttribute("tabindex", 0);
      element?.focus();
    }
  }
}

/** Buttons for parts of the world. */
function viewButtons(map) {
  const buttons = Object.keys(VIEWS).map((name) =>
    h(
      "button",
      {
        type: "button",
        "data-view": name,
        "aria-pressed": String(name === map.view),
        onclick: () => {
          map.view = name;
          buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === name)));
          map.draw();
        },
      },
      name,
    ),
  );
  return h("div", { class: "views", role: "group", "aria-label": "Part of the world" }, map.onMap ? buttons : []);
}

/** A small picture of a mark, for legends. */
function markSample(role) {
  return s(
    "svg",
    { class: "sample", viewBox: "-11 -11 22 22", width: 18, height: 18, "aria-hidden": "true" },
    s("path", { class: `mark ${role}`, d: MARKS[role](role === "upper" ? -4 : 5) }),
  );
}
