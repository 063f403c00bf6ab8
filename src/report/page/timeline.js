// The time after a write's commit: where it lies under the playhead, and how fast it passes.

/** Simulated seconds a second, and how that is called. */
const SPEEDS = [
  [0.001, "1 ms"],
  [0.01, "10 ms"],
  [0.1, "100 ms"],
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
];
const STEPS = 1000;

/** A point of simulated time, to the millisecond. */
function clock(cell) {
  return `${num(cell).toFixed(3)} s`;
}

/** Where times lie on the slider: evenly, or by powers of ten where they span many. */
class TimeLine {
  constructor(turns) {
    const later = turns.filter((t) => t > 0);
    this.end = Math.max(...later, 1e-3) * 1.04;
    this.first = Math.min(...later, this.end);
    this.bent = this.end / this.first > 40;
  }

  place(t) {
    if (!this.bent) return t / this.end;
    const low = Math.log10(this.first) - 0.5;
    return t <= 0 ? 0 : Math.max((Math.log10(t) - low) / (Math.log10(this.end) - low), 0);
  }

  time(place) {
    if (!this.bent) return place * this.end;
    const low = Math.log10(this.first) - 0.5;
    return place <= 0 ? 0 : 10 ** (low + place * (Math.log10(this.end) - low));
  }
}

/** Round times to write under the slider: all of them or none between two. */
function timesBelow(line) {
  if (!line.bent) {
    const step = roundStep("seconds", line.end / 5);
    return Array.from({ length: Math.floor(line.end / step + 1e-9) }, (_, i) => (i + 1) * step);
  }
  const decades = divisions("seconds", Math.log10(line.first) - 0.2, Math.log10(line.end)).filter((d) => d.rank === 0);
  const times = decades.map((d) => d.value).filter((t) => line.place(t) > 0.08);
  const every = (stride) => times.filter((_, i) => i % stride === 0);
  const roomy = (some) => some.every((t, i) => i === 0 || line.place(t) - line.place(some[i - 1]) > 0.09);
  const stride = times.findIndex((_, i) => roomy(every(i + 1))) + 1;
  return every(Math.max(stride, 1));
}

/** The axis under the slider. */
function timeLabels(line) {
  return [0, ...timesBelow(line)].map((t) => {
    const at = line.place(t);
    const label = h("span", { class: at > 0.96 ? "last" : null }, t === 0 ? "commit" : seconds(t));
    label.style.left = `${at * 100}%`;
    return label;
  });
}
