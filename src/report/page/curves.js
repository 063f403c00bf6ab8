// Curves as SVG: decade grid, direct labels, intervals as bands.

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
function linePlot(panel, width, { title, panels, foot, figure: whole }) {
  const shown = panel.series.filter((one) => one.points.length > 0);
  const scale = extent(panel);
  const direct = width >= 520 && panels.some((one) => namedCurves(one).length > 1);
  whole.classList.toggle("direct", direct);
  const plotHeight = heightOf(panel, width, panels.length > 1);
  const yTicks = scale.y.ticks(plotHeight, () => 20);
  const widest = Math.max(0, ...panels.flatMap(namedCurves).map((one) => textWidth(one.name, 12, true)));
  const labelRoom = Math.min(widest, Math.max(width * 0.26, 165));
  // Panels one above the other begin and end at the same places.
  const frame = {
    width,
    top: 24,
    left: Math.max(...panels.map((one) => leftOf(extent(one).y, heightOf(one, width, panels.length > 1)))),
    right: width - (direct ? Math.ceil(labelRoom) + SAMPLE + 16 : 10),
    bottom: 24 + plotHeight,
  };
  const height = frame.bottom + (foot ? 40 : 12);
  const px = (v) => frame.left + scale.x.at(v) * (frame.right - frame.left);
  const py = (v) => frame.bottom - scale.y.at(v) * plotHeight;
  const svg = s("svg", {
    class: "plot-svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    tabindex: 0,
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
  if (direct)
    drawLabels(
      svg,
      shown.filter((one) => !one.faint),
      frame,
      labelRoom,
    );
  const readout = h("div", { class: "readout", hidden: true });
  crossHair(svg, { shown, frame, panel, readout, width });
  return [svg, readout];
}

/** The curves that are told apart by name. */
function namedCurves(panel) {
  return panel.series.filter((one) => !one.faint && one.points.length > 0);
}

/** How high a panel's plot is: the names of its curves have room beside it. */
function heightOf(panel, width, several) {
  const names = width >= 520 ? namedCurves(panel).length : 0;
  return Math.max(several ? 150 : width < 520 ? 210 : 250, (names - 1) * LABEL_PITCH - 6);
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
    svg.append(tickText(tick.label, x, frame.bottom + 18, frame.width));
  }
  svg.append(s("path", { class: "axis", d: `M${frame.left} ${frame.bottom}H${frame.right}` }));
  if (broken) {
    const x = frame.left + (GAP / 2 / (scale.x.high - scale.x.low)) * length;
    svg.append(s("path", { class: "gap", d: `M${x - 3} ${frame.bottom}h6` }));
    svg.append(
      s("path", { class: "axis", d: `M${x - 5} ${frame.bottom + 5}l4 -10M${x + 1} ${frame.bottom + 5}l4 -10` }),
    );
  }
  if (foot) {
    const roomy = textWidth(label, 12, true) <= length;
    svg.append(
      s(
        "text",
        {
          class: `axis-title ${roomy ? "middle" : "end"}`,
          x: roomy ? (frame.left + frame.right) / 2 : frame.right,
          y: frame.bottom + 36,
        },
        fitted(label, frame.right, 12, true),
      ),
    );
  }
}

/** Times in which something was out of order, and the warm-up. */
function drawBands(svg, { bands = [] }, px, frame, scale) {
  let labelled = -Infinity;
  for (const band of bands) {
    const clip = (v) => Math.min(Math.max(scale.at(v), 0), 1) * (frame.right - frame.left) + frame.left;
    const [from, to] = [clip(band.from), clip(band.to)];
    if (to <= from) continue;
    svg.append(
      s("rect", {
        class: `band ${band.kind}`,
        x: from,
        y: frame.top,
        width: band.share ? to - from : Math.max(to - from, 1.5),
        height: frame.bottom - frame.top,
        "fill-opacity": band.depth,
        "data-share": band.share,
      }),
    );
    if (band.label === "") continue;
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
  const part = s("g", {
    class: `series ${colourClass(one.colour)}${faint}${strong}${one.dashed ? " dashed" : ""}`,
    "data-series": one.name,
  });
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
  const ends = shown
    .map((one) => ({ one, end: one.drawn[one.drawn.length - 1] }))
    .sort((a, b) => a.end.py - b.end.py || mean(a.one.drawn) - mean(b.one.drawn));
  const places = spreadOut(
    ends.map(({ end }) => end.py),
    LABEL_PITCH,
    frame.top - 6,
    frame.bottom,
  );
  ends.forEach(({ one, end }, i) => {
    const y = places[i];
    const part = s("g", { class: `${colourClass(one.colour)}${one.dashed ? " dashed" : ""}` });
    const left = frame.right + 10;
    if (one.dotted)
      [1, 7, 13].forEach((dx) => part.append(s("circle", { class: "dot", cx: left + dx, cy: y, r: 2.2 })));
    else part.append(s("path", { class: "line", d: `M${left} ${y}h${SAMPLE - 3}` }));
    part.append(
      s("path", {
        class: "leader",
        d: `M${end.px + 2} ${end.py}L${frame.right + 2} ${end.py}L${frame.right + 9} ${y}`,
      }),
    );
    part.append(s("text", { class: "label", x: left + SAMPLE + 2, y: y + 4 }, fitted(one.name, room, 12, true)));
    part.append(s("title", {}, one.names));
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
  const parts = shown
    .filter((one) => !one.faint)
    .map((one) => {
      const last = one.points[one.points.length - 1];
      const first = one.points[0];
      const at = (p) => `${written(panel.y, p.y)} at ${written(panel.x, p.x)}`;
      return `${one.name || "the curve"}: from ${at(first)} to ${at(last)}`;
    });
  return `${title}. ${panel.y.label}, by ${panel.x.label.toLowerCase()}. ${parts.join("; ")}. Arrow keys read the values.`;
}
