// Key figures against what a sweep varies: a panel for each, a line for each value of the other axes.

const SWEPT = [
  { key: ["read", "stale_rate", "rate"], label: "Stale reads", unit: "share", kind: "linear" },
  { key: ["*", "cost", "per_month"], label: "Cost a month, US dollars", unit: "usd", kind: "linear" },
  { key: ["read", "latency", "p99"], label: "99 of 100 reads answered within", unit: "seconds", kind: "log" },
  { key: ["write", "latency", "p99"], label: "99 of 100 writes answered within", unit: "seconds", kind: "log" },
  { key: ["read", "hit_ratio", "rate"], label: "Reads that hit the edge cache", unit: "share", kind: "linear" },
];

/** The axes of a sweep: the columns between the case and the namespace, with the values of each. */
function axesOf(rows) {
  const columns = Object.keys(rows[0]);
  const paths = columns.slice(columns.indexOf("case") + 1, columns.indexOf("namespace"));
  return paths.map((path) => {
    const values = [...new Set(rows.map((row) => row[path]))];
    const isNumeric = values.every((value) => value !== "" && Number.isFinite(Number(value)));
    return { path, values, isNumeric };
  });
}

/** What the numbers of an axis are, told by how a case names one of them: `ttl=30s`. */
function unitOf(rows, axes, at) {
  const parts = nameOf(rows[0].case).split(" ");
  const named = parts.length === axes.length ? parts[at].slice(parts[at].lastIndexOf("=") + 1) : "";
  if (/^[0-9.]+(ns|us|µs|ms|s|min|m|h|d)$/.test(named)) return { unit: "seconds", behind: "" };
  if (/^[0-9.]+\/(s|min|h|d)$/.test(named)) return { unit: "persecond", behind: "" };
  if (/^[0-9.]+[kMGT]?i?B$/.test(named)) return { unit: "number", behind: ", bytes" };
  return { unit: "number", behind: "" };
}

/** The chart of a sweep; nothing where no axis has two numbers. */
function sweptFigures({ results }) {
  const rows = results.of("sweep.csv").filter((row) => row.location === EVERYWHERE);
  if (rows.length === 0) return [];
  const axes = axesOf(rows);
  const numeric = axes.filter((axis) => axis.isNumeric && axis.values.length > 1);
  if (numeric.length === 0) return [];
  const across = numeric.reduce((most, axis) => (axis.values.length > most.values.length ? axis : most));
  const { unit, behind } = unitOf(rows, axes, axes.indexOf(across));
  const numbers = across.values.map(Number);
  const isWide = Math.min(...numbers) > 0 && Math.max(...numbers) >= 30 * Math.min(...numbers);
  const x = { label: `${nameOf(across.path)}${behind}`, kind: isWide ? "log" : "linear", unit };
  const others = axes.filter((axis) => axis !== across && axis.values.length > 1);
  const namespaces = new Set(rows.map((row) => row.namespace));
  const nameOfCurve = (row) => {
    const parts = others.map((axis) => `${nameOf(axis.path).split(".").pop()} ${nameOf(row[axis.path])}`);
    return [...parts, (namespaces.size > 1 || parts.length === 0) && nameOf(row.namespace)].filter(Boolean).join(" · ");
  };
  const names = [...new Set(rows.map(nameOfCurve))];
  const panels = SWEPT.map(({ key, label, unit: yUnit, kind }) => {
    const mine = rows.filter((row) => row.op === key[0] && row.metric === key[1] && row.stat === key[2]);
    const series = names.slice(0, MOST_CURVES).map((name, colour) => ({
      name,
      colour,
      points: mine
        .filter((row) => nameOfCurve(row) === name)
        .map((row) => point(row, across.path, "value"))
        .filter((p) => p.x !== null && p.y !== null)
        .sort((a, b) => a.x - b.x),
    }));
    const drawn = withoutTwins(series.filter((one) => one.points.length > 0));
    return { series: drawn, x, y: { label, kind, unit: yUnit }, sharesX: true };
  }).filter((panel) => panel.series.length > 0);
  if (panels.length === 0) return [];
  const left = names.length - MOST_CURVES;
  return [
    figure({
      id: "swept",
      title: "Against what is swept",
      subtitle: "all points · all locations",
      note: `Band: 95 % over trials.${left > 0 ? ` ${left} more ${left === 1 ? "is" : "are"} in sweep.csv.` : ""}`,
      panels,
      rows: panels.flatMap((panel) => linesOf(panel.series)),
      wide: true,
    }),
  ];
}
