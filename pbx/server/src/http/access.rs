//! Who asks, for which company, and whether they may.
//!
//! A handler that takes an [`Access`] cannot be reached without a valid token, and sees no company
//! but the caller's own. The platform's administrators name the company with `?company=`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Query};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use pbx::directory::SubscriberId;
use pbx::feature::{Gaze, Visibility, Watcher};
use pbx::permission::visibility;
use pbx_api::{CallView, CompanyId, ErrorCode, Event, Parked, Presence, Role};
use serde::Deserialize;

use super::answer::{Answer, Refusal};
use super::{App, now};
use crate::accounts::Caller;
use crate::companies::Company;
use crate::events::Happening;
use crate::seen::SeenCall;
use crate::views;

/// Whoever has a valid token; the session goes on by being used.
#[derive(Debug)]
pub(super) struct SignedIn(pub Caller);

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(ErrorCode::NotSignedIn)?;
        let caller = app.accounts.caller(token.trim(), now()).ok_or(ErrorCode::NotSignedIn)?;
        app.accounts.prolong(&caller, now()).await;
        Ok(Self(caller))
    }
}

/// A caller and the company that they act in.
#[derive(Debug, Clone)]
pub(super) struct Access {
    pub caller: Caller,
    pub company: Arc<Company>,
}

#[derive(Debug, Deserialize)]
struct Named {
    company: Option<CompanyId>,
}

impl FromRequestParts<Arc<App>> for Access {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        let SignedIn(caller) = SignedIn::from_request_parts(parts, app).await?;
        let Query(Named { company: named }) =
            Query::from_request_parts(parts, app).await.map_err(|_| ErrorCode::BadRequest)?;
        let id = match (caller.me.company, named) {
            (Some(own), Some(named)) if own != named => return Err(ErrorCode::NotAllowed.into()),
            (Some(own), _) => own,
            (None, Some(named)) => named,
            (None, None) => {
                return Err(pbx_api::ApiError::new(ErrorCode::BadRequest).about("company").into());
            }
        };
        let company = app.companies.get(id).ok_or(ErrorCode::NotFound)?;
        Ok(Self { caller, company })
    }
}

impl Access {
    pub(super) fn company_id(&self) -> CompanyId {
        self.company.id()
    }

    /// Only for this role and those above it.
    pub(super) fn needs(&self, role: Role) -> Answer<()> {
        needs(&self.caller, role)
    }

    /// The caller's own user.
    pub(super) fn own(&self) -> Answer<SubscriberId> {
        self.caller.me.subscriber.map(|id| SubscriberId(id.0)).ok_or_else(|| ErrorCode::NotAllowed.into())
    }

    pub(super) fn is(&self, who: SubscriberId) -> bool {
        self.caller.me.subscriber.is_some_and(|own| own.0 == who.0)
    }

    /// Whether the caller may change this user: the administrator, or that of the user's department. Nobody
    /// takes over an account that may do more than their own, nor its telephones.
    pub(super) fn may_manage(&self, who: SubscriberId) -> Answer<()> {
        let role = self.caller.me.role;
        needs(&self.caller, self.company.data.person(who).role)?;
        if role.includes(Role::CompanyAdmin) {
            return Ok(());
        }
        let theirs = self.company.data.subscriber(who).and_then(|record| record.department);
        let own = self.caller.me.department;
        if role == Role::DepartmentAdmin && own.is_some() && theirs.map(|id| id.0) == own.map(|id| id.0) {
            return Ok(());
        }
        Err(ErrorCode::NotAllowed.into())
    }

    /// Whether the caller may set this user's services: the user, and whoever manages the user.
    pub(super) fn may_set(&self, who: SubscriberId) -> Answer<()> {
        if self.is(who) && self.caller.me.role.includes(Role::User) {
            return Ok(());
        }
        self.may_manage(who)
    }

