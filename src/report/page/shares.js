// Charts of dots: why reads are stale, and where they are answered.

const CAUSES = {
  edge_cache: "edge cache within TTL",
  upper_cache: "upper cache within TTL",
  negative_entry: "“not found” kept in a cache",
  revalidating: "expired entry served while refreshing",
  coalesced: "joined a fetch older than the write",
  replica_behind: "replica behind",
  last_resort: "expired entry served when fetching failed",
};

function causes(state) {
  const groups = overlaid(state);
  const rows = [];
  const dots = groups
    .map((group) => {
      const here = state.location ? state.results.rows("causes.csv", group, state.location) : [];
      const mine = (here.length > 0 ? here : state.results.rows("causes.csv", group, EVERYWHERE)).filter(
        (row) => num(row.stale_reads) > 0,
      );
      rows.push(...mine);
      return {
        name: groups.length > 1 ? groupName(group, state.results.groups) : "",
        colour: groups.length > 1 ? state.results.groups.indexOf(group) : 0,
        rows: mine
          .map((row) => ({
            label: CAUSES[row.cause] ?? row.cause,
            value: num(row.share_of_reads),
            lo: num(row.ci_lo),
            hi: num(row.ci_hi),
          }))
          .sort((a, b) => b.value - a.value),
      };
    })
    .filter((group) => group.rows.length > 0);
  if (dots.length === 0) return null;
  return {
    id: "causes",
    title: "Why reads are stale",
    rows,
    wide: dots.length > 4,
    without: lacks(state, rows),
    note: "Line: 95 % interval over trials.",
    panels: [{ dots, series: dots, x: { label: "Share of all reads", unit: "share" } }],
  };
}

const TIERS = [
  ["hit_ratio", "edge cache"],
  ["upper_hit_ratio", "upper tier"],
  ["coalesced_ratio", "joined a fetch"],
];

function tiers(state) {
  const groups = overlaid(state);
  const rows = [];
  const dots = groups
    .map((group) => {
      const found = TIERS.map(([metric, label]) => {
        const row =
          (state.location && state.results.figure(group, state.location, "read", metric, "rate")) ||
          state.results.figure(group, EVERYWHERE, "read", metric, "rate");
        if (row) rows.push(row);
        return row && { label, value: num(row.value), lo: num(row.ci_lo), hi: num(row.ci_hi) };
      }).filter(Boolean);
      return {
        name: groups.length > 1 ? groupName(group, state.results.groups) : "",
        colour: groups.length > 1 ? state.results.groups.indexOf(group) : 0,
        rows: found,
      };
    })
    .filter((group) => group.rows.length > 0);
  if (dots.length === 0) return null;
  return {
    id: "tiers",
    title: "Where reads are answered",
    rows,
    wide: dots.length > 4,
    note: "Edge cache: share of reads that it answered. Upper tier: share of the requests that came to it. Line: 95 % interval.",
    panels: [{ dots, series: dots, x: { label: "Hit ratio", unit: "share" } }],
  };
}
