//! The house: pipeline, settings, supply, audit, the stream of events, health.

use super::books::Keeping;
use super::{Ask, Body, Path, in_background, json, key_of, order, submit, waiver};
use crate::auth::{Principal, Role};
use crate::books::{on_disk, supply_of};
use crate::problem::Problem;
use crate::routes::capacity::is_visible;
use crate::state::Desk;
use crate::wire::{Reader, instant_text, money, share, text_of};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use offtake_audit::{LedgerFault, recount_ledger};
use offtake_desk::{Command, Fault, Ledger, Shelf};
use offtake_ledger::{Change, Event, PoolId, Prospect, Settings};
use offtake_model::PartyId;
use offtake_store::ReadPaths;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::Arc;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_stream::{Stream, StreamExt as _};
use utoipa::ToSchema;

/// An opportunity.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProspectShape {
    /// Who may come.
    pub(crate) party: String,
    /// The pool that would serve it, if that is known.
    #[serde(default)]
    pub(crate) pool: Option<String>,
    /// GPUs that it would take.
    pub(crate) gpus: i64,
    /// From when.
    pub(crate) from: String,
    /// Until just before when.
    pub(crate) until: String,
    /// Chance of closing.
    pub(crate) chance: f64,
    /// Until when others are refused what it may claim, if it has such a right.
    #[serde(default)]
    pub(crate) first_refusal_until: Option<String>,
}

/// An opportunity with its id.
#[derive(Serialize, ToSchema)]
pub(crate) struct NamedProspect {
    id: String,
    #[serde(flatten)]
    prospect: ProspectShape,
}

fn prospect_shape(prospect: &Prospect) -> NamedProspect {
    NamedProspect {
        id: prospect.id.clone(),
        prospect: ProspectShape {
            party: prospect.party.to_string(),
            pool: prospect.pool.as_ref().map(ToString::to_string),
            gpus: prospect.gpus,
            from: text_of(prospect.from),
            until: text_of(prospect.until),
            chance: share(prospect.chance),
            first_refusal_until: prospect.first_refusal_until.map(text_of),
        },
    }
}

/// Lists the pipeline.
#[utoipa::path(get, path = "/v1/pipeline", responses((status = 200, body = Vec<NamedProspect>), (status = 403, body = Problem)))]
pub(crate) async fn pipeline(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<Vec<NamedProspect>>, Problem> {
    who.at_least(Role::Viewer)?;
    Ok(Json(desk.ledger().prospects().values().map(prospect_shape).collect()))
}

/// Enters an opportunity, or changes one; it holds nothing.
#[utoipa::path(put, path = "/v1/pipeline/{id}", params(("id" = String, Path)), request_body = ProspectShape, responses(
    (status = 200, body = NamedProspect), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_prospect(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, digest }: Body<ProspectShape>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let mut reader = Reader::default();
    let party: Option<PartyId> = reader.id("party", &value.party);
    let (from, until) = (reader.minute("from", &value.from), reader.minute("until", &value.until));
    let chance = reader.share("chance", value.chance);
    reader.words("id", &id);
    reader.words("pool", value.pool.as_deref().unwrap_or_default());
    if value.gpus < 1 {
        reader.faults.push(Fault::new("gpus", format!("is {}", value.gpus), "use 1 or more"));
    }
    let right =
        value.first_refusal_until.as_deref().map(|text| reader.minute("first_refusal_until", text));
    let Some(party) = party.filter(|_| reader.faults.is_empty()) else {
        return Err(Problem::invalid(reader.faults));
    };
    let pool = value.pool.as_deref().map(PoolId::new);
    let prospect = Prospect {
        id: id.clone(),
        party,
        pool,
        gpus: value.gpus,
        from,
        until,
        chance,
        first_refusal_until: right,
    };
    let done = Box::new(move |ledger: &Ledger, _: &Change| match ledger.prospects().get(&id) {
        Some(prospect) => json(StatusCode::OK, &prospect_shape(prospect)),
        None => Problem::missing("opportunity").reply(),
    });
    order(&desk, &who, &headers, Ask::new(Command::Foresee(prospect), &digest), done).await
}

