//! What chores share: books that must read, and text between markers of a page.

use offtake_model::Book;
use std::path::{Path, PathBuf};

/// Returns the folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads a book, or says all that is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Book, String> {
    let reading = offtake_book::read_book(path);
    if reading.has_errors() {
        return Err(offtake_book::render_findings(&reading.findings));
    }
    reading.book.ok_or_else(|| format!("{} is no book", path.display()))
}

/// Writes `text` between the two markers of `name` in the page at `path`.
pub(crate) fn write_between(path: &Path, name: &str, text: &str) -> Result<(), String> {
    let page = std::fs::read_to_string(path)
        .map_err(|error| format!("failed to read {}: {error}", path.display()))?;
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let parts = page
        .split_once(&open)
        .and_then(|(before, rest)| rest.split_once(&close).map(|(_, after)| (before, after)));
    let Some((before, after)) = parts else {
        return Err(format!("{} has no markers {open} … {close}", path.display()));
    };
    let page = format!("{before}{open}\n{}\n{close}{after}", text.trim_end());
    std::fs::write(path, page)
        .map_err(|error| format!("failed to write {}: {error}", path.display()))
}
