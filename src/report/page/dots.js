// Dots as SVG: a row for each label.

/** A horizontal dot plot: a row per label, its groups' dots with their intervals. */
function dotPlot({ dots, x }, width, title) {
  const labels = [...new Set(dots.flatMap((group) => group.rows.map((row) => row.label)))];
  const widest = Math.max(...labels.map((label) => textWidth(label)));
  const left = Math.ceil(Math.min(widest, width * 0.42)) + 12;
  const alone = dots.length === 1;
  const valueRoom = alone ? Math.max(...dots[0].rows.map((row) => textWidth(written(x, row.value)))) + 8 : 0;
  const right = width - 12 - Math.ceil(valueRoom);
  const values = dots
    .flatMap((group) => group.rows.flatMap((row) => [row.value, row.lo, row.hi]))
    .filter((v) => v !== null);
  const scale = new Scale({ ...x, range: null }, values.concat(x.kind === "log" ? [] : [0]));
  // A row is as high as it has dots.
  const inRow = labels.map((label) => dots.filter((group) => group.rows.some((row) => row.label === label)));
  const heights = inRow.map((groups) => Math.max(24, 11 * groups.length + 8));
  const frame = { top: 24, left, right, bottom: 30 + heights.reduce((sum, height) => sum + height, 0) };
  let top = frame.top + 3;
  const px = (v) => left + scale.at(v) * (right - left);
  const svg = s("svg", {
    class: "plot-svg",
    viewBox: `0 0 ${width} ${frame.bottom + 26}`,
    width,
    height: frame.bottom + 26,
    role: "img",
    "aria-label": `${title}. ${x.label}. ${dots.map((group) => group.rows.map((row) => `${row.label} ${group.name}: ${written(x, row.value)}`).join("; ")).join("; ")}`,
  });
  svg.append(s("text", { class: "axis-title", x: 0, y: 11 }, fitted(x.label, width, 12, true)));
  for (const tick of scale.ticks(right - left, (text) => textWidth(text) + 16)) {
    const at = left + tick.at * (right - left);
    svg.append(s("path", { class: tick.major ? "grid" : "grid minor", d: `M${at} ${frame.top}V${frame.bottom}` }));
    svg.append(tickText(tick.label, at, frame.bottom + 17, width));
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
      if (x.bars) part.append(s("path", { class: "bar", d: `M${px(0)} ${y}H${px(row.value)}` }));
      if (row.lo !== null) part.append(s("path", { class: "whisker", d: `M${px(row.lo)} ${y}H${px(row.hi)}` }));
      part.append(
        s(
          "circle",
          { class: "dot big", cx: px(row.value), cy: y, r: 4.5 },
          s(
            "title",
            {},
            `${label}${group.name ? `, ${group.name}` : ""}: ${withInterval(row.value, row.lo, row.hi, WRITERS[x.unit])}`,
          ),
        ),
      );
      if (alone) {
        const end = Math.max(px(row.hi ?? row.value), px(row.value) + 5) + 7;
        part.append(s("text", { class: "value", x: end, y: y + 4 }, written(x, row.value)));
      }
      svg.append(part);
    });
  });
  return svg;
}
