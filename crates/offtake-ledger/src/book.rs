//! A version of the book, as files that the store keeps by their hashes.

/// A version of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookVersion {
    /// Hash of the names and contents of its files and of where it begins: equal books have equal ids.
    pub id: String,
    /// The version that it was made from, by its id; `None` for one that came from outside.
    pub parent: Option<String>,
    /// Its title.
    pub title: String,
    /// The day whose knowledge it holds, as `2025-11-30`.
    pub as_of: String,
    /// The file or folder among its files that it begins with; empty for all of them.
    pub entry: String,
    /// Name and hash of each file, by name.
    pub files: Vec<(String, String)>,
}
