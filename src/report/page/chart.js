// Curves and dots as SVG: decade grid, direct labels, intervals as bands, a cross-hair that reads the nearest rows.

/** More curves in one chart are not told apart. */
const MOST_CURVES = 12;
const LABEL_PITCH = 16;
const SAMPLE = 18;

const WRITERS = { seconds, share: percent, count: short, number: short, persecond: perSecond };

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
    if (kept.has(key)) kept.get(key).alike += 1;
    else kept.set(key, { ...one, alike: 0 });
  }
  return [...kept.values()].map((one) => ({ ...one, name: one.alike ? `${one.name} (and ${one.alike} alike)` : one.name }));
}

/** A chart: heading, panels, note, and the rows behind it as a table. */
function figure({ id, title, subtitle = "", note = "", panels, rows, wide = false }) {
  const legendEntries = panels.find((panel) => panel.series)?.series.filter((one) => !one.faint) ?? [];
  const plots = h("div", { class: "plots" });
  const element = h("figure", { class: `chart${wide ? " wide" : ""}`, id: `chart-${id}`, "data-chart": id },
    h("figcaption", {},
      h("h3", { id: `chart-${id}-title` }, title),
      subtitle && h("p", { class: "sub", dir: "auto" }, subtitle)),
    plots,
    note && h("p", { class: "note" }, note),
    tableOf(rows, id));
  if (legendEntries.length > 1) plots.before(legend(legendEntries));
  const sharing = panels.filter((panel) => panel.sharesX).flatMap((panel) => panel.series.flatMap((one) => one.points.map((p) => p.x)));
  panels.forEach((panel) => { if (panel.sharesX) panel.xs = sharing; });
  const lefts = panels.filter((panel) => panel.sharesX).map((panel) => leftOf(extent(panel).y, 150));
  const names = panels.filter((panel) => panel.sharesX).flatMap((panel) => panel.series.filter((one) => !one.faint).map((one) => textWidth(one.name, 12, true)));
  panels.forEach((panel) => { panel.widest = panel.sharesX ? Math.max(0, ...names) : 0; });
  panels.forEach((panel) => { panel.left = panel.sharesX ? Math.max(...lefts) : 0; });
  panels.forEach((panel, at) => {
    const plot = h("div", { class: "plot" });
    plots.append(plot);
    const last = at === panels.length - 1;
    const several = panels.length > 1;
    onWidth(plot, (width) => {
      plot.replaceChildren(...(panel.dots
        ? [dotPlot(panel, width, title)]
        : linePlot(panel, width, { title, several, foot: last || !panel.sharesX, figure: element })));
    });
  });
  return element;
}

function legend(series) {
  return h("ul", { class: "legend", "aria-hidden": "true" }, series.map((one) =>
    h("li", {}, swatch(one), bdi(one.name))));
}

function swatch({ colour, dashed }) {
  return s("svg", { class: `swatch ${colourClass(colour)}${dashed ? " dashed" : ""}`, viewBox: "0 0 22 10", width: 22, height: 10, "aria-hidden": "true" },
    s("path", { class: "line", d: "M1 5H21" }));
}

/** The rows of a chart, made when they are asked for. */
function tableOf(rows, id) {
  const most = 2000;
  const details = h("details", { class: "rows" }, h("summary", {}, "Show as table"));
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("table")) return;
    const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== "table" && name !== "line" && name !== "scenario");
    const shown = rows.slice(0, most);
    details.append(h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows of the table" },
      h("table", { id: `rows-${id}` },
        h("caption", {}, rows.length === 0 ? "No rows." : `Rows of ${[...new Set(rows.map((row) => row.table))].join(", ")}`
          + (rows.length > most ? `, the first ${grouped(most)} of ${grouped(rows.length)}; all are in the file.` : ".")),
        h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, shown.map((row) => h("tr", { "data-csv": row.table, "data-row": row.line },
          columns.map((name) => h("td", {}, bdi(row[name] ?? "")))))))));
  });
  return details;
}

/** The values that a panel's axes have to hold. */
function extent({ series, x, y, xs }) {
  const points = series.flatMap((one) => one.points);
  const ends = points.flatMap((p) => [p.lo, p.hi]).filter((v) => v !== null && v !== undefined);
  return {
    x: new Scale({ ends: "tight", ...x }, xs ?? points.map((p) => p.x)),
    y: new Scale(y, points.map((p) => p.y).concat(y.kind === "log" ? ends.filter((v) => v > 0) : ends)),
  };
}

