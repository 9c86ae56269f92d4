//! Runs of commands as they are kept: asked for, taken by a server for a time, ended with what came of them.
//!
//! A server that takes a job has it until its lease ends, and lengthens the lease while it lives; when it dies, another
//! takes the job over. **Invariant:** only who has a job says what became of it, and what a job was asked never changes.

use crate::StoreError;
use offtake_ledger::Instant;

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Nobody has it yet.
    Queued,
    /// A server has it.
    Running,
    /// It came to a result.
    Done,
    /// It came to none.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id; later jobs have greater ones.
    pub id: String,
    /// A hash of who asked and of the request's idempotency key.
    pub asked: String,
    /// A hash of what was asked: the same key with another request is a mistake.
    pub digest: String,
    /// A hash of all that its result depends on: equal jobs have equal ones.
    pub address: String,
    /// The command.
    pub kind: String,
    /// The version of the book, by its id.
    pub book: String,
    /// The rest of what was asked, as its server wrote it.
    pub request: String,
    /// Who asked: the name of a token.
    pub who: String,
    /// When.
    pub made: Instant,
    /// Where it is in its life.
    pub state: JobState,
    /// Whether somebody wants it ended.
    pub is_cancelled: bool,
    /// Which server has it, or had it last; empty for none.
    pub owner: String,
    /// Until when that server has it.
    pub lease: Instant,
    /// How often it was begun.
    pub tries: u64,
    /// When it was begun last.
    pub begun: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// How far it is, in millionths.
    pub progress: u32,
    /// What it does now.
    pub doing: String,
    /// How it ended, as its server wrote it.
    pub outcome: String,
}

/// A file that came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFile {
    /// Its name; parts of a path are parted by `/`.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// In millionths.
    pub share: u32,
    /// What it does now.
    pub doing: String,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// Done, failed or cancelled; queued gives it back to whoever takes it next.
    pub state: JobState,
    /// How, as its server writes it.
    pub outcome: String,
    /// What came of it, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A server that has jobs, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// Its name, of its own for each life of each server.
    pub owner: &'a str,
    /// The store's time.
    pub now: Instant,
    /// Until when it has what it takes now.
    pub until: Instant,
}

/// What a store does with files of books and with jobs.
pub trait JobStore {
    /// Keeps bytes under their hash; kept already, they stay as they are.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    fn put_blob(&mut self, hash: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Returns the bytes of a hash.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn blob(&mut self, hash: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the hashes of all bytes that are kept.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn blobs(&mut self) -> Result<Vec<String>, StoreError>;

    /// Keeps a job as it is; says `false`, and keeps nothing, when its request was answered before.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put_job(&mut self, job: &Job) -> Result<bool, StoreError>;

    /// Returns a job.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn job(&mut self, id: &str) -> Result<Option<Job>, StoreError>;

    /// Returns the job that a request made, by the hash of who asked and its key.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn job_asked(&mut self, asked: &str) -> Result<Option<Job>, StoreError>;

    /// Returns the newest job of an address that came to a result, or still may.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn job_at(&mut self, address: &str) -> Result<Option<Job>, StoreError>;

    /// Returns jobs made before one, the newest first, at most so many.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn jobs_before(&mut self, id: Option<&str>, most: usize) -> Result<Vec<Job>, StoreError>;

    /// Takes the oldest job that nobody has.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn take_job(&mut self, holder: Holder<'_>) -> Result<Option<Job>, StoreError>;

    /// Lengthens the lease of a job and says how far it is; returns whether to go on with it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn renew_job(
        &mut self,
        id: &str,
        holder: Holder<'_>,
        progress: &JobProgress,
    ) -> Result<bool, StoreError>;

    /// Says how a job ended; does nothing, and says `false`, when another server has it by now.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn end_job(&mut self, id: &str, holder: Holder<'_>, end: &JobEnd) -> Result<bool, StoreError>;

    /// Wants a job ended: one that nobody has is ended at once.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn cancel_job(&mut self, id: &str, now: Instant) -> Result<(), StoreError>;

    /// Gives up all leases but `owner`'s, for a store that one server has.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn free_jobs(&mut self, owner: &str) -> Result<(), StoreError>;

    /// Removes a job that has ended, with its files; says whether it did.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn remove_job(&mut self, id: &str) -> Result<bool, StoreError>;

    /// Removes the oldest jobs that have ended, but for so many.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn trim_jobs(&mut self, keep: usize) -> Result<(), StoreError>;

    /// Returns the files of a job by name.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn job_files(&mut self, id: &str) -> Result<Vec<JobFile>, StoreError>;

    /// Returns the bytes of a file of a job.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn job_file(&mut self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a file of a job.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put_job_file(&mut self, id: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError>;
}

impl JobState {
    /// Every state.
    pub const ALL: [JobState; 5] = [
        JobState::Queued,
        JobState::Running,
        JobState::Done,
        JobState::Failed,
        JobState::Cancelled,
    ];

    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    /// Says whether nothing more comes.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, JobState::Done | JobState::Failed | JobState::Cancelled)
    }

    pub(crate) fn read(word: &str) -> Result<JobState, StoreError> {
        let found = JobState::ALL.into_iter().find(|state| state.word() == word);
        found.ok_or_else(|| StoreError::read(format!("`{word}` is no state of a job")))
    }
}

/// How hard files are packed: they are text for the most part, and read seldom.
const LEVEL: i32 = 3;
/// The largest file that is unpacked.
const LARGEST: usize = 1 << 30;

pub(crate) fn packed(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(bytes, LEVEL).map_err(StoreError::write)
}

pub(crate) fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().unwrap_or(0);
    let size = usize::try_from(size).unwrap_or(LARGEST).min(LARGEST);
    zstd::bulk::decompress(bytes, size).map_err(StoreError::read)
}

/// All columns of a job, in the order in which both stores read and write them.
pub(crate) const COLUMNS: &str = "id, asked, digest, address, kind, book, request, who, made, state, is_cancelled, owner, lease, tries, begun, ended, progress, doing, outcome";

/// What is true of a job that may be taken at `{now}`.
pub(crate) const IS_FREE: &str =
    "ended IS NULL AND (state = 'queued' OR (state = 'running' AND lease < {now}))";
