//! Versions of the book: files that the store keeps by their hashes, read into books when they are asked for.
//!
//! The store is the truth: what changes on somebody's disk is no version until it is imported. **Invariants:** a version
//! that is kept reads without an error; equal books have equal ids; a version is never changed.

pub(crate) mod edit;
pub(crate) mod shape;

use crate::auth::{digest, hex};
use crate::problem::Problem;
use crate::state::Desk;
use axum::http::StatusCode;
use offtake_book::{Gathered, Reading, gather, read_book_files};
use offtake_desk::{Fault, Kept, Ledger};
use offtake_ledger::{BookVersion, Publication};
use offtake_model::{Book, Finding};
use offtake_store::Store;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Books that stay read.
const REMEMBERED: usize = 8;
/// The most files of a book that is sent.
const MOST_FILES: usize = 1_000;
/// The longest name of a file.
const LONGEST_NAME: usize = 200;
/// The least digits that stand for an id.
const SHORTEST_ID: usize = 8;

/// The book of a desk, on the disk of the machine that it runs on.
#[derive(Clone, Debug)]
pub struct BookOptions {
    /// The book: a file, or a folder. It is imported at the first start, and when it is told to.
    pub path: PathBuf,
    /// Joint paths of supply that are drawn when a version is published.
    pub paths: u64,
    /// Seed of the futures.
    pub seed: u64,
}

/// The files of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    /// The file or folder that it begins with; empty for all of them.
    pub(crate) entry: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// A version that was read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) tree: Tree,
    pub(crate) book: Book,
    /// What the reader says the book hashes to, with the catalog.
    pub(crate) hash: String,
    /// Warnings.
    pub(crate) findings: Vec<Finding>,
}

/// Versions that were read lately, the last first.
#[derive(Debug, Default)]
pub(crate) struct Books {
    opened: Mutex<VecDeque<(String, Arc<Opened>)>>,
}

impl Tree {
    /// Returns the hash of the names and contents of the files and of where they begin.
    pub(crate) fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\0", self.entry));
        for (name, bytes) in &self.files {
            hash.update(format!("{name}\0{}\n", digest(bytes)));
        }
        hex(&hash.finalize())
    }

    pub(crate) fn read(&self) -> Reading {
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        read_book_files(Path::new(&self.entry), files)
    }

    /// Reads the book, or says all that is wrong with it.
    pub(crate) fn open(self) -> Result<Opened, Problem> {
        let reading = self.read();
        match reading.book {
            Some(book) => {
                Ok(Opened { tree: self, book, hash: reading.hash, findings: reading.findings })
            }
            None => Err(Problem::book(&reading.findings)),
        }
    }

    /// Returns the files with their hashes, as the store keeps them.
    pub(crate) fn blobs(&self) -> Vec<(String, Vec<u8>)> {
        self.files.values().map(|bytes| (digest(bytes), bytes.clone())).collect()
    }
}

impl From<Gathered> for Tree {
    fn from(Gathered { entry, files }: Gathered) -> Tree {
        Tree { entry, files }
    }
}

impl Opened {
    /// Makes the version that is kept of it.
    pub(crate) fn version(&self, parent: Option<String>) -> BookVersion {
        let file = |(name, bytes): (&String, &Vec<u8>)| (name.clone(), digest(bytes));
        BookVersion {
            id: self.tree.id(),
            parent,
            title: self.book.title.clone(),
            as_of: self.book.as_of.to_string(),
            entry: self.tree.entry.clone(),
            files: self.tree.files.iter().map(file).collect(),
        }
    }

    /// Makes what is published of it.
    pub(crate) fn publication(&self, options: &BookOptions) -> Publication {
        let (id, title) = (self.tree.id(), &self.book.title);
        let BookOptions { paths, seed, .. } = options;
        let study = format!("{title} ({}), {paths} paths of seed {seed}", &id[..12]);
        Publication { book: id, ..crate::publication(&self.book, &study, *paths, *seed) }
    }
}

/// Reads the book that lies on the disk.
pub(crate) fn on_disk(path: &Path) -> Result<Opened, Problem> {
    let (_, gathered) = gather(path);
    Tree::from(gathered).open()
}

impl Books {
    /// Returns a version, read.
    pub(crate) fn open(
        &self,
        store: &mut dyn Store,
        version: &BookVersion,
    ) -> Result<Arc<Opened>, Problem> {
        if let Some(known) = self.known(&version.id) {
            return Ok(known);
        }
        let opened = Arc::new(tree_of(store, version)?.open()?);
        let mut all = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front((version.id.clone(), Arc::clone(&opened)));
        all.truncate(REMEMBERED);
        Ok(opened)
    }

    fn known(&self, id: &str) -> Option<Arc<Opened>> {
        let mut all = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(known, _)| known == id)?;
        let found = all.remove(at)?;
        let opened = Arc::clone(&found.1);
        all.push_front(found);
        Some(opened)
    }
}

/// Reads the files of a version from the store.
pub(crate) fn tree_of(store: &mut dyn Store, version: &BookVersion) -> Result<Tree, Problem> {
    let mut tree = Tree { entry: version.entry.clone(), files: BTreeMap::new() };
    for (name, hash) in &version.files {
        let bytes = store.blob(hash).map_err(|error| Problem::store(&error))?;
        let lost = || {
            let detail = format!("the store has lost `{name}` of version {}", version.id);
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "file-lost", detail)
        };
        tree.files.insert(name.clone(), bytes.ok_or_else(lost)?);
    }
    Ok(tree)
}

