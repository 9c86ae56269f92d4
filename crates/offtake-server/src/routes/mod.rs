//! The resources of `/v1`, one file for each kind.

pub(crate) mod books;
pub(crate) mod calendar;
pub(crate) mod capacity;
pub(crate) mod export;
pub(crate) mod house;
pub(crate) mod jobs;
pub(crate) mod me;
pub(crate) mod people;
pub(crate) mod promises;
pub(crate) mod webhooks;
pub(crate) mod what_if;

use crate::auth::{Principal, hex};
use crate::engine::{Reply, Work};
use crate::problem::{Problem, View};
use crate::state::Desk;
use crate::wire::words_fault;
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offtake_desk::{Command, Fault, Ledger, Objection};
use offtake_ledger::Change;
use offtake_store::{Store, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// The body of a request as JSON, with its hash; what cannot be read is a problem as any other.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) digest: String,
}

impl<T: DeserializeOwned> FromRequest<Desk> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, desk: &Desk) -> Result<Body<T>, Problem> {
        let path = request.uri().path().to_owned();
        let bytes = axum::body::Bytes::from_request(request, desk).await;
        let bytes = bytes
            .map_err(|error| Problem::new(error.status(), "unreadable-body", error.body_text()))?;
        let wrong = |text: String| {
            Problem::invalid(vec![Fault::new("body", text, "send JSON as the API describes it")])
        };
        // A list would be read as an object's values in their order, and an empty one as an object that says nothing.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(wrong("is a list".to_owned()));
        }
        let faults = nul_faults(&bytes);
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let value = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update(&bytes);
        Ok(Body { value, digest: hex(&hash.finalize()) })
    }
}

/// Says which texts of a body hold the character NUL: PostgreSQL keeps none, and nobody means it.
fn nul_faults(bytes: &[u8]) -> Vec<Fault> {
    let mut faults = Vec::new();
    // Without its escape there is none: JSON has it in no other way.
    if bytes.windows(6).any(|six| six == b"\\u0000")
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        find_nul("", &value, &mut faults);
    }
    faults
}

fn find_nul(field: &str, value: &Value, faults: &mut Vec<Fault>) {
    let mut fault = |text: &str| {
        if text.contains('\0') {
            let field = if field.is_empty() { "body" } else { field };
            let problem = "holds the character NUL".to_owned();
            faults.push(Fault::new(field, problem, "leave it out"));
        }
    };
    let within = |name: &str| match field {
        "" => name.to_owned(),
        field => format!("{field}.{name}"),
    };
    match value {
        Value::String(text) => fault(text),
        Value::Array(all) => all.iter().for_each(|one| find_nul(field, one, faults)),
        Value::Object(all) => {
            all.keys().for_each(|name| fault(name));
            for (name, one) in all {
                find_nul(&within(name), one, faults);
            }
        }
        _ => {}
    }
}

/// What a request says after its `?`; what cannot be read is a problem as any other.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Desk> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Query<T>, Problem> {
        let read = axum::extract::Query::from_request_parts(parts, desk).await;
        let wrong = |text: String| {
            Problem::invalid(vec![Fault::new("query", text, "use what the API describes")])
        };
        read.map(|read| Query(read.0)).map_err(|error| wrong(error.body_text()))
    }
}

/// The names within a path; what cannot be read is a problem as any other.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Desk> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Path<T>, Problem> {
        let read = axum::extract::Path::from_request_parts(parts, desk).await;
        let wrong = |text: String| {
            Problem::invalid(vec![Fault::new("path", text, "write it as UTF-8, percent-encoded")])
        };
        read.map(|read| Path(read.0)).map_err(|error| wrong(error.body_text()))
    }
}

/// Runs what may take a while apart from what answers quickly.
pub(crate) async fn in_background<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(act).await.map_err(|error| Problem::background(&error))?
}

/// Does something with the store, on a thread that may block.
pub(crate) async fn with_store<T: Send + 'static>(
    desk: &Desk,
    act: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let engine = Arc::clone(&desk.engine);
    let act = move || act(&mut *engine.reader()?);
    in_background(move || act().map_err(|error| Problem::store(&error))).await
}

