// The box beside the map: the figures of one location, or of all.

/** What is told of a location, here and in the table. */
const OF_A_LOCATION = [
  ["Reads", ["read", "operations", "rate"], perSecond],
  ["Writes", ["write", "operations", "rate"], perSecond],
  ["Updates", ["update", "operations", "rate"], perSecond],
  ["Stale reads", ["read", "stale_rate", "rate"], percent],
  ["Read p50", ["read", "latency", "p50"], seconds],
  ["Read p99", ["read", "latency", "p99"], seconds],
  ["Write p99", ["write", "latency", "p99"], seconds],
  ["Update p99", ["update", "latency", "p99"], seconds],
  ["Edge hits", ["read", "hit_ratio", "rate"], percent],
  ["Upper hits", ["read", "upper_hit_ratio", "rate"], percent],
  ["Reads answered", ["read", "availability", "rate"], percent],
];

class FiguresBox {
  constructor(state) {
    this.state = state;
    // Who listens hears the name and the first figure alone.
    this.heading = h("div", { "aria-live": "polite" });
    this.body = h("div", {});
    this.element = h("div", { id: "figures", class: "box" }, this.heading, this.body);
  }

  /** Tells of a location: the one looked at, else the chosen one, else of all. */
  tell(name, places) {
    const shown = name ?? this.state.location;
    const figures = this.figuresAt(shown ?? EVERYWHERE);
    const first = figures.length > 0 ? `${figures[0].what}: ${figures[0].text}` : "";
    const title = shown === null ? "All locations" : bdi(nameOf(shown));
    this.heading.replaceChildren(h("h3", {}, title), h("span", { class: "unseen" }, first));
    this.body.replaceChildren(...(shown === null ? this.ofAll(places, figures) : this.ofOne(shown, places, figures)));
  }

  figuresAt(name) {
    return OF_A_LOCATION.flatMap(([what, key, write]) => {
      const row = this.state.results.figure(this.state.group, name, ...key);
      if (!row) return [];
      const text = withInterval(num(row.value), num(row.ci_lo), num(row.ci_hi), write);
      return [{ what, text, line: h("div", {}, h("dt", {}, what), h("dd", {}, cellNumber(row, "value", text))) }];
    });
  }

  ofAll(places, figures) {
    const hint = "Point at a location, or move to it with the arrow keys. Choose it, and every chart shows it.";
    return [
      h("p", { class: "of" }, counted(places.length, "place")),
      h("dl", {}, figures.map(({ line }) => line)),
      h("p", { class: "hint" }, hint),
    ];
  }

  ofOne(name, places, figures) {
    const place = places.find((one) => one.name === name);
    const roles = (place?.roles ?? []).map((role) => MARK_NAMES[role] ?? role);
    const chosen = name === this.state.location;
    const upper = place?.upper && place.upper !== name ? nameOf(place.upper) : null;
    return [
      h("p", { class: "of" }, [place?.kind === "region" ? "data centre" : "edge", ...roles].join(" · ")),
      h(
        "dl",
        {},
        figures.map(({ line }) => line),
        upper !== null &&
          h("div", {}, h("dt", {}, "Upper tier"), h("dd", { class: "cut", title: upper }, bdi(upper))),
      ),
      ...linksInWords(chosen ? linksAt(this.state, name) : [], name),
      h(
        "p",
        { class: "hint" },
        chosen ? "Every chart shows this location. Escape shows all again." : "Click or press Enter to choose it.",
      ),
    ];
  }
}
