//! Words for a command line.

/// Quoted where a shell would act upon it.
pub fn in_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_acts_upon_nothing() {
        assert_eq!(in_shell("namespace.kv.cache.edge.ttl=59s"), "namespace.kv.cache.edge.ttl=59s");
        assert_eq!(in_shell("a.\"$(b)'\"=1"), "'a.\"$(b)'\\''\"=1'");
        assert_eq!(in_shell(""), "''");
    }
}
