//! Webhooks in PostgreSQL.

use super::{COLUMNS, Told, Webhook, Webhooks, joined, split};
use crate::postgres::{PostgresStore, row_of, written};
use crate::{Row, StoreError};
use offtake_ledger::Instant;

/// The database's own clock, in milliseconds: servers need not agree on the time.
const NOW: &str = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";

fn hook_of(row: &postgres::Row) -> Webhook {
    let instant = |at: usize| row.get::<_, Option<i64>>(at).map(Instant::from_millis);
    Webhook {
        id: row.get(0),
        owner: row.get(1),
        request: row.get(2),
        tenant: row.get(3),
        url: row.get(4),
        kinds: split(row.get(5)),
        secret: row.get(6),
        made: Instant::from_millis(row.get(7)),
        removed: instant(8).zip(row.get::<_, Option<String>>(9)),
        told: Told {
            seq: row.get::<_, i64>(10) as u64,
            taken: instant(11),
            failures: row.get::<_, i64>(12) as u32,
            failing_since: instant(13),
            next_try: instant(14),
            is_given_up: row.get::<_, i64>(15) != 0,
            problem: row.get(16),
        },
    }
}

impl Webhooks for PostgresStore {
    fn add_webhook(&mut self, hook: &Webhook) -> Result<(), StoreError> {
        let text = format!(
            "INSERT INTO webhook ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
            $12, $13, $14, $15, $16, $17)"
        );
        let Webhook { id, owner, request, tenant, url, secret, told, .. } = hook;
        let (removed, by) = hook.removed.clone().unzip();
        let (made, removed) = (hook.made.millis(), removed.map(Instant::millis));
        let (seq, failures) = (told.seq as i64, i64::from(told.failures));
        let (taken, since) =
            (told.taken.map(Instant::millis), told.failing_since.map(Instant::millis));
        let (next, given_up) = (told.next_try.map(Instant::millis), i64::from(told.is_given_up));
        let done = self.client.execute(
            &text,
            &[
                id,
                owner,
                request,
                tenant,
                url,
                &joined(&hook.kinds),
                secret,
                &made,
                &removed,
                &by,
                &seq,
                &taken,
                &failures,
                &since,
                &next,
                &given_up,
                &told.problem,
            ],
        );
        done.map(drop).map_err(written)
    }

    fn webhooks(&mut self) -> Result<Vec<Webhook>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM webhook ORDER BY id COLLATE \"C\"");
        let rows = self.client.query(&text, &[]).map_err(StoreError::read)?;
        Ok(rows.iter().map(hook_of).collect())
    }

    fn remove_webhook(&mut self, id: &str, at: Instant, who: &str) -> Result<bool, StoreError> {
        let text = "UPDATE webhook SET removed = $2, removed_by = $3, secret = ''
            WHERE id = $1 AND removed IS NULL";
        let done = self.client.execute(text, &[&id, &at.millis(), &who]);
        done.map(|rows| rows == 1).map_err(written)
    }

    fn note_told(&mut self, id: &str, told: &Told, holder: &str) -> Result<bool, StoreError> {
        let text = format!(
            "UPDATE webhook SET seq = $2, taken = $3, failures = $4, failing_since = $5, next_try = $6,
                is_given_up = $7, problem = $8
            WHERE id = $1 AND seq <= $2 AND removed IS NULL
                AND EXISTS (SELECT 1 FROM webhook_lease WHERE holder = $9 AND until > {NOW})"
        );
        let (seq, failures) = (told.seq as i64, i64::from(told.failures));
        let (taken, since) =
            (told.taken.map(Instant::millis), told.failing_since.map(Instant::millis));
        let (next, given_up) = (told.next_try.map(Instant::millis), i64::from(told.is_given_up));
        let done = self.client.execute(
            &text,
            &[&id, &seq, &taken, &failures, &since, &next, &given_up, &told.problem, &holder],
        );
        done.map(|rows| rows == 1).map_err(written)
    }

    fn resume_webhook(&mut self, id: &str) -> Result<bool, StoreError> {
        let text = "UPDATE webhook SET failures = 0, failing_since = NULL, next_try = NULL, is_given_up = 0,
            problem = '' WHERE id = $1 AND removed IS NULL";
        self.client.execute(text, &[&id]).map(|rows| rows == 1).map_err(written)
    }

    fn take_lease(&mut self, holder: &str, lasts_ms: i64) -> Result<bool, StoreError> {
        let text = format!(
            "INSERT INTO webhook_lease (one, holder, until) VALUES (1, $1, {NOW} + $2)
            ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE webhook_lease.holder = excluded.holder OR webhook_lease.until <= {NOW}"
        );
        self.client.execute(&text, &[&holder, &lasts_ms]).map(|rows| rows == 1).map_err(written)
    }

    fn give_lease(&mut self, holder: &str) -> Result<(), StoreError> {
        let text = "UPDATE webhook_lease SET until = 0 WHERE holder = $1";
        self.client.execute(text, &[&holder]).map(drop).map_err(written)
    }

    fn events_between(&mut self, seq: u64, until: u64, most: u32) -> Result<Vec<Row>, StoreError> {
        let text = "SELECT seq, at, who, why, request, kind, body, NULL::BYTEA
            FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
        let (seq, until, most) = (seq as i64, until as i64, i64::from(most));
        let rows = self.client.query(text, &[&seq, &until, &most]).map_err(StoreError::read)?;
        Ok(rows.iter().map(row_of).collect())
    }
}
