// What a month costs, and where it goes: a bar for each part of the bill.

const BILL = [
  "reads",
  "writes",
  "deletes",
  "origin_requests",
  "origin_bytes",
  "egress",
  "storage",
  "base",
];

function cost(state) {
  const { results } = state;
  const groups = overlaid(state);
  const find = (group, op) => results.figure(group, EVERYWHERE, op, "cost", "per_month");
  const amount = (row) => withInterval(num(row.value), num(row.ci_lo), num(row.ci_hi), dollars);
  const rows = [];
  const dots = groups
    .map((group) => {
      const mine = BILL.map((part) => find(group, part)).filter(Boolean);
      rows.push(...[find(group, "*")].filter(Boolean), ...mine);
      return {
        name: groups.length > 1 ? groupName(group, results.groups) : "",
        colour: groups.length > 1 ? results.groups.indexOf(group) : 0,
        rows: mine.map((row) => ({
          label: row.op.replace("_", " "),
          value: num(row.value),
          lo: num(row.ci_lo),
          hi: num(row.ci_hi),
        })),
      };
    })
    .filter((group) => group.rows.length > 0);
  if (dots.length === 0) return null;
  const own = find(state.group, "*");
  const all = find({ case: state.group.case, namespace: EVERYWHERE }, "*");
  const told = [
    own && `${groups.length > 1 ? `${groupName(state.group, results.groups)}: ` : ""}${amount(own)} a month.`,
    all && `All namespaces together: ${amount(all)}.`,
    "A month of 30 days. Line: 95 % interval over trials.",
  ];
  return {
    id: "cost",
    title: "What it costs",
    rows,
    wide: dots.length > 4,
    without: lacks(state, rows),
    note: told.filter(Boolean).join(" "),
    panels: [{ dots, series: dots, x: { label: "US dollars a month", unit: "usd", bars: true } }],
  };
}
