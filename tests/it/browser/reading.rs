//! What the page shows, and what the tables hold.

use std::collections::BTreeMap;

use super::driver::Browser;

/// A number on the page.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The headline's part that it stands in; empty elsewhere.
    pub(crate) card: String,
    pub(crate) table: String,
    /// From 1, below the header.
    pub(crate) line: usize,
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) text: String,
}

/// All numbers on the page that are a table's, and there are some.
pub(crate) fn cells(browser: &Browser) -> Vec<Cell> {
    let found = browser.eval(
        "return [...document.querySelectorAll('[data-csv][data-column]')].map(e => [
             e.closest('[data-card]')?.dataset.card ?? '', e.dataset.csv, e.dataset.row, e.dataset.column,
             e.dataset.value, e.textContent])",
    );
    let text = |value: &serde_json::Value| value.as_str().expect("it is text").to_owned();
    let cell = |cell: &serde_json::Value| Cell {
        card: text(&cell[0]),
        table: text(&cell[1]),
        line: text(&cell[2]).parse().expect("a line is a number"),
        column: text(&cell[3]),
        value: text(&cell[4]),
        text: text(&cell[5]),
    };
    let cells: Vec<Cell> = found.as_array().expect("they are many").iter().map(cell).collect();
    assert!(cells.len() > 10, "{} numbers", cells.len());
    cells
}

/// The rows of a table as maps by column, by a reader that is not the program's.
pub(crate) fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = records(text).into_iter();
    let header = lines.next().expect("a table has a header");
    lines.map(|line| header.iter().cloned().zip(line).collect()).collect()
}

/// RFC 4180, one character after another.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    records
}

/// A text for people gives the value of its cell, to three digits: `12.3 ± 0.4 %`, `2.81 ms`. Of differences it says in
/// words which way.
pub(crate) fn assert_shows(cell: &Cell) {
    let Cell { text, value, .. } = cell;
    let Ok(value) = value.parse::<f64>() else {
        assert_eq!(text, value);
        return;
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && !".,-−e".contains(c)).unwrap_or(text.len());
    let number = text[..end].replace('−', "-").replace(',', "");
    let shown: f64 = number.parse().unwrap_or_else(|_| panic!("{text:?} begins with no number"));
    // The unit stands behind the number, or behind that and half of its interval.
    let words: Vec<&str> = text[end..].split_whitespace().collect();
    let unit = words.first().filter(|&&word| word != "±").or(words.get(2)).and_then(|word| match *word {
        "%" => Some(100.0),
        "µs" => Some(1e6),
        "ms" => Some(1e3),
        "min" => Some(1.0 / 60.0),
        "h" => Some(1.0 / 3600.0),
        "days" => Some(1.0 / 86_400.0),
        "points" => Some(100.0),
        _ => None,
    });
    let expected = value * unit.unwrap_or(1.0);
    let expected = if cell.column == "difference" && shown > 0.0 { expected.abs() } else { expected };
    let near = (shown - expected).abs() <= 0.005 * expected.abs() + 1e-12;
    assert!(near, "{cell:?}: {shown} for {expected}");
}
