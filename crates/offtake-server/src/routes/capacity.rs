//! What there is: pools, positions, quotes, breaches.

use super::{Body, Cursor, Page, Path, Query, page};
use crate::auth::{Principal, Role};
use crate::breaches::broken;
use crate::problem::{Problem, View};
use crate::state::Desk;
use crate::wire::{
    AlternativeShape, PartShape, Reader, WishShape, alternative_shape, money, share, text_of,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offtake_desk::{
    Answer, Breach, Broken, Capable, Ledger, Means, Position, Refusal, Shelf, Wish,
};
use offtake_ledger::{LEVELS, PoolId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most stretches of one position.
const MOST_STRETCHES: usize = 10_000;

/// A pool.
#[derive(Serialize, ToSchema)]
pub(crate) struct PoolShape {
    id: String,
    site: String,
    zones: Vec<String>,
    accelerator: String,
    rack_gpus: i64,
    nvlink_domain: i64,
    /// What is asked for a GPU-hour.
    price: f64,
    /// What a GPU-hour costs and displaces; left out for tenants.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
}

pub(crate) fn is_visible(shelf: &Shelf, who: &Principal) -> bool {
    let own = shelf.pool.dedicated_to.as_ref().is_none_or(|only| who.sees(only));
    shelf.is_published && own
}

/// Lists the pools that the asker may use.
#[utoipa::path(get, path = "/v1/pools", params(Cursor), responses((status = 200, body = Page<PoolShape>)))]
pub(crate) async fn pools(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Json<Page<PoolShape>> {
    let ledger = desk.ledger();
    let mut shelves: Vec<&Shelf> =
        ledger.shelves().iter().filter(|shelf| is_visible(shelf, &who)).collect();
    shelves.sort_by(|one, other| one.pool.id.cmp(&other.pool.id));
    let after = cursor.after.as_deref().unwrap_or_default();
    let rest = shelves.into_iter().filter(|shelf| shelf.pool.id.as_str() > after);
    let shape = |shelf: &Shelf| {
        let (pool, spec) = (&shelf.pool, &shelf.pool.spec);
        PoolShape {
            id: pool.id.to_string(),
            site: spec.site.to_string(),
            zones: spec.zones.iter().map(ToString::to_string).collect(),
            accelerator: spec.accelerator.to_string(),
            rack_gpus: spec.rack_gpus,
            nvlink_domain: spec.nvlink_domain,
            price: money(i128::from(pool.price.max(pool.floor()))),
            floor: (who.view() == View::Desk).then(|| money(i128::from(pool.floor()))),
        }
    };
    page(rest.map(shape), cursor.limit(), |pool| pool.id.clone())
}

/// A pool's position over a stretch in which nothing of it changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct PositionShape {
    from: String,
    until: String,
    /// GPUs in service by contract.
    contracted: i64,
    /// GPUs of contracts sold before the desk opened.
    sold: i64,
    committed: i64,
    held: i64,
    /// GPUs that may still be promised by contract.
    free: i64,
    /// GPUs left of each level of firm supply: long above zero, short below.
    firm_left: Vec<LevelShape>,
    /// GPUs that the pipeline may take, each opportunity by its chance.
    pipeline: f64,
}

/// What is left at a level of firm supply.
#[derive(Serialize, ToSchema)]
pub(crate) struct LevelShape {
    firmness: f64,
    gpus: i64,
}

/// From when until when.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Window {
    /// From when; now if nothing is said.
    from: Option<String>,
    /// Until just before when; a year after if nothing is said.
    until: Option<String>,
}

fn position_shape(position: &Position) -> PositionShape {
    let level =
        |(firmness, gpus): (&u32, &i64)| LevelShape { firmness: share(*firmness), gpus: *gpus };
    PositionShape {
        from: text_of(position.from),
        until: text_of(position.until),
        contracted: position.contracted,
        sold: position.sold,
        committed: position.committed,
        held: position.held,
        free: position.free(),
        firm_left: LEVELS.iter().zip(&position.firm_left).map(level).collect(),
        pipeline: position.pipeline as f64 / 1e6,
    }
}

/// Shows what of a pool is there, promised and left, stretch by stretch.
#[utoipa::path(get, path = "/v1/pools/{id}/position", params(("id" = String, Path), Window), responses(
    (status = 200, body = Vec<PositionShape>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn position(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    Query(window): Query<Window>,
) -> Result<Json<Vec<PositionShape>>, Problem> {
    who.at_least(Role::Viewer)?;
    let ledger = desk.ledger();
    let place = ledger.place_of(&PoolId::new(&id)).ok_or_else(|| Problem::missing("pool"))?;
    let mut reader = Reader::default();
    let now = ledger.next_minute();
    let from = window.from.map_or(now, |text| reader.minute("from", &text));
    let until = window.until.map_or(from + 525_600, |text| reader.minute("until", &text));
    reader.check()?;
    let stretches = ledger.position(place, from, until);
    if stretches.len() > MOST_STRETCHES {
        let problem = format!("has {} stretches, {MOST_STRETCHES} at most", stretches.len());
        let fault = offtake_desk::Fault::new("until", problem, "ask for a shorter time");
        return Err(Problem::invalid(vec![fault]));
    }
    Ok(Json(stretches.iter().map(position_shape).collect()))
}

/// The answer to a wish.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuoteShape {
    /// Whether there is an alternative.
    is_offered: bool,
    /// What joint firmness the alternatives are screened for, pool by pool.
    screened_for: f64,
    /// Ways to serve it, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<AlternativeShape>,
    /// Why not, and what comes nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalShape>,
}

/// Why a wish cannot be served, and what comes nearest.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusalShape {
    /// Why each pool does not serve.
    reasons: Vec<ReasonShape>,
    /// When it would fit at the earliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    earliest_possible: Option<String>,
    /// The most GPUs that could be had from the first start for as long.
    #[serde(skip_serializing_if = "Option::is_none")]
    fewer_gpus: Option<NearShape>,
    /// The most hours for which all GPUs could be had from the first start.
    #[serde(skip_serializing_if = "Option::is_none")]
    fewer_hours: Option<NearShape>,
    /// The firmness at which it would fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    less_firm: Option<NearShape>,
    /// What could be signed or built to serve it; left out for tenants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    capable: Vec<CapableShape>,
}