/// Forgets an opportunity.
#[utoipa::path(delete, path = "/v1/pipeline/{id}", params(("id" = String, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete_prospect(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let mut reader = Reader::default();
    reader.words("id", &id);
    reader.check()?;
    let digest = format!("forget {id}");
    let done =
        Box::new(move |_: &Ledger, _: &Change| (StatusCode::NO_CONTENT.as_u16(), String::new()));
    order(&desk, &who, &headers, Ask::new(Command::Forget(id), &digest), done).await
}

/// What holds for the whole desk.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsShape {
    /// A commitment worth more is confirmed only once a second person approved it; none if left out.
    #[serde(default)]
    pub(crate) approval_above: Option<f64>,
}

fn settings_shape(settings: &Settings) -> SettingsShape {
    SettingsShape { approval_above: settings.approval_above.map(|limit| money(i128::from(limit))) }
}

/// Shows the settings.
#[utoipa::path(get, path = "/v1/settings", responses((status = 200, body = SettingsShape), (status = 403, body = Problem)))]
pub(crate) async fn settings(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<SettingsShape>, Problem> {
    who.at_least(Role::Viewer)?;
    Ok(Json(settings_shape(desk.ledger().settings())))
}

/// Changes the settings.
#[utoipa::path(put, path = "/v1/settings", request_body = SettingsShape, responses(
    (status = 200, body = SettingsShape), (status = 403, body = Problem)))]
pub(crate) async fn put_settings(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<SettingsShape>,
) -> Result<Response, Problem> {
    who.at_least(Role::Admin)?;
    let mut reader = Reader::default();
    let approval_above = value.approval_above.map(|limit| reader.amount("approval_above", limit));
    if !reader.faults.is_empty() {
        return Err(Problem::invalid(reader.faults));
    }
    let done = Box::new(|ledger: &Ledger, _: &Change| {
        json(StatusCode::OK, &settings_shape(ledger.settings()))
    });
    order(&desk, &who, &headers, Ask::new(Command::Set(Settings { approval_above }), &digest), done)
        .await
}

/// The supply that was published last.
#[derive(Serialize, ToSchema)]
pub(crate) struct SupplyShape {
    /// Which assess of which book.
    study: String,
    /// The version of the book that it was made of; left out where none was kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    book: String,
    currency: String,
    /// Pools that the asker may use.
    pools: usize,
    paths: usize,
}

fn supply_shape(ledger: &Ledger, who: &Principal) -> SupplyShape {
    let publication = ledger.publication();
    let seen = |shelf: &&Shelf| is_visible(shelf, who);
    SupplyShape {
        study: publication.study.clone(),
        book: publication.book.clone(),
        currency: publication.currency.clone(),
        pools: ledger.shelves().iter().filter(seen).count(),
        paths: publication.path_count,
    }
}

/// Shows which supply is in force.
#[utoipa::path(get, path = "/v1/book", responses((status = 200, body = SupplyShape)))]
pub(crate) async fn book(State(desk): State<Desk>, who: Principal) -> Json<SupplyShape> {
    Json(supply_shape(&desk.ledger(), &who))
}

/// What is to be published.
#[derive(Deserialize, Serialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PublishRequest {
    /// The version of the book; left out, the book on the disk of the desk is read again, kept as the newest version and
    /// published.
    pub(crate) version: Option<String>,
    /// Why, in words.
    pub(crate) why: String,
    /// Why what may be waived is waived.
    #[serde(rename = "override")]
    pub(crate) waive: Option<String>,
}

/// Assesses a version of the book and publishes its supply; refused when promises would no longer fit, unless that is
/// overridden.
#[utoipa::path(post, path = "/v1/book", request_body = PublishRequest, responses(
    (status = 200, body = SupplyShape), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn publish(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<PublishRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Admin)?;
    let PublishRequest { version, why, waive } = value;
    let waive = waiver(&who, waive)?;
    key_of(&headers)?;
    if version.is_none() && desk.book.is_some() {
        import_from_disk(&desk, &who, &why).await?;
    }
    let desk_too = desk.clone();
    let none =
        || Problem::new(StatusCode::CONFLICT, "no-book", "the desk was started without a book");
    let made = in_background(move || supply_of(&desk_too, version.as_deref())).await?;
    let publication = made.ok_or_else(none)?;
    let command = Command::Publish(Arc::new(publication));
    let asker = who.clone();
    let done = Box::new(move |ledger: &Ledger, _: &Change| {
        json(StatusCode::OK, &supply_shape(ledger, &asker))
    });
    order(&desk, &who, &headers, Ask { waive, why, ..Ask::new(command, &digest) }, done).await
}