/** A panel of curves: the SVG, and the box in which the cross-hair tells what it reads. */
function linePlot(panel, width, { title, several, foot, figure: whole }) {
  const shown = panel.series.filter((one) => one.points.length > 0);
  const scale = extent(panel);
  const direct = width >= 520 && shown.filter((one) => !one.faint).length > 1;
  whole.classList.toggle("direct", direct);
  const names = direct ? shown.filter((one) => !one.faint).length : 0;
  const plotHeight = Math.max(several ? 150 : width < 520 ? 210 : 250, (names - 1) * LABEL_PITCH - 10);
  const frame = { top: 24, left: 0, right: 0, bottom: 0 };
  frame.bottom = frame.top + plotHeight;
  const yTicks = scale.y.ticks(plotHeight, () => 20);
  frame.left = Math.max(panel.left ?? 0, leftOf(scale.y, plotHeight));
  const widest = Math.max(panel.widest ?? 0, ...shown.filter((one) => !one.faint).map((one) => textWidth(one.name, 12, true)));
  const labelRoom = Math.min(widest, width * 0.26);
  frame.right = width - (direct ? Math.ceil(labelRoom) + SAMPLE + 16 : 10);
  const height = frame.bottom + (foot ? 40 : 10);
  const px = (v) => frame.left + scale.x.at(v) * (frame.right - frame.left);
  const py = (v) => frame.bottom - scale.y.at(v) * plotHeight;
  const svg = s("svg", {
    class: "plot-svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", tabindex: 0,
    "aria-label": inWords(title, panel, shown),
  });
  svg.append(s("text", { class: "axis-title", x: 0, y: 11 }, fitted(panel.y.label, width, 12, true)));
  drawBands(svg, panel, px, frame, scale.x);
  drawGrid(svg, { scale, frame, yTicks, foot, label: panel.x.label, broken: scale.x.zero });
  const paths = s("g", {});
  for (const one of [...shown].sort((a, b) => Boolean(b.faint) - Boolean(a.faint))) {
    const points = one.points.map((p) => ({ ...p, px: px(p.x), py: py(p.y) }));
    drawCurve(paths, one, points, py);
    one.drawn = points;
  }
  svg.append(paths);
  if (direct) drawLabels(svg, shown.filter((one) => !one.faint), frame, labelRoom);
  const readout = h("div", { class: "readout", hidden: true });
  crossHair(svg, { shown, frame, panel, readout, width });
  return [svg, readout];
}

/** What the labels of a vertical axis take. */
function leftOf(scale, height) {
  return Math.ceil(Math.max(0, ...scale.ticks(height, () => 20).map((tick) => textWidth(tick.label)))) + 10;
}

function drawGrid(svg, { scale, frame, yTicks, foot, label, broken }) {
  for (const tick of yTicks) {
    const y = frame.bottom - tick.at * (frame.bottom - frame.top);
    svg.append(s("path", { class: tick.major ? "grid" : "grid minor", d: `M${frame.left} ${y}H${frame.right}` }));
    svg.append(s("text", { class: "tick end", x: frame.left - 7, y: y + 4 }, tick.label));
  }
  const length = frame.right - frame.left;
  for (const tick of scale.x.ticks(length, (text) => textWidth(text) + 16)) {
    const x = frame.left + tick.at * length;
    svg.append(s("path", { class: tick.major ? "grid" : "grid minor", d: `M${x} ${frame.top}V${frame.bottom}` }));
    if (!foot || tick.label === "") continue;
    svg.append(s("path", { class: "axis", d: `M${x} ${frame.bottom}v4` }));
    svg.append(s("text", { class: "tick middle", x, y: frame.bottom + 18 }, tick.label));
  }
  svg.append(s("path", { class: "axis", d: `M${frame.left} ${frame.bottom}H${frame.right}` }));
  if (broken) {
    const x = frame.left + ((GAP / 2) / (scale.x.high - scale.x.low)) * length;
    svg.append(s("path", { class: "gap", d: `M${x - 3} ${frame.bottom}h6` }));
    svg.append(s("path", { class: "axis", d: `M${x - 5} ${frame.bottom + 5}l4 -10M${x + 1} ${frame.bottom + 5}l4 -10` }));
  }
  if (foot) {
    const roomy = textWidth(label, 12, true) <= length;
    svg.append(s("text", { class: `axis-title ${roomy ? "middle" : "end"}`, x: roomy ? (frame.left + frame.right) / 2 : frame.right, y: frame.bottom + 36 },
      fitted(label, frame.right, 12, true)));
  }
}

