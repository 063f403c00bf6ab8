// A cross-hair over curves, that reads the nearest rows.

/** Follows the pointer or the arrow keys and tells the nearest row of each curve. */
function crossHair(svg, { shown, frame, panel, readout, width }) {
  const curves = shown.filter((one) => one.drawn.length > 0);
  const stops = [...new Set(curves.flatMap((one) => one.drawn.map((p) => p.px)))].sort((a, b) => a - b);
  if (stops.length === 0) return;
  const layer = s("g", { class: "cross-hair" });
  const area = s("rect", {
    class: "catch",
    x: frame.left,
    y: frame.top,
    width: Math.max(frame.right - frame.left, 1),
    height: frame.bottom - frame.top,
  });
  svg.append(layer, area);
  let at = null;
  const show = (index, pointerY = null) => {
    at = index;
    const x = stops[index];
    const near = curves.map((one) => {
      const away = (p) => Math.abs(p.px - x) * 1000 + (pointerY === null ? 0 : Math.abs(p.py - pointerY));
      return { one, p: one.drawn.reduce((best, p) => (away(p) <= away(best) ? p : best)) };
    });
    layer.replaceChildren(
      s("path", { d: `M${x} ${frame.top}V${frame.bottom}` }),
      ...near.map(({ one, p }) =>
        s("circle", { class: colourClass(one.colour), cx: p.px, cy: p.py, r: one.faint ? 3 : 4 }),
      ),
    );
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
  const nearest = (x) =>
    stops.reduce((best, stop, i) => (Math.abs(stop - x) < Math.abs(stops[best] - x) ? i : best), 0);
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
      ArrowRight: () => Math.min((at ?? -stride) + stride, last),
      ArrowLeft: () => Math.max((at ?? last + stride) - stride, 0),
      Home: () => 0,
      End: () => last,
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
  const interval = (p) =>
    p.lo === null || p.lo === undefined ? "" : ` (${written(panel.y, p.lo)} to ${written(panel.y, p.hi)})`;
  const exact = ({ row, column }) => (row ? cellNumber(row, column, row[column]) : "");
  return [
    same && h("p", { class: "at" }, written(panel.x, near[0].p.x)),
    h(
      "table",
      {},
      h(
        "tbody",
        {},
        near.map(({ one, p }) =>
          h(
            "tr",
            { class: one.faint ? "faint" : null },
            h("td", {}, swatch(one)),
            h("th", { scope: "row" }, bdi(fitted(one.name, 200))),
            h("td", {}, h("b", {}, written(panel.y, p.y)), interval(p)),
            !same && h("td", {}, `at ${written(panel.x, p.x)}`),
            h("td", { class: "exact" }, exact(p)),
          ),
        ),
      ),
    ),
  ].filter(Boolean);
}
