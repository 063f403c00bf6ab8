// Links between locations: what they are used for, as lines and in words.

/** What a link is called, and what it says at its beginning and at its end, before and behind the other's name. */
const USES = {
  upper: { name: "asks the upper tier", from: ["asks", "as its upper tier"], to: ["is asked by", "as upper tier"] },
  read: { name: "reads", from: ["reads go to", ""], to: ["reads come from", ""] },
  write: { name: "writes", from: ["writes go to", ""], to: ["writes come from", ""] },
  replication: { name: "replication", from: ["replicates with", ""], to: ["replicates with", ""] },
};
const MOST_LINKS = 12;

function linksAt(state, name) {
  return state.results.inGroup("links.csv", state.group).filter((row) => row.from === name || row.to === name);
}

/** The lines of a location: one to each other place, in the colour of its first use. */
function linesFrom(state, name) {
  const between = new Map();
  for (const row of linksAt(state, name)) {
    const key = [row.from, row.to].sort().join("\n");
    if (row.from === row.to) continue;
    if (!between.has(key))
      between.set(key, { from: row.from, to: row.to, use: row.use, uses: [], text: seconds(num(row.rtt_s)) });
    between.get(key).uses.push(row.use);
  }
  return [...between.values()];
}

/** A location's links with their round trips. */
function linksInWords(rows, name) {
  if (rows.length === 0) return [];
  const line = (row) => {
    const leaves = row.from === name;
    const other = nameOf(leaves ? row.to : row.from);
    const [before, behind] = USES[row.use]?.[leaves ? "from" : "to"] ?? [row.use, ""];
    return h(
      "li",
      {},
      h("span", {}, `${before} `, h("bdi", { class: "cut", title: other }, other), behind && ` ${behind}`),
      cellNumber(row, "rtt_s", seconds(num(row.rtt_s))),
    );
  };
  const more = rows.length - MOST_LINKS;
  return [
    h("p", { class: "of" }, "Median round trips"),
    h("ul", { class: "links-list" }, rows.slice(0, MOST_LINKS).map(line)),
    more > 0 && h("p", { class: "of" }, `and ${more} more`),
  ].filter(Boolean);
}

/** A short line for legends. */
function linkSample(use) {
  return s(
    "svg",
    { class: "sample", viewBox: "0 0 22 10", width: 22, height: 10, "aria-hidden": "true" },
    s("path", { class: `link ${use}`, d: "M1 5H21" }),
  );
}
