//! The files of the checkout as text, so that chores see one tree and not the disk.
//!
//! What is built (`target`), what is not text and what git keeps for itself is left out.

use std::collections::BTreeMap;
use std::path::Path;

/// Folders that hold nothing written by a person.
const SKIPPED: &[&str] =
    &[".git", "target", "node_modules", "corpus", "artifacts", "__pycache__", ".mypy_cache"];

/// The text files of the checkout by path from its root, with `/` between folders.
pub(crate) type Tree = BTreeMap<String, String>;

/// Reads every text file below `root`.
///
/// # Errors
///
/// When a folder or a file cannot be read.
pub(crate) fn read(root: &Path) -> std::io::Result<Tree> {
    let mut tree = Tree::new();
    read_folder(root, "", &mut tree)?;
    Ok(tree)
}

fn read_folder(folder: &Path, path: &str, tree: &mut Tree) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            read_folder(&entry.path(), &path, tree)?;
        } else if kind.is_file()
            && name != ".git"
            && let Ok(text) = String::from_utf8(std::fs::read(entry.path())?)
        {
            tree.insert(path, text);
        }
    }
    Ok(())
}

/// Returns the paths that end in `.extension` with their text.
pub(crate) fn with_extension<'a>(
    tree: &'a Tree,
    extension: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    tree.iter()
        .filter(move |(path, _)| path.rsplit_once('.').is_some_and(|(_, end)| end == extension))
        .map(|(path, text)| (path.as_str(), text.as_str()))
}
