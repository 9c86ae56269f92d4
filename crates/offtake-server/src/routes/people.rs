//! Tenants, and the tokens that open the desk.

use super::{Ask, Body, Cursor, Page, json, order, page, submit, work};
use crate::auth::{Principal, Role, mint};
use crate::problem::Problem;
use crate::state::Desk;
use crate::wire::{Reader, instant_text, money};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use offtake_desk::{Command, Fault, Ledger};
use offtake_ledger::{Change, Tenant, USUAL_PRIORITY};
use offtake_model::{AcceleratorId, PartyId};
use offtake_store::Token;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use utoipa::ToSchema;

/// What is to hold for a tenant.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantRequest {
    /// Its name for people.
    pub(crate) name: String,
    /// The most that its promises may be worth from now to their ends.
    #[serde(default)]
    pub(crate) credit_limit: Option<f64>,
    /// The most GPUs that it may have at any minute.
    #[serde(default)]
    pub(crate) quota: Option<i64>,
    /// What it pays at least for a GPU-hour, by accelerator.
    #[serde(default)]
    pub(crate) floors: BTreeMap<String, f64>,
    /// The best priority that it may ask for, and gets when it asks for none: 1 (served first) if nothing is said, to 5.
    #[serde(default)]
    pub(crate) best_priority: Option<u8>,
}

/// A tenant, with what its promises are worth.
#[derive(Serialize, ToSchema)]
pub(crate) struct TenantShape {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_limit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<i64>,
    /// The best priority that it may ask for, and gets when it asks for none.
    best_priority: u8,
    /// What its promises are worth from now to their ends.
    exposure: f64,
}

fn tenant_shape(ledger: &Ledger, tenant: &Tenant) -> TenantShape {
    TenantShape {
        id: tenant.id.to_string(),
        name: tenant.name.clone(),
        credit_limit: tenant.credit_limit.map(|limit| money(i128::from(limit))),
        quota: tenant.quota,
        best_priority: tenant.best_priority,
        exposure: money(ledger.exposure(&tenant.id)),
    }
}

/// Lists the tenants that the asker may see: itself, for a tenant.
#[utoipa::path(get, path = "/v1/tenants", params(Cursor), responses((status = 200, body = Page<TenantShape>)))]
pub(crate) async fn tenants(
    State(desk): State<Desk>,
    who: Principal,
    Query(cursor): Query<Cursor>,
) -> Json<Page<TenantShape>> {
    let ledger = desk.ledger();
    let after = cursor.after.as_deref().unwrap_or_default();
    let seen = ledger.tenants().filter(|tenant| who.sees(&tenant.id));
    let rest = seen.filter(|tenant| tenant.id.to_string().as_str() > after);
    page(rest.map(|tenant| tenant_shape(&ledger, tenant)), cursor.limit(), |tenant| {
        tenant.id.clone()
    })
}

/// Enters a tenant, or changes one.
#[utoipa::path(put, path = "/v1/tenants/{id}", params(("id" = String, Path)), request_body = TenantRequest, responses(
    (status = 200, body = TenantShape), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_tenant(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, digest }: Body<TenantRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Desk)?;
    let mut reader = Reader::default();
    let party: Option<PartyId> = reader.id("id", &id);
    let mut floors = BTreeMap::new();
    for (kind, fee) in &value.floors {
        let fee = reader.fee("floors", *fee);
        floors.extend(reader.id::<AcceleratorId>("floors", kind).map(|kind| (kind, fee)));
    }
    let credit_limit = value.credit_limit.map(|limit| reader.amount("credit_limit", limit));
    let Some(party) = party.filter(|_| reader.faults.is_empty()) else {
        return Err(Problem::invalid(reader.faults));
    };
    let tenant = Tenant {
        id: party.clone(),
        name: value.name,
        credit_limit,
        quota: value.quota,
        floors,
        best_priority: value.best_priority.unwrap_or(USUAL_PRIORITY),
    };
    let done = Box::new(move |ledger: &Ledger, _: &Change| match ledger.tenant(&party) {
        Some(tenant) => json(StatusCode::OK, &tenant_shape(ledger, tenant)),
        None => Problem::missing("tenant").reply(),
    });
    order(&desk, &who, &headers, Ask::new(Command::Enter(tenant), &digest), done).await
}

/// A token that is to be made.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// Its name, new and unique: who acts with it.
    pub(crate) name: String,
    /// `viewer`, `tenant`, `desk` or `admin`.
    pub(crate) role: String,
    /// The tenant whose it is, for the role `tenant`.
    #[serde(default)]
    pub(crate) tenant: Option<String>,
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenShape {
    name: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    made: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    barred: Option<String>,
}