/** Times in which something was out of order, and the warm-up. */
function drawBands(svg, { bands = [] }, px, frame, scale) {
  let labelled = -Infinity;
  for (const band of bands) {
    const clip = (v) => Math.min(Math.max(scale.at(v), 0), 1) * (frame.right - frame.left) + frame.left;
    const [from, to] = [clip(band.from), clip(band.to)];
    if (to <= from) continue;
    svg.append(s("rect", { class: `band ${band.kind}`, x: from, y: frame.top, width: Math.max(to - from, 1.5), height: frame.bottom - frame.top }));
    const end = from + textWidth(band.label, 11) + 8;
    const fits = end <= to || (band.kind === "fault" && end <= frame.right);
    if (from >= labelled && fits) {
      svg.append(s("text", { class: "band-label", x: from + 4, y: frame.top + 12 }, band.label));
      labelled = Math.max(end, to);
    }
  }
}

function drawCurve(group, one, points, py) {
  const faint = one.faint ? " faint" : "";
  const strong = one.strong ? " strong" : "";
  const part = s("g", { class: `series ${colourClass(one.colour)}${faint}${strong}${one.dashed ? " dashed" : ""}`, "data-series": one.name });
  const banded = points.filter((p) => p.lo !== null && p.lo !== undefined);
  if (!one.faint && banded.length > 1 && !one.dotted) {
    // A step holds until the next point, its band too.
    const held = one.step ? banded.flatMap((p, i) => (i > 0 ? [{ ...banded[i - 1], px: p.px }, p] : [p])) : banded;
    const up = held.map((p) => `${p.px.toFixed(1)} ${py(p.hi).toFixed(1)}`);
    const down = held.map((p) => `${p.px.toFixed(1)} ${py(p.lo).toFixed(1)}`).reverse();
    part.append(s("path", { class: "interval-band", d: `M${up.concat(down).join("L")}Z` }));
  }
  if (one.dotted) {
    points.forEach((p) => part.append(s("circle", { class: "dot", cx: p.px, cy: p.py, r: 2.2 })));
  } else {
    let d = "";
    points.forEach((p, i) => {
      const [x, y] = [p.px.toFixed(1), p.py.toFixed(1)];
      d += i === 0 ? `M${x} ${y}` : one.step ? `H${x}V${y}` : `L${x} ${y}`;
    });
    part.append(s("path", { class: "line", d }));
    if (points.length === 1) part.append(s("circle", { class: "dot", cx: points[0].px, cy: points[0].py, r: 3 }));
  }
  group.append(part);
}

/** Names in the right margin, in the order in which the curves end, moved apart as little as possible. */
function drawLabels(svg, shown, frame, room) {
  const mean = (points) => points.reduce((sum, p) => sum + p.py, 0) / points.length;
  const ends = shown.map((one) => ({ one, end: one.drawn[one.drawn.length - 1] }))
    .sort((a, b) => a.end.py - b.end.py || mean(a.one.drawn) - mean(b.one.drawn));
  const places = spreadOut(ends.map(({ end }) => end.py), LABEL_PITCH, frame.top - 6, frame.bottom + 6);
  ends.forEach(({ one, end }, i) => {
    const y = places[i];
    const part = s("g", { class: `${colourClass(one.colour)}${one.dashed ? " dashed" : ""}` });
    const left = frame.right + 10;
    if (one.dotted) [1, 7, 13].forEach((dx) => part.append(s("circle", { class: "dot", cx: left + dx, cy: y, r: 2.2 })));
    else part.append(s("path", { class: "line", d: `M${left} ${y}h${SAMPLE - 3}` }));
    part.append(s("path", { class: "leader", d: `M${end.px + 2} ${end.py}L${frame.right + 2} ${end.py}L${frame.right + 9} ${y}` }));
    part.append(s("text", { class: "label", x: left + SAMPLE + 2, y: y + 4 }, fitted(one.name, room, 12, true)));
    svg.append(part);
  });
}

