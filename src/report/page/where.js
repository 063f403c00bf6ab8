// The map of figures: dots as large as the traffic, coloured by what is asked; a box tells of one location.

const COLOURS = {
  stale: { name: "Stale reads", key: ["read", "stale_rate", "rate"], unit: "share" },
  p99: { name: "Read p99", key: ["read", "latency", "p99"], unit: "seconds" },
};
const TOLD = [
  ["Reads", ["read", "operations", "rate"], perSecond],
  ["Writes", ["write", "operations", "rate"], perSecond],
  ["Updates", ["update", "operations", "rate"], perSecond],
  ["Stale reads", ["read", "stale_rate", "rate"], percent],
  ["Read p50", ["read", "latency", "p50"], seconds],
  ["Read p99", ["read", "latency", "p99"], seconds],
  ["Write p99", ["write", "latency", "p99"], seconds],
  ["Update p99", ["update", "latency", "p99"], seconds],
  ["Edge hits", ["read", "hit_ratio", "rate"], percent],
  ["Reads answered", ["read", "availability", "rate"], percent],
];
const USES = { upper: "upper tier", read: "reads", write: "writes", replication: "replication" };

/** At most seven classes with round edges. */
function classes(values, unit) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0 || high - low <= 1e-9 * Math.abs(high)) return { edges: [], of: () => 3 };
  let edges = [];
  if (low > 0 && high / low > 12) {
    const byDecade = (mantissas) => {
      const found = [];
      for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k += 1)
        found.push(...mantissas.map((m) => m * 10 ** k));
      return found.filter((edge) => edge > low && edge < high);
    };
    edges = [[1, 2, 5], [1, 3], [1]].map(byDecade).find((found) => found.length <= 6) ?? byDecade([1]);
  } else {
    const step = roundStep(unit, (high - low) / 5);
    for (let i = Math.ceil(low / step + 1e-9); i * step < high - 1e-12; i += 1) edges.push(i * step);
  }
  edges = edges.slice(0, 6);
  const of = (value) => {
    const at = edges.filter((edge) => value >= edge).length;
    return edges.length === 0 ? 3 : Math.round((at / edges.length) * 6);
  };
  return { edges, of };
}

