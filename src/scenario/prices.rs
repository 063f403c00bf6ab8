//! What the use of a namespace costs, resolved.

use toml::Spanned;

use super::text::{Diagnostic, nearest};
use crate::model::price::{Price, PriceSpec, price_lists};

/// The prices of a namespace; none, with a mistake, where they are not known.
pub(super) fn price(spec: &Spanned<PriceSpec>, mistakes: &mut Vec<Diagnostic>) -> Option<Price> {
    let lists = price_lists();
    let list = match &spec.get_ref().list {
        None => None,
        Some(name) => {
            let Some(list) = lists.get(name.get_ref()) else {
                let names: Vec<&str> = lists.keys().map(String::as_str).collect();
                let help = match nearest(name.get_ref(), &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("price lists are: {}", names.join(", ")),
                };
                let problem = format!("unknown price list `{}`", name.get_ref().escape_debug());
                mistakes.push(Diagnostic::new(problem, name.span(), "").with_help(help));
                return None;
            };
            Some(&list.price)
        }
    };
    let price = spec.get_ref().over(list);
    if price.parts.is_empty() {
        let help = "name a list, as in price.list = \"workers-kv-paid\" (`edgelag prices` has them), or give figures, \
                    as in price.reads = { each_million = 0.50, included = 10_000_000 }";
        mistakes.push(Diagnostic::new("`price` names no price", spec.span(), "").with_help(help));
        return None;
    }
    Some(price)
}
