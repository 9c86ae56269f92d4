//! Who asks: what a client is told of its own token.

use crate::auth::Principal;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The token that a request came with.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeShape {
    /// Its name: who acts with it.
    name: String,
    /// `viewer`, `tenant`, `desk` or `admin`.
    role: String,
    /// The tenant whose it is, for the role `tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
}

/// Says whose token it is, and what it may do.
#[utoipa::path(get, path = "/v1/me", responses((status = 200, body = MeShape)))]
pub(crate) async fn me(who: Principal) -> Json<MeShape> {
    let tenant = who.tenant.map(|tenant| tenant.to_string());
    Json(MeShape { name: who.name, role: who.role.word().to_owned(), tenant })
}
