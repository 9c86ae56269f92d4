//! The web page: files that are built into the program, under a policy that lets nothing else in.
//!
//! `page/` at the root of the project builds them. **Invariant:** no answer names another origin, and no script or style
//! runs but those files; style elements that the page makes itself carry the nonce of the answer that it came with.

use crate::auth::{hex, random};
use crate::problem::Problem;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// The built page.
#[derive(RustEmbed)]
#[folder = "page"]
struct Files;

const INDEX: &str = "index.html";
/// The rooms of the page, which finds its own way in them; nothing else is a page.
const ROOMS: [&str; 13] = [
    "",
    "book",
    "what-if",
    "dependencies",
    "money",
    "plan",
    "runs",
    "capacity",
    "promises",
    "breaches",
    "pipeline",
    "tenants",
    "audit",
];
/// Stands in the document where the nonce belongs.
const NONCE: &str = "{nonce}";
/// Files under it are named by their content.
const NAMED_BY_CONTENT: &str = "assets/";
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Answers with the file of a path, or with the page where the path is one of its rooms.
pub(crate) async fn page(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if method != Method::GET && method != Method::HEAD {
        return Problem::missing("such resource here").into_response();
    }
    match Files::get(path).filter(|_| path != INDEX) {
        Some(file) => {
            let kind = file.metadata.mimetype().to_owned();
            let keep = if path.starts_with(NAMED_BY_CONTENT) { FOR_GOOD } else { "no-cache" };
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep.to_owned())];
            guarded((headers, file.data).into_response())
        }
        None if ROOMS.contains(&path) => index(),
        None => guarded(Problem::missing("such resource here").into_response()),
    }
}

fn index() -> Response {
    let Some(file) = Files::get(INDEX) else {
        return (StatusCode::NOT_FOUND, "this program was built without its page").into_response();
    };
    let nonce = match random::<16>() {
        Ok(bytes) => hex(&bytes),
        Err(problem) => return problem.into_response(),
    };
    let text = String::from_utf8_lossy(&file.data).replace(NONCE, &nonce);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    guarded((headers, text).into_response())
}

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}
