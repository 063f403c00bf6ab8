// Which charts there are, and which rows of the tables each draws.

/** A point of a curve, from the columns of a row. */
function point(row, x, y, interval = true) {
  const [lo, hi] = interval ? [num(row.ci_lo), num(row.ci_hi)] : [null, null];
  return { x: num(row[x]), y: num(row[y]), lo, hi, row, column: y };
}

/** The groups that the charts overlay: those that fit, and the chosen one. */
function overlaid(state) {
  const { groups } = state.results;
  const shown = groups.slice(0, MOST_CURVES);
  if (!shown.includes(state.group)) shown[shown.length - 1] = state.group;
  return shown;
}

/**
 * The curves of a table for all overlaid groups. `kinds` splits a group's rows into curves; where a location is
 * chosen its curve lies over a faint one of all locations.
 */
function curves(state, table, kinds, toPoint) {
  const series = [];
  const groups = overlaid(state);
  groups.forEach((group) => {
    kinds(group).forEach(({ keep, name: what, ...look }, kind) => {
      const colour = groups.length > 1 ? state.results.groups.indexOf(group) : kind;
      const of = (location) =>
        state.results
          .rows(table, group, location)
          .filter(keep)
          .map(toPoint)
          .filter((p) => p.x !== null && p.y !== null);
      const named = (rest) =>
        [groups.length > 1 && groupName(group, state.results.groups), what, rest].filter(Boolean).join(" · ");
      const strong = groups.length > 1 && group === state.group;
      const whole = of(EVERYWHERE);
      const here = state.location ? of(state.location) : [];
      const drawn = { ...look, dashed: groups.length > 1 && look.dashed, colour, strong };
      if (here.length > 0) {
        series.push({ ...drawn, name: named("all locations"), points: whole, faint: true });
        series.push({ ...drawn, name: named() || nameOf(state.location), points: here });
      } else {
        series.push({ ...drawn, name: named(), points: whole });
      }
    });
  });
  return withoutTwins(series.filter((one) => one.points.length > 0));
}

/** All charts that there is something to draw for. */
function allFigures(state) {
  return [latency, visibility, propagation, staleness, causes, tiers, cost, timeline]
    .map((make) => make(state))
    .filter((spec) => spec !== null && spec.panels.length > 0)
    .map((spec) => figure({ ...spec, subtitle: subtitleOf(state), note: noteOf(state, spec) }));
}

function subtitleOf(state) {
  const groups = overlaid(state);
  const who = groups.length > 1 ? "" : groupName(state.group, state.results.groups);
  return [who, state.location ? nameOf(state.location) : "all locations"].filter(Boolean).join(" · ");
}