/// Keeps the book as it lies on the disk as the newest version, if it is another.
async fn import_from_disk(desk: &Desk, who: &Principal, why: &str) -> Result<(), Problem> {
    let Some(options) = desk.book.clone() else { return Ok(()) };
    let opened = in_background(move || on_disk(&options.path)).await?;
    let (why, digest) = (why.to_owned(), String::new());
    let keeping = Keeping { opened, parent: None, expected: None, why, digest };
    submit(desk, keeping.work(who, None)).await.map(drop)
}

/// What a recount of the ledger found.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditShape {
    /// Whether nothing is wrong.
    is_sound: bool,
    /// Events that were recounted.
    events: u64,
    /// Promises that still take something.
    live: usize,
    /// Firmnesses that events say.
    claims: u64,
    /// Those of them that were counted anew: under the supply that is in force, as far as a few seconds reach.
    claims_recounted: u64,
    /// What is wrong.
    faults: Vec<String>,
    /// Pools of which the desk and the recount count different promises.
    disagreements: Vec<String>,
}

/// Recounts the ledger from its first event with arithmetic of its own.
#[utoipa::path(post, path = "/v1/audit", responses((status = 200, body = AuditShape), (status = 403, body = Problem)))]
pub(crate) async fn audit(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<AuditShape>, Problem> {
    who.at_least(Role::Viewer)?;
    let counted = tokio::task::spawn_blocking(move || recounted(&desk)).await;
    let failed =
        |error: String| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store-unavailable", error);
    counted.map_err(|error| failed(error.to_string()))?.map(Json).map_err(failed)
}

fn recounted(desk: &Desk) -> Result<AuditShape, String> {
    let mut store = desk.engine.reader().map_err(|error| error.to_string())?;
    let ledger = desk.ledger().clone();
    let mut events: Vec<Event> = Vec::new();
    let read = store.rows_after(0, ReadPaths::Last, &mut |row| {
        if row.seq <= ledger.seq() {
            events.push(row.event()?);
        }
        Ok(())
    });
    read.map_err(|error| error.to_string())?;
    let recount = recount_ledger(&events, &[], ledger.now());
    let mut disagreements = Vec::new();
    for (place, shelf) in ledger.shelves().iter().enumerate() {
        let steps = recount.taken.get(&shelf.pool.id).cloned().unwrap_or_default();
        for stretch in ledger.position(place as u32, ledger.next_minute(), i32::MAX) {
            let after = steps.partition_point(|step| step.0 <= stretch.from);
            let counted = after.checked_sub(1).map_or(0, |at| steps[at].1);
            if counted != stretch.committed + stretch.held {
                let promised = stretch.committed + stretch.held;
                disagreements.push(format!(
                    "{}: {counted} counted, {promised} promised from {}",
                    shelf.pool.id,
                    text_of(stretch.from)
                ));
            }
        }
    }
    Ok(AuditShape {
        is_sound: recount.faults.is_empty() && disagreements.is_empty(),
        events: recount.events,
        live: recount.live,
        claims: recount.claims,
        claims_recounted: recount.claims_recounted,
        faults: recount.faults.iter().map(fault_text).collect(),
        disagreements,
    })
}

fn fault_text(fault: &LedgerFault) -> String {
    match fault {
        LedgerFault::Gap { expected, found } => {
            format!("event {expected} is missing before {found}")
        }
        LedgerFault::TimeWentBack { seq } => {
            format!("event {seq} is earlier than the one before it")
        }
        LedgerFault::PromisedTwice { seq, pool, from, promised, there } => format!(
            "event {seq} promises {promised} GPUs of `{pool}` from {}, of {there}",
            text_of(*from)
        ),
        LedgerFault::OutOfTurn { seq, promise } => {
            format!("event {seq} comes out of turn for {promise}")
        }
        LedgerFault::Meaningless { seq, promise } => {
            format!("event {seq} gives {promise} parts that mean nothing")
        }
        LedgerFault::PastChanged { seq, promise } => {
            format!("event {seq} changes what {promise} had used")
        }
        LedgerFault::ServedTooEarly { seq, promise, priority, best } => format!(
            "event {seq} serves {promise} with priority {priority}, its tenant may ask for {best} at best"
        ),
        LedgerFault::SofterThanSaid { seq, promise, said, counted } => format!(
            "event {seq} says that {promise} is kept with {:.3}, {:.3} counted",
            share(*said),
            share(*counted)
        ),
        LedgerFault::Lost { promise } => format!("{promise} was acknowledged and is lost"),
    }
}

/// An event as it is streamed.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventShape {
    at: String,
    who: String,
    why: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    promise: Option<String>,
}

