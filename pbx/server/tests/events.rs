//! The event connection over real TLS: snapshot, numbers, resuming, who sees what, and its ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::{Method, StatusCode};
use pbx_api::{
    ClientFrame, Event, Presence, PresenceState, Registration, ServerFrame, SubscriberId, Timestamp,
};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

#[path = "support/exchange.rs"]
mod support;

use support::Exchange;

type Socket = WebSocketStream<TlsStream<TcpStream>>;

#[tokio::test]
async fn a_listener_gets_the_state_and_then_numbered_events() {
    let exchange = Exchange::start().await;
    let company = exchange.company("molen.example");
    let anna = exchange.user("molen.example", "anna");
    exchange.server.app.hub.tell(company, lamp(anna, PresenceState::Busy));
    let mut socket = listen(&exchange, "bert@molen.example", "").await.unwrap();

    let (seq, snapshot, _) = hello(&mut socket).await;
    exchange.server.app.hub.tell(company, lamp(anna, PresenceState::Available));
    let next = frame(&mut socket).await;

    assert_eq!(snapshot.unwrap().presence[0].state, PresenceState::Busy);
    assert!(
        matches!(next, ServerFrame::Event { seq: number, event: Event::Presence { .. } } if number == seq + 1)
    );
}

#[tokio::test]
async fn a_listener_who_comes_back_gets_what_it_missed_and_no_more() {
    let exchange = Exchange::start().await;
    let company = exchange.company("molen.example");
    let mut socket = listen(&exchange, "bert@molen.example", "").await.unwrap();
    let (seq, _, epoch) = hello(&mut socket).await;
    drop(socket);
    exchange.server.app.hub.tell(company, lamp(1, PresenceState::Ringing));

    let mut socket =
        listen(&exchange, "bert@molen.example", &format!("?since={seq}&epoch={epoch}")).await.unwrap();
    let (again, snapshot, _) = hello(&mut socket).await;
    assert_eq!((again, snapshot), (seq, None));
    assert!(matches!(frame(&mut socket).await, ServerFrame::Event { seq: number, .. } if number == seq + 1));

    let mut stranger =
        listen(&exchange, "bert@molen.example", &format!("?since={seq}&epoch=other")).await.unwrap();
    assert!(hello(&mut stranger).await.1.is_some(), "numbers of another start of the server mean nothing");
}

#[tokio::test]
async fn the_lamp_of_somebody_private_says_nothing_but_to_those_who_are_permitted() {
    let exchange = Exchange::start().await;
    let company = exchange.company("molen.example");
    let anna = exchange.user("molen.example", "anna");
    let bert = exchange.user("molen.example", "bert");
    let own = exchange.sign_in("anna@molen.example").await;
    let set = async |permitted: &[u32]| {
        let path = format!("/api/v1/users/{anna}/features/privacy");
        let privacy = json!({ "phone_status": true, "permitted": permitted });
        let (status, answer) = exchange.ask(&own, Method::PUT, &path, privacy).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    };
    let mut socket = listen(&exchange, "bert@molen.example", "?topics=presence").await.unwrap();
    hello(&mut socket).await;

    set(&[]).await;
    exchange.server.app.hub.tell(company, lamp(anna, PresenceState::Busy));
    let ServerFrame::Event { event: Event::Presence { presence }, .. } = frame(&mut socket).await else {
        panic!("no lamp")
    };
    assert_eq!((presence.state, presence.since), (PresenceState::Unknown, Timestamp(0)));
    let (_, lamps) = exchange.get(&exchange.sign_in("bert@molen.example").await, "/api/v1/presence").await;
    assert_eq!(lamps[0]["state"], "unknown", "{lamps}");
    assert_eq!(exchange.get(&own, "/api/v1/presence").await.1[0]["state"], "busy", "one's own is known");

    set(&[bert]).await;
    exchange.server.app.hub.tell(company, lamp(anna, PresenceState::Busy));
    let ServerFrame::Event { event: Event::Presence { presence }, .. } = frame(&mut socket).await else {
        panic!("no lamp")
    };
    assert_eq!(presence.state, PresenceState::Busy);
}