    /// Whether the caller sees calls of others.
    pub(super) fn sees_all_calls(&self) -> bool {
        self.caller.me.role.includes(Role::Supervisor)
    }

    /// Whether the caller finds a user in lists (F-046): whoever sets users finds everybody.
    pub(super) fn lists(&self, who: SubscriberId) -> bool {
        self.caller.me.role.includes(Role::DepartmentAdmin) || self.sees(who, Gaze::List) > Visibility::Hidden
    }

    /// A lamp as the caller may see it (F-046): whoever sees all calls sees every lamp.
    pub(super) fn lamp(&self, presence: &Presence) -> Presence {
        let who = SubscriberId(presence.subscriber.0);
        let seen = if self.sees_all_calls() { Visibility::Full } else { self.sees(who, Gaze::State) };
        match seen {
            Visibility::Full => presence.clone(),
            Visibility::StateOnly => Presence {
                with: None,
                parked: presence.parked.clone().map(|parked| Parked { who: None, ..parked }),
                ..presence.clone()
            },
            Visibility::Private | Visibility::Hidden => views::private(presence),
        }
    }

    fn sees(&self, who: SubscriberId, gaze: Gaze) -> Visibility {
        let own = self.caller.me.subscriber.map(|own| SubscriberId(own.0));
        let watcher = own.map_or(Watcher::Outsider, Watcher::Subscriber);
        visibility(&self.company.directory, who, gaze, watcher)
    }

    /// A running call as the caller may see it, if at all.
    pub(super) fn sight_of(&self, call: &SeenCall) -> Option<CallView> {
        if self.sees_all_calls() {
            return Some(call.seen_by_supervisor(self.caller.me.subscriber));
        }
        call.seen_by(self.caller.me.subscriber?)
    }

    /// What happened as the caller may see it, if at all.
    pub(super) fn event(&self, what: &Happening) -> Option<Event> {
        match what {
            Happening::Call(call) if self.sees_all_calls() => {
                Some(Event::Call { call: call.seen_by_supervisor(self.caller.me.subscriber) })
            }
            Happening::Call(call) => {
                call.told_to(self.caller.me.subscriber?).map(|call| Event::Call { call })
            }
            Happening::Event(event) => self.may_see(event).then(|| self.as_seen(event)),
        }
    }

    fn as_seen(&self, event: &Event) -> Event {
        if let Event::Presence { presence } = event {
            return Event::Presence { presence: self.lamp(presence) };
        }
        event.clone()
    }

    /// Whether an event is for the caller.
    fn may_see(&self, event: &Event) -> bool {
        let own = |id: pbx_api::SubscriberId| self.caller.me.subscriber == Some(id);
        match event {
            Event::Call { .. } => false,
            Event::Presence { .. } => self.caller.me.role.includes(Role::User),
            Event::Registration { registration } => self.sees_all_calls() || own(registration.subscriber),
            Event::Setting { change } => match change {
                pbx_api::Change::Feature { settings } => self.sees_all_calls() || own(settings.subscriber),
                pbx_api::Change::Device { device } => self.sees_all_calls() || own(device.owner),
                pbx_api::Change::Contacts { user }
                | pbx_api::Change::Calls { user }
                | pbx_api::Change::Notices { user } => own(*user),
                pbx_api::Change::User { user } => self.lists(SubscriberId(user.id.0)),
                pbx_api::Change::UserGone { .. } | pbx_api::Change::Directory => true,
            },
            Event::Message { message } => own(message.from) || own(message.to),
            Event::Alarm { .. } => self.caller.me.role.includes(Role::CompanyAdmin),
        }
    }
}

pub(super) fn needs(caller: &Caller, role: Role) -> Answer<()> {
    if caller.me.role.includes(role) { Ok(()) } else { Err(ErrorCode::NotAllowed.into()) }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct From(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.map(|peer| Self(peer.0.ip())).ok_or_else(|| ErrorCode::Internal.into())
    }
}
