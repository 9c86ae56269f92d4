//! Who asks: tokens with a role, hashed at rest and shown once.

use crate::problem::{Problem, View};
use crate::state::Desk;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use offtake_ledger::Instant;
use offtake_model::{Id as _, PartyId};
use offtake_store::Token;
use sha2::{Digest as _, Sha256};
use std::sync::PoisonError;

/// What a token may do, each role more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Own quotes, holds and commitments only.
    Tenant,
    /// Sees everything, changes nothing.
    Viewer,
    /// All tenants, and waives what may be waived.
    Desk,
    /// Tokens, settings and the import of the book as well.
    Admin,
}

impl Role {
    const ALL: [Role; 4] = [Role::Tenant, Role::Viewer, Role::Desk, Role::Admin];

    /// Returns what it is called.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Role::Tenant => "tenant",
            Role::Viewer => "viewer",
            Role::Desk => "desk",
            Role::Admin => "admin",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == text)
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    /// The name of the token.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) role: Role,
    /// The tenant whose it is.
    pub(crate) tenant: Option<PartyId>,
}

impl Principal {
    /// Refuses who may not do what only `least` and better may.
    pub(crate) fn at_least(&self, least: Role) -> Result<(), Problem> {
        if self.role >= least {
            return Ok(());
        }
        tracing::warn!(who = %self.name, role = ?self.role, needs = ?least, "denied");
        Err(Problem::forbidden("the token's role may not do this"))
    }

    /// Refuses who changes nothing.
    pub(crate) fn may_write(&self) -> Result<(), Problem> {
        match self.role {
            Role::Viewer => self.at_least(Role::Desk),
            _ => Ok(()),
        }
    }

    pub(crate) fn view(&self) -> View {
        if self.role == Role::Tenant { View::Tenant } else { View::Desk }
    }

    /// Returns the tenant that a request is for: its own for a tenant, whoever it names for others.
    pub(crate) fn tenant_for(&self, named: Option<&str>) -> Result<Option<PartyId>, Problem> {
        let named = named.map(PartyId::new).transpose().map_err(|error| {
            let fault =
                offtake_desk::Fault::new("tenant", error.to_string(), "name a tenant by its id");
            Problem::invalid(vec![fault])
        })?;
        match (&self.tenant, named) {
            (None, named) => Ok(named),
            (Some(own), None) => Ok(Some(own.clone())),
            (Some(own), Some(named)) if *own == named => Ok(Some(named)),
            (Some(_), Some(_)) => {
                tracing::warn!(who = %self.name, "denied: another tenant");
                Err(Problem::forbidden("the token is another tenant's"))
            }
        }
    }

    /// Says whether it may see what is a tenant's.
    pub(crate) fn sees(&self, tenant: &PartyId) -> bool {
        self.tenant.as_ref().is_none_or(|own| own == tenant)
    }
}

/// Returns random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no-randomness", error.to_string())
    })?;
    Ok(bytes)
}

/// Returns a new secret: 256 random bits.
pub(crate) fn fresh_secret() -> Result<String, Problem> {
    Ok(format!("offtake_{}", hex(&random::<32>()?)))
}

/// Returns what of a secret is kept. A secret of 256 random bits needs no slow hash: nobody can try them.
pub(crate) fn hash(secret: &str) -> String {
    digest(secret.as_bytes())
}

/// Returns the SHA-256 of bytes in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes a token that is kept, with the secret that is not.
pub(crate) fn mint(
    name: &str,
    role: &str,
    tenant: Option<&PartyId>,
    now: Instant,
) -> Result<(Token, String), Problem> {
    let secret = fresh_secret()?;
    let token = Token {
        hash: hash(&secret),
        name: name.to_owned(),
        role: role.to_owned(),
        tenant: tenant.map(ToString::to_string),
        made: now,
        barred: None,
    };
    Ok((token, secret))
}

/// Says who a bearer is: the one place where it becomes a [`Principal`]. Another kind of bearer, such as a signed token of
/// an identity provider, would be told apart and read here.
fn principal_of(desk: &Desk, bearer: &str) -> Result<Principal, &'static str> {
    let found = {
        let tokens = desk.engine.shared.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(&hash(bearer)).filter(|token| token.barred.is_none()).cloned()
    };
    let token = found.ok_or("unknown or barred token")?;
    let role = Role::parse(&token.role).ok_or("unknown role")?;
    let tenant = token.tenant.as_deref().and_then(|text| PartyId::new(text).ok());
    match (role, &tenant) {
        (Role::Tenant, None) => Err("a tenant's token without a tenant"),
        (Role::Tenant, Some(_)) => Ok(Principal { name: token.name, role, tenant }),
        _ => Ok(Principal { name: token.name, role, tenant: None }),
    }
}

impl FromRequestParts<Desk> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Principal, Problem> {
        let path = parts.uri.path();
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = header.and_then(|text| text.strip_prefix("Bearer "));
        let known = bearer.ok_or("no token").and_then(|bearer| principal_of(desk, bearer));
        let principal = known.map_err(|why| {
            tracing::warn!(path, why, "denied");
            let detail = "send `Authorization: Bearer TOKEN`";
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        })?;
        if !desk.rate.may_pass(&principal.name) {
            tracing::warn!(path, who = %principal.name, "denied: too many requests");
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "slow down",
            ));
        }
        Ok(principal)
    }
}
