//! Users of a company.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use pbx::directory::{DepartmentId, Login, ScheduleOwner, SubscriberId, SubscriberRecord};
use pbx_api::user::{NewUser, UserChange};
use pbx_api::{ApiError, ErrorCode, Role, SubscriberKind, User};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared, licences};
use crate::company::{CompanyData, Person};
use crate::store::SessionOwner;
use crate::views::{self, optional_text};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(one, change, remove))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Search {
    /// Only users whose name, extension or number contains this.
    query: Option<String>,
    /// What they are; people when nothing is said.
    kind: Option<SubscriberKind>,
    /// Only users of this department.
    department: Option<u32>,
    /// Only users after this one.
    after: Option<u32>,
    /// At most so many.
    limit: Option<usize>,
}

/// Users, in the order in which they were made.
#[utoipa::path(get, path = "/users", tag = "directory", params(Search), security(("token" = [])),
    responses((status = 200, body = Vec<User>), (status = 401, body = ApiError)))]
async fn list(access: Access, Query(search): Query<Search>) -> Json<Vec<User>> {
    let data = &access.company.data;
    let wanted = search.query.map(|query| query.to_lowercase());
    let users = data
        .records
        .subscribers
        .iter()
        .filter(|who| who.kind == search.kind.unwrap_or_default())
        .filter(|who| access.lists(who.id))
        .filter(|who| search.after.is_none_or(|after| who.id.0 > after))
        .filter(|who| search.department.is_none_or(|id| who.department.is_some_and(|it| it.0 == id)))
        .filter(|who| wanted.as_deref().is_none_or(|wanted| matches(who, wanted)))
        .take(search.limit.unwrap_or(usize::MAX));
    Json(users.map(|who| views::user(data, who)).collect())
}

fn matches(who: &SubscriberRecord, wanted: &str) -> bool {
    who.name.to_lowercase().contains(wanted)
        || who.login.to_lowercase().contains(wanted)
        || who.extension.is_some_and(|it| it.to_string().contains(wanted))
        || who.numbers.iter().any(|it| it.to_string().contains(wanted))
}

/// Make a user.
#[utoipa::path(post, path = "/users", tag = "directory", request_body = NewUser, security(("token" = [])),
    responses((status = 201, body = User), (status = 403, body = ApiError), (status = 409, body = ApiError),
        (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewUser>,
) -> Answer<(StatusCode, Json<User>)> {
    access.needs(Role::DepartmentAdmin)?;
    let role = grantable(&access, wish.role.unwrap_or(Role::User))?;
    if !access.caller.me.role.includes(Role::CompanyAdmin) && wish.department != access.caller.me.department {
        return Err(ErrorCode::NotAllowed.into());
    }
    if wish.password.is_some() && !wish.kind.has_telephones() {
        return Err(ApiError::new(ErrorCode::BadValue).about("password").into());
    }
    licences::may_give(&access, wish.profile, wish.options.as_deref())?;
    let password_hash = match wish.password.clone() {
        Some(password) => Some(app.accounts.hash(password).await?),
        None => None,
    };
    let id = app
        .companies
        .edit(access.company_id(), |data| {
            let login = Login::read(&wish.name, data.domain())
                .map_err(|error| ApiError::new(ErrorCode::BadValue).about(format!("name: {error}")))?;
            if data.subscriber_named(login.as_str()).is_some() {
                return Err(ApiError::new(ErrorCode::AlreadyExists).about("name"));
            }
            let group = data.records.groups.first().ok_or(ErrorCode::Internal)?.id;
            let id = SubscriberId(data.new_id());
            let for_new = data.records.capacity_groups.iter().find(|group| group.for_new_users);
            let capacity_group = for_new.map(|group| group.id);
            data.records.subscribers.push(SubscriberRecord {
                id,
                kind: wish.kind,
                name: wish.display_name,
                login: login.into(),
                group,
                department: wish.department.map(|id| DepartmentId(id.0)),
                capacity_group,
                extension: wish.extension.as_deref().map(|text| extension(data, text, id)).transpose()?,
                numbers: Vec::new(),
                presentation: None,
                language: wish.language.as_deref().map(views::language_named).transpose()?,
                credentials: None,
                profile: wish.profile.unwrap_or_default(),
                options: wish.options.unwrap_or_default().into_iter().collect(),
                services: Default::default(),
            });
            let person = Person { role, title: wish.title, mail: wish.mail, password_hash };
            data.people.insert(id, person);
            licences::enough(data, id)?;
            Ok(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(now(&app, &access, id)?)))
}

/// One user.
#[utoipa::path(get, path = "/users/{user}", tag = "directory", params(("user" = u32, Path)), security(("token" = [])),
    responses((status = 200, body = User), (status = 404, body = ApiError)))]
