//! The reference page of the checks, written from the registry so that it cannot go stale.

use super::CHECKS;
use crate::Severity;
use std::fmt::Write as _;

const HEAD: &str = "\
# Checks of a book

`offtake check` reads a book and then holds its values against each other. Every finding names the
rule, the value that it is about, what is wrong with the numbers, and how to mend it; all rules run,
so a book with nine mistakes shows nine.

An **error** means that results from the book would be wrong or cannot be computed. A **warning**
means that the book can be used, but you should know.

Two things are counted and no finding: values that are judgements (marked so, or without a source),
and measurements of the catalog that are later than the book's `as_of`.

This page is written from the rules themselves.

| rule | severity | what it finds | why it matters | how to mend it |
|---|---|---|---|---|
";

/// Returns the page as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for check in CHECKS {
        let severity = match check.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let (name, about, why, mend) = (check.name, check.about, check.why, check.mend);
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{name}` | {severity} | {about} | {why} | {mend} |");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/checks.md");

    #[test]
    fn the_page_in_the_documents_is_the_one_that_the_rules_write() {
        let written = std::fs::read_to_string(PATH).unwrap_or_default();
        let hint = "run `cargo test -p offtake-model -- --ignored write_the_page_of_the_checks`";
        assert!(written == page(), "docs/reference/checks.md is stale: {hint}");
    }

    #[test]
    #[ignore = "writes docs/reference/checks.md; run it by name after a rule has changed"]
    fn write_the_page_of_the_checks() {
        std::fs::create_dir_all(std::path::Path::new(PATH).parent().unwrap()).unwrap();
        std::fs::write(PATH, page()).unwrap();
    }

    #[test]
    fn a_row_is_one_line_of_five_cells() {
        for line in page().lines().filter(|line| line.starts_with("| `")) {
            assert_eq!(line.matches('|').count(), 6, "{line}");
        }
        for check in CHECKS {
            for text in [check.about, check.why, check.mend] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", check.name);
            }
        }
    }
}
