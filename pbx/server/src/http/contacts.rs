//! A user's own contacts (F-181, F-182): only the user reads and writes them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use pbx::directory::SubscriberId;
use pbx_api::contact::CONTACTS;
use pbx_api::{ApiError, Change, Contact, ContactCard, ErrorCode, Event, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::companies::stored;
use crate::store::Write;

/// Largest body of a request that brings many contacts at once.
const MANY: usize = 16 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .merge(OpenApiRouter::new().routes(routes!(add_many)).layer(DefaultBodyLimit::max(MANY)))
}

/// One's own contacts, in no order.
#[utoipa::path(get, path = "/me/contacts", tag = "contacts", security(("token" = [])),
    responses((status = 200, body = Vec<Contact>), (status = 403, body = ApiError)))]
async fn list(State(app): State<Arc<App>>, access: Access) -> Answer<Json<Vec<Contact>>> {
    let own = owner(&access)?;
    let found = app.companies.store().contacts(access.company_id(), own).await;
    Ok(Json(found.map_err(|error| stored(&error))?))
}

/// Write somebody down.
#[utoipa::path(post, path = "/me/contacts", tag = "contacts", request_body = ContactCard, security(("token" = [])),
    responses((status = 201, body = Contact), (status = 403, body = ApiError), (status = 409, body = ApiError),
        (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(card): Body<ContactCard>,
) -> Answer<(StatusCode, Json<Contact>)> {
    let mut added = write_down(&app, &access, vec![card]).await?;
    let contact = added.pop().ok_or(ErrorCode::Internal)?;
    Ok((StatusCode::CREATED, Json(contact)))
}

/// Write many people down at once; all of them or, where one of them is wrong, nobody.
#[utoipa::path(post, path = "/me/contacts/many", tag = "contacts", request_body = Vec<ContactCard>,
    security(("token" = [])),
    responses((status = 201, body = Vec<Contact>), (status = 403, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)))]
async fn add_many(
    State(app): State<Arc<App>>,
    access: Access,
    Body(cards): Body<Vec<ContactCard>>,
) -> Answer<(StatusCode, Json<Vec<Contact>>)> {
    Ok((StatusCode::CREATED, Json(write_down(&app, &access, cards).await?)))
}

/// Write somebody down anew.
#[utoipa::path(put, path = "/me/contacts/{id}", tag = "contacts", request_body = ContactCard,
    params(("id" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Contact), (status = 404, body = ApiError), (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<String>,
    Body(card): Body<ContactCard>,
) -> Answer<Json<Contact>> {
    let own = owner(&access)?;
    check(&card)?;
    known(&app, &access, own, &id).await?;
    let contact = Contact { id, card };
    put(&app, &access, own, std::slice::from_ref(&contact)).await?;
    Ok(Json(contact))
}

/// Cross somebody out.
#[utoipa::path(delete, path = "/me/contacts/{id}", tag = "contacts", params(("id" = String, Path)),
    security(("token" = [])), responses((status = 204), (status = 404, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<String>) -> Answer<StatusCode> {
    let own = owner(&access)?;
    known(&app, &access, own, &id).await?;
    let row = Write::RemoveContact { company: access.company_id(), subscriber: own, id };
    app.companies.store().write(vec![row]).await.map_err(|error| stored(&error))?;
    changed(&app, &access, own);
    Ok(StatusCode::NO_CONTENT)
}

async fn write_down(app: &App, access: &Access, cards: Vec<ContactCard>) -> Answer<Vec<Contact>> {
    let own = owner(access)?;
    cards.iter().try_for_each(check)?;
    let held = app.companies.store().contact_count(access.company_id(), own).await;
    let held = usize::try_from(held.map_err(|error| stored(&error))?).unwrap_or(usize::MAX);
    if held.saturating_add(cards.len()) > CONTACTS {
        return Err(ApiError::new(ErrorCode::LimitReached).about("contacts").into());
    }
    let named = cards.into_iter().map(|card| Contact { id: format!("{:016x}", rand::random::<u64>()), card });
    let contacts: Vec<Contact> = named.collect();
    put(app, access, own, &contacts).await?;
    Ok(contacts)
}

async fn put(app: &App, access: &Access, own: SubscriberId, contacts: &[Contact]) -> Answer<()> {
    let company = access.company_id();
    let row = |contact: &Contact| Write::PutContact { company, subscriber: own, contact: contact.clone() };
    let written = app.companies.store().write(contacts.iter().map(row).collect()).await;
    written.map_err(|error| stored(&error))?;
    changed(app, access, own);
    Ok(())
}

/// The user's other windows read the list again.
fn changed(app: &App, access: &Access, own: SubscriberId) {
    let user = pbx_api::SubscriberId(own.0);
    app.hub.tell(access.company_id(), Event::Setting { change: Change::Contacts { user } });
}

async fn known(app: &App, access: &Access, own: SubscriberId, id: &str) -> Answer<()> {
    let found = app.companies.store().has_contact(access.company_id(), own, id).await;
    found.map_err(|error| stored(&error))?.then_some(()).ok_or_else(|| ErrorCode::NotFound.into())
}

fn owner(access: &Access) -> Answer<SubscriberId> {
    access.needs(Role::User)?;
    access.own()
}

fn check(card: &ContactCard) -> Answer<()> {
    card.fault().map_or(Ok(()), |field| Err(ApiError::new(ErrorCode::BadValue).about(field).into()))
}
