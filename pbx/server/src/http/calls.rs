//! Running calls and lamps, and what applications may do with calls (F-004).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::licence::CALL_CONTROL;
use pbx::directory::{Owner, SubscriberId};
use pbx::exchange::{Actor, CommandError, Done, Verb};
use pbx_api::call_control::{CommandAccepted, NOTE};
use pbx_api::{
    ApiError, CallCommand, CallId, CallView, ErrorCode, LegId, LegView, Note, Originate, PickUp, Presence,
    Role, Transfer,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared, licences};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, originate))
        .routes(routes!(command))
        .routes(routes!(note))
        .routes(routes!(take_back))
        .routes(routes!(pick_up))
        .routes(routes!(presence))
}

/// Calls that are going on: one's own, or all of them for supervisors.
#[utoipa::path(get, path = "/calls", tag = "calls", security(("token" = [])),
    responses((status = 200, body = Vec<CallView>), (status = 401, body = ApiError)))]
async fn list(State(app): State<Arc<App>>, access: Access) -> Json<Vec<CallView>> {
    let calls = app.hub.picture(access.company_id()).calls;
    Json(calls.iter().filter_map(|call| access.sight_of(call)).collect())
}

/// Every visible colleague's lamp.
#[utoipa::path(get, path = "/presence", tag = "calls", security(("token" = [])),
    responses((status = 200, body = Vec<Presence>), (status = 403, body = ApiError)))]
async fn presence(State(app): State<Arc<App>>, access: Access) -> Answer<Json<Vec<Presence>>> {
    access.needs(Role::User)?;
    let lamps = app.hub.picture(access.company_id()).presence;
    Ok(Json(lamps.iter().map(|lamp| access.lamp(lamp)).collect()))
}

/// Ring the user's own device, then call.
#[utoipa::path(post, path = "/calls", tag = "calls", request_body = Originate, security(("token" = [])),
    responses((status = 202, body = CommandAccepted), (status = 403, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError), (status = 503, body = ApiError)))]
async fn originate(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<Originate>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    let subscriber = match wish.from {
        Some(from) if !access.is(SubscriberId(from.0)) => {
            access.needs(Role::Supervisor)?;
            SubscriberId(from.0)
        }
        _ => {
            access.needs(Role::User)?;
            access.own()?
        }
    };
    access.company.data.subscriber(subscriber).ok_or(ErrorCode::NotFound)?;
    if wish.to.is_empty() || wish.to.len() > 128 {
        return Err(ApiError::new(ErrorCode::UnknownNumber).about("to").into());
    }
    let verb = Verb::Originate { subscriber, device: wish.device, to: wish.to };
    run(&app, &access, subscriber, verb, None).await
}

/// Do something with a leg of a call: one's own leg, one in a conference that one steers to mute or drop it, or anybody's
/// for supervisors.
#[utoipa::path(post, path = "/calls/{call}/legs/{leg}", tag = "calls", request_body = CallCommand,
    params(("call" = u64, Path), ("leg" = u64, Path)), security(("token" = [])),
    responses((status = 202, body = CommandAccepted), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 503, body = ApiError)))]
async fn command(
    State(app): State<Arc<App>>,
    access: Access,
    Path((call, leg)): Path<(CallId, LegId)>,
    Body(wish): Body<CallCommand>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    access.needs(Role::User)?;
    let running = app.hub.call(access.company_id(), call).ok_or(ErrorCode::CallEnded)?;
    let found = running.whole().legs.iter().find(|it| it.id == leg).ok_or(ErrorCode::CallEnded)?;
    let whose = found.party.subscriber.map(|id| SubscriberId(id.0));
    // Whoever brought others together mutes and drops them.
    let controls = |leg: &LegView| {
        leg.controller && leg.party.subscriber.is_some_and(|id| access.is(SubscriberId(id.0)))
    };
    let steers = matches!(wish, CallCommand::Mute { .. } | CallCommand::Drop)
        && running.whole().legs.iter().any(controls);
    let own = whose.filter(|who| access.is(*who) || access.sees_all_calls());
    let subscriber = match own {
        Some(subscriber) => subscriber,
        None if steers => access.own()?,
        None => return Err(ErrorCode::NotAllowed.into()),
    };
    let verb = verb(&app, &access, leg, subscriber, wish)?;
    run(&app, &access, subscriber, verb, Some(call)).await
}

/// Write about a call: one's own, or one that was put through and nobody has answered.
#[utoipa::path(put, path = "/calls/{call}/note", tag = "calls", request_body = Note, params(("call" = u64, Path)),
    security(("token" = [])),
    responses((status = 202, body = CommandAccepted), (status = 403, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)))]
async fn note(
    State(app): State<Arc<App>>,
    access: Access,
    Path(call): Path<CallId>,
    Body(wish): Body<Note>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    if wish.text.chars().count() > NOTE {
        return Err(ApiError::new(ErrorCode::BadValue).about("text").into());
    }
    run_own(&app, &access, Verb::Note { call, text: wish.text }, call).await
}

/// Take back a party that was put through and that nobody has answered: one's telephone rings, and answers by
/// itself where it can.
#[utoipa::path(post, path = "/calls/{call}/take-back", tag = "calls", params(("call" = u64, Path)),
    security(("token" = [])),
    responses((status = 202, body = CommandAccepted), (status = 403, body = ApiError), (status = 409, body = ApiError)))]