/// Finds a version by its id, the first digits of it, or as `newest` or `published`.
pub(crate) fn kept_of<'a>(ledger: &'a Ledger, name: &str) -> Result<&'a Kept, Problem> {
    let missing = || Problem::missing("such version of the book");
    match name {
        "newest" => return ledger.newest_book().ok_or_else(missing),
        "published" => return ledger.published_book().ok_or_else(missing),
        _ => {}
    }
    let is_it = |kept: &&Kept| {
        kept.version.id == name || name.len() >= SHORTEST_ID && kept.version.id.starts_with(name)
    };
    let mut found = ledger.books().iter().rev().filter(is_it);
    let first = found.next().ok_or_else(missing)?;
    match found.find(|other| other.version.id != first.version.id) {
        Some(_) => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "more than one version begins so; write more digits",
        )),
        None => Ok(first),
    }
}

/// Opens the store and a version in it by name, for whoever may wait for a disk.
pub(crate) fn opened_of(desk: &Desk, name: &str) -> Result<Arc<Opened>, Problem> {
    let version = Arc::clone(&kept_of(&desk.ledger(), name)?.version);
    if let Some(known) = desk.books.known(&version.id) {
        return Ok(known);
    }
    let mut store = desk.engine.reader().map_err(|error| Problem::store(&error))?;
    desk.books.open(&mut *store, &version)
}

/// Makes the supply of a version, of the newest if none is named; `None` for a desk that has nothing to make it of.
pub(crate) fn supply_of(
    desk: &Desk,
    version: Option<&str>,
) -> Result<Option<Publication>, Problem> {
    match (&desk.book, version, &desk.publisher) {
        (Some(options), version, _) => {
            Ok(Some(opened_of(desk, version.unwrap_or("newest"))?.publication(options)))
        }
        (None, None, Some(publisher)) => publisher()
            .map(Some)
            .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "book", error)),
        _ => Ok(None),
    }
}

/// Says what is wrong with the names of files that somebody sent: they must stay below the folder that they are put in.
pub(crate) fn name_faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |field: String, problem: &str, fix: &str| {
        faults.push(Fault::new(&field, problem.to_owned(), fix));
    };
    if tree.files.is_empty() || tree.files.len() > MOST_FILES {
        fault("files".to_owned(), "are none, or more than 1,000", "send the files of a book");
    }
    for name in tree.files.keys() {
        if !is_name(name) {
            let fix = "use parts of letters, digits, `-`, `_` and `.` with `/` between them, below one folder";
            fault(format!("files.{}", shown(name)), "is no name of a file", fix);
        } else if tree.files.keys().any(|other| other.starts_with(&format!("{name}/"))) {
            fault(format!("files.{name}"), "is a file and a folder", "rename one of the two");
        }
    }
    let entry = &tree.entry;
    let is_there = tree.files.keys().any(|name| Path::new(name).starts_with(entry));
    let may_begin = entry.is_empty() || is_name(entry) && is_there;
    if !may_begin {
        fault("entry".to_owned(), "is none of the files or folders", "name the one to begin with");
    }
    faults
}

fn shown(name: &str) -> String {
    name.chars().filter(|one| !one.is_control()).take(60).collect()
}

/// Says whether a name stays where it is put, on every system.
fn is_name(name: &str) -> bool {
    let good = |one: char| one.is_alphanumeric() || matches!(one, '-' | '_' | '.' | '/' | ' ');
    let is_part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(['.', ' ']);
    name.len() <= LONGEST_NAME
        && name.chars().all(good)
        && name.split('/').all(is_part)
        && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[&str]) -> Tree {
        let files = names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec()));
        Tree { entry: String::new(), files: files.collect() }
    }

    #[test]
    fn names_that_lead_elsewhere_are_none() {
        for name in ["book.toml", "a/b c/d-1_2.csv", "München.toml"] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(201);
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            ".",
            "..",
            "a/.hidden",
            ".ssh/x",
            "C:\\x",
            "a\\b",
            "a\0b",
            "a\nb",
            "x.",
            "x ",
            "con:1",
            long.as_str(),
        ] {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(name_faults(&tree(&["a.toml", "b/c.toml"])).len(), 0);
        assert_eq!(name_faults(&tree(&["a", "a/c.toml", "../x"])).len(), 2);
        assert_eq!(name_faults(&Tree::default()).len(), 1);
        let elsewhere = Tree { entry: "c".to_owned(), ..tree(&["a.toml"]) };
        assert_eq!(name_faults(&elsewhere).len(), 1);
    }

    #[test]
    fn an_id_is_of_names_contents_and_beginning() {
        let one = tree(&["a", "b"]);
        assert_eq!(one.id(), tree(&["b", "a"]).id());
        assert_ne!(one.id(), tree(&["a"]).id());
        assert_ne!(one.id(), Tree { entry: "a".to_owned(), ..one.clone() }.id());
        let mut other = one.clone();
        other.files.insert("a".to_owned(), b"c".to_vec());
        assert_ne!(one.id(), other.id());
    }
}
