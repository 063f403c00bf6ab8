// Numbers and names as people read them: the same rules as the command line's (src/report/number.rs).

/** Three significant digits, without zeros at the end. */
function three(value) {
  const magnitude = Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9)));
  const text = value.toFixed(Math.min(Math.max(2 - magnitude, 0), 6));
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/** Two digits and an exponent. */
function small(value) {
  return value.toExponential(1).replace("e+", "e");
}

/** Seconds in the unit that fits: 1.23 ms. */
function seconds(value) {
  if (value === 0) return "0 s";
  if (value < 1e-3) return `${three(value * 1e6)} µs`;
  if (value < 1) return `${three(value * 1e3)} ms`;
  if (value < 120) return `${three(value)} s`;
  if (value < 7200) return `${three(value / 60)} min`;
  if (value < 172800) return `${three(value / 3600)} h`;
  return `${three(value / 86400)} days`;
}

/** A share in percent. */
function percent(value) {
  const p = value * 100;
  if (p === 0) return "0 %";
  if (p < 0.001) return `${small(p)} %`;
  if (p > 99.9 && p < 100) return `${p.toFixed(3)} %`;
  return `${three(p)} %`;
}

/** A plain number. */
function short(value) {
  if (value === 0) return "0";
  return Math.abs(value) < 0.001 ? small(value) : three(value);
}

/** An amount of money. */
function dollars(value) {
  return `${short(value)} USD`;
}

/** So many a second. */
function perSecond(value) {
  return `${short(value)} /s`;
}

/** A value with half of its interval, or with its bound where nothing was seen. */
function withInterval(value, lo, hi, write) {
  if (lo === null || hi === null) return write(value);
  if (value === 0 && lo === 0 && hi > 0) return `0 (< ${write(hi)})`;
  if (hi - value > 1.5 * (value - lo)) return `${write(value)} (${write(lo)} to ${write(hi)})`;
  const text = write(value);
  const half = write(Math.max(hi - value, value - lo));
  if (half === "0" || half.startsWith("0 ")) return text;
  const cut = (words) => [words.slice(0, words.lastIndexOf(" ")), words.slice(words.lastIndexOf(" ") + 1)];
  if (text.includes(" ") && half.includes(" ") && cut(text)[1] === cut(half)[1]) {
    return `${cut(text)[0]} ± ${cut(half)[0]} ${cut(half)[1]}`;
  }
  return `${text} ± ${half}`;
}

/** An interval in words; what is said where there is none. */
function intervalInWords(value, lo, hi, write) {
  if (lo === null || hi === null) return "no interval";
  if (value === 0 && lo === 0 && hi > 0) return `none seen; below ${write(hi)} at 95 %`;
  if (lo === hi) return "the same in every trial";
  return `95 % interval ${write(lo)} to ${write(hi)}`;
}

/** A share other than 0 in words, such as "38 of 100 reads were". */
function shareInWords(rate) {
  if (rate >= 0.995 && rate < 1) return "More than 99 of 100 reads were";
  if (rate >= 0.095) return `${Math.round(rate * 100)} of 100 reads were`;
  if (rate >= 0.0095) return `${Math.round(rate * 1000)} of 1,000 reads were`;
  const digits = 10 ** (Math.floor(Math.log10(1 / rate)) - 1);
  return `About 1 of ${grouped(Math.round(1 / rate / digits) * digits)} reads was`;
}

/** So many of something. */
function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** A whole number with commas between thousands. */
function grouped(value) {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A name as the scenario has it: tables mark what a spreadsheet would run. */
function nameOf(cell) {
  return /^'[=+\-@\t\r']/.test(cell) ? cell.slice(1) : cell;
}

/** At most so many characters. */
function cut(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** A case and a namespace as one name. */
function groupName(group, groups) {
  const cases = new Set(groups.map((g) => g.case)).size > 1;
  const namespaces = new Set(groups.map((g) => g.namespace)).size > 1;
  const parts = [cases && group.case, (namespaces || !cases) && group.namespace].filter(Boolean);
  return parts.map(nameOf).join(" · ");
}