/// A token that was just made: its secret is shown here and never again.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewTokenShape {
    name: String,
    role: String,
    /// What to send as `Authorization: Bearer`.
    secret: String,
}

fn known(desk: &Desk) -> Vec<Token> {
    let tokens = desk.engine.shared.tokens.read().unwrap_or_else(PoisonError::into_inner);
    let mut tokens: Vec<Token> = tokens.values().cloned().collect();
    tokens.sort_by(|one, other| one.name.cmp(&other.name));
    tokens
}

/// Lists tokens, barred ones too.
#[utoipa::path(get, path = "/v1/tokens", responses((status = 200, body = Vec<TokenShape>), (status = 403, body = Problem)))]
pub(crate) async fn tokens(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<Vec<TokenShape>>, Problem> {
    who.at_least(Role::Admin)?;
    let shape = |token: Token| TokenShape {
        name: token.name,
        role: token.role,
        tenant: token.tenant,
        made: instant_text(token.made),
        barred: token.barred.map(instant_text),
    };
    Ok(Json(known(&desk).into_iter().map(shape).collect()))
}

fn token_faults(
    value: &TokenRequest,
    known: &[Token],
    ledger: &Ledger,
    tenant: Option<&PartyId>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let role = Role::parse(&value.role);
    if value.name.trim().is_empty() || value.name.len() > 80 {
        faults.push(Fault::new(
            "name",
            "is empty or longer than 80".to_owned(),
            "name who acts with it",
        ));
    }
    if known.iter().any(|token| token.name == value.name) {
        faults.push(Fault::new("name", format!("`{}` is taken", value.name), "use a new name"));
    }
    if role.is_none() {
        faults.push(Fault::new(
            "role",
            format!("`{}` is none", value.role),
            "use viewer, tenant, desk or admin",
        ));
    }
    if (role == Some(Role::Tenant)) != tenant.is_some() {
        let problem = "goes with the role tenant, and only with it".to_owned();
        faults.push(Fault::new("tenant", problem, "name the tenant of a tenant's token"));
    }
    if tenant.is_some_and(|tenant| ledger.tenant(tenant).is_none()) {
        faults.push(Fault::new("tenant", "is not entered".to_owned(), "enter the tenant first"));
    }
    faults
}

/// Makes a token and shows its secret, this once.
#[utoipa::path(post, path = "/v1/tokens", request_body = TokenRequest, responses(
    (status = 201, body = NewTokenShape), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn make_token(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, digest }: Body<TokenRequest>,
) -> Result<Response, Problem> {
    who.at_least(Role::Admin)?;
    let tenant = who.tenant_for(value.tenant.as_deref())?;
    let (faults, now) = {
        let ledger = desk.ledger();
        (token_faults(&value, &known(&desk), &ledger, tenant.as_ref()), ledger.now())
    };
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let (token, secret) = mint(&value.name, &value.role, tenant.as_ref(), now)?;
    let role = tenant.map_or(value.role.clone(), |tenant| format!("{} {tenant}", value.role));
    let command = Command::Admit { name: value.name.clone(), role };
    let shape = NewTokenShape { name: value.name, role: value.role, secret };
    let done = Box::new(move |_: &Ledger, _: &Change| json(StatusCode::CREATED, &shape));
    let mut work = work(&who, &headers, Ask::new(command, &digest), done)?;
    // Kept answers are not hashed: this one would keep the secret. A repetition finds the name taken.
    work.key = None;
    work.token = Some(token);
    submit(&desk, work).await
}

/// Bars a token.
#[utoipa::path(delete, path = "/v1/tokens/{name}", params(("name" = String, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn bar_token(
    State(desk): State<Desk>,
    who: Principal,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.at_least(Role::Admin)?;
    // One that is barred already is barred again, so that a repeated request finds its answer.
    let found = known(&desk).into_iter().find(|token| token.name == name);
    let token = found.ok_or_else(|| Problem::missing("token"))?;
    let command = Command::Bar { name: name.clone() };
    let done =
        Box::new(move |_: &Ledger, _: &Change| (StatusCode::NO_CONTENT.as_u16(), String::new()));
    let mut work = work(&who, &headers, Ask::new(command, &format!("bar {name}")), done)?;
    let now = desk.ledger().now();
    work.token = Some(Token { barred: token.barred.or(Some(now)), ..token });
    submit(&desk, work).await
}
