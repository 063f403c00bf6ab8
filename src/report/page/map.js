// The map: where locations are, drawn in the Equal Earth projection over an outline of the continents.

/** From one row of locations without coordinates to the next. */
const ROW_PITCH = 46;

class WorldMap {
  /** `choose(name)` is called for a click or Enter, `look(name or null)` as pointer or focus moves. */
  constructor(host, places, { label, choose, look }) {
    Object.assign(this, { host, places, choose, look, view: "World", lines: [], chosen: null });
    this.paint = () => ({ r: 5, look: "" });
    this.svg = s("svg", { class: "map", role: "group", "aria-label": label });
    this.cursor = places[0]?.name ?? null;
    host.append(this.svg);
    this.onMap = places.some((place) => place.lat !== null);
    this.nowhere = places.filter((place) => place.lat === null);
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
    this.ground = Math.round(this.width * ratio);
    const scale = Math.min(this.width / (right - left), this.ground / (top - bottom));
    const [dx, dy] = [(this.width - scale * (right - left)) / 2, (this.ground - scale * (top - bottom)) / 2];
    return (lon, lat) => {
      const [x, y] = equalEarth(lon, lat);
      return [dx + (x - left) * scale, dy + (top - y) * scale];
    };
  }

  /** Where a place is in the picture: on the map; without coordinates in rows below it, or on a circle if all lack them. */
  locate(project) {
    this.places.forEach((place) => {
      if (place.lat !== null) [place.x, place.y] = project(place.lon, place.lat);
    });
    this.height = this.ground;
    if (!this.onMap) this.onCircle();
    else if (this.nowhere.length > 0) this.belowMap();
  }

  belowMap() {
    const pitch = this.nowhere.length > 40 ? 30 : 90;
    const inRow = Math.max(Math.min(Math.floor(this.width / pitch), this.nowhere.length), 1);
    this.nowhere.forEach((place, at) => {
      place.x = (((at % inRow) + 0.5) / inRow) * this.width;
      place.y = this.ground + 34 + Math.floor(at / inRow) * ROW_PITCH;
    });
    this.height += Math.ceil(this.nowhere.length / inRow) * ROW_PITCH + 18;
  }

  onCircle() {
    const radius = Math.min(this.width, this.height) / 2 - 40;
    this.nowhere.forEach((place, at) => {
      const turn = (at / this.nowhere.length) * 2 * Math.PI - Math.PI / 2;
      place.x = this.width / 2 + radius * 1.6 * Math.cos(turn);
      place.y = this.height / 2 + radius * Math.sin(turn);
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
      circles: s("g", { class: "links" }),
      links: s("g", { class: "links" }),
      places: s("g", {}),
      labels: s("g", { class: "names", "aria-hidden": "true" }),
      texts: s("g", { "aria-hidden": "true" }),
    };
    this.project = project;
    const { circles, ...above } = this.layers;
    // Land and great circles end where the map ends.
    const ground = s("svg", { width: this.width, height: this.ground }, s("path", { class: "land", d }), circles);
    const divided = this.height > this.ground;
    const divider = divided && s("path", { class: "divider", d: `M0 ${this.ground + 6}H${this.width}` });
    this.svg.replaceChildren(ground, ...(divided ? [divider] : []), ...Object.values(above));
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
    const drawn = this.lines
      .map((line) => ({ ...line, a: byName.get(line.from), b: byName.get(line.to) }))
      .filter(({ a, b }) => a && b && a !== b)
      .map((line) => this.traced(line));
    const paths = (wanted) => drawn.filter(({ round }) => round === wanted).flatMap((one) => one.paths);
    this.layers.circles.replaceChildren(...paths(true));
    this.layers.links.replaceChildren(...paths(false));
    this.layers.texts.replaceChildren(...this.linkTexts(drawn));
  }

  /** A line's paths, and where in the picture its text can stand. */
  traced({ a, b, use, text }) {
    const round = a.lat !== null && b.lat !== null;
    const pieces = round
      ? greatCircle(a, b).map((piece) => piece.map(([lon, lat]) => this.project(lon, lat)))
      : [straight(a, b)];
    const seen = ([x, y]) => x > 0 && x < this.width && y > 0 && y < this.height;
    const longest = pieces.map((piece) => piece.filter(seen)).reduce((x, y) => (y.length > x.length ? y : x));
    const spots = [0.5, 0.62, 0.38, 0.75, 0.25].map((share) => longest[Math.floor((longest.length - 1) * share)]);
    const d = (piece) => `M${piece.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}`;
    return {
      round,
      text,
      spots: spots.filter(Boolean),
      paths: pieces.map((piece) => s("path", { class: `link ${use}`, d: d(piece) })),
    };
  }

  /** The texts that have room. */
  linkTexts(drawn) {
    const taken = [];
    return drawn.flatMap(({ text, spots }) => {
      const width = textWidth(text, 11) + 8;
      const free = spots.find(([x, y]) =>
        taken.every((box) => Math.abs(box.x - x) > (box.w + width) / 2 || Math.abs(box.y - y) > 15),
      );
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