#[tokio::test]
async fn a_setting_that_changes_is_told_to_its_owner_and_not_to_colleagues() {
    let exchange = Exchange::start().await;
    let token = exchange.sign_in("anna@molen.example").await;
    let mut bert = listen(&exchange, "bert@molen.example", "?topics=settings").await.unwrap();
    hello(&mut bert).await;
    let set = async |login: &str, active: bool| {
        let path = format!("/api/v1/users/{}/features/do_not_disturb", exchange.user("molen.example", login));
        let (status, answer) = exchange.ask(&token, Method::PUT, &path, json!({ "active": active })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    };

    set("anna", true).await;
    set("bert", true).await;

    let ServerFrame::Event {
        event: Event::Setting { change: pbx_api::Change::Feature { settings } }, ..
    } = frame(&mut bert).await
    else {
        panic!("a setting was expected")
    };
    assert_eq!(settings.subscriber.0, exchange.user("molen.example", "bert"));
    assert_eq!(settings.settings["active"], true);
}

#[tokio::test]
async fn administrators_hear_of_a_guard_that_was_struck_and_nobody_else_does() {
    let exchange = Exchange::start().await;
    let mut anna = listen(&exchange, "anna@molen.example", "?topics=alarms").await.unwrap();
    let mut bert = listen(&exchange, "bert@molen.example", "").await.unwrap();
    hello(&mut anna).await;
    hello(&mut bert).await;
    let alarm = pbx_api::event::Alarm {
        guard: pbx_api::event::AlarmGuard::Spend,
        subscriber: SubscriberId(exchange.user("molen.example", "bert")),
        number: "+31612345678".to_owned(),
        at: Timestamp(0),
    };

    exchange.server.app.hub.tell(exchange.company("molen.example"), Event::Alarm { alarm: alarm.clone() });
    send(&mut bert, &ClientFrame::Ping { id: 5 }).await;

    let ServerFrame::Event { event, .. } = frame(&mut anna).await else { panic!("an alarm was expected") };
    assert_eq!(event, Event::Alarm { alarm });
    let mut heard = frame(&mut bert).await;
    if matches!(heard, ServerFrame::Mark { .. }) {
        heard = frame(&mut bert).await;
    }
    assert_eq!(heard, ServerFrame::Pong { id: 5 });
}

#[tokio::test]
async fn a_company_hears_nothing_of_another() {
    let exchange = Exchange::start().await;
    let (hub, other) = (&exchange.server.app.hub, exchange.company("brug.example"));
    hub.tell(other, lamp(1, PresenceState::Busy));
    let mut socket = listen(&exchange, "anna@molen.example", "").await.unwrap();
    let (_, snapshot, _) = hello(&mut socket).await;
    assert_eq!(snapshot, Some(pbx_api::Snapshot::default()));

    let anna = SubscriberId(exchange.user("molen.example", "anna"));
    let registration = Registration {
        subscriber: anna,
        device: None,
        registered: true,
        user_agent: None,
        since: Timestamp(0),
    };
    let message = pbx_api::Message { from: anna, to: anna, at: Timestamp(0), text: "?".to_owned() };
    hub.tell(other, lamp(1, PresenceState::Available));
    hub.tell(other, Event::Registration { registration });
    hub.tell(other, Event::Message { message });
    hub.tell(other, Event::Setting { change: pbx_api::Change::Directory });
    let token = exchange.sign_in("anna@brug.example").await;
    let wish = json!({ "name": "Brugafdeling" });
    let (status, _) = exchange.ask(&token, Method::POST, "/api/v1/departments", wish).await;
    assert_eq!(status, StatusCode::CREATED);
    send(&mut socket, &ClientFrame::Ping { id: 5 }).await;

    assert_eq!(frame(&mut socket).await, ServerFrame::Pong { id: 5 });
}

#[tokio::test]
async fn without_a_token_there_are_no_events() {
    let exchange = Exchange::start().await;
    let request = request("", "");

    let result = tokio_tungstenite::client_async(request, exchange.connect().await).await;

    assert!(matches!(result, Err(Error::Http(response)) if response.status().as_u16() == 401));
}

#[tokio::test]
async fn a_frame_that_is_none_ends_the_connection_with_its_code() {
    let exchange = Exchange::start().await;
    let mut socket = listen(&exchange, "bert@molen.example", "").await.unwrap();
    hello(&mut socket).await;

    socket.send(Message::text("good morning")).await.unwrap();

    assert_eq!(close_code(&mut socket).await, pbx_api::event::CLOSE_BAD_FRAME);
}

#[tokio::test]
async fn a_listener_who_does_not_read_is_sent_away_and_nobody_waits_for_it() {
    let exchange = Exchange::start().await;
    let company = exchange.company("molen.example");
    let mut socket = listen(&exchange, "bert@molen.example", "").await.unwrap();
    hello(&mut socket).await;

    // In one go, so that the listener's task has no turn: more than it may be behind.
    (0..2000).for_each(|n| exchange.server.app.hub.tell(company, lamp(n, PresenceState::Busy)));

    assert_eq!(close_code(&mut socket).await, pbx_api::event::CLOSE_TOO_SLOW);
    assert_eq!(exchange.server.app.metrics.listeners_too_slow.value(), 1);
}

#[tokio::test]
async fn metrics_and_health_tell_how_the_server_is() {
    let exchange = Exchange::start().await;

    let (status, text) = exchange.send("", Method::GET, "/metrics", "", String::new()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(String::from_utf8_lossy(&text).contains("balie_companies 2"));

    assert_eq!(exchange.get("", "/api/v1/health").await.0, StatusCode::OK);
    exchange.server.app.draining.store(true, Ordering::Relaxed);
    let (status, health) = exchange.get("", "/api/v1/health").await;
    assert_eq!((status, &health["draining"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(true)));
}

async fn listen(exchange: &Exchange, name: &str, query: &str) -> Result<Socket, Error> {
    let token = exchange.sign_in(name).await;
    tokio_tungstenite::client_async(request(&token, query), exchange.connect().await)
        .await
        .map(|(socket, _)| socket)
}

fn request(token: &str, query: &str) -> hyper::Request<()> {
    hyper::Request::builder()
        .uri(format!("wss://localhost/api/v1/events{query}"))
        .header("host", "localhost")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", tokio_tungstenite::tungstenite::handshake::client::generate_key())
        .header("authorization", format!("Bearer {token}"))
        .body(())
        .unwrap()
}

async fn next(socket: &mut Socket) -> Message {
    let next = tokio::time::timeout(Duration::from_secs(20), socket.next()).await;
    next.expect("a frame within 20 s").expect("the connection is open").unwrap()
}

async fn frame(socket: &mut Socket) -> ServerFrame {
    let message = next(socket).await;
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

async fn hello(socket: &mut Socket) -> (u64, Option<pbx_api::Snapshot>, String) {
    let ServerFrame::Hello { seq, snapshot, epoch, .. } = frame(socket).await else {
        panic!("hello comes first")
    };
    (seq, snapshot, epoch)
}

async fn send(socket: &mut Socket, frame: &ClientFrame) {
    socket.send(Message::text(serde_json::to_string(frame).unwrap())).await.unwrap();
}

async fn close_code(socket: &mut Socket) -> u16 {
    loop {
        if let Message::Close(close) = next(socket).await {
            return close.expect("a code").code.into();
        }
    }
}

fn lamp(subscriber: u32, state: PresenceState) -> Event {
    Event::Presence {
        presence: Presence {
            subscriber: SubscriberId(subscriber),
            state,
            since: Timestamp(0),
            version: 1,
            forward_to: None,
            with: None,
            ringing: None,
            parked: None,
        },
    }
}
