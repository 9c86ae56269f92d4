//! The desk as a server: resources over HTTP, one writer, and who may do what.
//!
//! Everything that is decided is decided by `offtake-desk` under the write lock of `offtake-store`; what is here reads
//! requests, says who asks, and writes answers. **Invariants:** a tenant's token sees nothing of other tenants but what is
//! free; every change comes with an idempotency key and is acknowledged once it is on disk; no token's secret is kept.

mod auth;
mod books;
mod breaches;
mod curtailment;
mod describe;
mod door;
mod engine;
mod export;
mod jobs;
mod metrics;
mod page;
mod problem;
mod rate;
mod routes;
mod run;
mod state;
mod supply;
mod tls;
mod webhooks;
mod wire;

#[cfg(test)]
extern crate self as offtake_server;
#[cfg(test)]
#[path = "../tests/drill/stale.rs"]
mod stale;

pub use books::BookOptions;
pub use door::{Limits, ListenError, Plain, check_address};
pub use engine::{Engine, Reply, Shared, Unavailable, Work};
pub use export::{EXPORT_MARK, ExportError, ExportFormat, export};
pub use jobs::{Arrange, Arranged, JobOptions, Wanted};
pub use run::run;
pub use state::Publisher;
pub use supply::publication;
pub use tls::{Tls, TlsError};
pub use webhooks::{Hooks, Reach};

use crate::routes::{
    books as versions, calendar, capacity, export as tables, house, jobs as runs, me, people,
    promises, webhooks as hooks, what_if,
};
use crate::state::Desk;
use crate::webhooks::Outbox;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use offtake_desk::{Command, Ledger, Objection};
use offtake_ledger::Change;
use std::future::Future;
use std::sync::{Arc, PoisonError};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest body of a request that brings a book.
const LARGEST_BOOK: usize = 16 << 20;

/// How the desk runs.
#[derive(Clone, Default)]
pub struct Options {
    /// The store: a path, or `postgres://…`.
    pub store: String,
    /// Requests that a token may make each second.
    pub per_second: u32,
    /// Makes the supply of a desk that has no book; `None` for one that has, or that lives from its store alone.
    pub publisher: Option<Publisher>,
    /// The book; `None` for a desk that lives from its store alone.
    pub book: Option<BookOptions>,
    /// How commands are run; `None` for a desk that runs none.
    pub jobs: Option<JobOptions>,
    /// What stands between the desk and the world.
    pub front: Front,
}

/// What stands between the desk and the world.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The certificate that the desk is known by; `None` for plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// From where it may be reached without one.
    pub plain: Plain,
    /// How much clients may take.
    pub limits: Limits,
    /// How webhooks are told.
    pub hooks: Hooks,
}

/// Why the desk does not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Its store does not.
    #[error(transparent)]
    Store(#[from] offtake_store::StoreError),
    /// The book says something that cannot be published.
    #[error("publish the book: {0}")]
    Publish(String),
    /// The writer did not answer.
    #[error("start the writer: {0:?}")]
    Writer(Unavailable),
    /// It may not listen there.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The socket does not.
    #[error("serve")]
    Socket(#[from] std::io::Error),
}

/// A desk that is open, before it listens.
pub struct Opened {
    desk: Desk,
    front: Front,
    /// The secret of the one token that was made because there was none: show it once.
    pub first_secret: Option<String>,
}

/// Describes the API.
#[derive(OpenApi)]
#[openapi(info(
    title = "Offtake desk",
    version = "1",
    description = "Capacity that can still be promised: quotes, holds, commitments."
))]
struct Description;