/// Why a pool does not serve.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonShape {
    pool: String,
    reason: String,
}

/// Something near to what was asked, and where.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearShape {
    pool: String,
    value: f64,
}

/// What could be signed or built.
#[derive(Serialize, ToSchema)]
pub(crate) struct CapableShape {
    /// `sign` or `build`.
    by: String,
    /// The offer, or the power pool and the recipe.
    what: String,
    gpus: i64,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capex: Option<f64>,
}

/// Says in what ways a wish could be served; promises nothing.
#[utoipa::path(post, path = "/v1/quotes", request_body = WishShape, responses(
    (status = 200, body = QuoteShape), (status = 422, body = Problem)))]
pub(crate) async fn quote(
    State(desk): State<Desk>,
    who: Principal,
    Body { value, .. }: Body<WishShape>,
) -> Result<Json<QuoteShape>, Problem> {
    let mut reader = Reader::default();
    let tenant = reader.tenant(&who, value.tenant.as_deref())?;
    let ledger = desk.ledger();
    reader.rank(&ledger, tenant.as_ref());
    let wish = Wish { tenant, ..reader.wish(&value) };
    let least = reader.least(&value, wish.minutes);
    reader.check_priority(&who, wish.constraints.priority);
    reader.faults.extend(offtake_desk::faults(&wish, ledger.next_minute()));
    reader.check()?;
    let screened_for = share(wish.constraints.firmness);
    Ok(Json(match ledger.quote_within(&wish, least) {
        Answer::Offered(mut ways) => {
            if value.joint {
                ways.iter_mut().for_each(|way| way.joint = Some(ledger.joint(&wish, way)));
            }
            let alternatives = ways.iter().map(|way| alternative_shape(&ledger, way)).collect();
            QuoteShape { is_offered: true, screened_for, alternatives, refusal: None }
        }
        Answer::Refused(refusal) => {
            let refusal = Some(refusal_shape(&ledger, &refusal, &who));
            QuoteShape { is_offered: false, screened_for, alternatives: Vec::new(), refusal }
        }
    }))
}

fn refusal_shape(ledger: &Ledger, refusal: &Refusal, who: &Principal) -> RefusalShape {
    let name = |place: u32| ledger.shelf(place).pool.id.to_string();
    let near = |place: u32, value: f64| NearShape { pool: name(place), value };
    let seen = refusal.reasons.iter().filter(|(place, _)| is_visible(ledger.shelf(*place), who));
    let capable = refusal.capable.iter().filter(|_| who.view() == View::Desk);
    RefusalShape {
        reasons: seen
            .map(|(place, reason)| ReasonShape { pool: name(*place), reason: reason.to_string() })
            .collect(),
        earliest_possible: refusal.later.as_ref().map(|later| text_of(later.1)),
        fewer_gpus: refusal.fewer.map(|(place, gpus)| near(place, gpus as f64)),
        fewer_hours: refusal.shorter.map(|(place, minutes)| near(place, f64::from(minutes) / 60.0)),
        less_firm: refusal.less_firm.map(|(place, firmness, _)| near(place, share(firmness))),
        capable: capable.map(capable_shape).collect(),
    }
}

