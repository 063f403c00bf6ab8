//! `edgelag prices`.

use std::fmt::Write;

use super::failure::Failure;
use super::output::print;
use crate::model::price::{PriceList, price_lists};
use crate::scenario::text::nearest;

pub(super) fn list() -> Result<(), Failure> {
    let width = price_lists().keys().map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for (name, PriceList { about, date, .. }) in price_lists() {
        let _ = writeln!(text, "{name:width$}  {about} ({date})");
    }
    let _ = writeln!(
        text,
        "\nShow one: edgelag prices show NAME\nUse one:  [namespace.NAME] price.list = \"LIST\""
    );
    print(&text)
}

pub(super) fn show(name: &str) -> Result<(), Failure> {
    let found = PriceList::text(name).ok_or_else(|| {
        let names: Vec<&str> = price_lists().keys().map(String::as_str).collect();
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("price lists are: {}", names.join(", ")),
        };
        Failure::mistake(format!("unknown price list `{}`\n  = help: {help}", name.escape_debug()))
    })?;
    print(&format!("{}\n", found.trim_end()))
}
