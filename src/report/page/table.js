// The tables: unpacked from the page, read as RFC 4180 says, and looked up.

/** The bytes of all files in the page, by name. */
async function unpackAll() {
  const packed = [...document.querySelectorAll("script[data-file]")];
  const unpacked = await Promise.all(
    packed.map(async (element) => {
      const bytes = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      return [element.dataset.file, new Uint8Array(await new Response(stream).arrayBuffer())];
    }),
  );
  return new Map(unpacked);
}

/** Lines of cells. */
function parseCsv(text) {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    let cell;
    if (text[at] === '"') {
      let end = at + 1;
      while (text[end] !== '"' || text[end + 1] === '"') end += text[end] === '"' ? 2 : 1;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end += 1;
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === ",") {
      at += 1;
    } else {
      if (text[at] === "\r") at += 1;
      at += 1;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** A table's rows as objects by column; `line` counts from 1 below the header. */
function readTable(name, bytes) {
  const [header, ...rows] = parseCsv(new TextDecoder().decode(bytes));
  return rows.map((cells, at) => {
    const row = { table: name, line: at + 1 };
    header.forEach((column, i) => {
      row[column] = cells[i];
    });
    return row;
  });
}

/** A cell as a number; null where it is empty. */
function num(cell) {
  return cell === undefined || cell === "" ? null : Number(cell);
}

const EVERYWHERE = "*";

/** The tables of a run, with the lookups that charts need. */
class Results {
  constructor(files) {
    this.files = files;
    this.tables = new Map();
    for (const [name, bytes] of files) {
      if (name.endsWith(".csv")) this.tables.set(name, readTable(name, bytes));
    }
    this.about = JSON.parse(new TextDecoder().decode(files.get("run.json")));
    this.parts = new Map();
    this.figures = new Map();
    this.groups = [];
    const known = new Set();
    for (const row of this.of("summary.csv")) {
      const group = JSON.stringify([row.case, row.namespace]);
      if (!known.has(group) && row.namespace !== EVERYWHERE) {
        known.add(group);
        this.groups.push({ case: row.case, namespace: row.namespace });
      }
      const key = [row.case, row.namespace, row.location, row.op, row.metric, row.stat];
      this.figures.set(JSON.stringify(key), row);
    }
  }

  /** All rows of a table; none if the run has not written it. */
  of(table) {
    return this.tables.get(table) ?? [];
  }

  /** The rows of a table of one case and namespace, at one location where the table tells locations. */
  rows(table, group, location) {
    if (!this.parts.has(table)) {
      const parts = new Map();
      for (const row of this.of(table)) {
        const key = JSON.stringify([row.case, row.namespace, row.location]);
        if (!parts.has(key)) parts.set(key, []);
        parts.get(key).push(row);
      }
      this.parts.set(table, parts);
    }
    return this.parts.get(table).get(JSON.stringify([group.case, group.namespace, location])) ?? [];
  }

  /** The row of the summary for an operation, metric and stat. */
  figure(group, location, op, metric, stat) {
    return this.figures.get(JSON.stringify([group.case, group.namespace, location, op, metric, stat]));
  }

  /** The rows of a table of one case and namespace. */
  inGroup(table, group) {
    return this.of(table).filter((row) => row.case === group.case && row.namespace === group.namespace);
  }
}
