//! Holds and commitments: made, confirmed, changed, given back.

use super::{
    Ask, Body, Cursor, Done, Page, Path, Plan, Query, if_match, json, order, page, waiver,
};
use crate::auth::{Principal, Role};
use crate::problem::{Against, Problem, View};
use crate::routes::capacity::is_visible;
use crate::state::Desk;
use crate::wire::{
    ConstraintsShape, PartShape, PromiseShape, Reader, WishShape, money, part_shapes,
    promise_shape, share,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offtake_desk::{Amendment, Answer, Command, Fault, Ledger, Minute, Objection, Standing, Wish};
use offtake_ledger::{Change, Part, PoolId, PromiseId};
use offtake_model::PartyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be set apart: parts as a quote offered them, or a wish of which the best alternative is taken.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldRequest {
    /// For whom; a tenant's token holds for its own.
    #[serde(default)]
    pub(crate) tenant: Option<String>,
    /// Parts of an alternative.
    #[serde(default)]
    pub(crate) parts: Vec<PartShape>,
    /// What the parts were asked to be like.
    #[serde(default)]
    pub(crate) constraints: Option<ConstraintsShape>,
    /// A wish, in place of parts.
    #[serde(default)]
    pub(crate) wish: Option<WishShape>,
    /// For how many minutes it is held unless it is confirmed.
    pub(crate) minutes: f64,
    /// Why, in words.
    #[serde(default)]
    pub(crate) why: String,
    /// Why what may be waived is waived; for the desk.
    #[serde(default, rename = "override")]
    pub(crate) waive: Option<String>,
}

/// Why something is done, and perhaps why what may be waived is.
#[derive(Deserialize, Serialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Because {
    /// Why, in words.
    pub(crate) why: String,
    /// Why what may be waived is waived; for the desk.
    #[serde(rename = "override")]
    pub(crate) waive: Option<String>,
}

/// How a promise is to be changed from the next minute on; what is left out stays.
#[derive(Deserialize, Serialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ChangeRequest {
    /// How many GPUs.
    pub(crate) gpus: Option<i64>,
    /// From when.
    pub(crate) from: Option<String>,
    /// Until when.
    pub(crate) until: Option<String>,
    /// In which pool.
    pub(crate) pool: Option<String>,
    /// Whether only to say what it would take.
    pub(crate) quote_only: bool,
    /// Why, in words.
    pub(crate) why: String,
    /// Why what may be waived is waived; for the desk.
    #[serde(rename = "override")]
    pub(crate) waive: Option<String>,
}

/// What came of a change, or what it would take.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Changed {
    /// The promise as it is now.
    #[expect(dead_code, reason = "the writer's answer is text already; here it is described")]
    Done(PromiseShape),
    /// What it would take, when only that was asked.
    Quoted(ChangeQuoteShape),
}

/// What a change would take. Nothing is changed yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeQuoteShape {
    /// What it would take from the next minute on.
    parts: Vec<PartShape>,
    /// Money for that.
    total: f64,
    /// Money for what it takes now from the next minute on.
    total_before: f64,
    /// Probability that it is kept over all its pools and months.
    joint: f64,
    /// What speaks against it; none where it can be done as it is.
    objections: Vec<Against>,
}

fn show(ledger: &Ledger, id: PromiseId, status: StatusCode) -> (u16, String) {
    match ledger.promise(id) {
        Some(standing) => json(status, &promise_shape(ledger, standing)),
        None => Problem::missing("promise").reply(),
    }
}

/// Returns a new id: the time and 74 random bits.
fn fresh_id() -> PromiseId {
    PromiseId::new(uuid::Uuid::now_v7().as_u128())
}