async fn take_back(
    State(app): State<Arc<App>>,
    access: Access,
    Path(call): Path<CallId>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    run_own(&app, &access, Verb::TakeBack { call }, call).await
}

/// Take whoever waits in a call that rings at a colleague or is parked: one's own telephone rings, and has the caller once it is
/// answered. The call that is named in the answer is the one by which it rings.
#[utoipa::path(post, path = "/calls/{call}/pick-up", tag = "calls", request_body = PickUp, params(("call" = u64, Path)),
    security(("token" = [])),
    responses((status = 202, body = CommandAccepted), (status = 403, body = ApiError), (status = 409, body = ApiError)))]
async fn pick_up(
    State(app): State<Arc<App>>,
    access: Access,
    Path(call): Path<CallId>,
    Body(wish): Body<PickUp>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    let verb = Verb::PickUp { subscriber: access.own()?, device: wish.device, call };
    run_own(&app, &access, verb, call).await
}

/// What the exchange itself checks to be the caller's own.
async fn run_own(
    app: &App,
    access: &Access,
    verb: Verb,
    call: CallId,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    access.needs(Role::User)?;
    run(app, access, access.own()?, verb, Some(call)).await
}

fn verb(app: &App, access: &Access, leg: LegId, who: SubscriberId, wish: CallCommand) -> Answer<Verb> {
    let other = |call| own_leg(app, access, call, who);
    Ok(match wish {
        CallCommand::Answer => Verb::Answer { leg },
        CallCommand::Hold => Verb::Hold { leg },
        CallCommand::Resume => Verb::Resume { leg },
        CallCommand::Park { at } => Verb::Park { leg, at },
        CallCommand::ParkInTeam => Verb::ParkInTeam { leg },
        CallCommand::Invite { to } => Verb::Invite { leg, to },
        CallCommand::Leave => Verb::Leave { leg },
        CallCommand::Mute { muted } => Verb::Mute { leg, muted },
        CallCommand::Drop => Verb::Drop { leg },
        CallCommand::Dtmf { digits } => Verb::Dtmf { leg, digits: keys(digits)? },
        CallCommand::Conference { with } => Verb::Conference { leg, other: other(with)? },
        CallCommand::Transfer { transfer } => match transfer {
            Transfer::Blind { to } => Verb::Transfer { leg, to },
            Transfer::Consult { to } => Verb::Consult { leg, to },
            Transfer::Complete { with } => Verb::CompleteTransfer { leg, other: other(with)? },
            Transfer::Cancel { with } => Verb::GiveUpConsult { leg, other: other(with)? },
        },
    })
}

/// The same user's leg in another call, such as the consultation.
fn own_leg(app: &App, access: &Access, call: CallId, who: SubscriberId) -> Answer<LegId> {
    let running = app.hub.call(access.company_id(), call).ok_or(ErrorCode::CallEnded)?;
    let own = |leg: &&LegView| leg.party.subscriber.is_some_and(|id| id.0 == who.0);
    running.whole().legs.iter().find(own).map(|leg| leg.id).ok_or_else(|| ErrorCode::NotAllowed.into())
}

fn keys(digits: String) -> Answer<String> {
    let known = digits.chars().all(|key| key.is_ascii_digit() || "*#ABCD".contains(key));
    if known && (1..=32).contains(&digits.len()) {
        return Ok(digits);
    }
    Err(ApiError::new(ErrorCode::BadValue).about("digits").into())
}

/// A supervisor acts with the rights of an administrator of the company on legs of others.
async fn run(
    app: &App,
    access: &Access,
    subscriber: SubscriberId,
    verb: Verb,
    call: Option<CallId>,
) -> Answer<(StatusCode, Json<CommandAccepted>)> {
    // Driving calls from an application is a right of whoever does it, and of the telephone that is driven.
    for who in [access.own().ok(), Some(subscriber)].into_iter().flatten() {
        licences::licensed(access, Owner::Subscriber(who), CALL_CONTROL)?;
    }
    licences::licensed(access, Owner::Subscriber(subscriber), verb.function())?;
    let by = if access.is(subscriber) { Actor::Subscriber(subscriber) } else { Actor::Administrator };
    let done = app.runtime.command(access.company_id(), by, verb).await.map_err(failed)?;
    let Done { call: made, leg } = done;
    let call = made.or(call).ok_or(ErrorCode::Internal)?;
    Ok((StatusCode::ACCEPTED, Json(CommandAccepted { call, leg })))
}

fn failed(error: CommandError) -> ApiError {
    let code = match error {
        CommandError::UnknownCall => ErrorCode::CallEnded,
        CommandError::UnknownSubscriber => ErrorCode::NotFound,
        CommandError::NotAllowed => ErrorCode::NotAllowed,
        CommandError::WrongState | CommandError::EmergencyCall => ErrorCode::WrongCallState,
        CommandError::NoDevice | CommandError::NotAnswered => ErrorCode::NoDevice,
        CommandError::BadNumber | CommandError::NotReached => ErrorCode::UnknownNumber,
        CommandError::LimitReached => ErrorCode::LimitReached,
        CommandError::Draining => ErrorCode::Unavailable,
    };
    ApiError::new(code).about(error.to_string())
}
