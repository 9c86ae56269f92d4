//! How a version of the book is written: its files by name and hash; their contents stand in a table of their own.

use offtake_ledger::BookVersion;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BookShape {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    title: String,
    as_of: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    entry: String,
    files: Vec<(String, String)>,
}

impl From<&BookVersion> for BookShape {
    fn from(version: &BookVersion) -> BookShape {
        let BookVersion { id, parent, title, as_of, entry, files } = version.clone();
        BookShape { id, parent, title, as_of, entry, files }
    }
}

impl BookShape {
    pub(crate) fn read(self) -> BookVersion {
        let BookShape { id, parent, title, as_of, entry, files } = self;
        BookVersion { id, parent, title, as_of, entry, files }
    }
}