async fn one(access: Access, Path(id): Path<u32>) -> Answer<Json<User>> {
    let data = &access.company.data;
    let who = data.subscriber(SubscriberId(id)).filter(|who| access.lists(who.id));
    Ok(Json(views::user(data, who.ok_or(ErrorCode::NotFound)?)))
}

/// Change a user.
#[utoipa::path(patch, path = "/users/{user}", tag = "directory", request_body = UserChange,
    params(("user" = u32, Path)), security(("token" = [])),
    responses((status = 200, body = User), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(wish): Body<UserChange>,
) -> Answer<Json<User>> {
    let id = SubscriberId(id);
    access.company.data.subscriber(id).ok_or(ErrorCode::NotFound)?;
    access.may_manage(id)?;
    let role = wish.role.map(|role| grantable(&access, role)).transpose()?;
    if wish.department.is_some() {
        access.needs(Role::CompanyAdmin)?;
    }
    licences::may_give(&access, wish.profile, wish.options.as_deref())?;
    let password_hash = match wish.password.clone() {
        Some(password) => Some(app.accounts.hash(password).await?),
        None => None,
    };
    let new_password = password_hash.is_some();
    let kind = access.company.data.subscriber(id).map(|who| who.kind).unwrap_or_default();
    if new_password && !kind.has_telephones() {
        return Err(ApiError::new(ErrorCode::BadValue).about("password").into());
    }
    app.companies
        .edit(access.company_id(), |data| {
            apply_to_record(data, id, &wish)?;
            let person = data.people.entry(id).or_default();
            person.role = role.unwrap_or(person.role);
            person.title = wish.title.map_or_else(|| person.title.take(), optional_text);
            person.mail = wish.mail.map_or_else(|| person.mail.take(), optional_text);
            person.password_hash = password_hash.or_else(|| person.password_hash.take());
            licences::enough(data, id)?;
            Ok(())
        })
        .await?;
    if new_password {
        app.accounts.sign_out_everywhere(&SessionOwner::Subscriber(access.company_id(), id)).await?;
    }
    Ok(Json(now(&app, &access, id)?))
}

/// Remove a user with their devices; their numbers go back into stock.
#[utoipa::path(delete, path = "/users/{user}", tag = "directory", params(("user" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    let id = SubscriberId(id);
    access.company.data.subscriber(id).ok_or(ErrorCode::NotFound)?;
    access.may_manage(id)?;
    app.companies
        .edit(access.company_id(), |data| {
            let numbers = data.subscriber(id).ok_or(ErrorCode::NotFound)?.numbers.clone();
            data.spare_numbers.extend(numbers);
            data.records.subscribers.retain(|who| who.id != id);
            data.records.schedules.retain(|schedule| schedule.owner != ScheduleOwner::Subscriber(id));
            for team in &mut data.records.teams {
                team.members.retain(|member| *member != id);
            }
            data.people.remove(&id);
            data.devices.retain(|_, device| device.owner != id);
            Ok(())
        })
        .await?;
    app.accounts.sign_out_everywhere(&SessionOwner::Subscriber(access.company_id(), id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn apply_to_record(data: &mut CompanyData, id: SubscriberId, wish: &UserChange) -> Result<(), ApiError> {
    let extension = match wish.extension.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(extension(data, text, id)?)),
    };
    let who = data.subscriber_mut(id).ok_or(ErrorCode::NotFound)?;
    if let Some(name) = &wish.display_name {
        who.name.clone_from(name);
    }
    if let Some(extension) = extension {
        who.extension = extension;
    }
    if let Some(department) = wish.department {
        who.department = Some(DepartmentId(department.0)).filter(|id| id.0 != 0);
    }
    if let Some(language) = &wish.language {
        who.language = if language.is_empty() { None } else { Some(views::language_named(language)?) };
    }
    if let Some(profile) = wish.profile {
        who.profile = profile;
    }
    if let Some(options) = &wish.options {
        who.options = options.iter().copied().collect();
    }
    Ok(())
}

fn extension(
    data: &CompanyData,
    text: &str,
    owner: SubscriberId,
) -> Result<pbx::directory::Extension, ApiError> {
    let extension = text.parse().map_err(|_| ApiError::new(ErrorCode::BadValue).about("extension"))?;
    if data.records.subscribers.iter().any(|who| who.extension == Some(extension) && who.id != owner) {
        return Err(ApiError::new(ErrorCode::AlreadyExists).about("extension"));
    }
    Ok(extension)
}

/// A role that the caller may give or take: nothing above their own.
fn grantable(access: &Access, role: Role) -> Answer<Role> {
    if role == Role::Platform || !access.caller.me.role.includes(role) {
        return Err(ErrorCode::NotAllowed.into());
    }
    Ok(role)
}

fn now(app: &App, access: &Access, id: SubscriberId) -> Answer<User> {
    let company = app.companies.get(access.company_id()).ok_or(ErrorCode::NotFound)?;
    let who = company.data.subscriber(id).ok_or(ErrorCode::NotFound)?;
    Ok(views::user(&company.data, who))
}
