// One write spreading: a playhead over the simulated time after its commit.

function spreadSection(host, state) {
  let shown = null;
  let spread = null;
  function refresh() {
    const rows = state.results.inGroup("spread.csv", state.group);
    host.hidden = rows.length === 0;
    if (shown === state.group || rows.length === 0) return;
    shown = state.group;
    spread?.player.pause();
    spread = new Spread(rows, state);
    [...host.children].filter((child) => child.tagName !== "H2").forEach((child) => child.remove());
    host.append(spread.element);
  }
  return refresh;
}

function spreadLegend() {
  const sample = (look, text) => h("li", {}, h("i", { class: `spread-sample ${look}` }), text);
  return h("ul", { class: "steps" }, [
    sample("there", "would serve the new version"),
    sample("", "still the old one"),
    sample("writer", "written here"),
  ]);
}

class Spread {
  constructor(rows, state) {
    this.state = state;
    this.picks = new Map();
    rows.forEach((row) => this.picks.set(row.pick, [...(this.picks.get(row.pick) ?? []), row]));
    this.pick = [...this.picks.keys()][0];
    this.time = 0;
    this.build();
    this.start();
  }

  build() {
    this.words = h("p", { id: "spread-words", dir: "auto" });
    this.mapHost = h("div", { class: "map-host" });
    const places = placesOf(this.state.results, this.state.group);
    this.map = new WorldMap(this.mapHost, places, {
      label: "Map: which locations would serve the write",
      choose: () => {},
      look: (name) => this.look(name),
    });
    const placed = h("p", { class: "fine" }, placedInWords(places));
    this.element = h(
      "div",
      { class: "spread" },
      h("div", { class: "bar" }, this.pickSwitch(), viewButtons(this.map)),
      this.words,
      h("div", { class: "beside" }, h("div", {}, this.mapHost, placed, spreadLegend()), this.box()),
      this.track(),
      this.controls(),
    );
  }

  /** Which of the followed writes is shown. */
  pickSwitch() {
    const names = { typical: "a typical one", slowest: "the slowest" };
    const choose = (pick) => () => {
      this.pick = pick;
      this.start();
    };
    const radio = (pick) =>
      h("input", {
        type: "radio",
        name: "pick",
        value: pick,
        checked: pick === this.pick,
        onchange: choose(pick),
      });
    return h(
      "fieldset",
      { class: "switch", id: "pick" },
      h("legend", {}, "Write"),
      [...this.picks.keys()].map((pick) => h("label", {}, radio(pick), names[pick] ?? pick)),
    );
  }

  /** How many serve it, and the locations in the order in which they would. */
  box() {
    this.counter = h("p", { id: "spread-count" });
    this.clock = h("p", { id: "spread-clock" });
    this.list = h("ol", {
      id: "turns",
      tabindex: 0,
      "aria-label": "Locations in the order in which they would serve it",
    });
    return h("div", { class: "box" }, this.counter, this.clock, this.list);
  }

  /** The slider, between the times at which locations turn and an axis. */
  track() {
    this.slider = h("input", {
      type: "range",
      id: "playhead",
      min: 0,
      max: STEPS,
      step: 1,
      value: 0,
      "aria-label": "Time since the commit",
      oninput: () => {
        this.player.pause();
        this.show(this.line.time(Number(this.slider.value) / STEPS));
      },
      onkeydown: (event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        event.preventDefault();
        this.step(event.key === "ArrowRight" ? 1 : -1);
      },
    });
    this.ticks = s("svg", {
      class: "turns",
      "aria-hidden": "true",
      preserveAspectRatio: "none",
      viewBox: "0 0 1000 14",
    });
    this.axis = h("div", { class: "turn-axis", "aria-hidden": "true" });
    return h("div", { class: "track" }, this.ticks, this.slider, this.axis);
  }

  controls() {
    const button = (id, text, act, label) =>
      h("button", { type: "button", id, onclick: act, "aria-label": label, title: label }, text);
    const play = button("play", "▶ Play", () => this.player.toggle(), "Play");
    this.player = new Player(this, play);
    this.speed = h(
      "select",
      { id: "speed" },
      SPEEDS.map(([value, name]) => h("option", { value }, name)),
    );
    return h(
      "div",
      { class: "controls", role: "group", "aria-label": "Playback" },
      button("step-back", "◀︎|", () => this.step(-1), "Back to the location before"),
      play,
      button("step-forward", "|▶︎", () => this.step(1), "On to the next location"),
      h("label", { class: "speed" }, "Simulated ", this.speed, " a second"),
    );
  }

