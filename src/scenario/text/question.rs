//! The question that a scenario asks, from the comment at its top.

/// The paragraph behind `# Question:` in the comment at the top, in one line; without one, the first sentence of
/// that comment; empty where there is neither.
pub(super) fn question(text: &str) -> String {
    let top = text.lines().map_while(|line| line.strip_prefix('#'));
    let comment: Vec<&str> = top.filter(|line| !line.starts_with(":schema")).map(str::trim).collect();
    match comment.iter().position(|line| line.starts_with(LABEL)) {
        Some(at) => {
            let first = comment[at].strip_prefix(LABEL).unwrap_or_default();
            let rest =
                comment[at + 1..].iter().copied().take_while(|line| !line.is_empty() && !is_label(line));
            in_one_line([first].into_iter().chain(rest))
        }
        None => {
            let paragraph = comment.iter().copied().skip_while(|line| line.is_empty());
            let whole = in_one_line(paragraph.take_while(|line| !line.is_empty()));
            let end = [". ", "? ", "! "].iter().filter_map(|stop| whole.find(stop)).min();
            end.map_or_else(|| whole.clone(), |end| whole[..=end].to_owned())
        }
    }
}

const LABEL: &str = "Question:";

/// Whether a line begins another paragraph, such as `Expectation:`.
fn is_label(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    first.starts_with(char::is_uppercase) && first.ends_with(':')
}

fn in_one_line<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_paragraph_behind_its_label() {
        let text = "#:schema s.json\n# One workload.\n#\n# Question:    How stale,\n#              how slow?\n\
                    # Expectation: Very.\nseed = 1\n# Question: not this\n";
        assert_eq!(question(text), "How stale, how slow?");
    }

    #[test]
    fn else_it_is_the_first_sentence() {
        assert_eq!(question("# My store. It is\n# slow.\nseed = 1\n"), "My store.");
        assert_eq!(question("# My\n# store\n\nseed = 1\n"), "My store");
        assert_eq!(question("seed = 1 # why not\n"), "");
    }
}