fn capable_shape(capable: &Capable) -> CapableShape {
    let (by, what) = match &capable.by {
        Means::Sign(offer) => ("sign", offer.clone()),
        Means::Build(pool, recipe) => ("build", format!("{pool} as {recipe}")),
    };
    CapableShape {
        by: by.to_owned(),
        what,
        gpus: capable.gpus,
        start: text_of(capable.start),
        price: capable.fee.map(|fee| money(i128::from(fee))),
        capex: capable.capex.map(|capex| money(i128::from(capex))),
    }
}

/// A promise that gets less than was promised or is less firm, with what would cure it.
#[derive(Serialize, ToSchema)]
pub(crate) struct BreachShape {
    promise: String,
    tenant: String,
    priority: u8,
    state: String,
    /// `short`: contracted supply no longer holds it. `softer`: it does, and the promise is less firm than it was promised.
    kind: String,
    /// What is broken, in words: `firmness fell from 0.93 to 0.71`.
    says: String,
    /// From when it lacks something; of one that is softer, from when something of it is left.
    from: String,
    until: String,
    /// The most GPUs that it lacks at any minute by contract.
    short: i64,
    /// GPU-hours that it lacks by contract.
    gpu_hours: f64,
    /// The joint firmness that it was promised at, of one that is softer.
    #[serde(skip_serializing_if = "Option::is_none")]
    promised_firmness: Option<f64>,
    /// The joint firmness of what is left of it, of one that is softer.
    #[serde(skip_serializing_if = "Option::is_none")]
    firmness: Option<f64>,
    /// Other capacity for it from where it lacks; give the parts to `change`. For the first 500 of the list.
    cures: Vec<CureShape>,
}

/// A cure of a breach.
#[derive(Serialize, ToSchema)]
pub(crate) struct CureShape {
    start: String,
    parts: Vec<PartShape>,
    /// Probability that it is kept over all its pools and months, where that was lacking.
    #[serde(skip_serializing_if = "Option::is_none")]
    joint: Option<f64>,
}

/// A contract sold before the desk opened that is later than it forgives.
#[derive(Serialize, ToSchema)]
pub(crate) struct LateShape {
    contract: String,
    tenant: String,
    from: String,
    short: i64,
}

/// All that is promised and will not be there, or not as probably.
#[derive(Serialize, ToSchema)]
pub(crate) struct BreachesShape {
    /// Promises, by priority.
    promises: Vec<BreachShape>,
    /// Contracts sold before.
    contracts: Vec<LateShape>,
}

/// Breaches that are shown with their cures, because each takes a search.
const CURED: usize = 500;

fn breach_shape(ledger: &Ledger, breach: &Breach, place: usize) -> BreachShape {
    let cure = |way: &offtake_desk::Alternative| CureShape {
        start: text_of(way.start()),
        parts: crate::wire::part_shapes(ledger, &way.parts),
        joint: way.joint.map(share),
    };
    let cures = if place < CURED { ledger.cures(breach) } else { Vec::new() };
    let (promised, now) = match breach.broken {
        Broken::Short => (None, None),
        Broken::Softer { promised, now } => (Some(share(promised)), Some(share(now))),
    };
    BreachShape {
        promise: breach.promise.to_string(),
        tenant: breach.tenant.to_string(),
        priority: breach.priority,
        state: breach.state.word().to_owned(),
        kind: breach.broken.word().to_owned(),
        says: breach.broken.to_string(),
        from: text_of(breach.from),
        until: text_of(breach.until),
        short: breach.short,
        gpu_hours: breach.gpu_minutes as f64 / 60.0,
        promised_firmness: promised,
        firmness: now,
        cures: cures.iter().map(cure).collect(),
    }
}

/// Lists what is promised and will not be there, or not as probably, with what would cure it.
#[utoipa::path(get, path = "/v1/breaches", responses((status = 200, body = BreachesShape)))]
pub(crate) async fn breaches(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<BreachesShape>, Problem> {
    // Thousands of promises in hundreds of paths take their time.
    let listed = tokio::task::spawn_blocking(move || listed(&desk, &who)).await;
    listed.map(Json).map_err(|error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "breaches", error.to_string())
    })
}

fn listed(desk: &Desk, who: &Principal) -> BreachesShape {
    let promises = broken(desk);
    let ledger = desk.ledger();
    let own = promises.iter().filter(|breach| who.sees(&breach.tenant)).enumerate();
    let late = ledger.late_contracts();
    let contracts = late.iter().filter(|late| who.sees(&late.tenant));
    BreachesShape {
        promises: own.map(|(place, breach)| breach_shape(&ledger, breach, place)).collect(),
        contracts: contracts
            .map(|late| LateShape {
                contract: late.id.clone(),
                tenant: late.tenant.to_string(),
                from: text_of(late.from),
                short: late.short,
            })
            .collect(),
    }
}
