//! Webhooks: asked for, listed, tried and taken away. A tenant's hears of its own promises alone.

use super::{Body, Path, key_of, with_store};
use crate::auth::{Principal, Role, random};
use crate::problem::Problem;
use crate::state::Desk;
use crate::webhooks::{Failed, Target, is_barred, ping, secret};
use crate::wire::instant_text;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use offtake_desk::Fault;
use offtake_ledger::{KINDS_OF_PROMISES, KINDS_OF_THE_HOUSE};
use offtake_store::{Told, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most hooks that one tenant may have, and the desk besides.
const MOST: usize = 50;
/// Who wants to be told of what.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookRequest {
    /// Where to send it: http or https, on the public internet unless the desk was told otherwise.
    pub(crate) url: String,
    /// Kinds of event as `GET /v1/events` names them; all if nothing is said.
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
}

/// A webhook, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookShape {
    id: String,
    url: String,
    /// Kinds of event that it hears; all if empty.
    kinds: Vec<String>,
    /// Whose events it hears; left out for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// The name of the token that asked for it.
    made_by: String,
    made: String,
    /// `active`; `retrying` while tries come to nothing; `failing` once it was given up; `barred` with the token that made it.
    state: String,
    /// Tries in a row that came to nothing.
    failures: u32,
    /// When it last took a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_taken: Option<String>,
    /// When the next try is.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try: Option<String>,
    /// Why the last try came to nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    problem: String,
}

/// A webhook that was just made: its secret is shown here and never again.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewWebhookShape {
    #[serde(flatten)]
    webhook: WebhookShape,
    /// What its messages are signed with, as Standard Webhooks says.
    secret: String,
}

/// What came of a trial.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialShape {
    /// Whether the message was taken; if so, a hook that was given up goes on.
    is_taken: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

fn shape(desk: &Desk, hook: &Webhook) -> WebhookShape {
    let told = &hook.told;
    let state = match told {
        _ if is_barred(desk, hook) => "barred",
        Told { is_given_up: true, .. } => "failing",
        Told { failures: 1.., .. } => "retrying",
        _ => "active",
    };
    WebhookShape {
        id: hook.id.clone(),
        url: hook.url.clone(),
        kinds: hook.kinds.clone(),
        tenant: hook.tenant.clone(),
        made_by: hook.owner.clone(),
        made: instant_text(hook.made),
        state: state.to_owned(),
        failures: told.failures,
        last_taken: told.taken.map(instant_text),
        next_try: told.next_try.map(instant_text),
        problem: told.problem.clone(),
    }
}

/// Says whose hooks somebody may see: a tenant its own, the desk all. A viewer changes nothing and sees none, because an
/// address may have a secret in it.
fn may_have_hooks(who: &Principal) -> Result<(), Problem> {
    match who.role {
        Role::Tenant => Ok(()),
        _ => who.at_least(Role::Desk),
    }
}

fn is_seen(who: &Principal, hook: &Webhook) -> bool {
    let is_own =
        |own: &offtake_model::PartyId| hook.tenant.as_deref() == Some(own.to_string().as_str());
    hook.removed.is_none() && who.tenant.as_ref().is_none_or(is_own)
}

/// Returns the hooks that are there and that the asker may see.
async fn seen(desk: &Desk, who: &Principal) -> Result<Vec<Webhook>, Problem> {
    let mut hooks = with_store(desk, |store| store.webhooks()).await?;
    hooks.retain(|hook| is_seen(who, hook));
    Ok(hooks)
}

/// Lists webhooks that the asker may see, with how they are doing.
#[utoipa::path(get, path = "/v1/webhooks", responses((status = 200, body = Vec<WebhookShape>), (status = 403, body = Problem)))]
pub(crate) async fn webhooks(
    State(desk): State<Desk>,
    who: Principal,
) -> Result<Json<Vec<WebhookShape>>, Problem> {
    may_have_hooks(&who)?;
    let hooks = seen(&desk, &who).await?;
    Ok(Json(hooks.iter().map(|hook| shape(&desk, hook)).collect()))
}

