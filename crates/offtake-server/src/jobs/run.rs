//! One place of a server that runs jobs: takes the next, follows it to its end, and says what became of it.

use super::ask::Kept;
use super::child::Running;
use super::shape::Outcome;
use super::{Jobs, ask};
use crate::books::edit::edited;
use crate::books::{Opened, Tree, kept_of, tree_of};
use crate::engine::chain;
use offtake_ledger::{BookVersion, Instant};
use offtake_store::{Holder, Job, JobEnd, JobState, Store, StoreError};
use std::sync::{Arc, PoisonError};
use std::time::{self, Duration};

/// How often a child is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How often the lease of a job is lengthened and its progress told.
const TELL: Duration = Duration::from_millis(400);
/// How often a job is begun before it is given up: it may be what its servers die of.
const MOST_TRIES: u64 = 3;

/// Why a job is followed no more.
enum Stop {
    /// It ended, and this is to be kept.
    Over(JobEnd),
    /// Another has it by now, or this server cannot tell.
    Lost,
}

/// Takes jobs until the server closes.
pub(super) fn work(jobs: &Jobs, owner: &str) {
    let mut store: Option<Box<dyn Store>> = None;
    while !jobs.is_closing() {
        let done = match &mut store {
            None => jobs.engine.reader().map(|opened| {
                store = Some(opened);
                true
            }),
            Some(store) => next(jobs, &mut **store, owner),
        };
        match done {
            Ok(true) => {}
            Ok(false) => jobs.wait(),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "jobs");
                if !error.may_be_tried_again() {
                    store = None;
                }
                jobs.wait();
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this shell measures how long a job takes")]
fn clock() -> time::Instant {
    time::Instant::now()
}

fn holder<'a>(
    jobs: &Jobs,
    store: &mut dyn Store,
    owner: &'a str,
) -> Result<Holder<'a>, StoreError> {
    let now = store.head()?.now;
    let lease = i64::try_from(jobs.options.lease.as_millis()).unwrap_or(i64::MAX >> 1);
    Ok(Holder { owner, now, until: Instant::from_millis(now.millis() + lease) })
}

/// Takes the next job and runs it; says `false` when there is none.
fn next(jobs: &Jobs, store: &mut dyn Store, owner: &str) -> Result<bool, StoreError> {
    let taking = holder(jobs, store, owner)?;
    let Some(job) = store.take_job(taking)? else { return Ok(false) };
    tracing::info!(job = %job.id, kind = %job.kind, tries = job.tries, "begun");
    let end = match run(jobs, store, owner, &job) {
        Stop::Over(end) => end,
        Stop::Lost => {
            tracing::warn!(job = %job.id, "lost");
            return Ok(true);
        }
    };
    tracing::info!(job = %job.id, state = end.state.word(), "ended");
    keep(jobs, store, owner, (&job, &end))?;
    store.trim_jobs(jobs.options.keep)?;
    Ok(true)
}

/// Keeps what became of a job; what took hours is not lost for a store that is busy just then.
fn keep(
    jobs: &Jobs,
    store: &mut dyn Store,
    owner: &str,
    (job, end): (&Job, &JobEnd),
) -> Result<(), StoreError> {
    let begun = clock();
    loop {
        let kept =
            holder(jobs, store, owner).and_then(|holder| store.end_job(&job.id, holder, end));
        match kept {
            Err(error) if error.may_be_tried_again() && begun.elapsed() < jobs.options.lease => {
                std::thread::sleep(TICK);
            }
            kept => return kept.map(drop),
        }
    }
}

fn over(state: JobState, outcome: &Outcome, files: Vec<(String, Vec<u8>)>) -> Stop {
    let outcome = serde_json::to_string(outcome).unwrap_or_default();
    Stop::Over(JobEnd { state, outcome, files })
}

fn failed(error: impl ToString) -> Stop {
    let outcome = Outcome { error: Some(error.to_string()), ..Outcome::default() };
    over(JobState::Failed, &outcome, Vec::new())
}

