// Locations as maps and lists need them: where they are, and the marks of their roles.

/** Marks at a dot that takes r: frames around it, and a triangle on top. */
const MARKS = {
  replica: (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  primary: (r) => `M0 ${-r * 1.5}L${r * 1.5} 0L0 ${r * 1.5}L${-r * 1.5} 0Z`,
  upper: (r) => `M0 ${-r - 8}l4.5 7h-9Z`,
};
const MARK_NAMES = { primary: "primary", replica: "replica", upper: "upper tier" };

/** The locations of a group, as the map needs them. */
function placesOf(results, group) {
  return results.inGroup("locations.csv", group).map((row) => ({
    name: row.location,
    lat: num(row.latitude),
    lon: num(row.longitude),
    kind: row.kind,
    roles: row.role.split(" ").filter((role) => role !== ""),
    upper: row.upper,
    row,
  }));
}

/** Buttons for parts of the world. */
function viewButtons(map) {
  const buttons = Object.keys(VIEWS).map((name) =>
    h(
      "button",
      {
        type: "button",
        "data-view": name,
        "aria-pressed": String(name === map.view),
        onclick: () => {
          map.view = name;
          buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === name)));
          map.draw();
        },
      },
      name,
    ),
  );
  return h("div", { class: "views", role: "group", "aria-label": "Part of the world" }, map.onMap ? buttons : []);
}

/** A small picture of a mark, for legends. */
function markSample(role) {
  return s(
    "svg",
    { class: "sample", viewBox: "-11 -11 22 22", width: 18, height: 18, "aria-hidden": "true" },
    s("path", { class: `mark ${role}`, d: MARKS[role](role === "upper" ? -4 : 5) }),
  );
}

/** Where locations without coordinates stand, in words; nothing where all have some. */
function placedInWords(places) {
  const nowhere = places.filter((place) => place.lat === null).map((place) => cut(nameOf(place.name), 24));
  if (nowhere.length === 0) return "";
  if (nowhere.length === places.length) return "Without coordinates: drawn on a circle.";
  const told = nowhere.slice(0, 6).join(", ");
  const more = nowhere.length > 6 ? ` and ${nowhere.length - 6} more` : "";
  return nowhere.length === 1
    ? `${told} has no coordinates and stands below the map.`
    : `${told}${more} have no coordinates and stand below the map.`;
}