/** The map with its switch, legend and box; `refresh` draws what has changed. */
function whereSection(host, state, actions) {
  let map = null;
  let group = null;
  const mapHost = h("div", { class: "map-host" });
  const box = h("div", { id: "figures", class: "box", "aria-live": "polite" });
  const legendHost = h("div", { class: "map-legend" });
  const radios = h(
    "fieldset",
    { class: "switch", id: "colour" },
    h("legend", {}, "Colour"),
    Object.entries(COLOURS).map(([id, { name }]) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: "colour",
          value: id,
          checked: id === state.colour,
          onchange: () => {
            state.colour = id;
            refresh();
          },
        }),
        name,
      ),
    ),
  );
  const bar = h("div", { class: "bar" }, radios);
  host.append(bar, h("div", { class: "beside" }, h("div", {}, mapHost, legendHost), box));

  const figureAt = (name, key) => state.results.figure(state.group, name, ...key);
  const traffic = (name) =>
    ["read", "write", "update", "delete"].reduce(
      (sum, op) => sum + (num(figureAt(name, [op, "operations", "rate"])?.value) ?? 0),
      0,
    );

  function rebuild() {
    group = state.group;
    mapHost.replaceChildren();
    bar.querySelector(".views")?.remove();
    const places = placesOf(state.results, group);
    map = new WorldMap(mapHost, places, {
      label:
        "Map of the locations. Arrow keys move from one to the next, Enter chooses one, Escape shows all again.",
      choose: (name) => actions.choose(name === state.location ? null : name),
      look: tell,
    });
    bar.append(viewButtons(map));
  }

  function refresh() {
    if (state.group !== group) rebuild();
    const colour = COLOURS[state.colour];
    const values = map.places
      .map((place) => num(figureAt(place.name, colour.key)?.value))
      .filter((v) => v !== null);
    const { edges, of } = classes(values, colour.unit);
    const most = Math.max(...map.places.map((place) => traffic(place.name)), 1e-12);
    const largest = Math.max(5, Math.min(13, 30 / map.places.length ** 0.3));
    map.chosen = state.location;
    map.paint = (place) => {
      const row = figureAt(place.name, colour.key);
      const ops = traffic(place.name);
      return {
        r: ops > 0 ? Math.max(largest * Math.sqrt(ops / most), 2.5) : 2.5,
        look: row ? `ramp r${of(num(row.value))}` : "quiet",
        label: `${nameOf(place.name)}${place.roles.length > 0 ? `, ${place.roles.map((role) => MARK_NAMES[role] ?? role).join(", ")}` : ""}: ${row ? `${colour.name} ${WRITERS[colour.unit](num(row.value))}` : "no reads"}`,
      };
    };
    map.drawPlaces();
    map.lines = state.location === null ? [] : linksOf(state.location);
    map.drawLinks();
    drawLegend(colour, edges, values);
    tell(null);
  }

  function linksOf(name) {
    const between = new Map();
    for (const row of state.results.inGroup("links.csv", state.group)) {
      if (row.from !== name && row.to !== name) continue;
      const key = [row.from, row.to].sort().join("\n");
      if (!between.has(key))
        between.set(key, { from: row.from, to: row.to, use: row.use, text: seconds(num(row.rtt_s)) });
    }
    return [...between.values()];
  }

  function drawLegend(colour, edges, values) {
    const write = WRITERS[colour.unit];
    const steps =
      edges.length === 0
        ? values.length > 0
          ? [h("li", { class: "r3" }, h("i", { class: "ramp-swatch" }), `${write(values[0])} everywhere`)]
          : []
        : Array.from({ length: edges.length + 1 }, (_, i) =>
            h(
              "li",
              { class: `r${Math.round((i / edges.length) * 6)}` },
              h("i", { class: "ramp-swatch" }),
              i === 0
                ? `below ${axisValue(colour.unit, edges[0])}`
                : i === edges.length
                  ? `${axisValue(colour.unit, edges[i - 1])} and more`
                  : `from ${axisValue(colour.unit, edges[i - 1])}`,
            ),
          );
    const roles = [...new Set(map.places.flatMap((place) => place.roles))].filter((role) => MARKS[role]);
    legendHost.replaceChildren(
      h("p", { class: "legend-title" }, colour.name),
      h("ul", { class: "steps" }, steps),
      h(
        "ul",
        { class: "steps" },
        roles.map((role) => h("li", {}, markSample(role), MARK_NAMES[role])),
        h("li", { class: "area" }, "Area: operations a second"),
      ),
    );
  }

  /** Tells of a location in the box: the one looked at, else the chosen one. */
  function tell(name) {
    const shown = name ?? state.location;
    const rows = TOLD.map(([what, key, write]) => [what, figureAt(shown ?? EVERYWHERE, key), write]).filter(
      ([, row]) => row,
    );
    const figures = rows.map(([what, row, write]) =>
      h(
        "div",
        {},
        h("dt", {}, what),
        h("dd", {}, cellNumber(row, "value", withInterval(num(row.value), num(row.ci_lo), num(row.ci_hi), write))),
      ),
    );
    if (shown === null) {
      box.replaceChildren(
        h("h3", {}, "All locations"),
        h("p", { class: "of" }, `${map.places.length} places`),
        h("dl", {}, figures),
        h(
          "p",
          { class: "hint" },
          "Point at a location, or move to it with the arrow keys. Choose it, and every chart shows it.",
        ),
      );
      return;
    }
    const place = map.places.find((one) => one.name === shown);
    const upper =
      place?.upper && place.upper !== shown
        ? h("div", {}, h("dt", {}, "Upper tier"), h("dd", {}, bdi(nameOf(place.upper))))
        : null;
    const chosen = shown === state.location;
    const links = chosen
      ? state.results.inGroup("links.csv", state.group).filter((row) => row.from === shown || row.to === shown)
      : [];
    box.replaceChildren(
      h("h3", {}, bdi(nameOf(shown))),
      h(
        "p",
        { class: "of" },
        [
          place?.kind === "region" ? "data centre" : "edge",
          ...(place?.roles ?? []).map((role) => MARK_NAMES[role] ?? role),
        ].join(" · "),
      ),
      h("dl", {}, figures, upper),
      links.length > 0 && h("p", { class: "of" }, "Median round trips"),
      links.length > 0 &&
        h(
          "ul",
          { class: "links-list" },
          links
            .slice(0, 12)
            .map((row) =>
              h(
                "li",
                {},
                bdi(nameOf(row.from === shown ? row.to : row.from)),
                ` ${USES[row.use] ?? row.use} `,
                cellNumber(row, "rtt_s", seconds(num(row.rtt_s))),
              ),
            ),
        ),
      h(
        "p",
        { class: "hint" },
        chosen ? "Every chart shows this location. Escape shows all again." : "Click or press Enter to choose it.",
      ),
    );
  }
  return refresh;
}
