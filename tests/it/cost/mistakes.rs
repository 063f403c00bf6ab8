//! Prices that cannot be.

use crate::edgelag::{Folder, SMALL};

/// What is said about the prices of the small scenario's namespace.
fn told(price: &str) -> String {
    let priced = SMALL.replace("cache.edge", &format!("price = {{ {price} }}\ncache.edge"));
    let folder = Folder::empty().file("s.toml", priced);
    folder.edgelag("check s.toml").run().exits(2).stderr()
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    for (price, words) in [
        ("list = 'workers-kv-payd'", "error: unknown price list `workers-kv-payd`"),
        ("list = 'workers-kv-payd'", "help: did you mean `workers-kv-paid`?"),
        ("list = 'nothing like it'", "help: price lists are: workers-kv-paid, vercel-edge-config, "),
        ("", "error: `price` names no price"),
        ("", "help: name a list, as in price.list = \"workers-kv-paid\""),
        ("reads = { each_million = -1 }", "error: `-1` is not a price"),
        ("base_per_month = nan", "error: `NaN` is not a price"),
        ("egress = { each_gb = inf }", "help: write US dollars, 0 or more, such as 0.50"),
        ("reads = { each_milion = 1 }", "help: did you mean `each_million`?"),
        ("egress = { each_gb = 1, included = 100 }", "error: `100` has no unit"),
        ("lists = { each_million = 5 }", "error: no client lists keys, so a price for `lists` has no effect"),
        (
            "reads = { each_million = 1, included = 10, beyond = [{ from = 10, each_million = 2 }] }",
            "error: a price from 10 on does not lie beyond the one from 10 on",
        ),
        (
            "egress = { each_gb = 1, included = '50GB', beyond = [{ from = '1500MB', each_gb = 2 }] }",
            "error: a price from 1.5 GB on does not lie beyond the one from 50 GB on",
        ),
        ("storage = { each_gb = 1, each_location = true }", "error: unknown key `each_location`"),
    ] {
        let told = told(price);
        assert!(told.contains(words) && told.contains("s.toml:13:"), "{price}:\n{told}");
        assert_eq!(told.matches("error:").count(), 1, "{price}:\n{told}");
    }
}
