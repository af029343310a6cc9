//! Capacity groups (F-116): whoever sells the capacity sets them, so only administrators of the platform; those of the
//! company see them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{CapacityGroupId, CapacityGroupRecord};
use pbx_api::{ApiError, ErrorCode, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove))
}

/// A capacity group with its members.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CapacityGroup {
    /// The group.
    #[serde(flatten)]
    group: CapacityGroupRecord,
    /// Users who are in it.
    members: Vec<u32>,
}

/// What a capacity group is to be. How many calls at the same time is 0 to 99,999, and as many as there are where nothing is
/// said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCapacityGroup {
    /// 1 to 80 characters, unique within the company.
    #[schema(example = "Verkoop")]
    name: String,
    /// Calls in which its members are.
    max_active: Option<u32>,
    /// Calls in which members are called.
    max_incoming: Option<u32>,
    /// Calls that members make.
    max_outgoing: Option<u32>,
    /// Users who are made from now on are in it. No other group says so then.
    #[serde(default)]
    for_new_users: bool,
    /// Users who are in it, and in no other one; unchanged when absent.
    members: Option<Vec<u32>>,
}

/// Every capacity group.
#[utoipa::path(get, path = "/capacity-groups", tag = "company", security(("token" = [])),
    responses((status = 200, body = Vec<CapacityGroup>), (status = 403, body = ApiError)))]
async fn list(access: Access) -> Answer<Json<Vec<CapacityGroup>>> {
    access.needs(Role::CompanyAdmin)?;
    let data = &access.company.data;
    Ok(Json(data.records.capacity_groups.iter().map(|group| view(data, group)).collect()))
}

/// Make a capacity group.
#[utoipa::path(post, path = "/capacity-groups", tag = "company", request_body = NewCapacityGroup,
    security(("token" = [])),
    responses((status = 201, body = CapacityGroup), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewCapacityGroup>,
) -> Answer<(StatusCode, Json<CapacityGroup>)> {
    access.needs(Role::Platform)?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            let id = CapacityGroupId(data.new_id());
            put(data, id, wish)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a capacity group.
#[utoipa::path(put, path = "/capacity-groups/{group}", tag = "company", params(("group" = u32, Path)),
    request_body = NewCapacityGroup, security(("token" = [])),
    responses((status = 200, body = CapacityGroup), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(wish): Body<NewCapacityGroup>,
) -> Answer<Json<CapacityGroup>> {
    access.needs(Role::Platform)?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let known = data.records.capacity_groups.iter().any(|group| group.id.0 == id);
            if known { put(data, CapacityGroupId(id), wish) } else { Err(ErrorCode::NotFound.into()) }
        })
        .await?;
    Ok(Json(changed))
}

/// Remove a capacity group in which nobody is.
#[utoipa::path(delete, path = "/capacity-groups/{group}", tag = "company", params(("group" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    access.needs(Role::Platform)?;
    app.companies
        .edit(access.company_id(), |data| {
            if data.records.subscribers.iter().any(|who| who.capacity_group == Some(CapacityGroupId(id))) {
                return Err(ErrorCode::StillUsed.into());
            }
            let before = data.records.capacity_groups.len();
            data.records.capacity_groups.retain(|group| group.id.0 != id);
            let gone = data.records.capacity_groups.len() < before;
            if gone { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a group among the company's, in the place of the one with its id.
fn put(
    data: &mut CompanyData,
    id: CapacityGroupId,
    wish: NewCapacityGroup,
) -> Result<CapacityGroup, ApiError> {
    let NewCapacityGroup { name, max_active, max_incoming, max_outgoing, for_new_users, members } = wish;
    let group = CapacityGroupRecord { id, name, max_active, max_incoming, max_outgoing, for_new_users };
    let groups = &mut data.records.capacity_groups;
    if for_new_users {
        groups.iter_mut().for_each(|other| other.for_new_users = false);
    }
    match groups.iter_mut().find(|other| other.id == id) {
        Some(other) => *other = group.clone(),
        None => groups.push(group.clone()),
    }
    if let Some(members) = members {
        take_members(data, id, &members)?;
    }
    Ok(view(data, &group))
}

/// These users are in the group, and nobody else is.
fn take_members(data: &mut CompanyData, id: CapacityGroupId, members: &[u32]) -> Result<(), ApiError> {
    let people = &mut data.records.subscribers;
    if let Some(nobody) = members.iter().find(|member| !people.iter().any(|who| who.id.0 == **member)) {
        return Err(ApiError::new(ErrorCode::BadValue).about(format!("members: there is no user {nobody}")));
    }
    for who in people {
        if members.contains(&who.id.0) {
            who.capacity_group = Some(id);
        } else if who.capacity_group == Some(id) {
            who.capacity_group = None;
        }
    }
    Ok(())
}

fn view(data: &CompanyData, group: &CapacityGroupRecord) -> CapacityGroup {
    let members = data.records.subscribers.iter().filter(|who| who.capacity_group == Some(group.id));
    CapacityGroup { group: group.clone(), members: members.map(|who| who.id.0).collect() }
}