/// Sets capacity apart for a while.
#[utoipa::path(post, path = "/v1/holds", request_body = HoldRequest, responses(
    (status = 201, body = PromiseShape), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn hold(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<HoldRequest>,
) -> Result<Response, Problem> {
    who.may_write()?;
    let waive = waiver(&who, value.waive.clone())?;
    let named =
        value.tenant.as_deref().or(value.wish.as_ref().and_then(|wish| wish.tenant.as_deref()));
    let mut reader = Reader::default();
    let tenant = reader.tenant(&who, named)?;
    if tenant.is_none() && named.is_none() {
        reader.faults.push(Fault::new("tenant", "is missing".to_owned(), "say for whom"));
    }
    if value.wish.is_some() && !value.parts.is_empty() {
        let problem = "comes with parts".to_owned();
        reader.faults.push(Fault::new("wish", problem, "send a wish or parts, not both"));
    }
    reader.rank(&desk.ledger(), tenant.as_ref());
    let lasts_ms = i64::from(reader.minutes("minutes", value.minutes / 60.0)) * 60_000;
    let id = fresh_id();
    let plan: Plan = match value.wish {
        Some(shape) => {
            let wish = Wish { tenant, ..reader.wish(&shape) };
            let least = reader.least(&shape, wish.minutes);
            reader.check_priority(&who, wish.constraints.priority);
            reader.faults.extend(offtake_desk::faults(&wish, desk.ledger().next_minute()));
            Box::new(move |ledger: &Ledger| best(ledger, (&wish, least), id, lasts_ms))
        }
        None => {
            let constraints = reader.constraints(&value.constraints.unwrap_or_default());
            reader.check_priority(&who, constraints.priority);
            reader.faults.extend(offtake_desk::constraint_faults(&constraints));
            let parts = reader.parts(&value.parts);
            let asker = who.clone();
            Box::new(move |ledger: &Ledger| {
                let tenant = tenant.clone().ok_or_else(|| Problem::missing("tenant"))?;
                let parts = priced(ledger, &asker, &tenant, &parts)?;
                Ok(Command::Hold { id, tenant, parts, constraints: constraints.clone(), lasts_ms })
            })
        }
    };
    reader.check()?;
    let ask = Ask { waive, why: value.why, ..Ask::planned(plan, &digest) };
    let done = Box::new(move |ledger: &Ledger, _: &Change| show(ledger, id, StatusCode::CREATED));
    order(&desk, &who, &headers, ask, done).await
}

/// Returns parts at the prices that they are held at: what the desk agreed to, and for a tenant's own token what is asked,
/// whatever it wrote. To a tenant a pool that is another's own is as one that does not exist.
fn priced(
    ledger: &Ledger,
    who: &Principal,
    tenant: &PartyId,
    parts: &[Part],
) -> Result<Vec<Part>, Problem> {
    if who.view() == View::Desk {
        return Ok(parts.to_vec());
    }
    let is_seen =
        |part: &&Part| ledger.shelf_of(&part.pool).is_some_and(|shelf| is_visible(shelf, who));
    let unseen = parts.iter().filter(|part| !is_seen(part));
    let unseen: Vec<_> = unseen.map(|part| Objection::NoPool(part.pool.clone())).collect();
    if !unseen.is_empty() {
        return Err(Problem::refused(&unseen, View::Tenant));
    }
    let asked = |part: &Part| ledger.fee_for(tenant, &part.pool).unwrap_or(part.fee);
    Ok(parts.iter().map(|part| Part { fee: asked(part), ..part.clone() }).collect())
}

/// Takes the best alternative of a wish, which may be served for `least` minutes.
fn best(
    ledger: &Ledger,
    (wish, least): (&Wish, Minute),
    id: PromiseId,
    lasts_ms: i64,
) -> Result<Command, Problem> {
    let faults = offtake_desk::faults(wish, ledger.next_minute());
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let none = || {
        let detail = "ask for a quote to learn why, and what comes nearest";
        Problem::new(StatusCode::CONFLICT, "nothing-fits", detail)
    };
    let Answer::Offered(ways) = ledger.quote_within(wish, least) else { return Err(none()) };
    let parts = ledger.named(&ways.first().ok_or_else(none)?.parts);
    let tenant = wish.tenant.clone().ok_or_else(none)?;
    Ok(Command::Hold { id, tenant, parts, constraints: wish.constraints.clone(), lasts_ms })
}