/// Streams what happens from now on, as server-sent events; a tenant hears of its own promises alone.
#[utoipa::path(get, path = "/v1/events", responses((status = 200, content_type = "text/event-stream", body = EventShape)))]
pub(crate) async fn events(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    let seat = desk.rate.take_seat(&who.name).ok_or_else(|| {
        let detail = "the token listens as often as it may; end another stream first";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", detail)
    })?;
    let listening = desk.engine.shared.events.subscribe();
    let ledger_of = desk.clone();
    let name = who.name.clone();
    // A token that is barred hears nothing more.
    let is_heard = move |event: &Event| match &event.change {
        Change::Barred { name: barred } => *barred != name,
        _ => true,
    };
    let listening = BroadcastStream::new(listening)
        .take_while(move |event| event.as_ref().map_or(true, |event| is_heard(event)));
    let stream = listening.filter_map(move |event| {
        // Whoever listens no more drops the stream, and the seat with it.
        let _ = &seat;
        // Who falls behind misses events and asks for what is there instead.
        let Ok(event) = event else {
            return Some(Ok(sse::Event::default().event("missed").data("{}")));
        };
        let promise = event.change.promise();
        if let Some(own) = &who.tenant {
            let ledger = ledger_of.ledger();
            let is_own =
                promise.and_then(|id| ledger.promise(id)).is_some_and(|of| of.tenant == *own);
            if !is_own {
                return None;
            }
        }
        let shape = EventShape {
            at: instant_text(event.at),
            who: if who.tenant.is_some() { String::new() } else { event.cause.who.clone() },
            why: if who.tenant.is_some() { String::new() } else { event.cause.why.clone() },
            kind: event.change.kind().to_owned(),
            promise: promise.map(|id| id.to_string()),
        };
        let data = serde_json::to_string(&shape).unwrap_or_default();
        Some(Ok(sse::Event::default().event(shape.kind.clone()).data(data)))
    });
    // A desk that closes waits for nobody who only listens.
    let closing = WatchStream::new(desk.closing.subscribe()).filter(|is_closing| *is_closing);
    let ended = stream.map(Some).chain(tokio_stream::once(None));
    let stream = ended.merge(closing.map(|_| None));
    let stream = stream.take_while(Option::is_some).filter_map(|item| item);
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// Says that the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Says whether the desk can answer: its store does.
pub(crate) async fn readyz(State(desk): State<Desk>) -> Response {
    let engine = Arc::clone(&desk.engine);
    let head =
        tokio::task::spawn_blocking(move || engine.reader().and_then(|mut store| store.head()))
            .await;
    match head {
        Ok(Ok(_)) => "ready".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer").into_response(),
    }
}

/// Numbers for Prometheus: how much is going on is for the house to know, and no tenant's business.
pub(crate) async fn metrics(State(desk): State<Desk>, who: Principal) -> Result<Response, Problem> {
    who.at_least(Role::Viewer)?;
    let kind = "text/plain; version=0.0.4";
    Ok(([(header::CONTENT_TYPE, kind)], crate::metrics::text(&desk)).into_response())
}
