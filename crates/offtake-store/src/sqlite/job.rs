//! Files of books, and jobs, in SQLite.

use super::{SqliteStore, written};
use crate::job::{COLUMNS, IS_FREE, packed, unpacked};
use crate::{Holder, Job, JobEnd, JobFile, JobProgress, JobState, JobStore, StoreError};
use offtake_ledger::Instant;
use rusqlite::{OptionalExtension, Row, params};

type Made = rusqlite::Result<Result<Job, StoreError>>;

fn job_of(row: &Row) -> Made {
    let instant = |at: i64| Instant::from_millis(at);
    let state = match JobState::read(&row.get::<_, String>(9)?) {
        Ok(state) => state,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Job {
        id: row.get(0)?,
        asked: row.get(1)?,
        digest: row.get(2)?,
        address: row.get(3)?,
        kind: row.get(4)?,
        book: row.get(5)?,
        request: row.get(6)?,
        who: row.get(7)?,
        made: instant(row.get(8)?),
        state,
        is_cancelled: row.get::<_, i64>(10)? != 0,
        owner: row.get(11)?,
        lease: instant(row.get(12)?),
        tries: row.get::<_, i64>(13)? as u64,
        begun: row.get::<_, Option<i64>>(14)?.map(instant),
        ended: row.get::<_, Option<i64>>(15)?.map(instant),
        progress: row.get::<_, i64>(16)? as u32,
        doing: row.get(17)?,
        outcome: row.get(18)?,
    }))
}

impl SqliteStore {
    fn one_job(
        &mut self,
        rest: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<Job>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM job {rest}");
        let found = self.connection.query_row(&text, values, job_of).optional();
        found.map_err(StoreError::read)?.transpose()
    }

    fn change(&mut self, text: &str, values: impl rusqlite::Params) -> Result<bool, StoreError> {
        self.connection.execute(text, values).map(|rows| rows > 0).map_err(written)
    }
}

impl JobStore for SqliteStore {
    fn put_blob(&mut self, hash: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let text = "INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.change(text, params![hash, packed(bytes)?]).map(drop)
    }

    fn blob(&mut self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT bytes FROM blob WHERE hash = ?1";
        let found = self.connection.query_row(text, [hash], |row| row.get::<_, Vec<u8>>(0));
        let found = found.optional().map_err(StoreError::read)?;
        found.map(|bytes| unpacked(&bytes)).transpose()
    }

    fn blobs(&mut self) -> Result<Vec<String>, StoreError> {
        let text = "SELECT hash FROM blob ORDER BY hash";
        let mut statement = self.connection.prepare(text).map_err(StoreError::read)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }

    fn put_job(&mut self, job: &Job) -> Result<bool, StoreError> {
        let text = format!(
            "INSERT INTO job ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
            ON CONFLICT DO NOTHING"
        );
        let values = params![
            job.id,
            job.asked,
            job.digest,
            job.address,
            job.kind,
            job.book,
            job.request,
            job.who,
            job.made.millis(),
            job.state.word(),
            i64::from(job.is_cancelled),
            job.owner,
            job.lease.millis(),
            job.tries as i64,
            job.begun.map(Instant::millis),
            job.ended.map(Instant::millis),
            i64::from(job.progress),
            job.doing,
            job.outcome,
        ];
        self.change(&text, values)
    }

    fn job(&mut self, id: &str) -> Result<Option<Job>, StoreError> {
        self.one_job("WHERE id = ?1", [id])
    }

    fn job_asked(&mut self, asked: &str) -> Result<Option<Job>, StoreError> {
        self.one_job("WHERE asked = ?1", [asked])
    }

    fn job_at(&mut self, address: &str) -> Result<Option<Job>, StoreError> {
        let rest =
            "WHERE address = ?1 AND is_cancelled = 0 AND state IN ('queued', 'running', 'done')
            ORDER BY id DESC LIMIT 1";
        self.one_job(rest, [address])
    }

