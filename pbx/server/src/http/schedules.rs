//! Schedules and holiday schedules (C-1, C-2): the company's, those of sites, and people's own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{Event, Owner, ScheduleId, ScheduleKind, ScheduleOwner, ScheduleRecord};
use pbx::feature::FieldKind;
use pbx_api::{ApiError, ErrorCode, Role};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(one, change, remove))
}

/// A schedule without its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSchedule {
    /// Whose it is; the company's unless said otherwise.
    #[serde(default)]
    owner: ScheduleOwner,
    /// 1 to 40 characters, unique among its owner's of the same kind.
    #[schema(example = "Kantooruren")]
    name: String,
    /// What it is for.
    kind: ScheduleKind,
    /// When it holds; 200 events at most.
    #[serde(default)]
    events: Vec<Event>,
}

impl NewSchedule {
    fn with(self, id: ScheduleId) -> ScheduleRecord {
        ScheduleRecord { id, owner: self.owner, name: self.name, kind: self.kind, events: self.events }
    }
}

/// The schedules that the caller's services may name, or all of them for an administrator.
#[utoipa::path(get, path = "/schedules", tag = "services", security(("token" = [])),
    responses((status = 200, body = Vec<ScheduleRecord>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<ScheduleRecord>> {
    let schedules = access.company.data.records.schedules.iter();
    Json(schedules.filter(|schedule| sees(&access, schedule)).cloned().collect())
}

/// Make a schedule: administrators for anybody, people for themselves.
#[utoipa::path(post, path = "/schedules", tag = "services", request_body = NewSchedule,
    security(("token" = [])),
    responses((status = 201, body = ScheduleRecord), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewSchedule>,
) -> Answer<(StatusCode, Json<ScheduleRecord>)> {
    may_change(&access, wish.owner)?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            let schedule = wish.with(ScheduleId(data.new_id()));
            data.records.schedules.push(schedule.clone());
            Ok(schedule)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One schedule.
#[utoipa::path(get, path = "/schedules/{schedule}", tag = "services", params(("schedule" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = ScheduleRecord), (status = 404, body = ApiError)))]
async fn one(access: Access, Path(id): Path<u32>) -> Answer<Json<ScheduleRecord>> {
    let schedule = find(&access.company.data, id)?;
    if sees(&access, schedule) { Ok(Json(schedule.clone())) } else { Err(ErrorCode::NotFound.into()) }
}

/// Put another schedule in its place; its owner stays.
#[utoipa::path(put, path = "/schedules/{schedule}", tag = "services", params(("schedule" = u32, Path)),
    request_body = NewSchedule, security(("token" = [])),
    responses((status = 200, body = ScheduleRecord), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(wish): Body<NewSchedule>,
) -> Answer<Json<ScheduleRecord>> {
    let owner = find(&access.company.data, id).map(|schedule| schedule.owner)?;
    may_change(&access, owner)?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let schedules = &mut data.records.schedules;
            let found = schedules.iter_mut().find(|schedule| schedule.id.0 == id);
            let found = found.ok_or(ErrorCode::NotFound)?;
            *found = ScheduleRecord { owner: found.owner, ..wish.with(found.id) };
            Ok(found.clone())
        })
        .await?;
    Ok(Json(changed))
}

/// Remove a schedule that no service names.
#[utoipa::path(delete, path = "/schedules/{schedule}", tag = "services", params(("schedule" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    let owner = find(&access.company.data, id).map(|schedule| schedule.owner)?;
    may_change(&access, owner)?;
    app.companies
        .edit(access.company_id(), |data| {
            if let Some((owner, service)) = user_of(data, id) {
                return Err(ApiError::new(ErrorCode::StillUsed).about(format!("{service}, {owner:?}")));
            }
            data.records.schedules.retain(|schedule| schedule.id.0 != id);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn find(data: &CompanyData, id: u32) -> Answer<&ScheduleRecord> {
    data.records
        .schedules
        .iter()
        .find(|schedule| schedule.id.0 == id)
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The first service that names a schedule, and whose it is.
fn user_of(data: &CompanyData, id: u32) -> Option<(Owner, String)> {
    let mut stored = data.services().flat_map(|(owner, services)| services.iter().map(move |it| (owner, it)));
    let (owner, (service, _)) = stored.find(|(_, (service, record))| {
        let mut named = false;
        if let Some(entry) = pbx::catalogue::find(service) {
            entry.each_value(&mut record.settings.clone(), &mut |kind, value| {
                named |= matches!(kind, FieldKind::Schedule(_)) && value.as_u64() == Some(id.into());
            });
        }
        named
    })?;
    Some((owner, service.clone()))
}

/// Whoever may set a service that names it, and nobody else of what is one person's own.
fn sees(access: &Access, schedule: &ScheduleRecord) -> bool {
    match schedule.owner {
        ScheduleOwner::Company => true,
        ScheduleOwner::Subscriber(who) => access.may_set(who).is_ok(),
        ScheduleOwner::Group(site) => {
            let own = access.own().ok().and_then(|own| access.company.data.subscriber(own));
            access.needs(Role::CompanyAdmin).is_ok() || own.is_some_and(|own| own.group == site)
        }
    }
}

fn may_change(access: &Access, owner: ScheduleOwner) -> Answer<()> {
    match owner {
        ScheduleOwner::Company | ScheduleOwner::Group(_) => access.needs(Role::CompanyAdmin),
        ScheduleOwner::Subscriber(who) => {
            access.company.data.subscriber(who).ok_or(ErrorCode::NotFound)?;
            access.may_set(who)
        }
    }
}
