//! Documents that cannot go stale: pages and tables written from code, and commands that are run.
//!
//! `cargo xtask docs` writes them, `--check` says what differs; with paths of pages it runs the commands of those alone. Pages come from functions (the format,
//! the checks), tables stand between `<!-- begin: NAME -->` and `<!-- end: NAME -->`, and every `console`
//! block holds commands with what they print: see [`crate::console`].

use crate::tree::{self, Tree};
use crate::{console, floors, python_client, reference};
use std::process::ExitCode;

/// A page that is written whole: its path and the function that writes it.
type Page = (&'static str, fn() -> String);

const PAGES: &[Page] = &[
    ("docs/reference/book.md", offtake_book::format::page),
    ("docs/reference/checks.md", offtake_model::checks::page),
    ("schema/book.schema.json", schema),
    (python_client::PATH, python_client::text),
];

fn schema() -> String {
    format!("{:#}\n", offtake_book::format::schema())
}

/// A part of a page: its path, the name between the marks, and the function that writes it.
type Part = (&'static str, &'static str, fn(&Tree) -> String);

const PARTS: &[Part] = &[("ARCHITECTURE.md", "crates", floors::table)];

/// Writes or checks all of it.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (options, pages): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|word| word.starts_with("--"));
    let is_check = options == ["--check"];
    if !options.is_empty() && !is_check {
        println!("usage: cargo xtask docs [--check] [PAGE…]");
        return ExitCode::from(2);
    }
    let outcome = changed(&pages).and_then(|changed| {
        for (path, text) in &changed {
            println!("{path}: {}", if is_check { "differs" } else { "written" });
            if !is_check {
                std::fs::write(reference::root().join(path), text)?;
            }
        }
        Ok(changed.is_empty())
    });
    match outcome {
        Ok(is_current) if is_current || !is_check => ExitCode::SUCCESS,
        Ok(_) => {
            println!("run `cargo xtask docs` and look at what it changes");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("docs: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns what is written by code and differs from what is committed, without running commands.
pub(crate) fn stale_pages(tree: &Tree) -> Vec<String> {
    let stale = |path: String| format!("{path}: is stale; run `cargo xtask docs`");
    written(tree).into_keys().map(stale).collect()
}

/// Returns the documents that would change, with their new text; commands are run of these pages, or of all.
fn changed(pages: &[&String]) -> std::io::Result<Tree> {
    let root = reference::root();
    let tree = tree::read(&root)?;
    let mut changed = written(&tree);
    let bin = console::build(&root)?;
    let is_asked = |path: &str| pages.is_empty() || pages.iter().any(|page| *page == path);
    for (path, text) in tree::with_extension(&tree, "md").filter(|(path, _)| is_asked(path)) {
        let text = changed.get(path).map_or(text, String::as_str);
        let fresh = console::rerun(&root, &bin, path, text)?;
        if fresh != text {
            changed.insert(path.to_owned(), fresh);
        }
    }
    Ok(changed)
}

/// Returns the pages and parts that code writes where they differ from `tree`.
fn written(tree: &Tree) -> Tree {
    let mut changed = Tree::new();
    for (path, write) in PAGES {
        let text = write();
        if tree.get(*path) != Some(&text) {
            changed.insert((*path).to_owned(), text);
        }
    }
    for (path, name, write) in PARTS {
        let Some(page) = tree.get(*path) else { continue };
        let text = with_part(page, name, &write(tree));
        if text.as_ref() != Some(page) {
            changed.insert((*path).to_owned(), text.unwrap_or_default());
        }
    }
    changed
}

/// Returns `page` with what stands between the marks of `name` replaced, or `None` without marks.
fn with_part(page: &str, name: &str, part: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- begin: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{part}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: what a reader copies from a page does what the page says. Every command of every
    /// document is run and its output held against the page.
    #[test]
    fn every_document_shows_what_its_commands_print() {
        let changed = changed(&[]).unwrap();
        let tree = tree::read(&reference::root()).unwrap();
        for (path, text) in &changed {
            let committed = tree.get(path).map(String::as_str).unwrap_or_default();
            println!("{path}\n{}", console::difference(committed, text));
        }
        let paths: Vec<&String> = changed.keys().collect();
        assert!(paths.is_empty(), "stale: {paths:?}; run `cargo xtask docs`");
    }

    #[test]
    fn a_part_is_replaced_between_its_marks_only() {
        let page = "a\n<!-- begin: x -->\nold\n<!-- end: x -->\nb\n";
        let fresh = with_part(page, "x", "new\n").unwrap();
        assert_eq!(fresh, "a\n<!-- begin: x -->\nnew\n<!-- end: x -->\nb\n");
        assert_eq!(with_part(page, "y", "new\n"), None);
    }
}
