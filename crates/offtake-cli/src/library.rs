//! Opening a book: from the path that was typed to the book, or to everything that is wrong.

use crate::failure::Failure;
use crate::screen;
use offtake_book::{Reading, read_book, read_book_with, render_findings};
use offtake_model::{Book, Finding, Severity};
use std::path::{Path, PathBuf};

/// Errors that are shown when a book was opened for something else than to check it.
const SHOWN: usize = 5;

/// A book that was read, and nothing in it is wrong.
pub(crate) struct Opened {
    pub(crate) book: Book,
    pub(crate) hash: String,
    /// Warnings.
    pub(crate) findings: Vec<Finding>,
}

/// Reads what is at `path`, which must be there.
pub(crate) fn read(path: &Path) -> Result<Reading, Failure> {
    if !path.exists() {
        let failure = Failure::input(format!("there is no book at `{}`", path.display()));
        let near = near_paths(path);
        return Err(if near.is_empty() {
            failure.hint("a book is a `.toml` file or a folder of them; `offtake init` writes one to begin with")
        } else {
            failure.hint(format!("did you mean {}?", near.join(" or ")))
        });
    }
    Ok(read_book(path))
}

/// Opens the book at `path`; warnings are told on stderr in a line.
pub(crate) fn open(path: &Path) -> Result<Opened, Failure> {
    opened(path, read(path)?)
}

/// Opens the book at `path` with more tables, which findings call by a name.
pub(crate) fn open_with(path: &Path, (name, tables): (&str, &str)) -> Result<Opened, Failure> {
    opened(path, read_book_with(path, &[(name, tables)]))
}

/// Reads a book with more tables that the program itself wrote, or tells all that is wrong and fails with `problem`.
pub(crate) fn read_with(
    path: &Path,
    more: &[(&str, &str)],
    problem: &str,
) -> Result<Book, Failure> {
    let Reading { book, findings, .. } = read_book_with(path, more);
    book.ok_or_else(|| {
        screen::warn(&render_findings(&of(&findings, Severity::Error)));
        Failure::input(problem)
    })
}

fn opened(path: &Path, reading: Reading) -> Result<Opened, Failure> {
    let hint =
        format!("`offtake check {}` lists all that is wrong, each with its mend", path.display());
    if reading.has_errors() {
        let errors = of(&reading.findings, Severity::Error);
        screen::warn(&render_findings(&errors[..errors.len().min(SHOWN)]));
        return Err(
            Failure::input(format!("the book has {}", count(errors.len(), "error"))).hint(hint)
        );
    }
    let Some(book) = reading.book else {
        return Err(Failure::input("the book cannot be read").hint(hint));
    };
    Ok(Opened { book, hash: reading.hash, findings: reading.findings })
}

impl Opened {
    /// Tells of warnings, in a line.
    pub(crate) fn tell_warnings(&self, path: &Path) {
        if !self.findings.is_empty() {
            let count = count(self.findings.len(), "warning");
            let text = format!(
                "\x1b[1;33mwarning\x1b[0m: the book has {count}; `offtake check {}` lists them\n",
                path.display()
            );
            screen::warn(&text);
        }
    }
}

/// Returns the findings of a severity.
pub(crate) fn of(findings: &[Finding], severity: Severity) -> Vec<Finding> {
    findings.iter().filter(|finding| finding.severity == severity).cloned().collect()
}

/// Writes a count of things: `1 error`, `3 errors`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Returns paths beside a missing one whose names are like its own.
fn near_paths(path: &Path) -> Vec<String> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let mut near: Vec<(usize, String)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|other| !other.starts_with('.'))
        .filter_map(|other| Some((likeness(name, &other)?, other)))
        .collect();
    near.sort();
    let whole = |(_, other): (usize, String)| {
        let path = folder.map_or_else(|| PathBuf::from(&other), |folder| folder.join(&other));
        format!("`{}`", path.display())
    };
    near.into_iter().take(3).map(whole).collect()
}

/// Returns how many slips lie between two names; `None` when too many to have been meant.
fn likeness(one: &str, other: &str) -> Option<usize> {
    if other.strip_suffix(".toml") == Some(one) {
        return Some(0);
    }
    offtake_book::slips(&one.to_lowercase(), &other.to_lowercase())
}

/// Returns the name most like `word` among `known`, if one is like enough to have been meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().filter_map(|name| Some((likeness(word, name)?, name)));
    near.min().map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_name_is_near_and_another_name_is_not() {
        assert_eq!(likeness("microsft-2025-11", "microsoft-2025-11"), Some(1));
        assert_eq!(likeness("two-units", "two-units.toml"), Some(0));
        assert_eq!(likeness("iren", "nebius"), None);
    }
}
