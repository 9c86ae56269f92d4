//! Versions of the book: kept, shown, edited, compared, taken back.

use super::{Body, Cursor, Page, Path, Query, if_match, in_background, json, key_of, submit};
use crate::auth::{Principal, Role};
use crate::books::edit::{Edit, edited};
use crate::books::shape::{
    BookShape, DifferenceShape, VersionShape, book_shape, change_shape, version_shape,
};
use crate::books::{Opened, Tree, kept_of, name_faults, opened_of};
use crate::engine::{Reply, Work};
use crate::problem::{Finding, Problem, View};
use crate::state::Desk;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offtake_desk::{Command, Fault, Kept, Ledger, Objection};
use offtake_ledger::Change;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// A book that is to be kept as the newest version.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportRequest {
    /// The text of each file (TOML and CSV) by its name; parts of a path are parted by `/`.
    pub(crate) files: BTreeMap<String, String>,
    /// The file or folder to begin with; all of them if nothing is said.
    #[serde(default)]
    pub(crate) entry: String,
    /// Why, in words.
    #[serde(default)]
    pub(crate) why: String,
    /// Whether it is only to be checked, and nothing kept.
    #[serde(default)]
    pub(crate) check_only: bool,
}

/// Edits that are to be kept as the newest version.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditRequest {
    /// What is to be changed.
    pub(crate) edits: Vec<Edit>,
    /// Why, in words.
    #[serde(default)]
    pub(crate) why: String,
    /// Whether they are only to be checked, and nothing kept.
    #[serde(default)]
    pub(crate) check_only: bool,
}

/// Why something is done.
#[derive(Deserialize, Serialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reason {
    /// Why, in words.
    pub(crate) why: String,
}

/// What was found in a book that was only checked.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedShape {
    /// The id that it would have.
    id: String,
    /// Warnings.
    findings: Vec<Finding>,
}

fn etag(id: &str) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{id}\""))]
}

/// Lists the versions of the book, the newest first; the `ETag` is the newest's.
#[utoipa::path(get, operation_id = "books", path = "/v1/books", params(Cursor), responses(
    (status = 200, body = Page<VersionShape>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Result<Response, Problem> {
    who.at_least(Role::Viewer)?;
    let before = cursor.after.as_deref().map(str::parse::<u64>).transpose().map_err(|_| {
        let problem = "is no cursor".to_owned();
        Problem::invalid(vec![Fault::new("after", problem, "use `next` of the page before")])
    })?;
    let ledger = desk.ledger();
    let books = ledger.books().iter().rev();
    let books = books.filter(|kept| before.is_none_or(|before| kept.number < before));
    let shapes = books.map(|kept| version_shape(&ledger, kept));
    let page = super::page(shapes, cursor.limit(), |version| version.number.to_string());
    let newest = ledger.newest_book().map_or("", |kept| &kept.version.id);
    Ok((etag(newest), page).into_response())
}

/// Shows a version with its tables, values, sources, marks and files.
#[utoipa::path(get, operation_id = "book_version", path = "/v1/books/{id}", params(("id" = String, Path, description = "an id, its first digits, `newest` or `published`")), responses(
    (status = 200, body = BookShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn book(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.at_least(Role::Viewer)?;
    let version = shape_of(&desk, &id)?;
    let (etag, name) = (etag(&version.id), version.id.clone());
    let opened = opened_in_background(&desk, &name).await?;
    Ok((etag, Json(book_shape(version, &opened))).into_response())
}

fn shape_of(desk: &Desk, name: &str) -> Result<VersionShape, Problem> {
    let ledger = desk.ledger();
    Ok(version_shape(&ledger, kept_of(&ledger, name)?))
}

async fn opened_in_background(desk: &Desk, name: &str) -> Result<Arc<Opened>, Problem> {
    let (desk, name) = (desk.clone(), name.to_owned());
    in_background(move || opened_of(&desk, &name)).await
}

/// Shows what is not the same in two versions.
#[utoipa::path(get, operation_id = "book_diff", path = "/v1/books/{id}/diff/{other}", params(("id" = String, Path), ("other" = String, Path)), responses(
    (status = 200, body = DifferenceShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn difference(
    State(desk): State<Desk>,
    who: Principal,
    Path((id, other)): Path<(String, String)>,
) -> Result<Json<DifferenceShape>, Problem> {
    who.at_least(Role::Viewer)?;
    let (before, after) = (shape_of(&desk, &id)?, shape_of(&desk, &other)?);
    let one = opened_in_background(&desk, &before.id).await?;
    let two = opened_in_background(&desk, &after.id).await?;
    let changes = offtake_book::changes(&one.book, &two.book);
    let changes = changes.into_iter().map(change_shape).collect();
    Ok(Json(DifferenceShape { before, after, changes }))
}

/// Keeps a book as the newest version, if nothing in it is wrong; all that is comes back. It supplies nothing until it
/// is published.
#[utoipa::path(post, operation_id = "import_book", path = "/v1/books", request_body = ImportRequest, responses(
    (status = 200, body = VersionShape, description = "it is the newest already"), (status = 201, body = VersionShape),
    (status = 403, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn import(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<ImportRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let ImportRequest { files, entry, why, check_only } = value;
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let tree = Tree { entry, files };
    let faults = name_faults(&tree);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let opened = in_background(move || tree.open()).await?;
    if check_only {
        return Ok(checked(&opened));
    }
    let expected = if_match(&headers);
    keep(&desk, (&who, &headers), Keeping { opened, parent: None, expected, why, digest }).await
}

/// Edits a version in the text of its files, and keeps what comes of it as the newest if nothing in it is wrong.
///
/// `If-Match` names the newest version as it was seen, so that nobody's change is lost.
#[utoipa::path(post, operation_id = "edit_book", path = "/v1/books/{id}/edits", params(("id" = String, Path)), request_body = EditRequest, responses(
    (status = 200, body = VersionShape, description = "it is the newest already"), (status = 201, body = VersionShape),
    (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 412, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem)))]
pub(crate) async fn edit(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, digest }: Body<EditRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let EditRequest { edits, why, check_only } = value;
    let parent = shape_of(&desk, &id)?.id;
    let base = opened_in_background(&desk, &parent).await?;
    let opened = in_background(move || changed(&base, &edits)).await?;
    if check_only {
        return Ok(checked(&opened));
    }
    let expected = Some(expected(&headers)?);
    let parent = Some(parent);
    keep(&desk, (&who, &headers), Keeping { opened, parent, expected, why, digest }).await
}

