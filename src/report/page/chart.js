// A chart: its heading, panels of curves or of dots, a note, and the rows behind it as a table.

/** More curves in one chart are not told apart. */
const MOST_CURVES = 12;
const LABEL_PITCH = 16;
const SAMPLE = 18;

const WRITERS = { seconds, share: percent, count: short, number: short, persecond: perSecond, usd: dollars };

/** How a value of an axis is written in full. */
function written(axis, value) {
  return (WRITERS[axis.unit] ?? short)(value);
}

/** The class of a colour: eight of them, then again dashed, then lighter. */
function colourClass(index) {
  const turn = Math.floor(index / 8) % 3;
  return `c${index % 8}${turn === 1 ? " dashed" : turn === 2 ? " lighter" : ""}`;
}

/** Curves that lie on one another are drawn once. */
function withoutTwins(series) {
  const kept = new Map();
  for (const one of series) {
    const key = (one.faint ? "faint" : "") + one.points.map((p) => `${p.x} ${p.y}`).join();
    if (kept.has(key)) kept.get(key).alike.push(one.name);
    else kept.set(key, { ...one, alike: [] });
  }
  return [...kept.values()].map((one) => ({
    ...one,
    name: one.alike.length > 0 ? `${one.name} (and ${one.alike.length} alike)` : one.name,
    names: one.alike.length > 0 ? [one.name, ...one.alike].join("\n") : one.name,
  }));
}

/** A chart: heading, panels, note, and the rows behind it as a table. */
function figure({ id, title, subtitle = "", note = "", panels, rows, wide = false }) {
  const legendEntries = panels.find((panel) => panel.series)?.series.filter((one) => !one.faint) ?? [];
  const plots = h("div", { class: "plots" });
  const element = h(
    "figure",
    { class: `chart${wide ? " wide" : ""}`, id: `chart-${id}`, "data-chart": id },
    h(
      "figcaption",
      {},
      h("h3", { id: `chart-${id}-title` }, title),
      subtitle && h("p", { class: "sub", dir: "auto" }, subtitle),
    ),
    plots,
    note && h("p", { class: "note" }, note),
    tableOf(rows, id),
  );
  if (legendEntries.length > 1 || (panels[0].dots && legendEntries[0].name !== ""))
    plots.before(legend(legendEntries));
  const sharing = panels
    .filter((panel) => panel.sharesX)
    .flatMap((panel) => panel.series.flatMap((one) => one.points.map((p) => p.x)));
  panels.forEach((panel) => {
    if (panel.sharesX) panel.xs = sharing;
  });
  panels.forEach((panel, at) => {
    const plot = h("div", { class: "plot" });
    plots.append(plot);
    const last = at === panels.length - 1;
    onWidth(plot, (width) => {
      plot.replaceChildren(
        ...(panel.dots
          ? [dotPlot(panel, width, title)]
          : linePlot(panel, width, { title, panels, foot: last || !panel.sharesX, figure: element })),
      );
    });
  });
  return element;
}

function legend(series) {
  return h(
    "ul",
    { class: "legend", "aria-hidden": "true" },
    series.map((one) => h("li", { title: one.names }, swatch(one), bdi(one.name))),
  );
}

function swatch({ colour, dashed }) {
  return s(
    "svg",
    {
      class: `swatch ${colourClass(colour)}${dashed ? " dashed" : ""}`,
      viewBox: "0 0 22 10",
      width: 22,
      height: 10,
      "aria-hidden": "true",
    },
    s("path", { class: "line", d: "M1 5H21" }),
  );
}

/** The rows of a chart, made when they are asked for. */
function tableOf(rows, id) {
  const most = 2000;
  const details = h("details", { class: "rows" }, h("summary", {}, "Show as table"));
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("table")) return;
    const columns = Object.keys(rows[0] ?? {}).filter(
      (name) => name !== "table" && name !== "line" && name !== "scenario",
    );
    const shown = rows.slice(0, most);
    details.append(
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows of the table" },
        h(
          "table",
          { id: `rows-${id}` },
          h(
            "caption",
            {},
            rows.length === 0
              ? "No rows."
              : `Rows of ${[...new Set(rows.map((row) => row.table))].join(", ")}` +
                  (rows.length > most
                    ? `, the first ${grouped(most)} of ${grouped(rows.length)}; all are in the file.`
                    : "."),
          ),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              columns.map((name) => h("th", { scope: "col" }, name)),
            ),
          ),
          h(
            "tbody",
            {},
            shown.map((row) =>
              h(
                "tr",
                { "data-csv": row.table, "data-row": row.line },
                columns.map((name) => h("td", {}, bdi(row[name] ?? ""))),
              ),
            ),
          ),
        ),
      ),
    );
  });
  return details;
}
