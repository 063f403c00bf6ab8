// What is shown: a case and namespace, and all locations or a chosen one. Everything else follows from these.

let announceLine = null;

/** Says something to who listens and does not see. */
function announce(text) {
  if (announceLine) announceLine.textContent = text;
}

function downloads(host, files) {
  const size = (bytes) =>
    bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${three(bytes / 1e3)} kB` : `${three(bytes / 1e6)} MB`;
  host.replaceChildren(
    ...[...files].map(([name, bytes]) => {
      const url = URL.createObjectURL(
        new Blob([bytes], { type: name.endsWith(".csv") ? "text/csv" : "application/json" }),
      );
      return h(
        "li",
        {},
        h("a", { href: url, download: name, "data-file": name }, name),
        h("span", { class: "fine" }, ` ${size(bytes.length)}`),
      );
    }),
  );
}

function themeButton() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const label = () => {
    button.textContent = dark() ? "Light" : "Dark";
  };
  const asked = location.hash.slice(1);
  if (asked === "dark" || asked === "light") root.dataset.theme = asked;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();
  button.hidden = false;
}

function copyButton() {
  const button = document.getElementById("copy");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const range = document.createRange();
    range.selectNodeContents(document.getElementById("command"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const copied = document.execCommand("copy");
    button.textContent = copied ? "Copied" : "Selected";
  });
}

/** The bar above map and charts: what they show. */
function picker(host, state, actions) {
  const { groups } = state.results;
  const cases = [...new Set(groups.map((group) => group.case))];
  const choice = (id, name, onchange) => [h("label", { for: id }, name), h("select", { id, onchange })];
  const caseSelect = choice("case", document.getElementById("differences") ? "Arm" : "Case", (event) =>
    actions.group(event.target.value, state.group.namespace),
  );
  const namespaceSelect = choice("namespace", "Namespace", (event) =>
    actions.group(state.group.case, event.target.value),
  );
  const locationSelect = choice("location", "Location", (event) =>
    actions.choose(event.target.value === EVERYWHERE ? null : event.target.value),
  );
  const all = h(
    "button",
    { type: "button", id: "all-locations", onclick: () => actions.choose(null) },
    "All locations",
  );
  host.addEventListener("submit", (event) => event.preventDefault());
  const part = (elements) => h("div", { class: "choice" }, elements);
  if (cases.length > 1) host.append(part(caseSelect));
  if (new Set(groups.map((group) => group.namespace)).size > 1) host.append(part(namespaceSelect));
  host.append(part(locationSelect), all);
  const options = (select, names, chosen, shown = nameOf) =>
    select.replaceChildren(
      ...names.map((name) => h("option", { value: name, selected: name === chosen }, cut(shown(name), 60))),
    );
  return () => {
    options(caseSelect[1], cases, state.group.case);
    options(
      namespaceSelect[1],
      groups.filter((group) => group.case === state.group.case).map((group) => group.namespace),
      state.group.namespace,
    );
    const names = [...new Set(state.results.inGroup("summary.csv", state.group).map((row) => row.location))].filter(
      (name) => name !== EVERYWHERE,
    );
    options(
      locationSelect[1],
      [EVERYWHERE, ...names.sort((a, b) => a.localeCompare(b, "en"))],
      state.location ?? EVERYWHERE,
      (name) => (name === EVERYWHERE ? "All locations" : nameOf(name)),
    );
    all.hidden = state.location === null;
  };
}

async function main() {
  themeButton();
  copyButton();
  const results = new Results(await unpackAll());
  downloads(document.getElementById("downloads"), results.files);
  document.documentElement.classList.add("ready");
  if (results.groups.length === 0) return;
  const best = results.of("solve.csv").find((row) => row.standing === "best");
  const group = results.groups.find((one) => one.case === best?.case) ?? results.groups[0];
  const state = { results, group, location: null, colour: "stale" };
  announceLine = h("p", { id: "live", class: "unseen", role: "status", "aria-live": "polite" });
  document.body.append(announceLine);
  const app = document.getElementById("app");
  app.hidden = false;
  const actions = {
    choose(name) {
      state.location = name;
      refresh();
      announce(name === null ? "All locations." : `Every chart shows ${nameOf(name)}.`);
    },
    group(wantedCase, wantedNamespace) {
      const ofCase = results.groups.filter((group) => group.case === wantedCase);
      state.group = ofCase.find((group) => group.namespace === wantedNamespace) ?? ofCase[0];
      const known = results.inGroup("summary.csv", state.group).some((row) => row.location === state.location);
      if (!known) state.location = null;
      refresh();
      announce(`Shown: ${groupName(state.group, results.groups)}.`);
    },
  };
  const charts = document.getElementById("charts");
  const chartHost = h("div", { class: "charts" });
  const told = h("p", { class: "told", id: "told" });
  charts.append(told, chartHost);
  const where = document.getElementById("where");
  const parts = [
    picker(document.getElementById("picker"), state, actions),
    () => refreshHeadline(state),
    results.of("locations.csv").length > 0
      ? whereSection(where, state, actions)
      : () => {
          where.hidden = true;
        },
    spreadSection(document.getElementById("spread"), state),
    () => chartHost.replaceChildren(...sweptFigures(state), ...allFigures(state)),
    () => {
      told.replaceChildren(
        ...(state.location === null
          ? [
              "All locations together. Choose a location on the map, in the table or above, and each chart shows it.",
            ]
          : ["Each chart shows ", h("b", {}, bdi(nameOf(state.location))), " over a faint line of all locations."]),
      );
    },
    locationsSection(document.getElementById("locations"), state, actions),
  ];
  function refresh() {
    document.documentElement.dataset.location = state.location ?? EVERYWHERE;
    parts.forEach((part) => part());
  }
  refresh();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.location !== null) actions.choose(null);
  });
}

main();
