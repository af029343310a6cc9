//! The event connection: a WebSocket with a snapshot, numbered events, and resuming.
//!
//! Each listener has its own task that reads the company's events, leaves out what the caller may
//! not see, and writes. Whoever reads too slowly is sent away with a code and comes back with the
//! number of the last event; nothing waits for a listener.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use pbx_api::event::{CLOSE_BAD_FRAME, CLOSE_SESSION_ENDED, CLOSE_TOO_SLOW};
use pbx_api::{ApiError, ClientFrame, ErrorCode, ServerFrame, Snapshot, Topic};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, timeout};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::Answer;
use super::{App, Shared, now};
use crate::events::{Numbered, Picture, Start};

/// How long one frame may take to leave before the listener counts as too slow.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// How often the session is looked at, and `since` brought up to date.
const ROUND: Duration = Duration::from_secs(15);
/// Largest frame that a client may send.
const FRAME_LIMIT: usize = 4096;
/// 1001: going away (RFC 6455 section 7.4.1).
const CLOSE_GOING_AWAY: u16 = 1001;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(connect))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Wanted {
    /// Number of the last event that the client has.
    since: Option<u64>,
    /// The `epoch` of that number, as `hello` gave it.
    epoch: Option<String>,
    /// `calls,presence,registrations,settings,messages`; everything when absent.
    topics: Option<String>,
}

/// Events as a WebSocket: first `hello`, then each event with its number.
#[utoipa::path(get, path = "/events", tag = "calls", params(Wanted), security(("token" = [])),
    responses((status = 101, description = "frames are `ServerFrame` and `ClientFrame`"),
        (status = 401, body = ApiError), (status = 422, body = ApiError)))]
async fn connect(
    State(app): State<Arc<App>>,
    access: Access,
    Query(wanted): Query<Wanted>,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    let topics = topics(wanted.topics.as_deref())?;
    let since = wanted.since.filter(|_| wanted.epoch.as_deref() == Some(app.hub.epoch()));
    let listener = Listener { app, access, topics };
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    Ok(upgrade.on_upgrade(move |socket| listener.run(socket, since)))
}

fn topics(wanted: Option<&str>) -> Answer<BTreeSet<Topic>> {
    let Some(wanted) = wanted else { return Ok(Topic::ALL.into_iter().collect()) };
    let named = wanted.split(',').map(Topic::named).collect::<Option<_>>();
    named.ok_or_else(|| ApiError::new(ErrorCode::BadValue).about("topics").into())
}

struct Listener {
    app: Arc<App>,
    access: Access,
    topics: BTreeSet<Topic>,
}

/// Why a connection ends.
enum End {
    /// The client is gone.
    Gone,
    /// The client is sent away with this code.
    SentAway(u16),
}

impl Listener {
    async fn run(mut self, mut socket: WebSocket, since: Option<u64>) {
        let start = self.app.hub.listen(self.access.company_id(), since);
        if let Err(End::SentAway(code)) = self.serve(&mut socket, start).await {
            if code == CLOSE_TOO_SLOW {
                self.app.metrics.listeners_too_slow.one();
            }
            let frame = CloseFrame { code, reason: "".into() };
            let _ = timeout(WRITE_TIME, socket.send(Message::Close(Some(frame)))).await;
        }
    }

    async fn serve(&mut self, socket: &mut WebSocket, start: Start) -> Result<(), End> {
        let Start { seq, snapshot, missed, mut receiver } = start;
        let hello = ServerFrame::Hello {
            seq,
            epoch: self.app.hub.epoch().to_owned(),
            me: self.access.caller.me.clone(),
            snapshot: snapshot.map(|snapshot| self.visible(snapshot)),
            now: now(),
        };
        send(socket, &hello).await?;
        let mut passed = seq;
        for numbered in missed {
            passed = self.pass_on(socket, &numbered).await?;
        }

        let mut told = passed;
        let mut rounds = interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = receiver.recv() => match event {
                    Ok(numbered) => passed = self.pass_on(socket, &numbered).await?,
                    Err(RecvError::Lagged(_)) => return Err(End::SentAway(CLOSE_TOO_SLOW)),
                    Err(RecvError::Closed) => return Err(End::SentAway(CLOSE_SESSION_ENDED)),
                },
                frame = socket.recv() => answer(socket, frame).await?,
                _ = rounds.tick() => {
                    self.look_around().await?;
                    if passed > told {
                        send(socket, &ServerFrame::Mark { seq: passed }).await?;
                        told = passed;
                    }
                }
            }
        }
    }

    /// What the caller may see follows their role, which may have changed. Who listens uses the session.
    async fn look_around(&mut self) -> Result<(), End> {
        if self.app.is_draining() {
            return Err(End::SentAway(CLOSE_GOING_AWAY));
        }
        let still = self.app.accounts.still(&self.access.caller, now());
        self.access.caller = still.ok_or(End::SentAway(CLOSE_SESSION_ENDED))?;
        self.app.accounts.prolong(&self.access.caller, now()).await;
        Ok(())
    }

    /// Sends an event if the caller may see it and asked for it; its number either way. What colleagues let be seen
    /// of themselves is asked of the company as it is now.
    async fn pass_on(&mut self, socket: &mut WebSocket, numbered: &Numbered) -> Result<u64, End> {
        let Numbered { seq, what } = numbered;
        if let Some(now) = self.app.companies.get(self.access.company_id()) {
            self.access.company = now;
        }
        let event = self.access.event(what).filter(|event| self.topics.contains(&event.topic()));
        if let Some(event) = event {
            send(socket, &ServerFrame::Event { seq: *seq, event }).await?;
        }
        Ok(*seq)
    }

    fn visible(&self, picture: Picture) -> Snapshot {
        let access = &self.access;
        let (calls, own) = (self.topics.contains(&Topic::Calls), access.caller.me.subscriber);
        let presence =
            self.topics.contains(&Topic::Presence) && access.caller.me.role.includes(pbx_api::Role::User);
        let registrations = self.topics.contains(&Topic::Registrations);
        let sees_all = access.sees_all_calls();
        Snapshot {
            calls: picture.calls.iter().filter(|_| calls).filter_map(|it| access.sight_of(it)).collect(),
            presence: picture.presence.iter().filter(|_| presence).map(|it| access.lamp(it)).collect(),
            registrations: picture
                .registrations
                .into_iter()
                .filter(|it| registrations && (sees_all || own == Some(it.subscriber)))
                .collect(),
        }
    }
}

async fn send(socket: &mut WebSocket, frame: &ServerFrame) -> Result<(), End> {
    let text = serde_json::to_string(frame).map_err(|_| End::Gone)?;
    match timeout(WRITE_TIME, socket.send(Message::Text(text.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::SentAway(CLOSE_TOO_SLOW)),
    }
}

async fn answer(socket: &mut WebSocket, frame: Option<Result<Message, axum::Error>>) -> Result<(), End> {
    match frame {
        None | Some(Err(_) | Ok(Message::Close(_))) => Err(End::Gone),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
        Some(Ok(Message::Binary(_))) => Err(End::SentAway(CLOSE_BAD_FRAME)),
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(ClientFrame::Ping { id }) => send(socket, &ServerFrame::Pong { id }).await,
            Err(_) => Err(End::SentAway(CLOSE_BAD_FRAME)),
        },
    }
}
