//! A store in one SQLite file, with its write-ahead log beside it. One server has it at a time.

use crate::shape::ReadPaths;
use crate::store::Visit;
use crate::{Answer, Head, Row, Store, StoreError, Token, clock, migration};
use offtake_ledger::{Cause, Event, Instant};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

/// How long to wait for another's write lock.
const PATIENCE: Duration = Duration::from_secs(2);

/// A SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    pub(crate) connection: Connection,
}

impl SqliteStore {
    /// Opens a file, and makes it if it is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, is no database, or of another version.
    pub fn open(path: &Path) -> Result<SqliteStore, StoreError> {
        let name = path.display().to_string();
        let failed =
            |cause: rusqlite::Error| StoreError::Open { name: name.clone(), cause: cause.into() };
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        // Every commit reaches the disk before it is acknowledged.
        let pragmas =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
        connection.execute_batch(pragmas).map_err(failed)?;
        let mut store = SqliteStore { connection };
        store.migrate(&name)?;
        Ok(store)
    }

    fn migrate(&mut self, name: &str) -> Result<(), StoreError> {
        let failed = |cause: rusqlite::Error| StoreError::Open {
            name: name.to_owned(),
            cause: cause.into(),
        };
        let transaction = self.connection.transaction().map_err(failed)?;
        transaction.execute_batch(migration::VERSION_TABLE).map_err(failed)?;
        let found = transaction.query_row("SELECT version FROM version", [], |row| row.get(0));
        let found: i64 = found.optional().map_err(failed)?.unwrap_or(0);
        let steps = migration::steps_from(found, "BLOB")?;
        if !steps.is_empty() {
            for step in steps {
                transaction.execute_batch(&step).map_err(failed)?;
            }
            transaction.execute_batch(&migration::note_version()).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }
}

pub(crate) fn written(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Conflict(error.into())
        }
        _ => StoreError::write(error),
    }
}

pub(crate) fn row_of(row: &rusqlite::Row) -> rusqlite::Result<Row> {
    Ok(Row {
        seq: row.get::<_, i64>(0)? as u64,
        at: Instant::from_millis(row.get(1)?),
        cause: Cause { who: row.get(2)?, why: row.get(3)?, request: row.get(4)? },
        kind: row.get(5)?,
        body: row.get(6)?,
        paths: row.get(7)?,
    })
}

fn answer_of(row: &rusqlite::Row) -> rusqlite::Result<Answer> {
    Ok(Answer {
        who: row.get(0)?,
        key: row.get(1)?,
        digest: row.get(2)?,
        seq: row.get::<_, i64>(3)? as u64,
        status: row.get(4)?,
        body: row.get(5)?,
    })
}

fn token_of(row: &rusqlite::Row) -> rusqlite::Result<Token> {
    Ok(Token {
        hash: row.get(0)?,
        name: row.get(1)?,
        role: row.get(2)?,
        tenant: row.get(3)?,
        made: Instant::from_millis(row.get(4)?),
        barred: row.get::<_, Option<i64>>(5)?.map(Instant::from_millis),
    })
}

impl Store for SqliteStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        let read = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let head = self.connection.query_row("SELECT seq, at FROM head", [], read);
        let (seq, at) = head.map_err(StoreError::read)?;
        Ok(Head { seq: seq as u64, now: clock::now(Instant::from_millis(at)) })
    }

    fn begin(&mut self) -> Result<Head, StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(written)?;
        self.head()
    }

    fn rows_after(&mut self, seq: u64, paths: ReadPaths, visit: Visit) -> Result<(), StoreError> {
        let from = match paths {
            ReadPaths::All => 0,
            ReadPaths::Last => self
                .connection
                .query_row(
                    "SELECT COALESCE(MAX(seq), 0) FROM event WHERE kind = 'published'",
                    [],
                    |row| row.get::<_, i64>(0),
                )
                .map_err(StoreError::read)?,
        };
        let text =
            "SELECT seq, at, who, why, request, kind, body, CASE WHEN seq >= ?2 THEN paths END
            FROM event WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        let mut rows = statement.query(params![seq as i64, from]).map_err(StoreError::read)?;
        while let Some(row) = rows.next().map_err(StoreError::read)? {
            visit(row_of(row).map_err(StoreError::read)?)?;
        }
        Ok(())
    }

    fn answer(&mut self, who: &str, key: &str) -> Result<Option<Answer>, StoreError> {
        let text =
            "SELECT who, key, digest, seq, status, body FROM answer WHERE who = ?1 AND key = ?2";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        statement.query_row(params![who, key], answer_of).optional().map_err(StoreError::read)
    }

    fn append(&mut self, events: &[Event], answers: &[Answer]) -> Result<(), StoreError> {
        let rows = events.iter().map(Row::of).collect::<Result<Vec<Row>, StoreError>>()?;
        self.append_rows(&rows, answers)
    }

    fn append_rows(&mut self, rows: &[Row], answers: &[Answer]) -> Result<(), StoreError> {
        let text = "INSERT INTO event (seq, at, who, why, request, kind, body, paths)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let mut insert = self.connection.prepare_cached(text).map_err(written)?;
        for row in rows {
            let Cause { who, why, request } = &row.cause;
            let (seq, at) = (row.seq as i64, row.at.millis());
            insert
                .execute(params![seq, at, who, why, request, row.kind, row.body, row.paths])
                .map_err(written)?;
        }
        let text = "INSERT INTO answer (who, key, digest, seq, status, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = self.connection.prepare_cached(text).map_err(written)?;
        for Answer { who, key, digest, seq, status, body } in answers {
            insert
                .execute(params![who, key, digest, *seq as i64, status, body])
                .map_err(written)?;
        }
        if let Some(last) = rows.last() {
            let text = "UPDATE head SET seq = ?1, at = ?2";
            self.connection
                .execute(text, params![last.seq as i64, last.at.millis()])
                .map_err(written)?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(written)
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        // A failed statement may have ended the transaction already.
        match self.connection.is_autocommit() {
            true => Ok(()),
            false => self.connection.execute_batch("ROLLBACK").map_err(written),
        }
    }

    fn answers_until(&mut self, seq: u64) -> Result<Vec<Answer>, StoreError> {
        let text = "SELECT who, key, digest, seq, status, body FROM answer WHERE seq <= ?1 ORDER BY who, key";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        let rows = statement.query_map([seq as i64], answer_of).map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }

    fn put_token(&mut self, token: &Token) -> Result<bool, StoreError> {
        let text = "INSERT INTO token (hash, name, role, tenant, made, barred) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (name) DO UPDATE SET barred = excluded.barred WHERE token.hash = excluded.hash";
        let Token { hash, name, role, tenant, made, barred } = token;
        let barred = barred.map(Instant::millis);
        let done =
            self.connection.execute(text, params![hash, name, role, tenant, made.millis(), barred]);
        done.map(|rows| rows == 1).map_err(written)
    }

    fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        let text = "SELECT hash, name, role, tenant, made, barred FROM token ORDER BY name";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        let rows = statement.query_map([], token_of).map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }
}