/// Opens the desk: folds its store, makes the first token where there is none, and publishes the book where there is no
/// supply yet.
///
/// # Errors
///
/// When the store or the book cannot be used.
pub async fn open(options: Options) -> Result<Opened, ServeError> {
    // Stores block, and folding a million events takes its time.
    let store = options.store;
    let started = tokio::task::spawn_blocking(move || Engine::start(&store)).await;
    let engine = Arc::new(started.map_err(std::io::Error::other)??);
    let mut desk = Desk {
        engine,
        metrics: Arc::default(),
        rate: Arc::new(rate::Rate::new(options.per_second)),
        publisher: options.publisher,
        exports: Arc::new(Semaphore::new(options.front.limits.exports)),
        outbox: Arc::new(Outbox::new(options.front.hooks)),
        closing: Arc::default(),
        book: options.book.map(Arc::new),
        books: Arc::default(),
        jobs: None,
        what_ifs: Arc::default(),
    };
    let is_new = {
        let tokens = desk.engine.shared.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.is_empty()
    };
    let first_secret = if is_new { first_token(&desk).await? } else { None };
    begin_book(&desk).await?;
    if let Some(jobs) = options.jobs {
        let engine = Arc::clone(&desk.engine);
        let started = tokio::task::spawn_blocking(move || jobs::Jobs::start(jobs, engine)).await;
        desk.jobs = Some(started.map_err(std::io::Error::other)??);
    }
    Ok(Opened { desk, front: options.front, first_secret })
}

/// Makes the first admin token, unless another server did so in the meantime.
async fn first_token(desk: &Desk) -> Result<Option<String>, ServeError> {
    let now = desk.ledger().now();
    let minted = auth::mint("admin", "admin", None, now);
    let (token, secret) = minted.map_err(|problem| ServeError::Publish(problem.detail))?;
    let command = Command::Admit { name: "admin".to_owned(), role: "admin".to_owned() };
    let mut work = own_work(command, "the first start");
    work.token = Some(token);
    let (status, _) = desk.engine.submit(work).await.map_err(ServeError::Writer)?;
    Ok((status < 300).then_some(secret))
}

/// Imports the book where there is no version of it yet, and publishes the newest where there is no supply.
async fn begin_book(desk: &Desk) -> Result<(), ServeError> {
    let why = "the first start with this book";
    if let Some(options) = desk.book.clone().filter(|_| desk.ledger().books().is_empty()) {
        let read = tokio::task::spawn_blocking(move || books::on_disk(&options.path)).await;
        let read = read.map_err(|error| ServeError::Publish(error.to_string()))?;
        let opened = read.map_err(|problem| ServeError::Publish(problem.told()))?;
        let command = Command::Import(Arc::new(opened.version(None)));
        let work = Work { blobs: opened.tree.blobs(), ..own_work(command, why) };
        done(desk.engine.submit(work).await)?;
    }
    if !desk.ledger().publication().pools.is_empty() {
        return Ok(());
    }
    let desk_too = desk.clone();
    let made = tokio::task::spawn_blocking(move || books::supply_of(&desk_too, None)).await;
    let made = made.map_err(|error| ServeError::Publish(error.to_string()))?;
    let made = made.map_err(|problem| ServeError::Publish(problem.told()))?;
    let Some(publication) = made else { return Ok(()) };
    let command = Command::Publish(Arc::new(publication));
    done(desk.engine.submit(own_work(command, why)).await)
}

fn done(reply: Result<Reply, Unavailable>) -> Result<(), ServeError> {
    let (status, body) = reply.map_err(ServeError::Writer)?;
    if status < 300 { Ok(()) } else { Err(ServeError::Publish(body)) }
}

/// What the desk does on its own account.
fn own_work(command: Command, why: &str) -> Work {
    let render = |_: &Ledger, decided: &Result<Change, Vec<Objection>>| match decided {
        Ok(_) => (StatusCode::OK.as_u16(), String::new()),
        Err(objections) => {
            let texts: Vec<String> = objections.iter().map(ToString::to_string).collect();
            (StatusCode::CONFLICT.as_u16(), texts.join("; "))
        }
    };
    Work {
        plan: Box::new(move |_: &Ledger| Ok(command.clone())),
        who: "offtake".to_owned(),
        waive: None,
        why: why.to_owned(),
        key: None,
        token: None,
        blobs: Vec::new(),
        render: Box::new(render),
    }
}

/// Returns the description of the API as OpenAPI 3.1 in JSON.
#[must_use]
pub fn openapi() -> String {
    let (_, description) = api(&Limits::default()).split_for_parts();
    describe::complete(description).to_pretty_json().unwrap_or_default() + "\n"
}

