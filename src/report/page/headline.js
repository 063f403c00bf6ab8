// The headline: the figures of the chosen case and location.

/** What the cards tell: the words, the row and how it is written. Without latencies, the share that was answered. */
const CARDS = {
  stale: (find) => [["of all reads", find("read", "stale_rate", "rate"), percent]],
  read: (find) =>
    find("read", "latency", "p50")
      ? [
          ["half within", find("read", "latency", "p50"), seconds],
          ["99 of 100 within", find("read", "latency", "p99"), seconds],
        ]
      : [["of all", find("read", "availability", "rate"), percent]],
  write: (find) => {
    const within = find("write", "latency", "p99") ?? find("update", "latency", "p99");
    if (within) return [["99 of 100 within", within, seconds]];
    return [["of all", find("write", "availability", "rate") ?? find("update", "availability", "rate"), percent]];
  },
};

function refreshHeadline(state) {
  const find = (...key) => state.results.figure(state.group, state.location ?? EVERYWHERE, ...key);
  for (const [id, tell] of Object.entries(CARDS)) {
    const card = document.querySelector(`[data-card="${id}"]`);
    const none = id !== "write" && noneAnswered(find) ? "no read was answered" : "none here";
    if (card) refreshCard(card, tell(find).filter(([, row]) => row), none);
  }
  const of = document.getElementById("headline-of");
  of.replaceChildren(
    h("b", {}, bdi(groupName(state.group, state.results.groups))),
    state.location === null ? "" : h("span", {}, " · ", bdi(nameOf(state.location))),
  );
  of.hidden = state.results.groups.length === 1 && state.location === null;
  document.getElementById("in-words").textContent = staleInWords(find, state.location);
}

function refreshCard(card, told, none) {
  if (card.dataset.card === "write" && told.length > 0)
    card.querySelector("h2").textContent = told[0][1].op === "write" ? "Writes answered" : "Updates answered";
  const figures = told.map((figure) => headlineFigure(...figure));
  card
    .querySelector(".figures")
    .replaceChildren(...(figures.length > 0 ? figures : [h("span", { class: "what" }, none)]));
}

/** A large number with its interval below. */
function headlineFigure(what, row, write) {
  const [value, lo, hi] = [num(row.value), num(row.ci_lo), num(row.ci_hi)];
  return h(
    "div",
    { class: "figure" },
    h("span", { class: "what" }, what),
    cellNumber(row, "value", write(value), { class: "number big" }),
    h("span", { class: "interval" }, intervalInWords(value, lo, hi, write)),
  );
}

function noneAnswered(find) {
  return num(find("read", "availability", "rate")?.value) === 0;
}

function staleInWords(find, location) {
  const here = location ? ` at ${nameOf(location)}` : "";
  const rate = num(find("read", "stale_rate", "rate")?.value);
  if (rate === null) return noneAnswered(find) ? `No read${here} was answered.` : "";
  if (rate === 0)
    return `No read${here} was stale: none began after a newer version had committed and returned an older one.`;
  return `${shareInWords(rate)} stale${here}: a newer version had committed before the read began.`;
}
