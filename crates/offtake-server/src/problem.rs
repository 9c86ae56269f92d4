//! Problems as RFC 9457 writes them (`application/problem+json`), with all that is wrong at once.

use crate::engine::Unavailable;
use crate::wire::{money, text_of};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offtake_desk::{Fault, Objection};
use serde::Serialize;
use utoipa::ToSchema;

/// One field that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// The field.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) problem: String,
    /// How to mend it.
    pub(crate) fix: String,
}

/// One thing that speaks against a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Against {
    /// A stable word for its kind.
    pub(crate) kind: String,
    /// What it is, with numbers.
    pub(crate) detail: String,
    /// Whether the desk may waive it.
    pub(crate) may_be_waived: bool,
}

/// Why a request was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A stable name of the kind of problem.
    #[serde(rename = "type")]
    pub(crate) kind: Box<str>,
    /// What it is, in a few words.
    pub(crate) title: Box<str>,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What it is here.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
    /// Fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
    /// What speaks against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) objections: Vec<Against>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, kind: &str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:offtake:{kind}").into(),
            title: kind.replace('-', " ").into(),
            status: status.as_u16(),
            detail: detail.into(),
            findings: Vec::new(),
            objections: Vec::new(),
        }
    }

    /// Fields of the request are wrong.
    pub(crate) fn invalid(faults: Vec<Fault>) -> Problem {
        let finding = |Fault { field, problem, fix }: Fault| Finding { field, problem, fix };
        let findings = faults.into_iter().map(finding).collect();
        Problem {
            findings,
            ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-request", "")
        }
    }

    /// There is no such thing, or none that the asker may see.
    pub(crate) fn missing(what: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", format!("there is no {what}"))
    }

    /// The token may not do this.
    pub(crate) fn forbidden(detail: &str) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// The desk decided against it; `is_insider` says whether the asker may know of others.
    pub(crate) fn refused(objections: &[Objection], view: View) -> Problem {
        if let [Objection::Faults(faults)] = objections {
            return Problem::invalid(faults.clone());
        }
        let status = match objections.first() {
            Some(Objection::NoPromise(_) | Objection::NoProspect(_)) => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        let objections = objections.iter().map(|objection| against(objection, view)).collect();
        Problem { objections, ..Problem::new(status, "refused", "") }
    }

    /// Returns it as a reply of the writer.
    pub(crate) fn reply(&self) -> (u16, String) {
        (self.status, serde_json::to_string(self).unwrap_or_default())
    }
}

/// Who looks at an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Somebody who may know of all tenants.
    Desk,
    /// A tenant, who learns nothing of others but what is free.
    Tenant,
}

fn against(objection: &Objection, view: View) -> Against {
    let detail = match (view, objection) {
        (View::Tenant, Objection::Harms { .. }) => {
            "it would make other promises less firm than they were promised".to_owned()
        }
        (View::Tenant, Objection::FirstRefusal { .. }) => {
            "somebody has a right of first refusal on this capacity".to_owned()
        }
        (View::Tenant, Objection::BelowFloor { .. }) => "the price is too low".to_owned(),
        (View::Desk, Objection::FirstRefusal { prospect, until }) => {
            format!("`{prospect}` has a right of first refusal until {}", text_of(*until))
        }
        (View::Desk, Objection::BelowFloor { pool, fee, floor }) => {
            let (floor, fee) = (money(i128::from(*floor)), money(i128::from(*fee)));
            format!("`{pool}` costs {floor} a GPU-hour at least, {fee} offered")
        }
        (_, Objection::InThePast { from, now }) => {
            format!("a part begins at {}; it is {}", text_of(*from), text_of(*now))
        }
        (_, Objection::NotFree { pool, from, free, asked }) => {
            format!("`{pool}` has {free} GPUs free from {}, {asked} asked", text_of(*from))
        }
        _ => objection.to_string(),
    };
    Against { kind: objection.kind().to_owned(), detail, may_be_waived: objection.may_be_waived() }
}

impl From<Unavailable> for Problem {
    fn from(why: Unavailable) -> Problem {
        let (status, kind, detail) = match why {
            Unavailable::Busy => {
                (StatusCode::SERVICE_UNAVAILABLE, "busy", "too many orders are waiting; try again")
            }
            Unavailable::Store => (
                StatusCode::SERVICE_UNAVAILABLE,
                "store-unavailable",
                "the store did not answer; repeat the request with the same idempotency key to learn what became of it",
            ),
            Unavailable::Closing => {
                (StatusCode::SERVICE_UNAVAILABLE, "closing", "the desk is closing")
            }
            Unavailable::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-reused",
                "this idempotency key came with another request before; use a new one",
            ),
        };
        Problem::new(status, kind, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