function noteOf(state, spec) {
  const left = state.results.groups.length - MOST_CURVES;
  const here = state.location && spec.without ? "Not told by location: all locations together." : "";
  return [
    spec.note,
    here,
    left > 0 && spec.overlays !== false ? `${left} more ${left === 1 ? "is" : "are"} in the tables; the chosen one is always drawn.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Without rows for the chosen location, a chart shows all locations and says so. */
function lacks(state, rows) {
  return state.location !== null && rows.every((row) => row.location !== state.location);
}

const distinct = (series) => series.filter((one) => !one.faint).length;
const linesOf = (series) => series.flatMap((one) => one.points.map((p) => p.row));

function latency(state) {
  const several = overlaid(state).length > 1;
  const x = { label: "Latency", kind: "log", unit: "seconds" };
  const y = (what) => ({ label: `Share of ${what} answered within`, kind: "nines", unit: "share" });
  const toPoint = (row) => ({ ...point(row, "latency_s", "share", false), column: "latency_s" });
  const ofOp = (op, name) =>
    curves(state, "latency_cdf.csv", () => [{ keep: (row) => row.op === op, name }], toPoint);
  const ops = [
    ["read", "reads"],
    ["write", "writes"],
    ["update", "updates"],
    ["delete", "deletes"],
  ];
  const panels = several
    ? ops.map(([op, what]) => ({ series: ofOp(op, ""), x, y: y(what), sharesX: true }))
    : [
        {
          x,
          y: y("operations"),
          series: curves(
            state,
            "latency_cdf.csv",
            () => ops.map(([op, what]) => ({ keep: (row) => row.op === op, name: what })),
            toPoint,
          ),
        },
      ];
  const drawn = panels.filter((panel) => panel.series.length > 0);
  const rows = drawn.flatMap((panel) => linesOf(panel.series));
  return {
    id: "latency",
    title: "How long operations take",
    panels: drawn,
    rows,
    wide: several,
    without: lacks(state, rows),
    note: "From the intended start to the answer, all trials together.",
  };
}

function visibility(state) {
  const has = (group, source) =>
    state.results.rows("visibility.csv", group, EVERYWHERE).some((row) => row.source === source);
  const groups = overlaid(state);
  const kinds = (group) => {
    const is = (source, from) => (row) =>
      row.source === source && row.from === from && (source !== "reads" || num(row.n) >= 1000);
    if (has(group, "threshold")) return [{ keep: is("threshold", "*"), name: "" }];
    if (!has(group, "probe")) return [{ keep: is("reads", "*"), name: "" }];
    if (groups.length > 4) return [{ keep: is("probe", "elsewhere"), name: "" }];
    const probes = [
      { keep: is("probe", "own"), name: "where it was written", dashed: true },
      { keep: is("probe", "elsewhere"), name: "elsewhere" },
    ];
    return groups.length > 1
      ? probes
      : [...probes, { keep: is("reads", "*"), name: "reads as they come", dotted: true }];
  };
  const series = curves(state, "visibility.csv", kinds, (row) => point(row, "t_s", "p_fresh"));
  if (series.length === 0) return null;
  const elsewhere = groups.length > 4 && groups.some((group) => has(group, "probe") && !has(group, "threshold"));
  return {
    id: "visibility",
    title: "When a write is seen",
    rows: linesOf(series),
    wide: distinct(series) > 3,
    without: lacks(state, linesOf(series)),
    note: `t-visibility. Band: 95 % over trials.${elsewhere ? " Probed elsewhere than where it was written." : ""}`,
    panels: [
      {
        series,
        x: { label: "From a write's commit to the beginning of a read", kind: "log", unit: "seconds" },
        y: { label: "Probability that the read returns it or newer", unit: "share" },
      },
    ],
  };
}

function propagation(state) {
  const series = curves(
    state,
    "propagation.csv",
    () => [{ keep: () => true, name: "" }],
    (row) => point(row, "t_s", "share_of_locations"),
  );
  if (series.length === 0) return null;
  return {
    id: "propagation",
    title: "How writes spread",
    rows: linesOf(series),
    wide: distinct(series) > 4,
    without: lacks(state, linesOf(series)),
    note: "Over followed writes. Band: 95 % over trials.",
    panels: [
      {
        series,
        x: { label: "Time since commit", kind: "log", unit: "seconds" },
        y: {
          label:
            state.location && !lacks(state, linesOf(series))
              ? "Share of writes that it would serve"
              : "Share of locations that would serve the write",
          unit: "share",
        },
      },
    ],
  };
}

function staleness(state) {
  const of = (measure, more) =>
    curves(
      state,
      "staleness_cdf.csv",
      () => [{ keep: (row) => row.measure === measure, name: "", ...more }],
      (row) => point(row, "at_most", "share_of_reads"),
    );
  const overdue = of("overdue_s", {});
  const behind = of("behind", { step: true });
  if (overdue.every((one) => one.points.length < 2)) return null;
  return {
    id: "staleness",
    title: "How stale reads are",
    rows: linesOf([...overdue, ...behind]),
    wide: distinct(overdue) > 4,
    note: "Fresh reads are 0 overdue and 0 behind. Band: 95 % over trials.",
    without: lacks(state, linesOf(overdue)),
    panels: [
      {
        series: overdue,
        x: { label: "Overdue: since the first missed write committed", kind: "log", unit: "seconds" },
        y: { label: "Share of reads at most that overdue", unit: "share" },
      },
      {
        series: behind,
        x: { label: "Behind: committed newer versions missed", unit: "count" },
        y: { label: "Share of reads at most that far behind", unit: "share" },
      },
    ].filter((panel) => panel.series.length > 0),
  };
}

const OVER_TIME = [
  ["stale_rate", { label: "Stale reads", unit: "share" }],
  ["hit_ratio", { label: "Reads answered by the edge cache", unit: "share" }],
  ["read_latency_mean", { label: "Read latency, mean", unit: "seconds" }],
  ["read_latency_p99", { label: "Read latency, 99th percentile", kind: "log", unit: "seconds" }],
  ["failures", { label: "Failed operations a second", unit: "persecond" }],
  ["origin_requests", { label: "Requests to the origin a second", unit: "persecond" }],
];

function timeline(state) {
  const middle = (row) => {
    const p = point(row, "from_s", "value");
    return { ...p, x: (num(row.from_s) + num(row.to_s)) / 2 };
  };
  const { bands, told } = bandsOf(state);
  const panels = OVER_TIME.map(([metric, y]) => ({
    y,
    x: { label: "Simulated time", unit: "seconds" },
    bands,
    sharesX: true,
    series: curves(state, "timeline.csv", () => [{ keep: (row) => row.metric === metric, name: "" }], middle),
  })).filter((panel) => panel.series.length > 0 && panel.series.some((one) => one.points.some((p) => p.y !== 0)));
  const rows = panels.flatMap((panel) => linesOf(panel.series));
  return {
    id: "timeline",
    title: "How it went over time",
    panels,
    rows,
    wide: true,
    without: lacks(state, rows),
    note: `By when operations begin, warm-up included. Band: 95 % over trials. ${told}`,
  };
}
