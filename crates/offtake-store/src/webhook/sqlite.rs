//! Webhooks in SQLite.

use super::{COLUMNS, Told, Webhook, Webhooks, joined, split};
use crate::sqlite::{SqliteStore, row_of, written};
use crate::{Row, StoreError, clock};
use offtake_ledger::Instant;
use rusqlite::params;

fn hook_of(row: &rusqlite::Row) -> rusqlite::Result<Webhook> {
    let instant = |at: usize| -> rusqlite::Result<Option<Instant>> {
        Ok(row.get::<_, Option<i64>>(at)?.map(Instant::from_millis))
    };
    Ok(Webhook {
        id: row.get(0)?,
        owner: row.get(1)?,
        request: row.get(2)?,
        tenant: row.get(3)?,
        url: row.get(4)?,
        kinds: split(&row.get::<_, String>(5)?),
        secret: row.get(6)?,
        made: Instant::from_millis(row.get(7)?),
        removed: instant(8)?.zip(row.get::<_, Option<String>>(9)?),
        told: Told {
            seq: row.get::<_, i64>(10)? as u64,
            taken: instant(11)?,
            failures: row.get(12)?,
            failing_since: instant(13)?,
            next_try: instant(14)?,
            is_given_up: row.get::<_, i64>(15)? != 0,
            problem: row.get(16)?,
        },
    })
}

impl Webhooks for SqliteStore {
    fn add_webhook(&mut self, hook: &Webhook) -> Result<(), StoreError> {
        let text = format!(
            "INSERT INTO webhook ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
            ?12, ?13, ?14, ?15, ?16, ?17)"
        );
        let Webhook { id, owner, request, tenant, url, secret, told, .. } = hook;
        let (removed, by) = hook.removed.clone().unzip();
        let done = self.connection.execute(
            &text,
            params![
                id,
                owner,
                request,
                tenant,
                url,
                joined(&hook.kinds),
                secret,
                hook.made.millis(),
                removed.map(Instant::millis),
                by,
                told.seq as i64,
                told.taken.map(Instant::millis),
                told.failures,
                told.failing_since.map(Instant::millis),
                told.next_try.map(Instant::millis),
                i64::from(told.is_given_up),
                told.problem,
            ],
        );
        done.map(drop).map_err(written)
    }

    fn webhooks(&mut self) -> Result<Vec<Webhook>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM webhook ORDER BY id");
        let mut statement = self.connection.prepare_cached(&text).map_err(StoreError::read)?;
        let rows = statement.query_map([], hook_of).map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }

    fn remove_webhook(&mut self, id: &str, at: Instant, who: &str) -> Result<bool, StoreError> {
        let text = "UPDATE webhook SET removed = ?2, removed_by = ?3, secret = ''
            WHERE id = ?1 AND removed IS NULL";
        let done = self.connection.execute(text, params![id, at.millis(), who]);
        done.map(|rows| rows == 1).map_err(written)
    }

    fn note_told(&mut self, id: &str, told: &Told, holder: &str) -> Result<bool, StoreError> {
        let text = "UPDATE webhook SET seq = ?2, taken = ?3, failures = ?4, failing_since = ?5, next_try = ?6,
                is_given_up = ?7, problem = ?8
            WHERE id = ?1 AND seq <= ?2 AND removed IS NULL
                AND EXISTS (SELECT 1 FROM webhook_lease WHERE holder = ?9 AND until > ?10)";
        let done = self.connection.execute(
            text,
            params![
                id,
                told.seq as i64,
                told.taken.map(Instant::millis),
                told.failures,
                told.failing_since.map(Instant::millis),
                told.next_try.map(Instant::millis),
                i64::from(told.is_given_up),
                told.problem,
                holder,
                clock::now(Instant::default()).millis(),
            ],
        );
        done.map(|rows| rows == 1).map_err(written)
    }

    fn resume_webhook(&mut self, id: &str) -> Result<bool, StoreError> {
        let text = "UPDATE webhook SET failures = 0, failing_since = NULL, next_try = NULL, is_given_up = 0,
            problem = '' WHERE id = ?1 AND removed IS NULL";
        self.connection.execute(text, [id]).map(|rows| rows == 1).map_err(written)
    }

    fn take_lease(&mut self, holder: &str, lasts_ms: i64) -> Result<bool, StoreError> {
        let text = "INSERT INTO webhook_lease (one, holder, until) VALUES (1, ?1, ?2 + ?3)
            ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE webhook_lease.holder = excluded.holder OR webhook_lease.until <= ?2";
        let now = clock::now(Instant::default()).millis();
        let done = self.connection.execute(text, params![holder, now, lasts_ms]);
        done.map(|rows| rows == 1).map_err(written)
    }

    fn give_lease(&mut self, holder: &str) -> Result<(), StoreError> {
        let text = "UPDATE webhook_lease SET until = 0 WHERE holder = ?1";
        self.connection.execute(text, [holder]).map(drop).map_err(written)
    }

    fn events_between(&mut self, seq: u64, until: u64, most: u32) -> Result<Vec<Row>, StoreError> {
        let text = "SELECT seq, at, who, why, request, kind, body, NULL
            FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        let rows = statement
            .query_map(params![seq as i64, until as i64, most], row_of)
            .map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }
}