/** Places as near as possible to those wanted (ascending), `pitch` apart, between `low` and `high`. */
function spreadOut(wanted, pitch, low, high) {
  const room = (wanted.length - 1) * pitch;
  if (room > high - low) {
    const tight = (high - low) / Math.max(wanted.length - 1, 1);
    return wanted.map((_, i) => low + i * tight);
  }
  const centred = (first, count) => Math.max(Math.min(first, high - (count - 1) * pitch), low);
  const blocks = [];
  for (const want of wanted) {
    let block = { first: centred(want, 1), count: 1 };
    while (blocks.length > 0) {
      const above = blocks[blocks.length - 1];
      if (above.first + above.count * pitch <= block.first) break;
      blocks.pop();
      const count = above.count + block.count;
      const first = (above.first * above.count + (block.first - above.count * pitch) * block.count) / count;
      block = { first: centred(first, count), count };
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => Array.from({ length: block.count }, (_, i) => block.first + i * pitch));
}

/** What a chart shows, for who does not see it. */
function inWords(title, panel, shown) {
  const parts = shown.filter((one) => !one.faint).map((one) => {
    const last = one.points[one.points.length - 1];
    const first = one.points[0];
    const at = (p) => `${written(panel.y, p.y)} at ${written(panel.x, p.x)}`;
    return `${one.name || "the curve"}: from ${at(first)} to ${at(last)}`;
  });
  return `${title}. ${panel.y.label}, by ${panel.x.label.toLowerCase()}. ${parts.join("; ")}. Arrow keys read the values.`;
}

/** Follows the pointer or the arrow keys and tells the nearest row of each curve. */
function crossHair(svg, { shown, frame, panel, readout, width }) {
  const curves = shown.filter((one) => one.drawn.length > 0);
  const stops = [...new Set(curves.flatMap((one) => one.drawn.map((p) => p.px)))].sort((a, b) => a - b);
  if (stops.length === 0) return;
  const layer = s("g", { class: "cross-hair" });
  const area = s("rect", { class: "catch", x: frame.left, y: frame.top, width: Math.max(frame.right - frame.left, 1), height: frame.bottom - frame.top });
  svg.append(layer, area);
  let at = null;
  const show = (index, pointerY = null) => {
    at = index;
    const x = stops[index];
    const near = curves.map((one) => {
      const away = (p) => Math.abs(p.px - x) * 1000 + (pointerY === null ? 0 : Math.abs(p.py - pointerY));
      return { one, p: one.drawn.reduce((best, p) => (away(p) <= away(best) ? p : best)) };
    });
    layer.replaceChildren(s("path", { d: `M${x} ${frame.top}V${frame.bottom}` }),
      ...near.map(({ one, p }) => s("circle", { class: colourClass(one.colour), cx: p.px, cy: p.py, r: one.faint ? 3 : 4 })));
    readout.replaceChildren(...readings(near, panel));
    readout.hidden = false;
    const box = Math.min(readout.offsetWidth, width);
    const left = x + 14 + box <= width ? x + 14 : Math.max(x - 14 - box, 0);
    readout.style.transform = `translate(${left}px, ${frame.top + 4}px)`;
  };
  const hide = () => {
    at = null;
    layer.replaceChildren();
    readout.hidden = true;
  };
  const nearest = (x) => stops.reduce((best, stop, i) => (Math.abs(stop - x) < Math.abs(stops[best] - x) ? i : best), 0);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const scale = width / box.width;
    show(nearest((event.clientX - box.left) * scale), (event.clientY - box.top) * scale);
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const last = stops.length - 1;
    const stride = Math.max(Math.round(stops.length / 40), 1);
    const moves = {
      ArrowRight: () => Math.min((at ?? -stride) + stride, last), ArrowLeft: () => Math.max((at ?? last + stride) - stride, 0),
      Home: () => 0, End: () => last,
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    show(moves[event.key]());
    announce(readout.innerText);
  });
}

