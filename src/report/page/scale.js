// Axes: from values to distances, and where they are divided. The rules are those of src/report/chart.

const TIMES = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
  [1e-9, "ns"],
];

/** Twelve significant digits without zeros at the end. */
function digits(value) {
  return Number(value.toPrecision(12)).toString().replace("-", "−");
}

/** A value on its own, as on a logarithmic axis. */
function axisValue(unit, value) {
  if (unit === "seconds") {
    const [size, name] = TIMES.find(([size]) => Math.abs(value) >= size * (1 - 1e-9)) ?? TIMES[6];
    return `${digits(value / size)} ${name}`;
  }
  if (unit === "share") return `${digits(value * 100)} %`;
  if (unit === "persecond") return `${axisValue("number", value)} /s`;
  for (const [size, name] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ]) {
    if (Math.abs(value) >= size) return `${digits(value / size)} ${name}`;
  }
  return digits(value);
}

/** A multiple of a step on a linear axis: all ticks are in one unit. */
function multiple(unit, value, step, most) {
  if (unit !== "seconds") return axisValue(unit, value);
  if (value === 0) return "0";
  const suits = ([size]) => {
    const tenths = (step / size) * 10;
    return size <= most * (1 + 1e-9) && Math.abs(tenths - Math.round(tenths)) < 1e-6 && tenths > 0.5;
  };
  const [size, name] = TIMES.find(suits) ?? TIMES[6];
  return `${digits(value / size)} ${name}`;
}

const ROUND_TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The smallest round step that is not below `least`. */
function roundStep(unit, least) {
  const enough = (step) => step >= least * (1 - 1e-9);
  if (unit === "seconds" && least > 0.5) {
    return ROUND_TIMES.find(enough) ?? 86400 * roundStep("number", least / 86400);
  }
  const decade = 10 ** Math.floor(Math.log10(Math.max(least, 1e-300)));
  const step = [1, 2, 5, 10].map((m) => m * decade).find(enough) ?? 10 * decade;
  return unit === "count" ? Math.max(step, 1) : step;
}

/** −log10(1 − p): 0 %, 90 %, 99 %, 99.9 % at equal distances. */
function nines(share) {
  return -Math.log1p(-Math.min(Math.max(share, 0), 1 - 1e-15)) / Math.LN10;
}

/** Between the last real value and the place of its own for zero, or for 100 %. */
const GAP = 0.4;

/** An axis fitted to values. `kind` is linear, log or nines; `ends` is round or tight. */
class Scale {
  constructor({ kind = "linear", unit = "number", range = null, ends = "round" }, values) {
    this.kind = kind;
    this.unit = unit;
    const usable = values.filter(Number.isFinite);
    this.zero = kind === "log" && usable.some((v) => v <= 0);
    this.one = kind === "nines" && usable.some((v) => v >= 1);
    const fit = { linear: fitLinear, log: fitLog, nines: fitNines }[kind];
    [this.low, this.high] = fit(this, usable, range, ends);
  }

  /** 0 at the lower end, 1 at the upper. */
  at(value) {
    let stretched = value;
    if (this.kind === "log") stretched = value <= 0 ? this.low : Math.log10(value);
    if (this.kind === "nines") stretched = value >= 1 ? this.high : nines(value);
    return (stretched - this.low) / (this.high - this.low);
  }

  /** Ticks for an axis of that length; `room` is what a label takes along it. */
  ticks(length, room) {
    return { linear: linearTicks, log: logTicks, nines: ninesTicks }[this.kind](this, length, room);
  }
}

function fitLinear(scale, values, range, ends) {
  if (range) return range;
  if (values.length === 0) return [0, 1];
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (high - low <= 1e-9 * Math.max(Math.abs(high), Math.abs(low))) {
    [low, high] = high > 0 ? [0, 1.25 * high] : high < 0 ? [1.25 * high, 0] : [0, 1];
  } else if (low > 0 && low < 0.7 * high) {
    low = 0;
  }
  const step = roundStep(scale.unit, (high - low) / 5);
  if (ends === "tight") return [low, high];
  const floor = Math.floor(low / step + 1e-9) * step;
  const ceiling = Math.ceil(high / step - 1e-9) * step;
  return [floor, scale.unit === "share" && high <= 1 ? Math.min(ceiling, 1) : ceiling];
}

/** The largest of 1, 2, 5, 10, … that is not above, in log10. */
function mantissaBelow(log) {
  const decade = Math.floor(log + 1e-9);
  const rest = log + 1e-9 - decade;
  return decade + [Math.log10(5), Math.log10(2), 0].find((m) => m <= rest);
}

function fitLog(scale, values) {
  const positive = values.filter((v) => v > 0);
  if (positive.length === 0) return [-3 - GAP, 0];
  let low = Math.log10(Math.min(...positive));
  let high = Math.log10(Math.max(...positive));
  if (high - low < 0.5) [low, high] = [low - 0.05, high + 0.05];
  else [low, high] = [mantissaBelow(low), -mantissaBelow(-high)];
  return [scale.zero ? low - GAP : low, high];
}

