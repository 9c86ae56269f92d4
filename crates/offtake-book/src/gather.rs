//! A book gathered from the disk: all files that it was read from, under names that go anywhere.

use crate::document::{Disk, Files, ReadFailure, tidy};
use crate::reading::{Reading, read_from_files};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a book, so that [`crate::read_book_files`] reads the same book from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The file or folder to begin with.
    pub entry: String,
    /// The bytes of every file that was read, by a name that is relative to a folder above them all.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The disk, and what was read from it.
struct Recording(RefCell<BTreeMap<PathBuf, Vec<u8>>>);

impl Files for Recording {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        let bytes = Disk.read(path, limit)?;
        self.0.borrow_mut().insert(whole(path), bytes.clone());
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> Result<Vec<(PathBuf, bool)>, ReadFailure> {
        Disk.list(folder)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        Disk.identity(path)
    }
}

/// Reads a book from the disk, and returns all files that it was read from besides.
#[must_use]
pub fn gather(path: &Path) -> (Reading, Gathered) {
    let files = Recording(RefCell::default());
    let reading = read_from_files(&files, path);
    let (entry, files) = (whole(path), files.0.into_inner());
    let mut root = entry.parent().unwrap_or(&entry);
    while let (false, Some(above)) =
        (files.keys().all(|file| file.starts_with(root)), root.parent())
    {
        root = above;
    }
    let name = |path: &Path| {
        let parts = path.strip_prefix(root).unwrap_or(path).components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        parts.join("/")
    };
    let entry = name(&entry);
    let files = files.iter().map(|(path, bytes)| (name(path), bytes.clone())).collect();
    (reading, Gathered { entry, files })
}

fn whole(path: &Path) -> PathBuf {
    tidy(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_book_files;

    #[test]
    fn every_book_of_the_repository_reads_alike_from_what_was_gathered() {
        let books = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../books"));
        for name in ["microsoft-2025-11", "iren-2025-11", "tutorial", "one-rack"] {
            let folder = books.join(name);
            let path = if folder.exists() { folder } else { books.join(format!("{name}.toml")) };
            let (reading, gathered) = gather(&path);
            let files = gathered.files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..]));
            let again = read_book_files(Path::new(&gathered.entry), files);
            assert_eq!(again.hash, reading.hash, "{name}");
            assert_eq!(again.book.is_some(), reading.book.is_some(), "{name}");
            assert!(gathered.files.keys().all(|name| !name.contains("..")), "{gathered:?}");
        }
    }

    #[test]
    fn what_a_book_includes_from_elsewhere_comes_along() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "own/book/a.toml",
            "format = 1\nas_of = 2026-01-01\ninclude = [\"../../shared/b.toml\"]\n",
        );
        write("shared/b.toml", "[party.acme]\n");
        write("shared/other.toml", "[party.zeta]\n");
        let (_, gathered) = gather(&folder.path().join("own/book"));
        assert_eq!(gathered.entry, "own/book");
        let names: Vec<&str> = gathered.files.keys().map(String::as_str).collect();
        assert_eq!(names, ["own/book/a.toml", "shared/b.toml"]);
    }
}
