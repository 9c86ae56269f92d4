//! A store in a PostgreSQL database. Several servers may have it at once: whoever writes locks the one row of `head`.

use crate::shape::ReadPaths;
use crate::store::Visit;
use crate::{Answer, Head, Row, Store, StoreError, Token, migration};
use offtake_ledger::{Cause, Event, Instant};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::{Client, Config, NoTls};
use std::fmt;
use std::time::Duration;

/// Keeps two servers that start at once from both making the tables.
const MIGRATION_LOCK: i64 = 7_302_611;

/// How long to wait for a database that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A PostgreSQL database.
pub struct PostgresStore {
    pub(crate) client: Client,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}

/// Returns an address without what stands between `//` and `@`.
fn without_password(address: &str) -> String {
    match (address.find("//"), address.rfind('@')) {
        (Some(from), Some(at)) if from < at => format!("{}//…{}", &address[..from], &address[at..]),
        _ => address.to_owned(),
    }
}

impl PostgresStore {
    /// Connects to a database, and makes its tables if they are not there.
    ///
    /// # Errors
    ///
    /// When it cannot be reached, or is of another version.
    pub fn open(address: &str) -> Result<PostgresStore, StoreError> {
        let name = without_password(address);
        let failed =
            |cause: postgres::Error| StoreError::Open { name: name.clone(), cause: cause.into() };
        let mut config: Config = address.parse().map_err(failed)?;
        // A line that went dead says nothing: whoever waits for an answer has to give up by itself.
        config.connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE);
        config.keepalives_idle(PATIENCE).keepalives_interval(PATIENCE / 5).keepalives_retries(3);
        let mut client = config.connect(NoTls).map_err(failed)?;
        // A lock that another has for long is a conflict, and every commit reaches the disk before it is acknowledged. A
        // server that went away in a transaction, without a word, keeps its lock no longer than the last line says.
        let settings = "SET lock_timeout = '2s'; SET synchronous_commit = on; SET client_min_messages = warning;
            SET idle_in_transaction_session_timeout = '10s';";
        client.batch_execute(settings).map_err(failed)?;
        let mut store = PostgresStore { client };
        store.migrate(&name)?;
        Ok(store)
    }

    fn migrate(&mut self, name: &str) -> Result<(), StoreError> {
        let failed = |cause: postgres::Error| StoreError::Open {
            name: name.to_owned(),
            cause: cause.into(),
        };
        let mut transaction = self.client.transaction().map_err(failed)?;
        transaction
            .execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
            .map_err(failed)?;
        transaction.batch_execute(migration::VERSION_TABLE).map_err(failed)?;
        let found = transaction.query_opt("SELECT version FROM version", &[]).map_err(failed)?;
        let found: i64 = found.map_or(0, |row| row.get(0));
        let steps = migration::steps_from(found, "BYTEA")?;
        if !steps.is_empty() {
            for step in steps {
                transaction.batch_execute(&step).map_err(failed)?;
            }
            transaction.batch_execute(&migration::note_version()).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn standing(&mut self, query: &str) -> Result<Head, StoreError> {
        let row = self.client.query_one(query, &[]).map_err(written)?;
        let (seq, at, now): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        Ok(Head { seq: seq as u64, now: Instant::from_millis(at.max(now)) })
    }
}

pub(crate) fn written(error: postgres::Error) -> StoreError {
    let is_conflict = error.code().is_some_and(|code| {
        [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
    });
    if is_conflict { StoreError::Conflict(error.into()) } else { StoreError::write(error) }
}

/// The database's own clock, in milliseconds.
const HEAD: &str =
    "SELECT seq, at, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT FROM head";

pub(crate) fn row_of(row: &postgres::Row) -> Row {
    Row {
        seq: row.get::<_, i64>(0) as u64,
        at: Instant::from_millis(row.get(1)),
        cause: Cause { who: row.get(2), why: row.get(3), request: row.get(4) },
        kind: row.get(5),
        body: row.get(6),
        paths: row.get(7),
    }
}

fn answer_of(row: &postgres::Row) -> Answer {
    Answer {
        who: row.get(0),
        key: row.get(1),
        digest: row.get(2),
        seq: row.get::<_, i64>(3) as u64,
        status: row.get::<_, i64>(4) as u16,
        body: row.get(5),
    }
}

fn token_of(row: &postgres::Row) -> Token {
    Token {
        hash: row.get(0),
        name: row.get(1),
        role: row.get(2),
        tenant: row.get(3),
        made: Instant::from_millis(row.get(4)),
        barred: row.get::<_, Option<i64>>(5).map(Instant::from_millis),
    }
}

impl Store for PostgresStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        self.standing(HEAD)
    }

    fn begin(&mut self) -> Result<Head, StoreError> {
        self.client.batch_execute("BEGIN").map_err(written)?;
        // From here on no other server writes, and what they wrote before is seen.
        let head = self.standing(&format!("{HEAD} FOR UPDATE"));
        if head.is_err() {
            self.roll_back()?;
        }
        head
    }

    fn rows_after(&mut self, seq: u64, paths: ReadPaths, visit: Visit) -> Result<(), StoreError> {
        let last = "SELECT COALESCE(MAX(seq), 0) FROM event WHERE kind = 'published'";
        let from: i64 = match paths {
            ReadPaths::All => 0,
            ReadPaths::Last => self.client.query_one(last, &[]).map_err(StoreError::read)?.get(0),
        };
        let text =
            "SELECT seq, at, who, why, request, kind, body, CASE WHEN seq >= $2 THEN paths END
            FROM event WHERE seq > $1 ORDER BY seq";
        let seq = seq as i64;
        let mut rows = self.client.query_raw(text, [seq, from]).map_err(StoreError::read)?;
        while let Some(row) = rows.next().map_err(StoreError::read)? {
            visit(row_of(&row))?;
        }
        Ok(())
    }

    fn answer(&mut self, who: &str, key: &str) -> Result<Option<Answer>, StoreError> {
        let text =
            "SELECT who, key, digest, seq, status, body FROM answer WHERE who = $1 AND key = $2";
        let row = self.client.query_opt(text, &[&who, &key]).map_err(StoreError::read)?;
        Ok(row.as_ref().map(answer_of))
    }

    fn append(&mut self, events: &[Event], answers: &[Answer]) -> Result<(), StoreError> {
        let rows = events.iter().map(Row::of).collect::<Result<Vec<Row>, StoreError>>()?;
        self.append_rows(&rows, answers)
    }

    fn append_rows(&mut self, rows: &[Row], answers: &[Answer]) -> Result<(), StoreError> {
        if let Some(last) = rows.last() {
            // One statement for all: a round trip for each would cost more than the commit.
            let text = "INSERT INTO event (seq, at, who, why, request, kind, body, paths)
                SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::TEXT[], $4::TEXT[], $5::TEXT[],
                    $6::TEXT[], $7::TEXT[], $8::BYTEA[])";
            let seqs: Vec<i64> = rows.iter().map(|row| row.seq as i64).collect();
            let ats: Vec<i64> = rows.iter().map(|row| row.at.millis()).collect();
            let column = |of: fn(&Row) -> &str| rows.iter().map(of).collect::<Vec<&str>>();
            let (whos, whys) = (column(|row| &row.cause.who), column(|row| &row.cause.why));
            let (requests, kinds) = (column(|row| &row.cause.request), column(|row| &row.kind));
            let bodies = column(|row| &row.body);
            let paths: Vec<Option<&[u8]>> = rows.iter().map(|row| row.paths.as_deref()).collect();
            self.client
                .execute(text, &[&seqs, &ats, &whos, &whys, &requests, &kinds, &bodies, &paths])
                .map_err(written)?;
            let (seq, at) = (last.seq as i64, last.at.millis());
            self.client
                .execute("UPDATE head SET seq = $1, at = $2", &[&seq, &at])
                .map_err(written)?;
        }
        if answers.is_empty() {
            return Ok(());
        }
        let text = "INSERT INTO answer (who, key, digest, seq, status, body)
            SELECT * FROM UNNEST($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::BIGINT[], $5::BIGINT[], $6::TEXT[])";
        let column = |of: fn(&Answer) -> &str| answers.iter().map(of).collect::<Vec<&str>>();
        let (whos, keys) = (column(|answer| &answer.who), column(|answer| &answer.key));
        let (digests, bodies) = (column(|answer| &answer.digest), column(|answer| &answer.body));
        let seqs: Vec<i64> = answers.iter().map(|answer| answer.seq as i64).collect();
        let statuses: Vec<i64> = answers.iter().map(|answer| i64::from(answer.status)).collect();
        let done = self.client.execute(text, &[&whos, &keys, &digests, &seqs, &statuses, &bodies]);
        done.map(drop).map_err(written)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.client.batch_execute("COMMIT").map_err(written)
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        self.client.batch_execute("ROLLBACK").map_err(written)
    }

    fn answers_until(&mut self, seq: u64) -> Result<Vec<Answer>, StoreError> {
        let text = "SELECT who, key, digest, seq, status, body FROM answer WHERE seq <= $1
            ORDER BY who COLLATE \"C\", key COLLATE \"C\"";
        let rows = self.client.query(text, &[&(seq as i64)]).map_err(StoreError::read)?;
        Ok(rows.iter().map(answer_of).collect())
    }

    fn put_token(&mut self, token: &Token) -> Result<bool, StoreError> {
        let text = "INSERT INTO token (hash, name, role, tenant, made, barred) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (name) DO UPDATE SET barred = excluded.barred WHERE token.hash = excluded.hash";
        let Token { hash, name, role, tenant, made, barred } = token;
        let (made, barred) = (made.millis(), barred.map(Instant::millis));
        let done = self.client.execute(text, &[hash, name, role, tenant, &made, &barred]);
        done.map(|rows| rows == 1).map_err(written)
    }

    fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        let text =
            "SELECT hash, name, role, tenant, made, barred FROM token ORDER BY name COLLATE \"C\"";
        let rows = self.client.query(text, &[]).map_err(StoreError::read)?;
        Ok(rows.iter().map(token_of).collect())
    }
}