/** A line for each curve: its name, its value with the interval, and where. */
function readings(near, panel) {
  const same = near.every(({ p }) => p.x === near[0].p.x);
  const interval = (p) => (p.lo === null || p.lo === undefined ? "" : ` (${written(panel.y, p.lo)} to ${written(panel.y, p.hi)})`);
  const exact = ({ row, column }) => (row ? cellNumber(row, column, row[column]) : "");
  return [
    same && h("p", { class: "at" }, written(panel.x, near[0].p.x)),
    h("table", {}, h("tbody", {}, near.map(({ one, p }) => h("tr", { class: one.faint ? "faint" : null },
      h("td", {}, swatch(one)),
      h("th", { scope: "row" }, bdi(fitted(one.name, 200))),
      h("td", {}, h("b", {}, written(panel.y, p.y)), interval(p)),
      !same && h("td", {}, `at ${written(panel.x, p.x)}`),
      h("td", { class: "exact" }, exact(p)))))),
  ].filter(Boolean);
}

/** A horizontal dot plot: a row per label, its groups' dots with their intervals. */
function dotPlot({ dots, x }, width, title) {
  const labels = [...new Set(dots.flatMap((group) => group.rows.map((row) => row.label)))];
  const widest = Math.max(...labels.map((label) => textWidth(label)));
  const left = Math.ceil(Math.min(widest, width * 0.42)) + 12;
  const right = width - 12;
  const values = dots.flatMap((group) => group.rows.flatMap((row) => [row.value, row.lo, row.hi])).filter((v) => v !== null);
  const scale = new Scale({ ...x, range: null }, values.concat(x.kind === "log" ? [] : [0]));
  // A row is as high as it has dots.
  const inRow = labels.map((label) => dots.filter((group) => group.rows.some((row) => row.label === label)));
  const heights = inRow.map((groups) => Math.max(24, 11 * groups.length + 8));
  const frame = { top: 24, left, right, bottom: 30 + heights.reduce((sum, height) => sum + height, 0) };
  let top = frame.top + 3;
  const px = (v) => left + scale.at(v) * (right - left);
  const svg = s("svg", {
    class: "plot-svg", viewBox: `0 0 ${width} ${frame.bottom + 26}`, width, height: frame.bottom + 26, role: "img",
    "aria-label": `${title}. ${x.label}. ${dots.map((group) => group.rows.map((row) => `${row.label} ${group.name}: ${written(x, row.value)}`).join("; ")).join("; ")}`,
  });
  svg.append(s("text", { class: "axis-title", x: 0, y: 11 }, fitted(x.label, width, 12, true)));
  for (const tick of scale.ticks(right - left, (text) => textWidth(text) + 16)) {
    const at = left + tick.at * (right - left);
    svg.append(s("path", { class: tick.major ? "grid" : "grid minor", d: `M${at} ${frame.top}V${frame.bottom}` }));
    svg.append(s("text", { class: `tick ${at > right - 16 ? "end" : "middle"}`, x: at > right - 16 ? right + 10 : at, y: frame.bottom + 17 }, tick.label));
  }
  svg.append(s("path", { class: "axis", d: `M${left} ${frame.bottom}H${right}` }));
  labels.forEach((label, at) => {
    const middle = top + heights[at] / 2;
    top += heights[at];
    svg.append(s("text", { class: "row-label end", x: left - 10, y: middle + 4 }, fitted(label, left - 10)));
    svg.append(s("path", { class: "grid minor", d: `M${left} ${middle}H${right}` }));
    inRow[at].forEach((group, i) => {
      const row = group.rows.find((row) => row.label === label);
      const y = middle + (i - (inRow[at].length - 1) / 2) * 11;
      const part = s("g", { class: `series ${colourClass(group.colour)}${group.faint ? " faint" : ""}` });
      if (row.lo !== null) part.append(s("path", { class: "whisker", d: `M${px(row.lo)} ${y}H${px(row.hi)}` }));
      part.append(s("circle", { class: "dot big", cx: px(row.value), cy: y, r: 4.5 },
        s("title", {}, `${label}${group.name ? `, ${group.name}` : ""}: ${withInterval(row.value, row.lo, row.hi, WRITERS[x.unit])}`)));
      if (dots.length === 1) {
        const text = written(x, row.value);
        const end = Math.max(px(row.hi ?? row.value), px(row.value) + 5) + 7;
        const fits = end + textWidth(text) <= right;
        const start = Math.min(px(row.lo ?? row.value), px(row.value) - 5) - 7;
        part.append(s("text", { class: fits ? "value" : "value end", x: fits ? end : start, y: y + 4 }, text));
      }
      svg.append(part);
    });
  });
  return svg;
}
