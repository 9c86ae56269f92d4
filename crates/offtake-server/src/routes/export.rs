//! Exports: the ledger as tables that other programs read.

use super::Path;
use crate::auth::Principal;
use crate::export::{ExportError, parse, table};
use crate::problem::Problem;
use crate::state::Desk;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Gives out a table of the ledger: `events`, `commitments`, `holds`, `positions`, or `focus` (commitments as rows of
/// FOCUS 1.3), each as `.csv` and `.parquet`. A tenant gets its own alone.
#[utoipa::path(get, path = "/v1/export/{file}", params(("file" = String, Path, description = "a table and its format, as `commitments.csv`")), responses(
    (status = 200, content((String = "text/csv"), (String = "application/vnd.apache.parquet"))),
    (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn export(
    State(desk): State<Desk>,
    who: Principal,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let what = parse(&file).ok_or_else(|| Problem::missing("such table"))?;
    // Each reads the whole ledger: a few at a time, whoever asks.
    let place = Arc::clone(&desk.exports).try_acquire_owned().map_err(|_| {
        let detail = "others are exporting; try again";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail)
    })?;
    let (engine, whose) = (Arc::clone(&desk.engine), who.tenant);
    let made = tokio::task::spawn_blocking(move || {
        let _place = place;
        table(&mut *engine.reader()?, what, &whose)
    });
    let failed = |error: &ExportError| {
        tracing::warn!(error = %crate::engine::chain(error), "export");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store-unavailable",
            "the ledger was not read; try again",
        )
    };
    let made = made.await.map_err(|error| failed(&ExportError::Write(error.into())))?;
    let bytes = made.map_err(|error| failed(&error))?;
    let name = format!("attachment; filename=\"{file}\"");
    let kind = what.1.media_type().to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