fn api(limits: &Limits) -> OpenApiRouter<Desk> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(me::me))
        .routes(routes!(capacity::pools))
        .routes(routes!(capacity::position))
        .routes(routes!(calendar::calendar))
        .routes(routes!(capacity::quote))
        .routes(routes!(capacity::breaches))
        .routes(routes!(promises::hold, promises::holds))
        .routes(routes!(promises::commitments))
        .routes(routes!(promises::promise))
        .routes(routes!(promises::confirm))
        .routes(routes!(promises::release))
        .routes(routes!(promises::cancel))
        .routes(routes!(promises::approve))
        .routes(routes!(promises::change))
        .routes(routes!(people::tenants))
        .routes(routes!(people::put_tenant))
        .routes(routes!(people::tokens, people::make_token))
        .routes(routes!(people::bar_token))
        .routes(routes!(house::pipeline))
        .routes(routes!(house::put_prospect, house::delete_prospect))
        .routes(routes!(house::settings, house::put_settings))
        .routes(routes!(house::book, house::publish))
        .routes(routes!(house::audit))
        .routes(routes!(house::events))
        .routes(routes!(hooks::webhooks, hooks::make_webhook))
        .routes(routes!(hooks::delete_webhook))
        .routes(routes!(hooks::test_webhook))
        .routes(routes!(tables::export))
        .routes(routes!(runs::list, runs::start))
        .routes(routes!(runs::job, runs::remove))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::result))
        .routes(routes!(runs::report))
        .routes(routes!(runs::files))
        .routes(routes!(runs::file))
        .routes(routes!(runs::events))
        .routes(routes!(what_if::what_if))
        .layer(RequestBodyLimitLayer::new(limits.body))
        .merge(book_api())
}

/// The resources that whole books are sent to.
fn book_api() -> OpenApiRouter<Desk> {
    OpenApiRouter::default()
        .routes(routes!(versions::list, versions::import))
        .routes(routes!(versions::book))
        .routes(routes!(versions::edit))
        .routes(routes!(versions::take_back))
        .routes(routes!(versions::difference))
        .layer(DefaultBodyLimit::max(LARGEST_BOOK))
        .layer(RequestBodyLimitLayer::new(LARGEST_BOOK))
}

fn router(desk: Desk, limits: &Limits) -> Router {
    let (limited, description) = api(limits).split_for_parts();
    let text = describe::complete(description).to_json().unwrap_or_default();
    let kind = [(axum::http::header::CONTENT_TYPE, "application/json")];
    let limited = limited
        .route("/v1/openapi.json", axum::routing::get(move || async move { (kind, text) }))
        // It limits how long an answer takes to begin: a stream lasts as long as somebody listens.
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request));
    limited
        .route("/healthz", axum::routing::get(house::healthz))
        .route("/readyz", axum::routing::get(house::readyz))
        .route("/metrics", axum::routing::get(house::metrics))
        .fallback(page::page)
        .route_layer(axum::middleware::from_fn_with_state(desk.clone(), metrics::count))
        .layer(CompressionLayer::new())
        .with_state(desk)
}

impl Opened {
    /// Answers on a socket until `stop` comes; then finishes what was begun, commits what is waiting, and returns.
    ///
    /// # Errors
    ///
    /// When the socket fails.
    pub async fn serve(
        self,
        socket: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (engine, jobs) = (Arc::clone(&self.desk.engine), self.desk.jobs.clone());
        let (closing, stopping) = (Arc::clone(&self.desk.closing), jobs.clone());
        let Front { limits, tls, .. } = self.front;
        let telling = tokio::spawn(webhooks::tell(self.desk.clone()));
        let stop = async move {
            stop.await;
            // Streams would go on for as long as somebody listens, to a job until it has ended.
            closing.send_replace(true);
            stopping.iter().for_each(|jobs| jobs.stop());
        };
        door::serve(socket, router(self.desk, &limits), (limits, tls), stop).await;
        // Who is told of what happens was told, or goes on with the next start.
        let _ = telling.await;
        // The writer ends once its last order is committed.
        let closed = tokio::task::spawn_blocking(move || {
            jobs.iter().for_each(|jobs| jobs.close());
            engine.close();
        })
        .await;
        Ok(closed.map_err(std::io::Error::other)?)
    }
}
