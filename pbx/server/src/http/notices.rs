//! Notices about calls (F-072): what was told, or will be once there is mail.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use pbx_api::{ApiError, Notice};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::Answer;
use super::{App, Shared};
use crate::companies::stored;
use crate::store::NOTICES;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(own))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Wanted {
    /// At most so many, up to 500.
    limit: Option<u32>,
}

/// One's own notices, newest first; so many are kept.
#[utoipa::path(get, path = "/me/notices", tag = "calls", params(Wanted), security(("token" = [])),
    responses((status = 200, body = Vec<Notice>), (status = 403, body = ApiError)))]
async fn own(
    State(app): State<Arc<App>>,
    access: Access,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<Vec<Notice>>> {
    let own = access.own()?;
    let limit = wanted.limit.unwrap_or(NOTICES).clamp(1, NOTICES);
    app.runtime.written().await;
    let found = app.companies.store().notices(access.company_id(), own, limit).await;
    Ok(Json(found.map_err(|error| stored(&error))?))
}