/// Makes edits and reads what comes of them.
pub(crate) fn changed(base: &Opened, edits: &[Edit]) -> Result<Opened, Problem> {
    edited(base, edits).map_err(Problem::invalid)?.open()
}

/// Keeps an older version as the newest: what came after it is taken back, and stays in the list.
#[utoipa::path(post, operation_id = "take_back_book", path = "/v1/books/{id}/take-back", params(("id" = String, Path)), request_body = Reason, responses(
    (status = 200, body = VersionShape, description = "it is the newest already"), (status = 201, body = VersionShape),
    (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 412, body = Problem), (status = 428, body = Problem)))]
pub(crate) async fn take_back(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, digest }: Body<Reason>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let older = shape_of(&desk, &id)?.id;
    let parent = desk.ledger().newest_book().map(|kept| kept.version.id.clone());
    let expected = Some(expected(&headers)?);
    let opened = opened_in_background(&desk, &older).await?;
    let opened = in_background(move || opened.tree.clone().open()).await?;
    let keeping = Keeping { opened, parent, expected, why: value.why, digest };
    keep(&desk, (&who, &headers), keeping).await
}

fn checked(opened: &Opened) -> Response {
    let findings = opened.findings.iter().map(Finding::of).collect();
    Json(CheckedShape { id: opened.tree.id(), findings }).into_response()
}

/// Returns the version that whoever changes the book has to say that they saw.
fn expected(headers: &HeaderMap) -> Result<String, Problem> {
    if_match(headers).ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if-match-required",
            "send `If-Match` with the ETag of the newest version as you saw it",
        )
    })
}

/// A version that is to be kept.
pub(crate) struct Keeping {
    pub(crate) opened: Opened,
    pub(crate) parent: Option<String>,
    /// The newest version as it was seen, if it matters.
    pub(crate) expected: Option<String>,
    pub(crate) why: String,
    pub(crate) digest: String,
}

async fn keep(
    desk: &Desk,
    (who, headers): (&Principal, &HeaderMap),
    keeping: Keeping,
) -> Result<Response, Problem> {
    let key = (key_of(headers)?, keeping.digest.clone());
    submit(desk, keeping.work(who, Some(key))).await
}

impl Keeping {
    /// Makes the order that keeps it: refused when the newest is another than was seen, and already done when the newest
    /// is the same.
    pub(crate) fn work(self, who: &Principal, key: Option<(String, String)>) -> Work {
        let version = Arc::new(self.opened.version(self.parent));
        let findings: Vec<Finding> = self.opened.findings.iter().map(Finding::of).collect();
        let (expected, told) = (self.expected, findings.clone());
        let plan = move |ledger: &Ledger| {
            let newest = ledger.newest_book();
            if let Some(problem) = conflict(newest, expected.as_deref()) {
                return Err(problem.reply());
            }
            match newest.filter(|newest| newest.version.id == version.id) {
                Some(newest) => Err(answer(StatusCode::OK, ledger, newest, &told)),
                None => Ok(Command::Import(Arc::clone(&version))),
            }
        };
        let render = move |ledger: &Ledger, decided: &Result<Change, Vec<Objection>>| match (
            decided,
            ledger.newest_book(),
        ) {
            (Ok(_), Some(newest)) => answer(StatusCode::CREATED, ledger, newest, &findings),
            (Ok(_), None) => Problem::missing("version").reply(),
            (Err(objections), _) => Problem::refused(objections, View::Desk).reply(),
        };
        Work {
            plan: Box::new(plan),
            who: who.name.clone(),
            waive: None,
            why: self.why,
            key,
            token: None,
            blobs: self.opened.tree.blobs(),
            render: Box::new(render),
        }
    }
}

fn conflict(newest: Option<&Kept>, expected: Option<&str>) -> Option<Problem> {
    let newest = newest.map_or("", |newest| &newest.version.id);
    let is_seen = expected.is_none_or(|seen| seen == "*" || seen.trim_matches('"') == newest);
    let detail = || format!("the newest version is {newest} now; look at what it changes first");
    (!is_seen).then(|| Problem::changed_meanwhile(detail()))
}

fn answer(status: StatusCode, ledger: &Ledger, kept: &Kept, findings: &[Finding]) -> Reply {
    let findings = Some(findings.to_vec());
    json(status, &VersionShape { findings, ..version_shape(ledger, kept) })
}