/// Says what a change would take, what it would cost, and how firm it would be.
fn change_quote(
    ledger: &Ledger,
    standing: &Standing,
    amendment: &Amendment,
    view: View,
) -> Result<ChangeQuoteShape, Problem> {
    let placed = ledger.amended(standing.id, amendment).map_err(Problem::invalid)?;
    let weighed = ledger.weighed(standing.id, &placed);
    let weighed = weighed.ok_or_else(|| Problem::missing("promise"))?;
    Ok(ChangeQuoteShape {
        parts: part_shapes(ledger, &placed),
        total: money(offtake_desk::value(&placed)),
        total_before: money(weighed.value_before),
        joint: share(weighed.firmness),
        objections: Problem::refused(&weighed.objections, view).objections,
    })
}

/// Finds a promise that the asker may see.
fn own<'a>(ledger: &'a Ledger, who: &Principal, id: &str) -> Result<&'a Standing, Problem> {
    let standing = PromiseId::parse(id).and_then(|id| ledger.promise(id));
    let standing = standing.ok_or_else(|| Problem::missing("promise"))?;
    if who.sees(&standing.tenant) {
        return Ok(standing);
    }
    tracing::warn!(who = %who.name, promise = %standing.id, "denied: another tenant's promise");
    Err(Problem::missing("promise"))
}

/// Finds a promise that the asker may see, of the version that was asked for if one was.
fn own_of(
    ledger: &Ledger,
    who: &Principal,
    id: &str,
    wanted: Option<&str>,
) -> Result<PromiseId, Problem> {
    let standing = own(ledger, who, id)?;
    if wanted.is_some_and(|wanted| wanted != etag(standing) && wanted != "*") {
        let detail = format!("it has changed; its version is {} now", standing.version);
        return Err(Problem::changed_meanwhile(detail));
    }
    Ok(standing.id)
}

fn etag(standing: &Standing) -> String {
    format!("\"{}\"", standing.version)
}

/// Shows a promise.
#[utoipa::path(get, path = "/v1/promises/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = PromiseShape), (status = 404, body = Problem)))]
pub(crate) async fn promise(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let ledger = desk.ledger();
    let standing = own(&ledger, &who, &id)?;
    Ok(([(header::ETAG, etag(standing))], Json(promise_shape(&ledger, standing))).into_response())
}

/// Lists holds.
#[utoipa::path(get, path = "/v1/holds", params(Cursor), responses((status = 200, body = Page<PromiseShape>)))]
pub(crate) async fn holds(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Result<Json<Page<PromiseShape>>, Problem> {
    list(&desk, &who, &cursor, |standing| standing.state == offtake_desk::State::Held)
}

/// Lists commitments that have not ended.
#[utoipa::path(get, path = "/v1/commitments", params(Cursor), responses((status = 200, body = Page<PromiseShape>)))]
pub(crate) async fn commitments(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Result<Json<Page<PromiseShape>>, Problem> {
    let now = desk.ledger().next_minute();
    list(&desk, &who, &cursor, |standing| {
        standing.state == offtake_desk::State::Committed && standing.until() > now
    })
}

fn list(
    desk: &Desk,
    who: &Principal,
    cursor: &Cursor,
    is_in: impl Fn(&Standing) -> bool,
) -> Result<Json<Page<PromiseShape>>, Problem> {
    let after = cursor.after.as_deref().map(|text| {
        let fault = || {
            Fault::new(
                "after",
                format!("`{text}` is no cursor"),
                "use what the page before said is next",
            )
        };
        PromiseId::parse(text).ok_or_else(|| Problem::invalid(vec![fault()]))
    });
    let after = after.transpose()?;
    let ledger = desk.ledger();
    let all: Box<dyn Iterator<Item = &Standing>> = match &who.tenant {
        Some(tenant) => Box::new(ledger.promises_of(tenant, after)),
        None => Box::new(ledger.promises_after(after)),
    };
    let shapes =
        all.filter(|standing| is_in(standing)).map(|standing| promise_shape(&ledger, standing));
    Ok(page(shapes, cursor.limit(), |shape| shape.id.clone()))
}

/// What is done with a promise as it is.
async fn act(
    desk: &Desk,
    who: &Principal,
    headers: &HeaderMap,
    (id, body): (&str, Body<Because>),
    command: impl Fn(PromiseId) -> Command + Send + 'static,
) -> Result<Response, Problem> {
    who.may_write()?;
    let Body { value, digest } = body;
    let waive = waiver(who, value.waive)?;
    let (asker, name, wanted) = (who.clone(), id.to_owned(), if_match(headers));
    let plan = Box::new(move |ledger: &Ledger| {
        own_of(ledger, &asker, &name, wanted.as_deref()).map(&command)
    });
    let ask = Ask { waive, why: value.why, ..Ask::planned(plan, &digest) };
    order(desk, who, headers, ask, shown(id)).await
}

/// Answers with a promise as it is after a change of it.
fn shown(id: &str) -> Done {
    let id = PromiseId::parse(id).unwrap_or(PromiseId::new(0));
    Box::new(move |ledger: &Ledger, _: &Change| show(ledger, id, StatusCode::OK))
}

/// Makes a hold a commitment.
#[utoipa::path(post, path = "/v1/promises/{id}/confirm", params(("id" = String, Path)), request_body = Because, responses(
    (status = 200, body = PromiseShape), (status = 409, body = Problem)))]
