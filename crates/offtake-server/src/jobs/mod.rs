//! Runs of commands as jobs: asked for over HTTP, kept in the store, run as child processes of the very same program.
//!
//! A job survives what runs it. It is taken for a time that is lengthened while its server lives; when that one dies,
//! whoever is there next begins it again, with the same seed to the same bytes. **Invariants:** the child has a folder, an
//! environment and arguments of its own, and ends with its server; only who has a job says what became of it.

mod ask;
mod child;
mod run;
mod shape;

pub(crate) use ask::{Asked, Asker, JobRequest, Kept, ask, with_changes};
pub(crate) use child::RESULT;
pub(crate) use shape::{JobFileShape, JobShape, job_shape};

use crate::ServeError;
use crate::engine::Engine;
use offtake_desk::Fault;
use serde_json::{Map, Value};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a server looks for a job that another one was asked for.
const LOOK: Duration = Duration::from_millis(500);

/// A command that is to be run on a book.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The command: `assess`, `study`, …
    pub kind: &'a str,
    /// Its options by name.
    pub options: &'a Map<String, Value>,
    /// Where the book will be, from the folder that the command runs in.
    pub book: &'a str,
    /// The folder for what it writes, from there too.
    pub files: &'a str,
}

/// How a command is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arranged {
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The file below the folder of files that holds its result as JSON; `None` when it prints that.
    pub result: Option<String>,
}

/// Arranges a command, or says all that is wrong with what is wanted, by field.
pub type Arrange = Arc<dyn Fn(Wanted<'_>) -> Result<Arranged, Vec<Fault>> + Send + Sync>;

/// How jobs are run.
#[derive(Clone)]
pub struct JobOptions {
    /// The program that is run.
    pub program: PathBuf,
    /// Its version: another may come to other results.
    pub version: String,
    /// Arranges its commands.
    pub arrange: Arrange,
    /// The folder in which jobs have folders of their own while they run.
    pub folder: PathBuf,
    /// How many are run at once.
    pub at_once: usize,
    /// The longest that one may take.
    pub longest: Duration,
    /// The most memory that one may take, in bytes of address space; `None` for no limit.
    pub memory: Option<u64>,
    /// How many that have ended are kept.
    pub keep: usize,
    /// How long a server has a job without saying so again.
    pub lease: Duration,
}

impl fmt::Debug for JobOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobOptions({} at once in {})", self.at_once, self.folder.display())
    }
}

/// What runs the jobs of a server.
pub(crate) struct Jobs {
    pub(crate) options: JobOptions,
    engine: Arc<Engine>,
    is_closing: AtomicBool,
    bell: (Mutex<u64>, Condvar),
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Jobs {
    /// Starts what runs jobs.
    pub(crate) fn start(options: JobOptions, engine: Arc<Engine>) -> Result<Arc<Jobs>, ServeError> {
        std::fs::create_dir_all(&options.folder)?;
        let mut store = engine.reader()?;
        if !engine.is_shared() {
            // Nobody else has this store: what was running, was run by a server that is no more.
            store.free_jobs("")?;
        }
        let count = options.at_once;
        let jobs = Arc::new(Jobs {
            options,
            engine,
            is_closing: AtomicBool::new(false),
            bell: (Mutex::new(0), Condvar::new()),
            threads: Mutex::default(),
        });
        let name = uuid::Uuid::now_v7();
        let mut threads = jobs.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for slot in 0..count {
            let (own, owner) = (Arc::clone(&jobs), format!("{name}-{slot}"));
            threads.push(std::thread::spawn(move || run::work(&own, &owner)));
        }
        drop(threads);
        Ok(jobs)
    }

    /// Says that there may be something to do.
    pub(crate) fn ring(&self) {
        *self.bell.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.bell.1.notify_all();
    }

    /// Waits until somebody rings, but not for long.
    fn wait(&self) {
        let rung = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *rung;
        let quiet = |now: &mut u64| *now == before && !self.is_closing();
        drop(self.bell.1.wait_timeout_while(rung, LOOK, quiet));
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    /// Lets no job begin any more, and gives those that run back.
    pub(crate) fn stop(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
        self.ring();
    }

    /// Stops, and waits until all that ran is given back.
    pub(crate) fn close(&self) {
        self.stop();
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // One that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}