fn run(jobs: &Jobs, store: &mut dyn Store, owner: &str, job: &Job) -> Stop {
    if job.is_cancelled {
        return over(JobState::Cancelled, &Outcome::default(), Vec::new());
    }
    if job.tries > MOST_TRIES {
        return failed(format!("it was begun {MOST_TRIES} times, and its server died each time"));
    }
    let kept: Kept = match serde_json::from_str(&job.request) {
        Ok(kept) => kept,
        Err(error) => return failed(error),
    };
    let tree = match tree(jobs, store, job, &kept) {
        Ok(tree) => tree,
        Err(problem) => return failed(problem),
    };
    let folder = jobs.options.folder.join(format!("{}-{}", job.id, job.tries));
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    match Running::begin(&jobs.options, &folder, &tree, &kept) {
        Ok(mut running) => follow(jobs, store, owner, job, (&mut running, &kept)),
        Err(error) => failed(format!("begin the command: {error}")),
    }
}

/// Returns the files of the book that the job is about, with its changes.
fn tree(jobs: &Jobs, store: &mut dyn Store, job: &Job, kept: &Kept) -> Result<Tree, String> {
    let version: Arc<BookVersion> = {
        let ledger = jobs.engine.shared.ledger.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept_of(&ledger, &job.book).map_err(|problem| problem.told())?;
        Arc::clone(&found.version)
    };
    let tree = tree_of(store, &version).map_err(|problem| problem.told())?;
    if kept.changes.is_empty() {
        return Ok(tree);
    }
    let opened: Opened = tree.open().map_err(|problem| problem.told())?;
    edited(&opened, &kept.changes).map_err(|faults| {
        faults
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.problem))
            .collect::<Vec<_>>()
            .join("; ")
    })
}

/// Follows a child to its end, or until it is to end.
fn follow(
    jobs: &Jobs,
    store: &mut dyn Store,
    owner: &str,
    job: &Job,
    (running, kept): (&mut Running, &ask::Kept),
) -> Stop {
    let begun = clock();
    let (mut told, mut renewed) = (None::<time::Instant>, clock());
    loop {
        match running.ended() {
            Ok(Some(status)) => {
                let left = running.left(status, kept.result.as_deref());
                return match left.files {
                    Some(files) => over(JobState::Done, &left.outcome, files),
                    None => over(JobState::Failed, &left.outcome, Vec::new()),
                };
            }
            Ok(None) => {}
            Err(error) => return failed(error),
        }
        if jobs.is_closing() {
            // Whoever takes it next begins it again.
            return over(JobState::Queued, &Outcome::default(), Vec::new());
        }
        if begun.elapsed() > jobs.options.longest {
            let minutes = jobs.options.longest.as_secs_f64() / 60.0;
            return failed(format!("it took longer than {minutes:.0} minutes"));
        }
        if told.is_none_or(|told| told.elapsed() >= TELL) {
            told = Some(clock());
            let progress = running.progress();
            let renewing = holder(jobs, store, owner)
                .and_then(|holder| store.renew_job(&job.id, holder, &progress));
            match renewing {
                Ok(true) => renewed = clock(),
                Ok(false) => return unwanted(store, owner, job),
                Err(error) if renewed.elapsed() < jobs.options.lease => {
                    tracing::warn!(error = %chain(&error), job = %job.id, "renew");
                }
                Err(_) => return Stop::Lost,
            }
        }
        std::thread::sleep(TICK);
    }
}

/// Says why a job is not to go on: it was cancelled, or another has it.
fn unwanted(store: &mut dyn Store, owner: &str, job: &Job) -> Stop {
    match store.job(&job.id) {
        Ok(Some(now)) if now.owner == owner && now.is_cancelled => {
            over(JobState::Cancelled, &Outcome::default(), Vec::new())
        }
        _ => Stop::Lost,
    }
}
