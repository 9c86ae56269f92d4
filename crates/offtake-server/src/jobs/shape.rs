//! How a job is written as JSON.

use super::ask::Kept;
use crate::books::edit::Edit;
use crate::wire::instant_text;
use offtake_store::{Job, JobFile};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// How a job ended, as it is kept.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Outcome {
    /// The exit code of the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exit: Option<i32>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// What can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// A run of a command.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct JobShape {
    /// Its id.
    pub(crate) id: String,
    /// The command.
    kind: String,
    /// The version of the book, by its id.
    book: String,
    /// The command's options.
    #[schema(value_type = Object)]
    options: Map<String, Value>,
    /// What is changed on top of the version.
    changes: Vec<Value>,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub(crate) state: &'static str,
    /// Whether somebody wants it ended.
    is_cancelled: bool,
    /// How far it is, from 0 to 1.
    progress: f64,
    /// What it does now.
    doing: String,
    /// Who asked for it.
    who: String,
    /// When.
    made: String,
    /// When it was begun last.
    #[serde(skip_serializing_if = "Option::is_none")]
    begun: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// How often it was begun: more than once where its server died.
    tries: u64,
    /// The command's exit code: 0 it holds, 1 it does not, 2 the input is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<i32>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What can be done about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Whether it was there before: the same command on the same book came to a result, or will.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reused: Option<bool>,
    /// What came of it; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<Vec<JobFileShape>>,
}

/// A file that came of a job.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct JobFileShape {
    /// Its name: what to ask `/files/{name}` for.
    name: String,
    /// Bytes.
    size: u64,
}

impl From<JobFile> for JobFileShape {
    fn from(JobFile { name, size }: JobFile) -> JobFileShape {
        JobFileShape { name, size }
    }
}

pub(crate) fn job_shape(job: Job) -> JobShape {
    let kept: Option<Kept> = serde_json::from_str(&job.request).ok();
    let (options, changes) = kept.map(|kept| (kept.options, kept.changes)).unwrap_or_default();
    let outcome: Outcome = serde_json::from_str(&job.outcome).unwrap_or_default();
    let change = |edit: &Edit| serde_json::to_value(edit).unwrap_or_default();
    JobShape {
        options,
        changes: changes.iter().map(change).collect(),
        id: job.id,
        kind: job.kind,
        book: job.book,
        state: job.state.word(),
        is_cancelled: job.is_cancelled,
        progress: f64::from(job.progress) / 1e6,
        doing: job.doing,
        who: job.who,
        made: instant_text(job.made),
        begun: job.begun.map(instant_text),
        ended: job.ended.map(instant_text),
        tries: job.tries,
        exit: outcome.exit,
        error: outcome.error,
        hint: outcome.hint,
        reused: None,
        files: None,
    }
}