fn faults(desk: &Desk, who: &Principal, value: &WebhookRequest, there: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(problem) = Target::read(&value.url, desk.outbox.hooks.reach) {
        let fix = "give an address of the public internet, as https://acme.example/told";
        faults.push(Fault::new("url", problem, fix));
    }
    let is_known = |kind: &str| {
        KINDS_OF_PROMISES.contains(&kind)
            || (who.tenant.is_none() && KINDS_OF_THE_HOUSE.contains(&kind))
    };
    for kind in value.kinds.iter().filter(|kind| !is_known(kind)) {
        let house = if who.tenant.is_none() { KINDS_OF_THE_HOUSE } else { &[] };
        let fix = format!("use {}", [KINDS_OF_PROMISES, house].concat().join(", "));
        faults.push(Fault::new("kinds", format!("`{kind}` is none"), &fix));
    }
    if there >= MOST {
        let fix = "take one away first";
        faults.push(Fault::new("webhooks", format!("are {there} already, {MOST} at most"), fix));
    }
    faults
}

/// Asks to be told of what happens from now on, and shows the secret that it is signed with, this once.
#[utoipa::path(post, path = "/v1/webhooks", request_body = WebhookRequest, responses(
    (status = 201, body = NewWebhookShape), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn make_webhook(
    State(desk): State<Desk>,
    who: Principal,
    headers: HeaderMap,
    Body { value, .. }: Body<WebhookRequest>,
) -> Result<Response, Problem> {
    may_have_hooks(&who)?;
    let request = key_of(&headers)?;
    let hooks = with_store(&desk, |store| store.webhooks()).await?;
    if let Some(made) = hooks.iter().find(|hook| hook.owner == who.name && hook.request == request)
    {
        let detail = format!(
            "this request made {} before, and its secret was shown then; take it away and ask anew with another key",
            made.id
        );
        return Err(Problem::new(StatusCode::CONFLICT, "already-made", detail));
    }
    let tenant = who.tenant.as_ref().map(ToString::to_string);
    let there = hooks.iter().filter(|hook| hook.removed.is_none() && hook.tenant == tenant).count();
    let faults = faults(&desk, &who, &value, there);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let (seq, now) = {
        let ledger = desk.ledger();
        (ledger.seq(), ledger.now())
    };
    let hook = Webhook {
        id: uuid::Uuid::now_v7().to_string(),
        owner: who.name.clone(),
        request,
        tenant,
        url: value.url,
        kinds: value.kinds,
        secret: secret(&random::<32>()?),
        made: now,
        removed: None,
        told: Told { seq, ..Told::default() },
    };
    tracing::info!(who = %who.name, hook = %hook.id, url = %hook.url, "webhook made");
    let kept = hook.clone();
    with_store(&desk, move |store| store.add_webhook(&kept)).await?;
    desk.outbox.changed.notify_one();
    let made = NewWebhookShape { webhook: shape(&desk, &hook), secret: hook.secret };
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Finds a hook that the asker may see.
async fn own(desk: &Desk, who: &Principal, id: &str) -> Result<Webhook, Problem> {
    may_have_hooks(who)?;
    let hooks = with_store(desk, |store| store.webhooks()).await?;
    let found = hooks.into_iter().find(|hook| hook.id == id && hook.removed.is_none());
    let hook = found.ok_or_else(|| Problem::missing("webhook"))?;
    if is_seen(who, &hook) {
        return Ok(hook);
    }
    tracing::warn!(who = %who.name, hook = %hook.id, "denied: another tenant's webhook");
    Err(Problem::missing("webhook"))
}

/// Takes a webhook away: nothing more is sent, and its secret is forgotten.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", params(("id" = String, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete_webhook(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    key_of(&headers)?;
    let hook = own(&desk, &who, &id).await?;
    let (now, name) = (desk.ledger().now(), who.name.clone());
    with_store(&desk, move |store| store.remove_webhook(&hook.id, now, &name)).await?;
    tracing::info!(who = %who.name, hook = %id, "webhook taken away");
    desk.outbox.changed.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a ping and says what came of it. When it is taken, a hook that was given up goes on from where it stopped.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", params(("id" = String, Path)), responses(
    (status = 200, body = TrialShape), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn test_webhook(
    State(desk): State<Desk>,
    who: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<TrialShape>, Problem> {
    let key = key_of(&headers)?;
    let hook = own(&desk, &who, &id).await?;
    let now = desk.ledger().now();
    let (message, signed) = (ping(&hook, &key, now), (hook.secret.as_str(), now.millis() / 1_000));
    let sent = desk.outbox.sender.send(&hook.url, &message, signed).await;
    if sent.is_ok() && hook.told.failures > 0 {
        with_store(&desk, move |store| store.resume_webhook(&hook.id)).await?;
        desk.outbox.changed.notify_one();
    }
    let problem = sent.err().map(|failed| match failed {
        Failed::ForNow(problem) | Failed::ForGood(problem) => problem,
    });
    Ok(Json(TrialShape { is_taken: problem.is_none(), problem }))
}
