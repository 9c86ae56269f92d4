//! Runs of commands: asked for, followed, ended, and what came of them.

use super::{Body, Cursor, Page, Path, Query, in_background, key_of, page, with_store};
use crate::auth::{Principal, Role};
use crate::jobs::{Asked, JobRequest, JobShape, Jobs, Kept, RESULT, ask, job_shape, with_changes};
use crate::problem::Problem;
use crate::state::Desk;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use offtake_report::{Head, StudyReport, Told};
use offtake_store::{Job, Store};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

/// How often a job that somebody listens to is looked at.
const LOOK: Duration = Duration::from_millis(250);

fn jobs_of(desk: &Desk) -> Result<Arc<Jobs>, Problem> {
    desk.jobs.clone().ok_or_else(|| {
        let detail = "this desk runs no jobs; start it with `offtake serve`";
        Problem::new(StatusCode::CONFLICT, "no-jobs", detail)
    })
}

/// Refuses what can be no name: PostgreSQL keeps no text with such a character, so that nothing is called so.
fn named(text: &str, what: &str) -> Result<String, Problem> {
    let is_odd = text.contains(char::is_control);
    if is_odd { Err(Problem::missing(what)) } else { Ok(text.to_owned()) }
}

async fn job_of(desk: &Desk, id: &str) -> Result<Job, Problem> {
    let id = named(id, "job")?;
    let found = with_store(desk, move |store| store.job(&id)).await?;
    found.ok_or_else(|| Problem::missing("job"))
}

/// Asks for a run of a command on a version of the book. What the same command came to on the same book is not run again.
#[utoipa::path(post, operation_id = "start_job", path = "/v1/jobs", request_body = JobRequest, responses(
    (status = 200, body = JobShape, description = "it was asked for before"), (status = 202, body = JobShape),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn start(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<JobRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let asker = crate::jobs::Asker { who: who.name.clone(), key: key_of(&headers)?, digest };
    let jobs = jobs_of(&desk)?;
    let Asked { job, is_reused } = in_background(move || ask(&desk, &jobs, &asker, value)).await?;
    let status = if is_reused { StatusCode::OK } else { StatusCode::ACCEPTED };
    let place = HeaderValue::from_str(&format!("/v1/jobs/{}", job.id));
    let mut shape = job_shape(job);
    shape.reused = Some(is_reused);
    let mut answer = (status, Json(shape)).into_response();
    if let Ok(place) = place {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

/// Lists runs, the newest first.
#[utoipa::path(get, operation_id = "jobs", path = "/v1/jobs", params(Cursor), responses(
    (status = 200, body = Page<JobShape>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Result<Json<Page<JobShape>>, Problem> {
    who.at_least(Role::Viewer)?;
    let limit = cursor.limit();
    let before = cursor.after.map(|after| named(&after, "such cursor")).transpose()?;
    let jobs =
        with_store(&desk, move |store| store.jobs_before(before.as_deref(), limit + 1)).await?;
    Ok(page(jobs.into_iter().map(job_shape), limit, |job| job.id.clone()))
}

/// Shows a run: how far it is, and what came of it.
#[utoipa::path(get, operation_id = "job", path = "/v1/jobs/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = JobShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn job(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Json<JobShape>, Problem> {
    who.at_least(Role::Viewer)?;
    let id = named(&id, "job")?;
    let read = move |store: &mut dyn Store| Ok((store.job(&id)?, store.job_files(&id)?));
    let (job, files) = with_store(&desk, read).await?;
    let mut shape = job_shape(job.ok_or_else(|| Problem::missing("job"))?);
    let files = files.into_iter().filter(|file| file.name != RESULT);
    shape.files = Some(files.map(Into::into).collect());
    Ok(Json(shape))
}

/// Ends a run.
#[utoipa::path(post, operation_id = "cancel_job", path = "/v1/jobs/{id}/cancel", params(("id" = String, Path)), responses(
    (status = 200, body = JobShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn cancel(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Json<JobShape>, Problem> {
    who.at_least(Role::Desk)?;
    let name = named(&id, "job")?;
    with_store(&desk, move |store| {
        let now = store.head()?.now;
        store.cancel_job(&name, now)
    })
    .await?;
    tracing::info!(who = %who.name, job = %id, "cancelled");
    Ok(Json(job_shape(job_of(&desk, &id).await?)))
}

/// Removes a run that has ended, with all that came of it.
#[utoipa::path(delete, operation_id = "delete_job", path = "/v1/jobs/{id}", params(("id" = String, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn remove(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    who.at_least(Role::Desk)?;
    let name = named(&id, "job")?;
    let is_gone = with_store(&desk, move |store| store.remove_job(&name)).await?;
    if !is_gone {
        job_of(&desk, &id).await?;
        let detail = "it has not ended; cancel it first";
        return Err(Problem::new(StatusCode::CONFLICT, "not-ended", detail));
    }
    tracing::info!(who = %who.name, job = %id, "removed");
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the result: what the command prints with `--json`.
#[utoipa::path(get, operation_id = "job_result", path = "/v1/jobs/{id}/result", params(("id" = String, Path)), responses(
    (status = 200, content_type = "application/json", body = serde_json::Value), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn result(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.at_least(Role::Viewer)?;
    let name = named(&id, "job")?;
    let found = with_store(&desk, move |store| store.job_file(&name, RESULT)).await?;
    match found {
        Some(bytes) => Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response()),
        None => {
            let job = job_of(&desk, &id).await?;
            Err(no_result(job.state.word()))
        }
    }
}

/// Returns the report of a run: its answers in words, tables, and the data of its pictures, as `report.html` has them.
#[utoipa::path(get, operation_id = "job_report", path = "/v1/jobs/{id}/report", params(("id" = String, Path)), responses(
    (status = 200, body = Told), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "there is no result (yet), or none that has a report")))]