/// Returns the version that a request is made for, if it says one.
pub(crate) fn if_match(headers: &HeaderMap) -> Option<String> {
    headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// How a command is chosen from the ledger as it is under the lock.
pub(crate) type Plan = Box<dyn Fn(&Ledger) -> Result<Command, Problem> + Send>;

/// A change that is asked for, on its way to the writer.
pub(crate) struct Ask {
    pub(crate) plan: Plan,
    pub(crate) waive: Option<String>,
    pub(crate) why: String,
    pub(crate) digest: String,
}

impl Ask {
    /// Asks for a command that needs no choice.
    pub(crate) fn new(command: Command, digest: &str) -> Ask {
        Ask::planned(Box::new(move |_: &Ledger| Ok(command.clone())), digest)
    }

    /// Asks for what is chosen once the ledger is locked.
    pub(crate) fn planned(plan: Plan, digest: &str) -> Ask {
        Ask { plan, waive: None, why: String::new(), digest: digest.to_owned() }
    }
}

/// Returns the idempotency key that every change has to come with, once.
pub(crate) fn key_of(headers: &HeaderMap) -> Result<String, Fault> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let key = keys.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    if (1..=200).contains(&key.len()) && keys.next().is_none() {
        return Ok(key.to_owned());
    }
    let problem = "is missing, there twice, or longer than 200 characters".to_owned();
    Err(Fault::new(
        "Idempotency-Key",
        problem,
        "send a header that is new for every change, and the same when you repeat one",
    ))
}

/// What is answered when a change was made: a status and a body, from the ledger after it.
pub(crate) type Done = Box<dyn Fn(&Ledger, &Change) -> Reply + Send>;

/// Gives an order to the writer and turns its answer into a response.
pub(crate) async fn order(
    desk: &Desk,
    who: &Principal,
    headers: &HeaderMap,
    ask: Ask,
    done: Done,
) -> Result<Response, Problem> {
    submit(desk, work(who, headers, ask, done)?).await
}

/// Makes the work of an order.
pub(crate) fn work(
    who: &Principal,
    headers: &HeaderMap,
    ask: Ask,
    done: Done,
) -> Result<Work, Problem> {
    let view = who.view();
    let render = move |ledger: &Ledger, decided: &Result<Change, Vec<Objection>>| match decided {
        Ok(change) => done(ledger, change),
        Err(objections) => Problem::refused(objections, view).reply(),
    };
    let plan = ask.plan;
    let waived = ask.waive.as_deref().unwrap_or_default();
    let words = [words_fault("why", &ask.why), words_fault("override", waived)];
    let mut faults: Vec<Fault> = words.into_iter().flatten().collect();
    let key = key_of(headers).map_err(|fault| faults.push(fault)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    Ok(Work {
        plan: Box::new(move |ledger: &Ledger| plan(ledger).map_err(|problem| problem.reply())),
        who: who.name.clone(),
        waive: ask.waive,
        why: ask.why,
        key: Some((key, ask.digest)),
        token: None,
        blobs: Vec::new(),
        render: Box::new(render),
    })
}

/// Hands work to the writer and waits.
pub(crate) async fn submit(desk: &Desk, work: Work) -> Result<Response, Problem> {
    let (status, body) = desk.engine.submit(work).await?;
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok((status, [(header::CONTENT_TYPE, kind)], body).into_response())
}

/// Writes an answer's body.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    (status.as_u16(), serde_json::to_string(body).unwrap_or_default())
}

/// Returns a reason to waive what may be waived, from whoever may.
pub(crate) fn waiver(who: &Principal, text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(_) if who.view() == View::Tenant => {
            tracing::warn!(who = %who.name, "denied: a tenant does not waive");
            Err(Problem::forbidden("only the desk may waive"))
        }
        Some(text) if text.trim().is_empty() => {
            let fault = Fault::new("override", "is empty".to_owned(), "say why, or leave it out");
            Err(Problem::invalid(vec![fault]))
        }
        text => Ok(text),
    }
}

/// A page of a list.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// What to ask for `after` to get the next; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// Which page of a list.
#[derive(serde::Deserialize, utoipa::IntoParams)]
pub(crate) struct Cursor {
    /// What the page before said is `next`.
    pub(crate) after: Option<String>,
    /// How many at most, 100 if nothing is said, 1,000 at most.
    pub(crate) limit: Option<usize>,
}

impl Cursor {
    pub(crate) fn limit(&self) -> usize {
        self.limit.unwrap_or(100).clamp(1, 1_000)
    }
}

/// Makes a page of the first items of a list that goes on.
pub(crate) fn page<T>(
    items: impl Iterator<Item = T>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> Json<Page<T>> {
    let mut items: Vec<T> = items.take(limit + 1).collect();
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(name);
    Json(Page { items, next })
}
