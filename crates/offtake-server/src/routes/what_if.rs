//! What if: the headline of an assess with changes on top of a version, while somebody moves a slider.
//!
//! Few futures, all of the same seed: two answers differ by what was changed and not by chance, and each says its errors.
//! A session's next question takes the place of the one before, which is not worth an answer any more.

use super::{Body, in_background};
use crate::auth::{Principal, Role};
use crate::books::edit::Edit;
use crate::books::{Opened, opened_of};
use crate::jobs::with_changes;
use crate::problem::Problem;
use crate::state::Desk;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offtake_adequacy::System;
use offtake_desk::Fault;
use offtake_report::{Answer, Head};
use offtake_study::{Progress, Request, StudyError, results_on, run_on};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// Futures if nothing is said.
const USUAL: u64 = 16;
/// The fewest futures whose error says something.
const FEWEST: u64 = 8;
/// The most futures; who wants more asks for a job.
const MOST: u64 = 2_000;
/// Questions that are answered at once.
const AT_ONCE: usize = 2;
/// What of an assess is answered, besides the months where they are asked for.
const FIELDS: &[&str] = &[
    "answer",
    "holds",
    "headline",
    "standard",
    "relative_error",
    "open_position",
    "risk",
    "lolh",
    "lole",
    "eue",
    "firm_eue",
    "eue_after_spot",
    "neue",
    "units",
];
/// What draws a picture.
const PICTURE: &[&str] = &["months", "quarters", "deliveries", "reference_accelerator"];

/// A question.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIfRequest {
    /// The version of the book, as a job names it.
    #[serde(default)]
    pub(crate) book: Option<String>,
    /// What is changed on top of it.
    #[serde(default)]
    pub(crate) changes: Vec<Edit>,
    /// How many futures, 16 if nothing is said, 8 at least, 2,000 at most.
    #[serde(default)]
    pub(crate) samples: Option<u64>,
    /// Seed of the futures, 1 if nothing is said.
    #[serde(default)]
    pub(crate) seed: Option<u64>,
    /// Whether months and quarters come along, to draw them.
    #[serde(default)]
    pub(crate) picture: bool,
    /// Names what one person looks at: a question takes the place of the one before of the same token and session.
    #[serde(default)]
    pub(crate) session: String,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIfShape {
    /// The version of the book, by its id.
    book: String,
    /// Futures that were drawn.
    samples: u64,
    /// Their seed.
    seed: u64,
    /// Fields of `assess --json`: every estimate has its mean and its standard error.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    answer: Map<String, Value>,
}

/// A version as it is, ready to be dispatched: what changes on top of it have in common with it is not made again.
#[derive(Debug)]
struct Base {
    version: String,
    seed: u64,
    opened: Arc<Opened>,
    system: System,
}

/// Questions that are being answered.
#[derive(Debug)]
pub(crate) struct WhatIfs {
    slots: Arc<Semaphore>,
    /// The version that was asked of last.
    base: Mutex<Option<Arc<Base>>>,
    last: Mutex<BTreeMap<(String, String), Flag>>,
}

/// Whether a question is not worth an answer any more.
#[derive(Clone, Debug, Default)]
struct Flag(Arc<AtomicBool>);

impl Default for WhatIfs {
    fn default() -> WhatIfs {
        WhatIfs {
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            base: Mutex::default(),
            last: Mutex::default(),
        }
    }
}

