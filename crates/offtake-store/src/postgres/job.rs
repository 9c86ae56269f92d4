//! Files of books, and jobs, in PostgreSQL.

use super::{PostgresStore, written};
use crate::job::{COLUMNS, IS_FREE, packed, unpacked};
use crate::{Holder, Job, JobEnd, JobFile, JobProgress, JobState, JobStore, StoreError};
use offtake_ledger::Instant;
use postgres::types::ToSql;
use postgres::{GenericClient, Row};

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

fn job_of(row: &Row) -> Result<Job, StoreError> {
    let instant = |at: i64| Instant::from_millis(at);
    Ok(Job {
        id: row.get(0),
        asked: row.get(1),
        digest: row.get(2),
        address: row.get(3),
        kind: row.get(4),
        book: row.get(5),
        request: row.get(6),
        who: row.get(7),
        made: instant(row.get(8)),
        state: JobState::read(row.get(9))?,
        is_cancelled: row.get::<_, i64>(10) != 0,
        owner: row.get(11),
        lease: instant(row.get(12)),
        tries: row.get::<_, i64>(13) as u64,
        begun: row.get::<_, Option<i64>>(14).map(instant),
        ended: row.get::<_, Option<i64>>(15).map(instant),
        progress: row.get::<_, i64>(16) as u32,
        doing: row.get(17),
        outcome: row.get(18),
    })
}

impl PostgresStore {
    fn one_job(&mut self, rest: &str, values: Values<'_>) -> Result<Option<Job>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM job {rest}");
        let row = self.client.query_opt(&text, values).map_err(StoreError::read)?;
        row.as_ref().map(job_of).transpose()
    }

    fn change(&mut self, text: &str, values: Values<'_>) -> Result<bool, StoreError> {
        changed(&mut self.client, text, values)
    }
}

fn changed(
    client: &mut impl GenericClient,
    text: &str,
    values: Values<'_>,
) -> Result<bool, StoreError> {
    client.execute(text, values).map(|rows| rows > 0).map_err(written)
}

fn put_file(
    client: &mut impl GenericClient,
    (id, name): (&str, &str),
    bytes: &[u8],
) -> Result<(), StoreError> {
    let text = "INSERT INTO job_file (job, name, size, bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (job, name) DO UPDATE SET size = excluded.size, bytes = excluded.bytes";
    changed(client, text, &[&id, &name, &(bytes.len() as i64), &packed(bytes)?]).map(drop)
}

impl JobStore for PostgresStore {
    fn put_blob(&mut self, hash: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let text = "INSERT INTO blob (hash, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.change(text, &[&hash, &packed(bytes)?]).map(drop)
    }

    fn blob(&mut self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT bytes FROM blob WHERE hash = $1";
        let row = self.client.query_opt(text, &[&hash]).map_err(StoreError::read)?;
        row.map(|row| unpacked(row.get(0))).transpose()
    }

    fn blobs(&mut self) -> Result<Vec<String>, StoreError> {
        let text = "SELECT hash FROM blob ORDER BY hash COLLATE \"C\"";
        let rows = self.client.query(text, &[]).map_err(StoreError::read)?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    fn put_job(&mut self, job: &Job) -> Result<bool, StoreError> {
        let text = format!(
            "INSERT INTO job ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT DO NOTHING"
        );
        let values: Values<'_> = &[
            &job.id,
            &job.asked,
            &job.digest,
            &job.address,
            &job.kind,
            &job.book,
            &job.request,
            &job.who,
            &job.made.millis(),
            &job.state.word(),
            &i64::from(job.is_cancelled),
            &job.owner,
            &job.lease.millis(),
            &(job.tries as i64),
            &job.begun.map(Instant::millis),
            &job.ended.map(Instant::millis),
            &i64::from(job.progress),
            &job.doing,
            &job.outcome,
        ];
        self.change(&text, values)
    }

    fn job(&mut self, id: &str) -> Result<Option<Job>, StoreError> {
        self.one_job("WHERE id = $1", &[&id])
    }

    fn job_asked(&mut self, asked: &str) -> Result<Option<Job>, StoreError> {
        self.one_job("WHERE asked = $1", &[&asked])
    }

    fn job_at(&mut self, address: &str) -> Result<Option<Job>, StoreError> {
        let rest =
            "WHERE address = $1 AND is_cancelled = 0 AND state IN ('queued', 'running', 'done')
            ORDER BY id COLLATE \"C\" DESC LIMIT 1";
        self.one_job(rest, &[&address])
    }

