//! Where bytes come from: the disk, or memory (tests, fuzzing, the catalog inside the program).

use crate::format::Shelf;
use offtake_model::{Finding, Place};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Deepest folder below a book.
const MAX_DEPTH: usize = 16;

/// Why a file cannot be read.
#[derive(Debug)]
pub(crate) enum ReadFailure {
    /// It is not there.
    Missing,
    /// It is larger than this.
    TooLarge(u64),
    /// It is a device or a pipe, or a folder where a file is needed.
    NotAFile,
    /// The system says.
    System(String),
}

/// A place that files are read from.
pub(crate) trait Files {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadFailure>;
    /// Returns the entries of a folder, each with whether it is a folder.
    fn list(&self, folder: &Path) -> Result<Vec<(PathBuf, bool)>, ReadFailure>;
    fn is_folder(&self, path: &Path) -> bool;
    /// Returns what two names of one file have in common.
    fn identity(&self, path: &Path) -> PathBuf;
}

/// The disk.
pub(crate) struct Disk;

/// Files in memory.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<PathBuf, Cow<'static, [u8]>>);

impl ReadFailure {
    pub(crate) fn finding(&self, path: &Path) -> Finding {
        let name = tidy(path).display().to_string();
        let (rule, problem, fix) = match self {
            ReadFailure::Missing => (
                "no-such-file",
                format!("there is no file `{name}`"),
                "correct the path; it counts from the folder of the file that names it".to_owned(),
            ),
            ReadFailure::TooLarge(limit) => (
                "file-too-large",
                format!("`{name}` is larger than {} MB", limit >> 20),
                "split it; long tables belong in a CSV".to_owned(),
            ),
            ReadFailure::NotAFile => (
                "file-not-readable",
                format!("`{name}` is no file, but a folder, device or pipe"),
                "give a file; save in one what comes out of a pipe".to_owned(),
            ),
            ReadFailure::System(error) => (
                "file-not-readable",
                format!("`{name}` cannot be read: {error}"),
                "make it readable".to_owned(),
            ),
        };
        Finding {
            place: Some(Place { file: name, line: 0 }),
            ..Finding::error(rule, "", problem, fix)
        }
    }
}

impl From<std::io::Error> for ReadFailure {
    fn from(error: std::io::Error) -> ReadFailure {
        match error.kind() {
            std::io::ErrorKind::NotFound => ReadFailure::Missing,
            _ => ReadFailure::System(error.to_string()),
        }
    }
}

impl Files for Disk {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        // Asked before it is opened: to open a pipe that nobody writes to would wait for ever.
        if !std::fs::metadata(path)?.is_file() {
            return Err(ReadFailure::NotAFile);
        }
        let file = std::fs::File::open(path)?;
        let mut bytes = Vec::new();
        // One byte more than the limit tells a file that grew, or lies about its size.
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit { Err(ReadFailure::TooLarge(limit)) } else { Ok(bytes) }
    }

    fn list(&self, folder: &Path) -> Result<Vec<(PathBuf, bool)>, ReadFailure> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let is_folder = path.is_dir();
            entries.push((path, is_folder));
        }
        Ok(entries)
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        std::fs::canonicalize(path).unwrap_or_else(|_| tidy(path))
    }
}

/// The disk, some files of which are taken to hold something else.
pub(crate) struct Edited<'a>(BTreeMap<PathBuf, &'a [u8]>);

impl<'a> Edited<'a> {
    /// Takes the files by their paths.
    pub(crate) fn new(edits: &'a BTreeMap<PathBuf, Vec<u8>>) -> Edited<'a> {
        let entry =
            |(path, bytes): (&PathBuf, &'a Vec<u8>)| (Disk.identity(path), bytes.as_slice());
        Edited(edits.iter().map(entry).collect())
    }
}

impl Files for Edited<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        match self.0.get(&Disk.identity(path)) {
            Some(bytes) if bytes.len() as u64 > limit => Err(ReadFailure::TooLarge(limit)),
            Some(bytes) => Ok(bytes.to_vec()),
            None => Disk.read(path, limit),
        }
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

impl Files for Memory {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        let bytes = self.0.get(&tidy(path)).ok_or(ReadFailure::Missing)?;
        if bytes.len() as u64 > limit {
            Err(ReadFailure::TooLarge(limit))
        } else {
            Ok(bytes.to_vec())
        }
    }

    fn list(&self, folder: &Path) -> Result<Vec<(PathBuf, bool)>, ReadFailure> {
        let folder = tidy(folder);
        let mut entries: BTreeMap<PathBuf, bool> = BTreeMap::new();
        for path in self.0.keys() {
            let Ok(rest) = path.strip_prefix(&folder) else { continue };
            let mut parts = rest.components();
            if let Some(first) = parts.next() {
                entries.insert(folder.join(first), parts.next().is_some());
            }
        }
        Ok(entries.into_iter().collect())
    }

    fn is_folder(&self, path: &Path) -> bool {
        let path = tidy(path);
        !self.0.contains_key(&path) && self.0.keys().any(|known| known.starts_with(&path))
    }

    fn identity(&self, path: &Path) -> PathBuf {
        tidy(path)
    }
}

/// Returns the path without `.` and with `x/..` taken out, so that one file has one name.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidy.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidy.pop();
            }
            _ => tidy.push(part),
        }
    }
    tidy
}

/// Returns the files of a folder and of the folders in it, in order of their names. What begins
/// with a point is left out, and in a book the folder `catalog`, which is read as a catalog.
pub(crate) fn walk(
    files: &dyn Files,
    folder: &Path,
    shelf: Shelf,
) -> Result<Vec<PathBuf>, Box<Finding>> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((at, depth)) = folders.pop() {
        let entries = files.list(&at).map_err(|failure| Box::new(failure.finding(&at)))?;
        for (path, is_folder) in entries {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let is_own_catalog = shelf != Shelf::Catalog && depth == 0 && name == "catalog";
            if name.starts_with('.') || is_own_catalog {
                continue;
            }
            if !is_folder {
                found.push(path);
            } else if depth < MAX_DEPTH {
                folders.push((path, depth + 1));
            } else {
                return Err(too_deep(&path));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn too_deep(path: &Path) -> Box<Finding> {
    let problem = format!("`{}` lies more than {MAX_DEPTH} folders deep", path.display());
    let fix = "keep a book in fewer folders, or take out a link that leads back".to_owned();
    Box::new(Finding::error("folder-too-deep", "", problem, fix))
}