impl Flag {
    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Progress for Flag {
    fn start(&self, _phase: &str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn is_cancelled(&self) -> bool {
        self.is_set()
    }
}

impl WhatIfs {
    /// Returns a version ready to be dispatched; whoever asks for another while one is made waits for it.
    fn base(&self, desk: &Desk, version: &str, seed: u64) -> Result<Arc<Base>, Problem> {
        let mut last = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(base) =
            last.as_ref().filter(|base| base.version == version && base.seed == seed)
        {
            return Ok(Arc::clone(base));
        }
        let opened = opened_of(desk, version)?;
        let system = System::new(&opened.book, seed).map_err(|error| failed(error.into()))?;
        let base = Arc::new(Base { version: version.to_owned(), seed, opened, system });
        *last = Some(Arc::clone(&base));
        Ok(base)
    }

    /// Takes the place of the question before.
    fn begin(&self, key: &(String, String)) -> Flag {
        let flag = Flag::default();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = last.insert(key.clone(), flag.clone()) {
            before.0.store(true, Ordering::Relaxed);
        }
        flag
    }

    /// Forgets a question that was answered, if it is the last.
    fn end(&self, key: &(String, String), flag: &Flag) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.get(key).is_some_and(|last| Arc::ptr_eq(&last.0, &flag.0)) {
            last.remove(key);
        }
    }
}

/// Says what the headline of an assess would be with changes on top of a version; nothing is kept.
#[utoipa::path(post, path = "/v1/what-if", request_body = WhatIfRequest, responses(
    (status = 200, body = WhatIfShape), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "a later question took its place"), (status = 422, body = Problem)))]
pub(crate) async fn what_if(
    State(desk): State<Desk>,
    who: Principal,
    Body { value, .. }: Body<WhatIfRequest>,
) -> Result<Json<WhatIfShape>, Problem> {
    who.at_least(Role::Viewer)?;
    let samples = value.samples.unwrap_or(USUAL);
    if !(FEWEST..=MOST).contains(&samples) || value.session.len() > 100 {
        let fault = if value.session.len() > 100 {
            Fault::new("session", "is longer than 100 characters".to_owned(), "use a short name")
        } else {
            let problem = format!("is {samples}");
            Fault::new("samples", problem, "use 8 to 2,000; ask for a job where more are wanted")
        };
        return Err(Problem::invalid(vec![fault]));
    }
    let key = (who.name.clone(), value.session.clone());
    let flag = desk.what_ifs.begin(&key);
    let slot = Arc::clone(&desk.what_ifs.slots).acquire_owned().await;
    let (asking, own) = (desk.clone(), flag.clone());
    let answered = in_background(move || {
        let _slot = slot;
        if own.is_set() { Err(superseded()) } else { answer(&asking, &value, samples, &own) }
    })
    .await;
    desk.what_ifs.end(&key, &flag);
    answered.map(Json)
}

fn superseded() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "superseded",
        "a later question of the session took its place",
    )
}

fn answer(
    desk: &Desk,
    asked: &WhatIfRequest,
    samples: u64,
    flag: &Flag,
) -> Result<WhatIfShape, Problem> {
    let (book, opened) = with_changes(desk, asked.book.as_deref(), &asked.changes)?;
    let seed = asked.seed.unwrap_or(1);
    let base = desk.what_ifs.base(desk, &book, seed)?;
    let mut all = assessed(&opened, &base, samples, flag)?;
    let fields = FIELDS.iter().chain(PICTURE.iter().filter(|_| asked.picture));
    let answer = fields
        .filter_map(|field| all.get_mut(*field).map(|value| ((*field).to_owned(), value.take())));
    let answer = answer.collect();
    Ok(WhatIfShape { book, samples, seed, answer })
}

/// Runs the futures on all threads and writes what they come to as `assess --quick --json` does.
fn assessed(opened: &Opened, base: &Base, samples: u64, flag: &Flag) -> Result<Value, Problem> {
    let seed = base.seed;
    let request = Request { seed, samples: 0..samples, threads: 0, extras: false, until: None };
    let system = System::like(&opened.book, seed, (&base.opened.book, &base.system));
    let system = system.map_err(|error| failed(error.into()))?;
    let book = (&opened.book, opened.hash.as_str());
    let (part, _) = run_on(book, &system, &request, flag).map_err(failed)?;
    let study = results_on(&opened.book, &system, &part).map_err(failed)?;
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    let answer = Answer {
        head: &head,
        assessment: &study.assessment,
        further: None,
        decide_by: &study.decide_by,
        deliveries: &study.deliveries,
    };
    Ok(offtake_report::json(&answer))
}

fn failed(error: StudyError) -> Problem {
    match error {
        StudyError::Cancelled => superseded(),
        error => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-assessed", error.to_string()),
    }
}
