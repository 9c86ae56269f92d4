//! Checks what no compiler checks: floors, headers, sizes, words, links, decisions, registration.
//!
//! Every rule is a function from the tree to findings, and all findings are shown at once. What clippy
//! or rustfmt can see (long functions, `HashMap`, `unwrap`) is theirs.

use crate::tree::{self, Tree};
use crate::{docs, floors, links, reference};
use std::process::ExitCode;

/// Lines that a file may have before its tests.
const MOST_LINES: usize = 600;
/// Words that mean that something was left for later, and names that only one machine knows. In
/// pieces, so that this file does not hold them.
const FORBIDDEN: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimplemented", "!("),
    concat!("db", "g!("),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/fa", "rm/"),
    concat!(".lib", "rary"),
];
/// Words that the glossary has a better one for; documents use that one.
const POOR_WORDS: &[(&str, &str)] = &[
    ("vendor", "supplier"),
    ("provider", "supplier"),
    ("customer", "tenant"),
    ("go-live", "in service"),
];

/// Runs every rule.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if !arguments.is_empty() {
        println!("usage: cargo xtask tidy");
        return ExitCode::from(2);
    }
    match findings() {
        Ok(found) if found.is_empty() => {
            println!("tidy: nothing to find");
            ExitCode::SUCCESS
        }
        Ok(found) => {
            found.iter().for_each(|finding| println!("{finding}"));
            println!("tidy: {} found", found.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("tidy: read the checkout: {error}");
            ExitCode::from(2)
        }
    }
}

fn findings() -> std::io::Result<Vec<String>> {
    let root = reference::root();
    let tree = tree::read(&root)?;
    let mut found = floors::findings(&tree);
    found.extend(sources(&tree));
    found.extend(words(&tree));
    found.extend(poor_words(&tree));
    found.extend(links::findings(&root, &tree));
    found.extend(decisions(&tree));
    found.extend(docs::stale_pages(&tree));
    Ok(found)
}

/// Every file of Rust says at its top what it is for, and stays short enough to be read.
fn sources(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree::with_extension(tree, "rs") {
        if !text.starts_with("//!") {
            found.push(format!(
                "{path}:1: has no header; begin with `//!` and what the file is for"
            ));
        }
        let is_test = path.contains("/tests/");
        let lines = text.lines().take_while(|line| *line != "mod tests {").count();
        if lines > MOST_LINES && !is_test {
            found.push(format!(
                "{path}: {lines} lines before its tests, over {MOST_LINES}; split it"
            ));
        }
    }
    found
}

fn words(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree {
        for (number, line) in (1..).zip(text.lines()) {
            for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{path}:{number}: `{word}` may not be committed"));
            }
        }
    }
    found
}

fn poor_words(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let pages = tree::with_extension(tree, "md").filter(|(path, _)| *path != "docs/glossary.md");
    for (path, text) in pages.filter(|(path, _)| path.starts_with("docs/") || !path.contains('/')) {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            for (poor, better) in POOR_WORDS.iter().filter(|(poor, _)| line.contains(poor)) {
                found.push(format!(
                    "{path}:{number}: say `{better}`, not `{poor}` (docs/glossary.md)"
                ));
            }
        }
    }
    found
}

/// Decision records are numbered without a gap and say when they were taken and whether they stand.
fn decisions(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let records = tree.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("docs/decisions/")?.strip_suffix(".md")?;
        (name != "README").then_some((path, name, text))
    });
    for (number, (path, name, text)) in (1..).zip(records) {
        if !name.starts_with(&format!("{number:04}-")) {
            found.push(format!("{path}: is record {number:04} by order; each number stands once"));
        }
        for part in [
            "Date: ",
            "Status: ",
            "## Context",
            "## Decision",
            "## Consequences",
            "## Alternatives",
        ] {
            if !text.lines().any(|line| line.starts_with(part)) {
                found.push(format!("{path}: lacks `{}`", part.trim_end()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_checkout_is_tidy() {
        let found = findings().unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn a_file_without_header_or_over_length_is_found() {
        let long = format!("//! Long.\n{}", "\n".repeat(MOST_LINES));
        let tested = format!("//! Tested.\nmod tests {{\n{}}}", "\n".repeat(MOST_LINES));
        let found = sources(&tree(&[
            ("crates/a/src/bare.rs", "fn f() {}"),
            ("crates/a/src/long.rs", &long),
            ("crates/a/src/tested.rs", &tested),
        ]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("bare.rs:1") && found[1].contains("long.rs"));
    }

    #[test]
    fn what_was_left_for_later_is_found_with_its_line() {
        let later = format!("fine\n// {}: later", FORBIDDEN[0]);
        assert!(words(&tree(&[("a.toml", &later)]))[0].starts_with("a.toml:2:"));
    }

    #[test]
    fn documents_use_the_words_of_the_glossary() {
        let found =
            poor_words(&tree(&[("docs/a.md", "the Vendor"), ("docs/glossary.md", "vendor")]));
        assert_eq!(found, ["docs/a.md:1: say `supplier`, not `vendor` (docs/glossary.md)"]);
    }

    #[test]
    fn a_decision_with_a_number_twice_or_a_part_missing_is_found() {
        let whole = "Date: 2026-11-25\nStatus: accepted\n## Context\n## Decision\n## Consequences\n## Alternatives\n";
        let twice =
            tree(&[("docs/decisions/0001-a.md", whole), ("docs/decisions/0001-b.md", whole)]);
        assert_eq!(decisions(&twice).len(), 1);
        assert_eq!(decisions(&tree(&[("docs/decisions/0001-a.md", "Date: ")])).len(), 5);
    }
}
