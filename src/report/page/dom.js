// Elements made from names, attributes and children; text is only ever set as text.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element. */
function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A name from the scenario, kept apart from the direction of the text around it. */
function bdi(text) {
  return h("bdi", {}, text);
}

/** A number that says which cell of which table it is. */
function cellNumber(row, column, text, more = {}) {
  return h(
    "span",
    {
      class: "number",
      "data-csv": row.table,
      "data-row": row.line,
      "data-column": column,
      "data-value": row[column],
      title: row[column],
      ...more,
    },
    text,
  );
}

const pen = document.createElement("canvas").getContext("2d");

/** How wide a text is in the charts. */
function textWidth(text, size = 12, bold = false) {
  pen.font = `${bold ? "600 " : ""}${size}px system-ui, sans-serif`;
  return pen.measureText(text).width;
}

/** A text that is no wider, with … where it was cut. */
function fitted(text, width, size = 12, bold = false) {
  if (textWidth(text, size, bold) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size, bold) > width) characters.pop();
  return `${characters.join("")}…`;
}

/** A text of an axis at x, moved where it would stand out of the picture. */
function tickText(label, x, y, width) {
  const half = textWidth(label) / 2 + 1;
  return s("text", { class: "tick middle", x: Math.max(Math.min(x, width - half), half), y }, label);
}

/** Calls back with the width of an element, now and whenever it changes. */
function onWidth(element, draw) {
  let last = 0;
  const look = () => {
    const width = Math.floor(element.clientWidth);
    if (width > 0 && width !== last) {
      last = width;
      draw(width);
    }
  };
  // Not at once: what is drawn may change widths that are being told of.
  new ResizeObserver(() => requestAnimationFrame(look)).observe(element);
  look();
}
