// The table of locations: sorted by any column, filtered by text.

/** The rates of what is rarer than reads have no room. */
const COLUMNS = OF_A_LOCATION.filter(([name]) => name !== "Writes" && name !== "Updates");

function locationsSection(host, state, actions) {
  const order = { column: 0, descending: false };
  const search = h("input", {
    type: "search",
    id: "find",
    placeholder: "Filter by name",
    "aria-label": "Filter locations by name",
    oninput: () => refresh(),
  });
  const count = h("p", { class: "fine", id: "locations-count", role: "status" });
  const table = h("table", { id: "locations-table", "aria-describedby": "locations-note" });
  host.append(
    h("div", { class: "bar" }, search, count),
    h("p", { class: "fine", id: "locations-note" }, "± is half of the 95 % interval over independent trials."),
    h("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": "Table of locations" }, table),
  );

  function refresh() {
    const { results, group } = state;
    const names = [...new Set(results.inGroup("summary.csv", group).map((row) => row.location))].filter(
      (name) => name !== EVERYWHERE,
    );
    const columns = COLUMNS.filter(([, key]) => names.some((name) => results.figure(group, name, ...key)));
    const wanted = search.value.trim().toLowerCase();
    const places = new Map(placesOf(results, group).map((place) => [place.name, place]));
    const rows = names
      .map((name) => ({ name, cells: columns.map(([, key]) => results.figure(group, name, ...key)) }))
      .filter(({ name }) => nameOf(name).toLowerCase().includes(wanted));
    if (order.column > columns.length) order.column = 0;
    const value = (row) => num(row.cells[order.column - 1]?.value);
    rows.sort((a, b) => {
      const by =
        order.column === 0
          ? nameOf(a.name).localeCompare(nameOf(b.name), "en")
          : (value(a) ?? -Infinity) - (value(b) ?? -Infinity);
      return order.descending ? -by : by;
    });
    count.textContent = `${rows.length} of ${names.length} locations`;
    table.replaceChildren(
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Location", ...columns.map(([name]) => name)].map((name, at) => heading(name, at)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(({ name, cells }) =>
          h(
            "tr",
            { "data-location": name, class: name === state.location ? "chosen" : null },
            h(
              "th",
              { scope: "row" },
              h(
                "button",
                {
                  type: "button",
                  class: "as-link",
                  "aria-pressed": String(name === state.location),
                  onclick: () => actions.choose(name === state.location ? null : name),
                },
                bdi(nameOf(name)),
              ),
              h(
                "span",
                { class: "roles" },
                (places.get(name)?.roles ?? []).map((role) => MARK_NAMES[role] ?? role).join(", "),
              ),
            ),
            cells.map((row, at) =>
              h(
                "td",
                { class: "n" },
                row
                  ? cellNumber(
                      row,
                      "value",
                      withInterval(num(row.value), num(row.ci_lo), num(row.ci_hi), columns[at][2]),
                    )
                  : "–",
              ),
            ),
          ),
        ),
      ),
    );
  }

  function heading(name, at) {
    const sorted = order.column === at;
    const mark = h("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (order.descending ? "↓" : "↑") : "");
    return h(
      "th",
      {
        scope: "col",
        class: at > 0 ? "n" : null,
        "aria-sort": sorted ? (order.descending ? "descending" : "ascending") : "none",
      },
      h(
        "button",
        {
          type: "button",
          "data-column": at,
          onclick: () => {
            order.descending = sorted ? !order.descending : at > 0;
            order.column = at;
            refresh();
            table.querySelector(`button[data-column="${at}"]`)?.focus();
          },
        },
        at > 0 && mark,
        name,
        at === 0 && mark,
      ),
    );
  }
  return refresh;
}
