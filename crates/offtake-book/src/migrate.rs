//! From the format of one release to that of the next.
//!
//! A format that was ever released stays readable: each has a step that rewrites its files to the
//! next, and a folder of books in `tests/formats/` that must go on reading. Format 1 is the first and
//! the newest, so that there is no step yet.

use crate::format::FORMAT;
use std::path::PathBuf;

/// Rewrites the text of one file from a format to the next.
pub(crate) type Step = fn(&str) -> String;

/// The steps, by the format that they begin at; `STEPS[i]` begins at format `i + 1`.
const STEPS: &[Step] = &[];

/// A file as it would read in the newest format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The file.
    pub path: PathBuf,
    /// Its new text.
    pub text: String,
}

/// Returns the files of a book of format `from` that change in the newest format, with their new text.
/// `files` are the book's TOML files with their texts. A number that was never released changes
/// nothing: reading reports it.
#[must_use]
pub fn migrate(from: i64, files: &[(PathBuf, String)]) -> Vec<Migrated> {
    migrate_by(STEPS, from, files)
}

fn migrate_by(steps: &[Step], from: i64, files: &[(PathBuf, String)]) -> Vec<Migrated> {
    let first = usize::try_from(from - 1).unwrap_or(usize::MAX);
    let Some(steps) = steps.get(first..) else { return Vec::new() };
    let new = |text: &String| steps.iter().fold(text.clone(), |text, step| step(&text));
    let changed = files
        .iter()
        .map(|(path, text)| (path, text, new(text)))
        .filter(|(_, old, new)| *old != new);
    changed.map(|(path, _, text)| Migrated { path: path.clone(), text }).collect()
}

/// Returns the newest format.
#[must_use]
pub const fn newest_format() -> i64 {
    FORMAT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_step_from_every_format_but_the_newest() {
        assert_eq!(STEPS.len() as i64 + 1, FORMAT);
    }

    #[test]
    fn steps_follow_one_another_and_only_changed_files_come_back() {
        let steps: &[Step] = &[
            |text| text.replace("format = 1", "format = 2"),
            |text| text.replace("format = 2", "format = 3"),
        ];
        let files = [
            (PathBuf::from("book.toml"), "format = 1\n".to_owned()),
            (PathBuf::from("sites.toml"), "\n".to_owned()),
        ];
        let changed = migrate_by(steps, 1, &files);
        assert_eq!(
            changed,
            [Migrated { path: PathBuf::from("book.toml"), text: "format = 3\n".to_owned() }]
        );
        assert_eq!(migrate_by(steps, 7, &files), []);
        assert_eq!(migrate(1, &files), []);
    }
}