  /** Begins with the picked write at its commit. */
  start() {
    this.player.pause();
    this.rows = this.picks.get(this.pick);
    this.after = new Map(this.rows.map((row) => [row.location, row]));
    const known = this.rows.map((row) => num(row.serves_after_s)).filter((t) => t !== null);
    this.turns = [...new Set(known)].sort((a, b) => a - b);
    this.line = new TimeLine(this.turns);
    const [row] = this.rows;
    this.map.places.forEach((place) => {
      place.writer = place.name === row.from;
    });
    this.words.replaceChildren(
      "Version ",
      cellNumber(row, "version", row.version),
      " of key ",
      cellNumber(row, "key", row.key),
      ", written at ",
      bdi(nameOf(row.from)),
      ": began at ",
      cellNumber(row, "began_s", clock(row.began_s)),
      " of the first trial and committed at ",
      cellNumber(row, "committed_s", clock(row.committed_s)),
      ". ",
      ...this.lastOnes(known.length),
    );
    this.ticks.replaceChildren(
      ...known.map((t) => s("path", { d: `M${(this.line.place(t) * 1000).toFixed(1)} 2V12` })),
    );
    const order = [...this.rows].sort(
      (a, b) => (num(a.serves_after_s) ?? Infinity) - (num(b.serves_after_s) ?? Infinity),
    );
    this.list.replaceChildren(
      ...order.map((row) =>
        h(
          "li",
          { "data-location": row.location },
          h("bdi", { class: "cut", title: nameOf(row.location) }, nameOf(row.location)),
          row.serves_after_s === ""
            ? h("span", {}, "never")
            : cellNumber(row, "serves_after_s", seconds(num(row.serves_after_s))),
        ),
      ),
    );
    this.axis.replaceChildren(...timeLabels(this.line));
    const whole = this.line.end / 8;
    const best = SPEEDS.reduce((a, b) =>
      Math.abs(Math.log(b[0] / whole)) < Math.abs(Math.log(a[0] / whole)) ? b : a,
    );
    this.speed.value = String(best[0]);
    this.show(0);
  }

  /** When all locations would serve it, in words. */
  lastOnes(served) {
    const missing = this.rows.length - served;
    if (missing > 0) return [`${missing} of ${counted(this.rows.length, "location")} did not come to serve it in the trial.`];
    const time = (row) => num(row.serves_after_s);
    const last = this.rows.reduce((a, b) => (time(b) > time(a) ? b : a));
    const told = cellNumber(last, "serves_after_s", seconds(time(last)));
    const all = this.rows.length === 1 ? "The location" : `All ${this.rows.length} locations`;
    return [`${all} would serve it `, told, " after the commit."];
  }

  serves(name) {
    const row = this.after.get(name);
    const t = row ? num(row.serves_after_s) : null;
    return t !== null && t <= this.time + 1e-12;
  }

  show(time) {
    this.time = Math.min(Math.max(time, 0), this.line.end);
    const watched = this.rows.length;
    const there = this.rows.filter((row) => this.serves(row.location)).length;
    this.slider.value = String(Math.round(this.line.place(this.time) * STEPS));
    const [when, count] = [`${seconds(this.time)} after the commit`, `${there} of ${watched} locations`];
    this.slider.setAttribute("aria-valuetext", `${when}: ${count}`);
    this.clock.textContent = when;
    this.counter.textContent = count;
    this.element.dataset.serving = there;
    for (const item of this.list.children) item.classList.toggle("there", this.serves(item.dataset.location));
    const r = Math.max(4, Math.min(8, 22 / this.map.places.length ** 0.3));
    this.map.paint = (place) => ({
      r: this.after.has(place.name) ? r : 2.5,
      look: `spreads${this.after.has(place.name) ? "" : " unwatched"}${this.serves(place.name) ? " there" : ""}${place.writer ? " writer" : ""}`,
      label: `${nameOf(place.name)}: ${this.tellOf(place.name)}`,
    });
    if (this.drawn === this.pick) this.repaint();
    else this.map.drawPlaces();
    this.drawn = this.pick;
  }

  /** Only classes change while time goes on. */
  repaint() {
    if (!this.map.layers) return;
    for (const element of this.map.layers.places.children) {
      const place = element.dataset.location;
      element.classList.toggle("there", this.serves(place));
    }
  }

  tellOf(name) {
    const row = this.after.get(name);
    if (!row) return "not watched";
    const t = num(row.serves_after_s);
    if (t === null) return "never within the trial";
    return t === 0 ? "from the commit on" : `${seconds(t)} after the commit`;
  }

  look(name) {
    this.clock.textContent =
      name === null ? `${seconds(this.time)} after the commit` : `${nameOf(name)}: ${this.tellOf(name)}`;
  }

  /** The next time at which a location turns, or the one before. */
  turn(direction) {
    if (direction > 0) return this.turns.find((t) => t > this.time + 1e-12) ?? this.line.end;
    return [...this.turns].reverse().find((t) => t < this.time - 1e-12) ?? 0;
  }

  step(direction) {
    this.player.pause();
    this.show(this.turn(direction));
  }

  atEnd() {
    return this.time >= this.line.end;
  }
}
