//! What would happen if: "where would this number come out if it called 201 on Sunday at 14:00?"

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use pbx::attempt::Availability;
use pbx::directory::{SubscriberId, TrunkId};
use pbx::exchange::{self, Foreseen, Supposed};
use pbx::feature::Cause;
use pbx::resolve::{Destination, Outcome};
use pbx::trace::Step;
use pbx_api::foresight::{SupposedCaller, SupposedStanding};
use pbx_api::{ApiError, ErrorCode, ForeseenStep, Foresight, Happening, Role, Supposition};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(foresee))
}

/// What would happen if somebody made this call: every decision, with who was asked and what they said. Nothing rings,
/// and nothing is stored.
#[utoipa::path(post, path = "/foresight", tag = "calls", request_body = Supposition, security(("token" = [])),
    responses((status = 200, body = Foresight), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError), (status = 503, body = ApiError)))]
async fn foresee(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<Supposition>,
) -> Answer<Json<Foresight>> {
    access.needs(Role::Supervisor)?;
    let call = supposition(&access, wish)?;
    let foreseen = app.runtime.foresee(access.company_id(), call).await;
    Ok(Json(foresight(&foreseen.map_err(|_| ErrorCode::Unavailable)?)))
}

fn supposition(access: &Access, wish: Supposition) -> Answer<exchange::Supposition> {
    let Supposition { caller, dialled, at, standing } = wish;
    if dialled.is_empty() || dialled.len() > 128 {
        return Err(ApiError::new(ErrorCode::UnknownNumber).about("dialled").into());
    }
    let caller = match caller {
        SupposedCaller::User { subscriber } => Supposed::Colleague(known(access, subscriber)?),
        SupposedCaller::Outside { number, withheld, trunk } => {
            let number = number.map(|number| number.parse()).transpose();
            let number = number.map_err(|_| ApiError::new(ErrorCode::BadValue).about("caller.number"))?;
            Supposed::Outside { trunk: line(access, trunk)?, number, withheld }
        }
    };
    let bad_time = || ApiError::new(ErrorCode::BadValue).about("at");
    let at = at.map(|at| jiff::Timestamp::from_millisecond(at.0).map_err(|_| bad_time())).transpose()?;
    let standing = standing.into_iter().map(|(who, how)| Ok((known(access, who)?, availability(how))));
    Ok(exchange::Supposition { caller, dialled, at, standing: standing.collect::<Answer<_>>()? })
}

fn known(access: &Access, who: pbx_api::SubscriberId) -> Answer<SubscriberId> {
    let who = SubscriberId(who.0);
    access.company.data.subscriber(who).map(|_| who).ok_or_else(|| ErrorCode::NotFound.into())
}

/// The line of a call from outside; a company without one is not called from there.
fn line(access: &Access, trunk: Option<u32>) -> Answer<Option<TrunkId>> {
    let trunks = &access.company.data.records.trunks;
    let found = trunk.is_none_or(|id| trunks.iter().any(|it| it.id.0 == id));
    if found && !trunks.is_empty() {
        return Ok(trunk.map(TrunkId));
    }
    Err(ApiError::new(ErrorCode::NotFound).about("caller.trunk").into())
}

const fn availability(standing: SupposedStanding) -> Availability {
    match standing {
        SupposedStanding::Idle => Availability::Idle,
        SupposedStanding::OnCall => Availability::OnCall,
        SupposedStanding::Busy => Availability::Full,
        SupposedStanding::Unreachable => Availability::Unreachable,
    }
}

fn foresight(foreseen: &exchange::Foresight) -> Foresight {
    let only = |happens| ForeseenStep {
        point: pbx::feature::Point::Dialling.name().to_owned(),
        subscriber: None,
        happens,
        trace: Vec::new(),
        offers: Vec::new(),
    };
    let steps = match foreseen {
        exchange::Foresight::Emergency(help) => vec![only(emergency(help))],
        exchange::Foresight::Refused(cause) => vec![only(refuses(*cause))],
        exchange::Foresight::Decided(decided) => decided.iter().map(step).collect(),
    };
    Foresight { steps }
}

fn step(foreseen: &Foreseen) -> ForeseenStep {
    let Foreseen { point, whose, decision, offers } = foreseen;
    let asked = decision.trace.0.iter().map(Step::to_string).collect();
    ForeseenStep {
        point: point.name().to_owned(),
        subscriber: whose.map(api_id),
        happens: happening(foreseen, &decision.outcome),
        trace: asked,
        offers: offers.iter().map(step).collect(),
    }
}

fn happening(foreseen: &Foreseen, outcome: &Outcome) -> Happening {
    match outcome {
        Outcome::Reach(Destination::Subscriber(who)) => Happening::Reaches { subscriber: api_id(*who) },
        Outcome::Reach(Destination::Outside { number, trunks, .. }) => {
            Happening::Leaves { number: number.to_string(), trunks: ids(trunks) }
        }
        Outcome::Ask(_, service) => Happening::Asks { service: (*service).to_owned() },
        Outcome::Emergency(help) => emergency(help),
        Outcome::Operate(_) => Happening::CarriesOut,
        Outcome::Act(_) => Happening::Acts,
        Outcome::Ring(ring) => Happening::Rings {
            for_s: ring.plan.stages.iter().map(|stage| stage.how_long.as_secs()).sum(),
            waiting: ring.plan.stages.iter().any(|stage| stage.waiting),
        },
        Outcome::Hunt(_) => Happening::Hunts,
        Outcome::Convene(plan) => {
            let numbers = plan.members.iter().map(|member| member.number.to_string()).collect();
            Happening::Convenes { numbers }
        }
        Outcome::Divert { destination: Destination::Subscriber(who), .. } => Happening::Diverts {
            number: foreseen.decision.attempt.dialled.clone(),
            subscriber: Some(api_id(*who)),
        },
        Outcome::Divert { destination: Destination::Outside { number, .. }, .. } => {
            Happening::Diverts { number: number.to_string(), subscriber: None }
        }
        Outcome::Refuse(cause, _) => refuses(*cause),
    }
}

fn emergency(help: &pbx::attempt::EmergencyCall) -> Happening {
    Happening::Emergency { number: help.number.clone(), test: help.test, trunks: ids(&help.trunks) }
}

fn refuses(cause: Cause) -> Happening {
    let name = serde_json::to_value(cause).ok();
    Happening::Refuses { cause: name.and_then(|it| Some(it.as_str()?.to_owned())).unwrap_or_default() }
}

fn ids(trunks: &[TrunkId]) -> Vec<u32> {
    trunks.iter().map(|trunk| trunk.0).collect()
}

const fn api_id(who: SubscriberId) -> pbx_api::SubscriberId {
    pbx_api::SubscriberId(who.0)
}
