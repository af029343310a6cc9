//! Calls that are over: the company's records and each user's lists (F-005).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use pbx::directory::licence::CALL_LISTS;
use pbx::directory::{Owner, SubscriberId};
use pbx_api::call_record::CallRecordPage;
use pbx_api::{ApiError, CallId, ErrorCode, LogEntry, LogList, Role};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::Answer;
use super::{App, Shared, licences};
use crate::companies::stored;
use crate::store::CallQuery;

/// Records of one page at most.
const PAGE: u32 = 200;
/// Lines of one list at most.
const LINES: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(records)).routes(routes!(lists))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Wanted {
    /// Only calls before this one.
    before: Option<u64>,
    /// Only calls of this user.
    user: Option<u32>,
    /// At most so many, up to 200.
    limit: Option<u32>,
}

/// Call records, newest first, with who pays and why each call went where it went.
#[utoipa::path(get, path = "/call-records", tag = "calls", params(Wanted), security(("token" = [])),
    responses((status = 200, body = CallRecordPage), (status = 403, body = ApiError)))]
async fn records(
    State(app): State<Arc<App>>,
    access: Access,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<CallRecordPage>> {
    access.needs(Role::Supervisor)?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let query =
        CallQuery { before: wanted.before.map(CallId), subscriber: wanted.user.map(SubscriberId), limit };
    app.runtime.written().await;
    let found = app.companies.store().calls(access.company_id(), query).await;
    let records = found.map_err(|error| stored(&error))?;
    let full = records.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = records.last().filter(|_| full).map(|record| record.call);
    Ok(Json(CallRecordPage { records, next }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Which {
    /// `placed`, `received` or `missed`.
    list: String,
    /// At most so many, up to 500.
    limit: Option<u32>,
}

/// One's own list of placed, received or missed calls, newest first.
#[utoipa::path(get, path = "/me/calls", tag = "calls", params(Which), security(("token" = [])),
    responses((status = 200, body = Vec<LogEntry>), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn lists(
    State(app): State<Arc<App>>,
    access: Access,
    Query(which): Query<Which>,
) -> Answer<Json<Vec<LogEntry>>> {
    let own = access.own()?;
    licences::licensed(&access, Owner::Subscriber(own), CALL_LISTS)?;
    let list = LogList::named(&which.list).ok_or_else(|| ApiError::new(ErrorCode::BadValue).about("list"))?;
    let limit = which.limit.unwrap_or(LINES).clamp(1, LINES);
    app.runtime.written().await;
    let found = app.companies.store().log(access.company_id(), own, list, limit).await;
    Ok(Json(found.map_err(|error| stored(&error))?))
}