pub(crate) async fn report(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Json<Told>, Problem> {
    who.at_least(Role::Viewer)?;
    let job = job_of(&desk, &id).await?;
    let (name, state) = (job.id.clone(), job.state.word());
    let found = with_store(&desk, move |store| store.job_file(&name, RESULT)).await?;
    let result = found.ok_or_else(|| no_result(state))?;
    in_background(move || told(&desk, &job, &result)).await.map(Json)
}

/// Tells what a run came to. What it was run on is read again, for the names of parties and what is as of when.
fn told(desk: &Desk, job: &Job, result: &[u8]) -> Result<Told, Problem> {
    let none = || {
        let detail =
            format!("a run of `{}` has no report; `/result` has what it came to", job.kind);
        Problem::new(StatusCode::CONFLICT, "no-report", detail)
    };
    let result: serde_json::Value = serde_json::from_slice(result).map_err(|_| none())?;
    let kept: Kept = serde_json::from_str(&job.request).map_err(|_| none())?;
    let (_, opened) = with_changes(desk, Some(&job.book), &kept.changes)?;
    let head = Head::new(&opened.book, &opened.hash, &kept.version);
    let report = if job.kind == "study" {
        StudyReport::from_json(head, &result)
    } else {
        StudyReport::of_part(head, &job.kind, result).ok_or_else(none)?
    };
    Ok(Told::new(&report))
}

fn no_result(state: &str) -> Problem {
    let detail = format!("there is no result: the job is {state}");
    Problem::new(StatusCode::CONFLICT, "no-result", detail)
}

/// Lists the files that came of a run.
#[utoipa::path(get, operation_id = "job_files", path = "/v1/jobs/{id}/files", params(("id" = String, Path)), responses(
    (status = 200, body = Vec<crate::jobs::JobFileShape>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn files(
    state: State<Desk>,
    who: Principal,
    id: Path<String>,
) -> Result<Json<Vec<crate::jobs::JobFileShape>>, Problem> {
    let Json(shape) = job(state, who, id).await?;
    Ok(Json(shape.files.unwrap_or_default()))
}

/// Returns a file that came of a run.
#[utoipa::path(get, operation_id = "job_file", path = "/v1/jobs/{id}/files/{name}", params(("id" = String, Path), ("name" = String, Path, description = "as `/files` lists it, with `/` as `%2F`")), responses(
    (status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn file(
    State(desk): State<Desk>,
    who: Principal,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    who.at_least(Role::Viewer)?;
    // A name is looked up in the store and never on a disk: there is nothing that it could lead out of.
    let kind = kind_of(&name);
    let shown = name.rsplit('/').next().unwrap_or_default();
    let shown: String = shown.chars().filter(|one| one.is_ascii_graphic() && *one != '"').collect();
    let (id, wanted) = (named(&id, "job")?, named(&name, "file of that name")?);
    let found = with_store(&desk, move |store| match wanted.as_str() {
        RESULT => Ok(None),
        name => store.job_file(&id, name),
    });
    let bytes = found.await?.ok_or_else(|| Problem::missing("file of that name"))?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{shown}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // A report is opened as a page of its own, which may do nothing but show itself.
        (header::CONTENT_SECURITY_POLICY, "sandbox allow-scripts".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "ics" => "text/calendar; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "parquet" => "application/vnd.apache.parquet",
        _ => "application/octet-stream",
    }
}

/// Streams how far a run is, as server-sent events named `progress`, until it has ended.
#[utoipa::path(get, operation_id = "job_events", path = "/v1/jobs/{id}/events", params(("id" = String, Path)), responses(
    (status = 200, content_type = "text/event-stream", body = JobShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn events(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    who.at_least(Role::Viewer)?;
    job_of(&desk, &id).await?;
    let (tell, hear) = mpsc::channel(4);
    tokio::spawn(watch(desk, id, tell));
    Ok(Sse::new(ReceiverStream::new(hear)).keep_alive(KeepAlive::default()))
}

/// Looks at a job again and again, and tells when something about it is new.
async fn watch(desk: Desk, id: String, tell: mpsc::Sender<Result<sse::Event, Infallible>>) {
    let mut last = None;
    while !tell.is_closed() && !desk.is_closing() {
        // Who cannot read the store for a moment tells nothing for a moment.
        if let Ok(job) = job_of(&desk, &id).await {
            let is_over = job.state.is_over();
            let shape = job_shape(job);
            if last.as_ref() != Some(&shape) {
                let data = serde_json::to_string(&shape).unwrap_or_default();
                let event = sse::Event::default().event("progress").data(data);
                if tell.send(Ok(event)).await.is_err() {
                    return;
                }
                last = Some(shape);
            }
            if is_over {
                return;
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