pub(crate) async fn confirm(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body<Because>,
) -> Result<Response, Problem> {
    act(&desk, &who, &headers, (&id, body), Command::Confirm).await
}

/// Gives a hold, or what is left of a commitment, back.
#[utoipa::path(post, path = "/v1/promises/{id}/release", params(("id" = String, Path)), request_body = Because, responses(
    (status = 200, body = PromiseShape), (status = 409, body = Problem)))]
pub(crate) async fn release(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body<Because>,
) -> Result<Response, Problem> {
    act(&desk, &who, &headers, (&id, body), Command::Release).await
}

/// Ends a promise, by the desk.
#[utoipa::path(post, path = "/v1/promises/{id}/cancel", params(("id" = String, Path)), request_body = Because, responses(
    (status = 200, body = PromiseShape), (status = 403, body = Problem)))]
pub(crate) async fn cancel(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body<Because>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    act(&desk, &who, &headers, (&id, body), Command::Cancel).await
}

/// Approves a hold as the second person.
#[utoipa::path(post, path = "/v1/promises/{id}/approve", params(("id" = String, Path)), request_body = Because, responses(
    (status = 200, body = PromiseShape), (status = 403, body = Problem)))]
pub(crate) async fn approve(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body<Because>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    act(&desk, &who, &headers, (&id, body), Command::Approve).await
}

/// Grows, shrinks, extends or moves a promise in one step, or says what that would take.
#[utoipa::path(post, path = "/v1/promises/{id}/change", params(("id" = String, Path)), request_body = ChangeRequest, responses(
    (status = 200, body = Changed), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, digest }: Body<ChangeRequest>,
) -> Result<Response, Problem> {
    who.may_write()?;
    let mut reader = Reader::default();
    let amendment = Amendment {
        gpus: value.gpus,
        from: value.from.as_deref().map(|text| reader.minute("from", text)),
        until: value.until.as_deref().map(|text| reader.minute("until", text)),
        pool: value.pool.as_deref().map(PoolId::new),
    };
    reader.check()?;
    if value.quote_only {
        let ledger = desk.ledger();
        let standing = own(&ledger, &who, &id)?;
        let quoted = change_quote(&ledger, standing, &amendment, who.view())?;
        return Ok(Json(Changed::Quoted(quoted)).into_response());
    }
    let waive = waiver(&who, value.waive)?;
    let (asker, name, wanted) = (who.clone(), id.clone(), if_match(&headers));
    let plan = Box::new(move |ledger: &Ledger| {
        let promise = own_of(ledger, &asker, &name, wanted.as_deref())?;
        let placed = ledger.amended(promise, &amendment).map_err(Problem::invalid)?;
        Ok(Command::Change { promise, parts: ledger.named(&placed) })
    });
    let ask = Ask { waive, why: value.why, ..Ask::planned(plan, &digest) };
    order(&desk, &who, &headers, ask, shown(&id)).await
}