    fn jobs_before(&mut self, id: Option<&str>, most: usize) -> Result<Vec<Job>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM job WHERE $1::TEXT IS NULL OR id COLLATE \"C\" < $1 ORDER BY id COLLATE \"C\" DESC LIMIT $2"
        );
        let rows = self.client.query(&text, &[&id, &(most as i64)]).map_err(StoreError::read)?;
        rows.iter().map(job_of).collect()
    }

    fn take_job(
        &mut self,
        Holder { owner, now, until }: Holder<'_>,
    ) -> Result<Option<Job>, StoreError> {
        let is_free = IS_FREE.replace("{now}", "$2");
        // Of two servers that ask at once, each gets another job.
        let text = format!(
            "UPDATE job SET state = 'running', owner = $1, begun = $2, lease = $3, tries = tries + 1, progress = 0, doing = ''
            WHERE id = (SELECT id FROM job WHERE {is_free} ORDER BY id COLLATE \"C\" LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {COLUMNS}"
        );
        let values: Values<'_> = &[&owner, &now.millis(), &until.millis()];
        let row = self.client.query_opt(&text, values).map_err(written)?;
        row.as_ref().map(job_of).transpose()
    }

    fn renew_job(
        &mut self,
        id: &str,
        Holder { owner, until, .. }: Holder<'_>,
        progress: &JobProgress,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE job SET lease = $3, progress = $4, doing = $5
            WHERE id = $1 AND owner = $2 AND state = 'running' AND is_cancelled = 0";
        let share = i64::from(progress.share);
        self.change(text, &[&id, &owner, &until.millis(), &share, &progress.doing])
    }

    fn end_job(&mut self, id: &str, holder: Holder<'_>, end: &JobEnd) -> Result<bool, StoreError> {
        let ended = end.state.is_over().then(|| holder.now.millis());
        let text = "UPDATE job SET state = $3, ended = $4, outcome = $5, lease = 0,
            progress = CASE WHEN $3 = 'done' THEN 1000000 ELSE progress END
            WHERE id = $1 AND owner = $2 AND state = 'running'";
        let mut transaction = self.client.transaction().map_err(written)?;
        let values: Values<'_> = &[&id, &holder.owner, &end.state.word(), &ended, &end.outcome];
        let is_own = changed(&mut transaction, text, values)?;
        for (name, bytes) in end.files.iter().filter(|_| is_own) {
            put_file(&mut transaction, (id, name), bytes)?;
        }
        transaction.commit().map_err(written)?;
        Ok(is_own)
    }

    fn cancel_job(&mut self, id: &str, now: Instant) -> Result<(), StoreError> {
        let text = "UPDATE job SET is_cancelled = 1,
            ended = CASE WHEN state = 'queued' THEN $2 ELSE ended END,
            state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
            WHERE id = $1 AND ended IS NULL";
        self.change(text, &[&id, &now.millis()]).map(drop)
    }

    fn free_jobs(&mut self, owner: &str) -> Result<(), StoreError> {
        let text = "UPDATE job SET lease = 0 WHERE state = 'running' AND owner <> $1";
        self.change(text, &[&owner]).map(drop)
    }

    fn remove_job(&mut self, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.client.transaction().map_err(written)?;
        let text = "DELETE FROM job_file WHERE job IN (SELECT id FROM job WHERE id = $1 AND ended IS NOT NULL)";
        changed(&mut transaction, text, &[&id])?;
        let text = "DELETE FROM job WHERE id = $1 AND ended IS NOT NULL";
        let is_gone = changed(&mut transaction, text, &[&id])?;
        transaction.commit().map_err(written)?;
        Ok(is_gone)
    }

    fn trim_jobs(&mut self, keep: usize) -> Result<(), StoreError> {
        let text =
            "SELECT id FROM job WHERE ended IS NOT NULL ORDER BY id COLLATE \"C\" DESC OFFSET $1";
        let rows = self.client.query(text, &[&(keep as i64)]).map_err(StoreError::read)?;
        rows.iter().try_for_each(|row| self.remove_job(row.get(0)).map(drop))
    }

    fn job_files(&mut self, id: &str) -> Result<Vec<JobFile>, StoreError> {
        let text = "SELECT name, size FROM job_file WHERE job = $1 ORDER BY name COLLATE \"C\"";
        let rows = self.client.query(text, &[&id]).map_err(StoreError::read)?;
        let file = |row: &Row| JobFile { name: row.get(0), size: row.get::<_, i64>(1) as u64 };
        Ok(rows.iter().map(file).collect())
    }

    fn job_file(&mut self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT bytes FROM job_file WHERE job = $1 AND name = $2";
        let row = self.client.query_opt(text, &[&id, &name]).map_err(StoreError::read)?;
        row.map(|row| unpacked(row.get(0))).transpose()
    }

    fn put_job_file(&mut self, id: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        put_file(&mut self.client, (id, name), bytes)
    }
}
