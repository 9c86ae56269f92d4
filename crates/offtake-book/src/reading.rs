//! Reading a book: from files to the book and everything that is wrong with it.

use crate::build::{self, Input};
use crate::document::{Disk, Document, Edited, Files, Memory, SourceFile};
use crate::format::{Records, Shelf, read_all};
use crate::moved::{End, Moved};
use crate::shelf::{self, Facts, Risks};
use offtake_model::{Book, Finding, Place, Severity, checks};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What came of reading a book.
#[derive(Debug)]
pub struct Reading {
    /// The book, when nothing that was found keeps it from being built; a finding of a check does not,
    /// but a book with an error should not be used.
    pub book: Option<Book>,
    /// Everything that is wrong, in order of file and line; what has no place comes first.
    pub findings: Vec<Finding>,
    /// A hash of the contents of all files that were read and of the catalog, whatever their names
    /// and places.
    pub hash: String,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

/// Rules that look from one thing to another: when some thing could not be read, what they find is
/// as likely a consequence as a mistake of its own.
const ACROSS: &[&str] = &[
    "rack-over-hall",
    "more-racks-than-megawatts",
    "contract-of-neither-side",
    "purchase-smaller-than-tranches",
    "purchase-of-another-type",
    "sold-twice",
    "no-pool-may-serve",
    "nvlink-domain-too-large",
    "gang-larger-than-any-fabric",
    "gang-larger-than-any-site",
    "unknown-place",
    "unknown-round-trip",
    "site-below-need",
    "standard-without-work",
    "currency-without-rate",
    "never-referred-to",
];

impl Reading {
    /// Says whether some finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Reads a book from the disk: a folder, or a file with what it includes.
#[must_use]
pub fn read_book(path: &Path) -> Reading {
    read_from(&Disk, path, &With::default())
}

/// Reads a book from the disk with the value at `input` (a path of [`crate::judged`]) moved to an end of its
/// range; a value without that end stays.
#[must_use]
pub fn read_book_moved(path: &Path, input: &str, end: End) -> Reading {
    read_from(&Disk, path, &With { moved: Some(Moved { path: input, end }), more: &[] })
}

/// Reads a book from the disk with more tables that stand in no file of it, as `signed` writes them: each a
/// name for findings, and the text.
#[must_use]
pub fn read_book_with(path: &Path, more: &[(&str, &str)]) -> Reading {
    read_from(&Disk, path, &With { moved: None, more })
}

/// What a book is read with besides its files.
#[derive(Clone, Copy, Debug, Default)]
struct With<'a> {
    moved: Option<Moved<'a>>,
    more: &'a [(&'a str, &'a str)],
}

/// Reads a book from the disk as it would be with some of its files edited, whole bytes by path.
#[must_use]
pub fn read_book_edited(path: &Path, edits: &BTreeMap<PathBuf, Vec<u8>>) -> Reading {
    read_from(&Edited::new(edits), path, &With::default())
}

/// Reads a book of one file from memory; it can include nothing.
#[must_use]
pub fn read_book_bytes(name: &str, bytes: &[u8]) -> Reading {
    read_book_files(Path::new(name), [(name, bytes)])
}

/// Reads a book from files in memory: `path` is the folder, or the file to begin with.
pub fn read_book_files<'a>(
    path: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Reading {
    let files =
        files.into_iter().map(|(name, bytes)| (PathBuf::from(name), Cow::Owned(bytes.to_vec())));
    read_from(&Memory(files.collect()), path, &With::default())
}

/// Returns what is wrong with the catalog inside the program; nothing, when it was released. It is not
/// among the findings of a book, whose author cannot mend it.
#[must_use]
pub fn catalog_findings() -> Vec<Finding> {
    let mut findings = shelf::embedded().findings.clone();
    findings.extend(Facts::new(None, &Records::default()).incomplete_of(|_| true));
    sort(&mut findings);
    findings
}

/// Reads a book from some place.
pub(crate) fn read_from_files(files: &dyn Files, path: &Path) -> Reading {
    read_from(files, path, &With::default())
}

fn read_from(files: &dyn Files, path: &Path, with: &With<'_>) -> Reading {
    let mut document = Document::new(Shelf::Book);
    document.read(files, path);
    for (name, text) in with.more {
        document.read_more(name, text);
    }
    let mut own_catalog = own_catalog(files, path);
    let mut records = read_all(&mut document);
    if let Some(moved) = with.moved {
        moved.in_book(&mut records);
        own_catalog = moved.in_catalog(own_catalog);
    }
    let facts = Facts::new(own_catalog.as_ref(), &records);
    let is_certain =
        records.get("defaults", "").and_then(|table| table.text("uncertainty")) == Some("none");
    let is_missing_a_file = document
        .findings
        .iter()
        .any(|f| matches!(f.rule, "no-such-file" | "file-too-large" | "file-not-readable"));
    let own_is_broken = own_catalog.as_ref().is_some_and(|own| own.is_broken);
    let input = Input {
        book: &records,
        facts: &facts,
        files,
        folder: folder_of(files, path),
        name: name_of(path),
        is_partial: !document.broken.is_empty() || is_missing_a_file || own_is_broken,
    };
    let mut findings = std::mem::take(&mut document.findings);
    findings.extend(own_catalog.iter().flat_map(|own| own.findings.iter().cloned()));
    findings.extend(facts.incomplete());
    find_no_book(&records, &input, &document.files, &mut findings);
    let output =
        build::build(&input, facts.catalog(if is_certain { Risks::Off } else { Risks::On }));
    findings.extend(output.findings);
    let hash = hash(&document.files, own_catalog.as_ref(), &output.hashes);
    let files = document.files.iter().map(|file| file.path.clone()).collect();
    let has_errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    if let Some(book) = &output.book {
        let found = checks::check(book).into_iter().map(|finding| placed(finding, book));
        findings = with_checks(findings, found.collect());
    }
    sort(&mut findings);
    Reading { book: output.book.filter(|_| !has_errors), findings, hash, files }
}

/// Reports the keys that a book must have, when there is no top of a book at all.
fn find_no_book(
    records: &Records,
    input: &Input<'_>,
    files: &[SourceFile],
    findings: &mut Vec<Finding>,
) {
    if files.is_empty() || input.is_partial || records.get("book", "").is_some() {
        return;
    }
    let problem = "no file says `format` and `as_of`".to_owned();
    let fix = "begin one with `format = 1` and the day whose knowledge the book holds, as in `as_of = 2026-01-01`".to_owned();
    let place = files.first().map(|file| Place { file: file.name.clone(), line: 1 });
    findings.push(Finding { place, ..Finding::error("key-missing", "format", problem, fix) });
}

fn own_catalog(files: &dyn Files, path: &Path) -> Option<shelf::Shelved> {
    let folder = path.join("catalog");
    (files.is_folder(path) && files.is_folder(&folder)).then(|| shelf::read(files, &folder))
}

fn folder_of(files: &dyn Files, path: &Path) -> PathBuf {
    if files.is_folder(path) {
        path.to_path_buf()
    } else {
        path.parent().unwrap_or(Path::new("")).to_path_buf()
    }
}

fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(|| "book".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn hash(files: &[SourceFile], own: Option<&shelf::Shelved>, series: &[u128]) -> String {
    let catalog = shelf::embedded().hashes.iter().copied();
    let own = own.into_iter().flat_map(|own| own.hashes.iter().copied());
    let all =
        files.iter().map(|file| file.hash).chain(catalog).chain(own).chain(series.iter().copied());
    format!("{:032x}", crate::hash::of_all(all))
}

/// Puts the place of the value, or else of its table, to a finding of a check.
fn placed(finding: Finding, book: &Book) -> Finding {
    if finding.place.is_some() {
        return finding;
    }
    let mut path = finding.subject.as_str();
    loop {
        let place = book.provenance.get(path).and_then(|provenance| provenance.place.clone());
        if place.is_some() {
            return Finding { place, ..finding };
        }
        match path.rsplit_once('.') {
            Some((above, _)) => path = above,
            None => return finding,
        }
    }
}

/// Adds what the checks found, less what only follows from what could not be read.
fn with_checks(mut findings: Vec<Finding>, found: Vec<Finding>) -> Vec<Finding> {
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        findings.extend(found);
        return findings;
    }
    let table = |subject: &str| {
        // The scenarios share one certainty between them: one that is broken breaks the sum.
        let parts = if subject.starts_with("growth.") { 1 } else { 2 };
        subject.split('.').take(parts).collect::<Vec<_>>().join(".")
    };
    let broken: BTreeSet<String> = findings.iter().map(|finding| table(&finding.subject)).collect();
    let stands = |finding: &Finding| {
        let is_across = ACROSS.contains(&finding.rule) || finding.severity == Severity::Warning;
        !is_across && !broken.contains(&table(&finding.subject))
    };
    findings.extend(found.into_iter().filter(stands));
    findings
}

fn sort(findings: &mut Vec<Finding>) {
    let key = |finding: &Finding| {
        (finding.place.clone(), finding.subject.clone(), finding.rule, finding.problem.clone())
    };
    findings.sort_by_cached_key(key);
    findings.dedup();
    let most = crate::document::MAX_FINDINGS;
    if findings.len() > most {
        let more = findings.len() - most;
        findings.truncate(most);
        let problem = format!("{more} more were found, and are not shown");
        findings.push(Finding::error("too-much", "", problem, "mend these first".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_across_things_are_rules_in_their_order() {
        let names: Vec<&str> = checks::CHECKS.iter().map(|check| check.name).collect();
        let places: Vec<Option<usize>> =
            ACROSS.iter().map(|rule| names.iter().position(|name| name == rule)).collect();
        assert!(places.iter().all(Option::is_some), "{places:?}");
        assert!(places.is_sorted(), "{places:?}");
    }
}
