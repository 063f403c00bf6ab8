// What the charts over time are shaded with: the warm-up, faults, and how many trials are in a drawn one.

/** What a fault is called beside its band. */
function faultLabel(row) {
  const place = nameOf(row.location);
  switch (row.kind) {
    case "link-slow":
    case "site-slow":
      return `${place} slow`;
    case "link-lossy":
      return `${place} lossy`;
    case "cut-off":
      return `${place} cut off`;
    case "clock":
      return `clock of ${place} wrong`;
    case "purge-loss":
      return "purges lost";
    case "store-down":
      return "store down";
    default:
      return `${place} down`;
  }
}

/** Of each slice of simulated time, the share of all trials' time in which at least one of these faults is there. */
function sharesOfTrials(faults, slices, trials) {
  const windows = faults
    .map((row) => ({ trial: num(row.trial), from: num(row.from_s), to: num(row.to_s) }))
    .sort((a, b) => a.trial - b.trial || a.from - b.from);
  const apart = [];
  for (const next of windows) {
    const last = apart[apart.length - 1];
    if (last && last.trial === next.trial && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else apart.push(next);
  }
  return slices.map(({ from, to }) => {
    const inside = apart.map((one) => Math.max(Math.min(one.to, to) - Math.max(one.from, from), 0));
    return inside.reduce((sum, length) => sum + length, 0) / (trials * (to - from));
  });
}

/** The bands of the chosen case, and what they mean in words. */
function bandsOf(state) {
  const { results, group } = state;
  const warmup = Math.max(0, ...results.about.cases.map((ran) => ran.warmup_s ?? 0));
  const bands = warmup > 0 ? [{ from: 0, to: warmup, kind: "warm-up", label: "warm-up" }] : [];
  const trials = results.about.cases.find((ran) => ran.case === nameOf(group.case))?.trials ?? 1;
  const all = results.inGroup("faults.csv", group);
  // What one trial drew is in all of what is drawn of it here.
  const drawn = trials > 1 ? all.filter((row) => row.trial !== "*") : [];
  const inAll = all.filter((row) => !drawn.includes(row)).slice(0, 60);
  const fault = (row) => ({ from: num(row.from_s), to: num(row.to_s), kind: "fault", label: faultLabel(row) });
  bands.push(...inAll.map(fault));
  const told = inAll.length > 0 ? ["Shaded: what was wrong."] : [];
  const rows = results.rows("timeline.csv", group, EVERYWHERE).filter((row) => row.metric === "reads");
  const slices = rows.map((row) => ({ from: num(row.from_s), to: num(row.to_s) }));
  const shares = sharesOfTrials(drawn, slices, trials);
  const most = Math.max(0, ...shares);
  if (most > 0) {
    slices.forEach((slice, i) => {
      if (shares[i] > 0) bands.push({ ...slice, kind: "fault drawn", label: "", share: shares[i], depth: shares[i] / most });
    });
    const names = [...new Set(drawn.map(faultLabel))];
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    told.push(`Drawn faults (${names.slice(0, 3).join(", ")}${more}): shade = share of trials, the darkest ${percent(most)}.`);
  }
  return { bands, told: told.join(" ") };
}