function fitNines(scale, values) {
  const below = values.filter((v) => v < 1);
  if (below.length === 0) return [0, 3 + GAP];
  const least = Math.min(...below);
  const low = least >= 0.9 ? Math.floor(nines(least) + 1e-9) : 0;
  const high = Math.max(nines(Math.max(...below)), low + 1);
  return [low, scale.one ? high + GAP : high];
}

function linearTicks(scale, length, room) {
  const [low, high] = scale.kind === "log" ? [10 ** scale.low, 10 ** scale.high] : [scale.low, scale.high];
  let step = roundStep(scale.unit, (high - low) / 8);
  for (let tries = 0; tries < 9; tries += 1) {
    const ticks = [];
    const most = Math.max(Math.abs(low), Math.abs(high));
    for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i += 1) {
      ticks.push({ at: scale.at(i * step), label: multiple(scale.unit, i * step, step, most), major: true });
    }
    if (!crowded(ticks, length, room) || tries === 8) return ticks;
    step = roundStep(scale.unit, step * 1.01);
  }
  return [];
}

function crowded(ticks, length, room) {
  return ticks.some(
    (tick, i) => i > 0 && (tick.at - ticks[i - 1].at) * length < (room(tick.label) + room(ticks[i - 1].label)) / 2,
  );
}

/** Divisions of a logarithmic axis; rank 0 are decades and natural units, 1 twos and fives, 2 the rest. */
function divisions(unit, low, high) {
  const found = [];
  const decade = (start, ratio) => {
    for (let m = 1; m < 10 && m < ratio - 1e-9; m += 1) {
      found.push({ value: start * m, rank: m === 1 ? 0 : m === 2 || m === 5 ? 1 : 2 });
    }
  };
  const [first, last] = [Math.floor(low), Math.ceil(high)];
  for (let k = first; k <= (unit === "seconds" ? Math.min(last, 0) : last); k += 1) decade(10 ** k, 10);
  if (unit === "seconds") {
    [
      [10, 6],
      [60, 10],
      [600, 6],
      [3600, 10],
      [36000, 2.4],
    ].forEach(([start, ratio]) => decade(start, ratio));
    for (let k = 0; k <= Math.max(last - 4, 0); k += 1) decade(86400 * 10 ** k, 10);
  }
  const inside = ({ value }) => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9;
  return found.filter(inside);
}

/** Adds a tick; without its label if that would touch another. */
function addTick(ticks, length, room, tick) {
  const touches = (other) =>
    other.label !== "" && Math.abs(other.at - tick.at) * length < (room(other.label) + room(tick.label)) / 2;
  ticks.push(tick.label !== "" && ticks.some(touches) ? { ...tick, label: "" } : tick);
}

function logTicks(scale, length, room) {
  const low = scale.zero ? scale.low + GAP : scale.low;
  const all = divisions(scale.unit, low, scale.high);
  const decades = all.filter((d) => d.rank === 0);
  const ticks = scale.zero ? [{ at: 0, label: "0", major: true }] : [];
  const label = (d) => axisValue(scale.unit, d.value);
  const placed = decades.map((d) => ({ at: scale.at(d.value), label: label(d) }));
  let stride = 1;
  while (
    stride < placed.length &&
    crowded(
      placed.filter((_, i) => i % stride === 0),
      length,
      room,
    )
  )
    stride += 1;
  decades.forEach((d, i) =>
    addTick(ticks, length, room, { at: scale.at(d.value), label: i % stride === 0 ? label(d) : "", major: true }),
  );
  for (const rank of [1, 2]) {
    const lower = all.filter((d) => d.rank < rank).length;
    const labelled = rank === 1 ? decades.length <= 2 : lower === 0;
    for (const d of all.filter((d) => d.rank === rank && (scale.high - low < 12 || labelled))) {
      addTick(ticks, length, room, { at: scale.at(d.value), label: labelled ? label(d) : "", major: false });
    }
  }
  if (!scale.zero && ticks.filter((tick) => tick.label !== "").length < 3) return linearTicks(scale, length, room);
  return ticks.sort((a, b) => a.at - b.at);
}

function ninesTicks(scale, length, room) {
  const high = scale.one ? scale.high - GAP : scale.high;
  const at = (n) => (n - scale.low) / (scale.high - scale.low);
  const inside = (n) => n >= scale.low - 1e-9 && n <= high + 1e-9;
  const ticks = scale.one ? [{ at: 1, label: "100 %", major: true }] : [];
  const half = nines(0.5);
  const names = ["0 %", "90 %", "99 %"];
  for (let n = 0; n <= 15; n += 1) {
    const label = names[n] ?? `99.${"9".repeat(n - 2)} %`;
    if (inside(n)) addTick(ticks, length, room, { at: at(n), label, major: true });
  }
  for (let n = 0; n < 15; n += 1) {
    if (!inside(n + half)) continue;
    addTick(ticks, length, room, { at: at(n + half), label: n === 0 ? "50 %" : "", major: false });
  }
  return ticks.sort((a, b) => a.at - b.at);
}
