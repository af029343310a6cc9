//! Licences: how many a company has, and whether somebody may use a function (F-006).
//!
//! What each brings stands in the exchange's own table. The counts go up and down at any time, never below what is in
//! use; who holds a licence is said with the user ([`users`](super::users)).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use pbx::directory::licence::{Shortage, shortages};
use pbx::directory::{Owner, SubscriberId, SubscriberRecord};
use pbx_api::{ApiError, ErrorCode, Licence, LicenceCounts, LicenceHolder, LicenceState, Profile, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;
use crate::views;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, count))
}

/// Every licence: what it brings, how many the company has, and how many users hold it.
#[utoipa::path(get, path = "/licences", tag = "company", security(("token" = [])),
    responses((status = 200, body = Vec<LicenceState>), (status = 403, body = ApiError)))]
async fn list(access: Access) -> Answer<Json<Vec<LicenceState>>> {
    access.needs(Role::DepartmentAdmin)?;
    Ok(Json(views::licences(&access.company.data)))
}

/// Say how many the company has of each; fewer than users hold is refused, with everybody who holds one.
#[utoipa::path(put, path = "/licences", tag = "company", request_body = LicenceCounts, security(("token" = [])),
    responses((status = 200, body = Vec<LicenceState>), (status = 403, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)))]
async fn count(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<LicenceCounts>,
) -> Answer<Json<Vec<LicenceState>>> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            data.records.company.licences = wish.counts;
            let short = shortages(&data.records);
            if short.is_empty() { Ok(()) } else { Err(in_use(data, &short)) }
        })
        .await?;
    let company = app.companies.get(access.company_id()).ok_or(ErrorCode::NotFound)?;
    Ok(Json(views::licences(&company.data)))
}

/// Whether the owner of services may use a function.
pub(super) fn licensed(access: &Access, owner: Owner, function: &str) -> Answer<()> {
    if access.company.directory.rights(owner).includes(function) {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::NotLicensed).about(function).into())
}

/// Whether the caller may say what a user holds: administrators of the company, for every licence costs.
pub(super) fn may_give(access: &Access, profile: Option<Profile>, options: Option<&[Licence]>) -> Answer<()> {
    if profile.is_some() || options.is_some() { access.needs(Role::CompanyAdmin) } else { Ok(()) }
}

/// Whether the company has what its users hold now that this one was given something.
pub(super) fn enough(data: &CompanyData, given_to: SubscriberId) -> Result<(), ApiError> {
    let short = shortages(&data.records);
    if short.is_empty() {
        return Ok(());
    }
    let about = |it: &Shortage| format!("{}: {} of {} in use", it.licence.name(), it.count, it.count);
    let mut holders = holders(data, &short);
    holders.retain(|holder| holder.user.0 != given_to.0);
    Err(ApiError { holders, ..ApiError::new(ErrorCode::NoLicenceFree).about(listed(&short, about)) })
}

fn in_use(data: &CompanyData, short: &[Shortage]) -> ApiError {
    let about = |it: &Shortage| format!("{}: {} in use", it.licence.name(), it.holders.len());
    let holders = holders(data, short);
    ApiError { holders, ..ApiError::new(ErrorCode::LicencesInUse).about(listed(short, about)) }
}

fn listed(short: &[Shortage], about: impl FnMut(&Shortage) -> String) -> String {
    short.iter().map(about).collect::<Vec<_>>().join("; ")
}

fn holders(data: &CompanyData, short: &[Shortage]) -> Vec<LicenceHolder> {
    let records: BTreeMap<_, _> = data.records.subscribers.iter().map(|record| (record.id, record)).collect();
    let holder = |licence, who| {
        let record: &SubscriberRecord = records.get(who)?;
        let (name, display_name) = (record.login.clone(), record.name.clone());
        Some(LicenceHolder { licence, user: pbx_api::SubscriberId(record.id.0), name, display_name })
    };
    short.iter().flat_map(|it| it.holders.iter().filter_map(|who| holder(it.licence, who))).collect()
}
