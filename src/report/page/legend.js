// Colours of the map: classes of values, and the legend that tells them.

const COLOURS = {
  stale: { name: "Stale reads", key: ["read", "stale_rate", "rate"], unit: "share" },
  p99: { name: "Read p99", key: ["read", "latency", "p99"], unit: "seconds" },
};
const ONE_COLOUR = 3;

/** Whether no location differs from another: one value lies in all their intervals. */
function allOverlap(rows) {
  const end = (row, column) => num(row[column]) ?? num(row.value);
  const [lows, highs] = [rows.map((row) => end(row, "ci_lo")), rows.map((row) => end(row, "ci_hi"))];
  return rows.length > 1 && Math.max(...lows) < Math.min(...highs);
}

/** At most seven classes with round edges; one where the rows tell no difference. */
function classes(rows, unit) {
  const values = rows.map((row) => num(row.value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const same = values.length === 0 || high - low <= 1e-9 * Math.abs(high);
  const unsure = !same && allOverlap(rows);
  const edges = same || unsure ? [] : roundEdges(low, high, unit).slice(0, 6);
  const of = (value) => {
    const at = edges.filter((edge) => value >= edge).length;
    return edges.length === 0 ? ONE_COLOUR : Math.round((at / edges.length) * 6);
  };
  return { edges, of, unsure, low, high };
}

/** Round values between two, evenly or by powers of ten. */
function roundEdges(low, high, unit) {
  const edges = [];
  if (low > 0 && high / low > 12) {
    const byDecade = (mantissas) => {
      const found = [];
      for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k += 1)
        found.push(...mantissas.map((m) => m * 10 ** k));
      return found.filter((edge) => edge > low && edge < high);
    };
    return [[1, 2, 5], [1, 3], [1]].map(byDecade).find((found) => found.length <= 6) ?? byDecade([1]);
  }
  const step = roundStep(unit, (high - low) / 5);
  for (let i = Math.ceil(low / step + 1e-9); i * step < high - 1e-12; i += 1) edges.push(i * step);
  return edges;
}

/** A colour of the ramp with what it stands for. */
function rampStep(colour, text) {
  return h("li", { class: `r${colour}` }, h("i", { class: "ramp-swatch" }), text);
}

function rampSteps({ edges, unsure, low, high }, unit) {
  const write = WRITERS[unit];
  if (unsure)
    return [rampStep(ONE_COLOUR, `${write(low)} to ${write(high)}: no difference between locations is sure`)];
  if (edges.length === 0) return Number.isFinite(low) ? [rampStep(ONE_COLOUR, `${write(low)} everywhere`)] : [];
  const edge = (i) => axisValue(unit, edges[i]);
  const text = (i) => {
    if (i === 0) return `below ${edge(0)}`;
    return i === edges.length ? `${edge(i - 1)} and more` : `from ${edge(i - 1)}`;
  };
  return Array.from({ length: edges.length + 1 }, (_, i) =>
    rampStep(Math.round((i / edges.length) * 6), text(i)),
  );
}

/** What the lines of a colour are used for. */
function usesOfColour(use, lines) {
  const all = new Set(lines.filter((line) => line.use === use).flatMap((line) => line.uses));
  return Object.keys(USES)
    .filter((one) => all.has(one))
    .map((one) => USES[one].name)
    .join(", ");
}

/** What colours, marks, areas and lines of the map say. */
function mapLegend(colour, scale, places, lines) {
  const roles = [...new Set(places.flatMap((place) => place.roles))].filter((role) => MARKS[role]);
  const uses = Object.keys(USES).filter((use) => lines.some((line) => line.use === use));
  return [
    h("p", { class: "legend-title" }, colour.name),
    h("ul", { class: "steps" }, rampSteps(scale, colour.unit)),
    h(
      "ul",
      { class: "steps" },
      roles.map((role) => h("li", {}, markSample(role), MARK_NAMES[role])),
      h("li", { class: "area" }, "Area: operations a second"),
      uses.map((use) => h("li", {}, linkSample(use), usesOfColour(use, lines))),
    ),
  ];
}