    fn jobs_before(&mut self, id: Option<&str>, most: usize) -> Result<Vec<Job>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM job WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&text).map_err(StoreError::read)?;
        let rows = statement.query_map(params![id, most as i64], job_of);
        let rows = rows.map_err(StoreError::read)?;
        rows.map(|row| row.map_err(StoreError::read)?).collect()
    }

    fn take_job(
        &mut self,
        Holder { owner, now, until }: Holder<'_>,
    ) -> Result<Option<Job>, StoreError> {
        let is_free = IS_FREE.replace("{now}", "?2");
        let text = format!(
            "UPDATE job SET state = 'running', owner = ?1, begun = ?2, lease = ?3, tries = tries + 1, progress = 0, doing = ''
            WHERE id = (SELECT id FROM job WHERE {is_free} ORDER BY id LIMIT 1) RETURNING {COLUMNS}"
        );
        let values = params![owner, now.millis(), until.millis()];
        let taken = self.connection.query_row(&text, values, job_of).optional();
        taken.map_err(written)?.transpose()
    }

    fn renew_job(
        &mut self,
        id: &str,
        Holder { owner, until, .. }: Holder<'_>,
        progress: &JobProgress,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE job SET lease = ?3, progress = ?4, doing = ?5
            WHERE id = ?1 AND owner = ?2 AND state = 'running' AND is_cancelled = 0";
        let share = i64::from(progress.share);
        self.change(text, params![id, owner, until.millis(), share, progress.doing])
    }

    fn end_job(&mut self, id: &str, holder: Holder<'_>, end: &JobEnd) -> Result<bool, StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(written)?;
        let done = (|| {
            let ended = end.state.is_over().then(|| holder.now.millis());
            let text = "UPDATE job SET state = ?3, ended = ?4, outcome = ?5, lease = 0,
                progress = CASE WHEN ?3 = 'done' THEN 1000000 ELSE progress END
                WHERE id = ?1 AND owner = ?2 AND state = 'running'";
            let values = params![id, holder.owner, end.state.word(), ended, end.outcome];
            let is_own = self.change(text, values)?;
            for (name, bytes) in end.files.iter().filter(|_| is_own) {
                self.put_job_file(id, name, bytes)?;
            }
            Ok(is_own)
        })();
        let last = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.connection.execute_batch(last).map_err(written)?;
        done
    }

    fn cancel_job(&mut self, id: &str, now: Instant) -> Result<(), StoreError> {
        let text = "UPDATE job SET is_cancelled = 1,
            ended = CASE WHEN state = 'queued' THEN ?2 ELSE ended END,
            state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
            WHERE id = ?1 AND ended IS NULL";
        self.change(text, params![id, now.millis()]).map(drop)
    }

    fn free_jobs(&mut self, owner: &str) -> Result<(), StoreError> {
        let text = "UPDATE job SET lease = 0 WHERE state = 'running' AND owner <> ?1";
        self.change(text, [owner]).map(drop)
    }

    fn remove_job(&mut self, id: &str) -> Result<bool, StoreError> {
        let text = "DELETE FROM job_file WHERE job IN (SELECT id FROM job WHERE id = ?1 AND ended IS NOT NULL)";
        self.change(text, [id])?;
        self.change("DELETE FROM job WHERE id = ?1 AND ended IS NOT NULL", [id])
    }

    fn trim_jobs(&mut self, keep: usize) -> Result<(), StoreError> {
        let text = "SELECT id FROM job WHERE ended IS NOT NULL ORDER BY id DESC LIMIT -1 OFFSET ?1";
        let old: Vec<String> = {
            let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
            let rows = statement.query_map([keep as i64], |row| row.get(0));
            let rows = rows.map_err(StoreError::read)?;
            rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)?
        };
        old.iter().try_for_each(|id| self.remove_job(id).map(drop))
    }

    fn job_files(&mut self, id: &str) -> Result<Vec<JobFile>, StoreError> {
        let text = "SELECT name, size FROM job_file WHERE job = ?1 ORDER BY name";
        let mut statement = self.connection.prepare_cached(text).map_err(StoreError::read)?;
        let file =
            |row: &Row| Ok(JobFile { name: row.get(0)?, size: row.get::<_, i64>(1)? as u64 });
        let rows = statement.query_map([id], file).map_err(StoreError::read)?;
        rows.collect::<rusqlite::Result<_>>().map_err(StoreError::read)
    }

    fn job_file(&mut self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT bytes FROM job_file WHERE job = ?1 AND name = ?2";
        let found = self.connection.query_row(text, [id, name], |row| row.get::<_, Vec<u8>>(0));
        let found = found.optional().map_err(StoreError::read)?;
        found.map(|bytes| unpacked(&bytes)).transpose()
    }

    fn put_job_file(&mut self, id: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let text =
            "INSERT OR REPLACE INTO job_file (job, name, size, bytes) VALUES (?1, ?2, ?3, ?4)";
        self.change(text, params![id, name, bytes.len() as i64, packed(bytes)?]).map(drop)
    }
}
