//! The book to begin with: small, commented, and without a finding.

use std::io;
use std::path::{Path, PathBuf};

/// The book that [`init_book`] writes.
pub const STARTER: &str = include_str!("starter.toml");

/// Writes a book to begin with: to `path` itself when that ends in `.toml`, else as `book.toml` in the
/// folder `path`. Returns the file that was written; what is there already is never overwritten.
///
/// # Errors
///
/// When the file is there already, or cannot be written.
pub fn init_book(path: &Path) -> io::Result<PathBuf> {
    let is_file = path.extension().is_some_and(|extension| extension == "toml");
    let file = if is_file { path.to_path_buf() } else { path.join("book.toml") };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut written = std::fs::OpenOptions::new().write(true).create_new(true).open(&file)?;
    if let Err(cause) = io::Write::write_all(&mut written, STARTER.as_bytes()) {
        // Half a book would be in the way of the next attempt.
        let _ = std::fs::remove_file(&file);
        return Err(cause);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_to_begin_with_has_no_finding() {
        let reading = crate::read_book_bytes("book.toml", STARTER.as_bytes());
        assert!(reading.findings.is_empty(), "{}", crate::render_findings(&reading.findings));
        assert!(reading.book.is_some());
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = init_book(&folder.path().join("new")).unwrap();
        assert!(file.ends_with("new/book.toml"));
        assert_eq!(init_book(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
