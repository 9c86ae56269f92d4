//! The tables of a store, version by version, the same for both databases but for two words.

use crate::StoreError;

/// The newest version that this program knows; it reads older ones after bringing them up to it.
pub const VERSION: i64 = STEPS.len() as i64;

/// What brings a store of version `n` to `n + 1`. A step that was released is never changed. `BIGINT` is the type of all
/// whole numbers, `{bytes}` that of bytes.
const STEPS: &[&str] = &[
    "CREATE TABLE event (
        seq BIGINT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        who TEXT NOT NULL,
        why TEXT NOT NULL,
        request TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        paths {bytes}
    );
    CREATE TABLE answer (
        who TEXT NOT NULL,
        key TEXT NOT NULL,
        digest TEXT NOT NULL,
        seq BIGINT NOT NULL,
        status BIGINT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (who, key)
    );
    CREATE TABLE token (
        hash TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        tenant TEXT,
        made BIGINT NOT NULL,
        barred BIGINT
    );
    CREATE TABLE head (one BIGINT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL, at BIGINT NOT NULL);
    INSERT INTO head (one, seq, at) VALUES (1, 0, 0);",
    // Finds the last publication without reading a million events.
    "CREATE INDEX event_published ON event (seq) WHERE kind = 'published';",
    // Who is told of what happens, and which server tells them.
    "CREATE TABLE webhook (
        id TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL,
        request TEXT NOT NULL,
        tenant TEXT,
        url TEXT NOT NULL,
        kinds TEXT NOT NULL,
        secret TEXT NOT NULL,
        made BIGINT NOT NULL,
        removed BIGINT,
        removed_by TEXT,
        seq BIGINT NOT NULL,
        taken BIGINT,
        failures BIGINT NOT NULL,
        failing_since BIGINT,
        next_try BIGINT,
        is_given_up BIGINT NOT NULL,
        problem TEXT NOT NULL,
        UNIQUE (owner, request)
    );
    CREATE TABLE webhook_lease (one BIGINT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL);",
];

/// Returns the statements that bring a store of version `found` up to date; none when it is.
pub(crate) fn steps_from(found: i64, bytes: &str) -> Result<Vec<String>, StoreError> {
    let done = usize::try_from(found).ok().filter(|done| *done <= STEPS.len());
    let Some(done) = done else { return Err(StoreError::OtherVersion { found, known: VERSION }) };
    Ok(STEPS[done..].iter().map(|step| step.replace("{bytes}", bytes)).collect())
}

/// Returns the statement that notes the version.
pub(crate) fn note_version() -> String {
    format!("DELETE FROM version; INSERT INTO version (version) VALUES ({VERSION});")
}

/// Makes the table in which the version stands.
pub(crate) const VERSION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS version (version BIGINT NOT NULL);";
