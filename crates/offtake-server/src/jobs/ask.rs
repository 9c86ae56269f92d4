//! From what somebody asks to a job: the version, what is changed on top of it, the command, and whether its result is
//! there already.

use super::{Arranged, Jobs, Wanted};
use crate::auth::digest;
use crate::books::edit::Edit;
use crate::books::{Opened, opened_of};
use crate::engine::Unavailable;
use crate::problem::Problem;
use crate::routes::books::changed;
use crate::state::Desk;
use offtake_ledger::Instant;
use offtake_store::{Job, JobState, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// The folder of the book in the folder of a job.
pub(super) const BOOK: &str = "book";
/// The folder for what comes of a job.
pub(super) const FILES: &str = "files";

/// A run of a command that is asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRequest {
    /// `check`, `assess`, `stress`, `value`, `calendar`, `offer`, `plan` or `study`.
    pub(crate) kind: String,
    /// The version of the book: an id, its first digits, `newest` or `published`; if nothing is said, the published one,
    /// or the newest where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) book: Option<String>,
    /// The command's own options by name, as `{"samples": 500, "quick": true}`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) options: Map<String, Value>,
    /// What is changed on top of the version, for this run alone.
    #[serde(default)]
    pub(crate) changes: Vec<Edit>,
}

/// What a job keeps of its request.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Kept {
    pub(crate) options: Map<String, Value>,
    pub(crate) changes: Vec<Edit>,
    pub(crate) arguments: Vec<String>,
    pub(crate) result: Option<String>,
    pub(crate) version: String,
}

/// Who asks, with which key.
pub(crate) struct Asker {
    pub(crate) who: String,
    pub(crate) key: String,
    pub(crate) digest: String,
}

/// What came of asking.
pub(crate) struct Asked {
    pub(crate) job: Job,
    /// Whether it is one that was there before, made by another request.
    pub(crate) is_reused: bool,
}

/// Returns the name of the version that a request is about.
pub(crate) fn version_name(desk: &Desk, named: Option<&str>) -> String {
    let ledger = desk.ledger();
    let usual = if ledger.published_book().is_some() { "published" } else { "newest" };
    named.unwrap_or(usual).to_owned()
}

/// Opens a version, with changes on top of it.
pub(crate) fn with_changes(
    desk: &Desk,
    named: Option<&str>,
    changes: &[Edit],
) -> Result<(String, Arc<Opened>), Problem> {
    let base = opened_of(desk, &version_name(desk, named))?;
    let id = base.tree.id();
    if changes.is_empty() {
        return Ok((id, base));
    }
    Ok((id, Arc::new(changed(&base, changes)?)))
}

/// Makes the job that is asked for, or finds it.
pub(crate) fn ask(
    desk: &Desk,
    jobs: &Jobs,
    asker: &Asker,
    request: JobRequest,
) -> Result<Asked, Problem> {
    let mut store = desk.engine.reader().map_err(|error| Problem::store(&error))?;
    let asked = digest(format!("{}\0{}", asker.who, asker.key).as_bytes());
    if let Some(job) = before(&mut *store, &asked, &asker.digest)? {
        return Ok(Asked { job, is_reused: false });
    }
    let (book, opened) = with_changes(desk, request.book.as_deref(), &request.changes)?;
    let Arranged { arguments, result } = arranged(jobs, &request, &opened)?;
    let version = jobs.options.version.clone();
    let whole = json!([version, opened.tree.id(), arguments]).to_string();
    let address = digest(whole.as_bytes());
    if let Some(job) = store.job_at(&address).map_err(|error| Problem::store(&error))? {
        return Ok(Asked { job, is_reused: true });
    }
    let JobRequest { kind, options, changes, .. } = request;
    let kept = Kept { options, changes, arguments, result, version };
    let made = store.head().map_err(|error| Problem::store(&error))?.now;
    let job = Job {
        id: uuid::Uuid::now_v7().to_string(),
        asked: asked.clone(),
        digest: asker.digest.clone(),
        address,
        kind,
        book,
        request: serde_json::to_string(&kept).unwrap_or_default(),
        who: asker.who.clone(),
        made,
        state: JobState::Queued,
        is_cancelled: false,
        owner: String::new(),
        lease: Instant::default(),
        tries: 0,
        begun: None,
        ended: None,
        progress: 0,
        doing: String::new(),
        outcome: String::new(),
    };
    if store.put_job(&job).map_err(|error| Problem::store(&error))? {
        jobs.ring();
        return Ok(Asked { job, is_reused: false });
    }
    // The same request came twice at once, and the other was first.
    let job = before(&mut *store, &asked, &asker.digest)?;
    job.map(|job| Asked { job, is_reused: false }).ok_or_else(|| Problem::missing("job"))
}

/// Returns the job that this very request made before.
fn before(store: &mut dyn Store, asked: &str, digest: &str) -> Result<Option<Job>, Problem> {
    let found = store.job_asked(asked).map_err(|error| Problem::store(&error))?;
    match found {
        Some(job) if job.digest != digest => Err(Unavailable::KeyReused.into()),
        found => Ok(found),
    }
}

fn arranged(jobs: &Jobs, request: &JobRequest, opened: &Opened) -> Result<Arranged, Problem> {
    let entry = &opened.tree.entry;
    let book = if entry.is_empty() { BOOK.to_owned() } else { format!("{BOOK}/{entry}") };
    let wanted =
        Wanted { kind: &request.kind, options: &request.options, book: &book, files: FILES };
    (jobs.options.arrange)(wanted).map_err(Problem::invalid)
}
