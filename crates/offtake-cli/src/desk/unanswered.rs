//! Changes that were sent and not answered: each is kept with its idempotency key, so that sending it again is safe.
//!
//! A change is written down before it is sent and forgotten once the desk has answered, whatever it answered. Whoever
//! gives the same command again within the hour sends what was written down, key and all, and the desk does it once.
//! **Invariant:** a process holds the lock of what it sends, so that two that do the same at once are two changes.

use super::account;
use crate::failure::Failure;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// After so long the same command is meant anew.
const MEANT_ANEW: Duration = Duration::from_secs(3_600);
/// How many processes may do the same at once.
const SLOTS: usize = 64;

/// A change on its way.
#[derive(Debug)]
pub(crate) struct Unanswered {
    file: File,
    path: PathBuf,
    /// The key that it is sent with.
    pub(crate) key: String,
    /// What is sent, if it was sent before.
    pub(crate) body: Option<Value>,
}

impl Unanswered {
    /// Begins a change, which `meaning` tells from every other: where to, with which token, which command.
    pub(crate) fn begin(meaning: &[&str]) -> Result<Unanswered, Failure> {
        let folder = account::folder("XDG_STATE_HOME", ".local/state")?.join("unanswered");
        account::make_folder(&folder)?;
        let mut hash = Sha256::new();
        for word in meaning {
            hash.update((word.len() as u64).to_le_bytes());
            hash.update(word);
        }
        let name: String = hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
        for slot in 0..SLOTS {
            let path = folder.join(format!("{name}-{slot}"));
            if let Some(begun) = taken(&path)? {
                return Ok(begun);
            }
        }
        Err(Failure::input("too many processes send the same change at once"))
    }

    /// Writes down what is about to be sent.
    pub(crate) fn keep(&mut self, body: &Value) -> Result<(), Failure> {
        let text = json!({ "key": self.key, "body": body }).to_string();
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_all());
        written.map_err(|error| failed(&self.path, &error))
    }

    /// Forgets the change: it was answered.
    pub(crate) fn forget(self) {
        // What is left behind is sent again with its key, which does nothing twice.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Locks a place and reads what is left in it; `None` when somebody else has it.
fn taken(path: &Path) -> Result<Option<Unanswered>, Failure> {
    let fail = |error: std::io::Error| failed(path, &error);
    let mut how = OpenOptions::new();
    how.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = how.open(path).map_err(fail)?;
    if file.try_lock().is_err() || !is_still_there(&file, path) {
        return Ok(None);
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(fail)?;
    let fresh = || uuid::Uuid::now_v7().to_string();
    let left = serde_json::from_str::<Value>(&text).ok().filter(|_| is_recent(&file));
    let key = left.as_ref().and_then(|left| left["key"].as_str()).map(str::to_owned);
    let body = left.filter(|_| key.is_some()).map(|mut left| left["body"].take());
    let key = key.unwrap_or_else(fresh);
    Ok(Some(Unanswered { file, path: path.to_owned(), key, body }))
}

/// Says whether the file was not taken away between opening and locking it.
fn is_still_there(file: &File, path: &Path) -> bool {
    let (here, there) = (file.metadata(), std::fs::metadata(path));
    matches!((here, there), (Ok(here), Ok(there)) if here.ino() == there.ino())
}

#[expect(clippy::disallowed_methods, reason = "this shell owns the clock; no result sees it")]
fn is_recent(file: &File) -> bool {
    let written = file.metadata().and_then(|data| data.modified());
    let now = std::time::SystemTime::now();
    written.is_ok_and(|at| now.duration_since(at).unwrap_or_default() < MEANT_ANEW)
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("keep the change in `{}`: {error}", path.display()))
}
