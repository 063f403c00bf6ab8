// The map of figures: dots as large as the traffic, coloured by what is asked, with its switch, legend and box.

const OPERATIONS = ["read", "write", "update", "delete"];

/** Builds the part; what it returns draws what has changed. */
function whereSection(host, state, actions) {
  const part = new Where(host, state, actions);
  return () => part.refresh();
}

class Where {
  constructor(host, state, actions) {
    Object.assign(this, { state, actions, map: null, group: null });
    this.mapHost = h("div", { class: "map-host" });
    this.placed = h("p", { class: "fine" });
    this.legend = h("div", { class: "map-legend" });
    this.box = new FiguresBox(state);
    this.bar = h("div", { class: "bar" }, this.colourSwitch());
    const left = h("div", {}, this.mapHost, this.placed, this.legend);
    host.append(this.bar, h("div", { class: "beside" }, left, this.box.element));
  }

  colourSwitch() {
    const choose = (id) => () => {
      this.state.colour = id;
      this.refresh();
    };
    const radio = (id) =>
      h("input", {
        type: "radio",
        name: "colour",
        value: id,
        checked: id === this.state.colour,
        onchange: choose(id),
      });
    return h(
      "fieldset",
      { class: "switch", id: "colour" },
      h("legend", {}, "Colour"),
      Object.entries(COLOURS).map(([id, { name }]) => h("label", {}, radio(id), name)),
    );
  }

  figureAt(name, key) {
    return this.state.results.figure(this.state.group, name, ...key);
  }

  /** Operations a second that come to a location. */
  traffic(name) {
    const rate = (op) => num(this.figureAt(name, [op, "operations", "rate"])?.value) ?? 0;
    return OPERATIONS.reduce((sum, op) => sum + rate(op), 0);
  }

  /** A new map, for the locations of another group. */
  rebuild() {
    this.group = this.state.group;
    this.mapHost.replaceChildren();
    this.bar.querySelector(".views")?.remove();
    const places = placesOf(this.state.results, this.group);
    this.map = new WorldMap(this.mapHost, places, {
      label:
        "Map of the locations. Arrow keys move from one to the next, Enter chooses one, Escape shows all again.",
      choose: (name) => this.actions.choose(name === this.state.location ? null : name),
      look: (name) => this.box.tell(name, places),
    });
    this.placed.textContent = placedInWords(places);
    this.bar.append(viewButtons(this.map));
  }

  refresh() {
    if (this.state.group !== this.group) this.rebuild();
    const { map, state } = this;
    const colour = COLOURS[state.colour];
    const rows = map.places.map((place) => this.figureAt(place.name, colour.key)).filter(Boolean);
    const scale = classes(rows, colour.unit);
    map.chosen = state.location;
    map.paint = this.painter(colour, scale);
    map.drawPlaces();
    map.lines = state.location === null ? [] : linesFrom(state, state.location);
    map.drawLinks();
    this.legend.replaceChildren(...mapLegend(colour, scale, map.places, map.lines));
    this.box.tell(null, map.places);
  }

  /** How large a location's dot is, how it looks, and what it is called. */
  painter(colour, scale) {
    const { places } = this.map;
    const most = Math.max(...places.map((place) => this.traffic(place.name)), 1e-12);
    const largest = Math.max(5, Math.min(13, 30 / places.length ** 0.3));
    return (place) => {
      const row = this.figureAt(place.name, colour.key);
      const name = [nameOf(place.name), ...place.roles.map((role) => MARK_NAMES[role] ?? role)].join(", ");
      const told = row ? `${colour.name} ${WRITERS[colour.unit](num(row.value))}` : "no reads";
      return {
        r: Math.max(largest * Math.sqrt(this.traffic(place.name) / most), 2.5),
        look: row ? `ramp r${scale.of(num(row.value))}` : "quiet",
        label: `${name}: ${told}`,
      };
    };
  }
}
