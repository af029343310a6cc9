//! A WebSocket to the exchange: texts in, texts out, and why it ended.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONNECTION, HOST, UPGRADE, USER_AGENT};
use phone::view::Secret;
use phone::{Trouble, WebAddress};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::connect::connect;
use super::request::{PRODUCT, bearer};
use super::trouble;
use super::trust::Trust;

/// Time for the upgrade, and for a farewell.
const PATIENCE: Duration = Duration::from_secs(5);
/// Largest text: the first one holds the lamps of everybody.
const LARGEST: usize = 8 * 1024 * 1024;

/// Listens until either side ends it; says `said` meanwhile, and ends when that ends.
pub(super) async fn listen(
    trust: &Trust,
    server: &WebAddress,
    path: &str,
    token: &Secret,
    mut said: mpsc::UnboundedReceiver<String>,
    heard: impl Fn(String),
) -> Trouble {
    let opening = async {
        let stream = connect(server, trust.client(server)?).await?;
        let request = upgrade(server, path, token).ok_or(Trouble::NotWeb)?;
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
        let opening = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
        let opened = timeout(PATIENCE, opening).await.map_err(|_| Trouble::Silent)?;
        opened.map(|(socket, _)| socket).map_err(|error| why(&error))
    };
    let mut socket = match opening.await {
        Ok(socket) => socket,
        Err(trouble) => return trouble,
    };
    loop {
        tokio::select! {
            text = said.recv() => {
                let Some(text) = text else {
                    // It is polite to say goodbye, and no more than that.
                    drop(timeout(PATIENCE, socket.close(None)).await);
                    return Trouble::Closed(None);
                };
                if let Err(error) = socket.send(Message::text(text)).await {
                    return why(&error);
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => heard(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => return Trouble::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return why(&error),
                None => return Trouble::Closed(None),
            },
        }
    }
}

fn upgrade(server: &WebAddress, path: &str, token: &Secret) -> Option<Request<()>> {
    Request::builder()
        .uri(format!("wss://{server}{path}"))
        .header(HOST, server.to_string())
        .header(USER_AGENT, PRODUCT)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", generate_key())
        .header(AUTHORIZATION, bearer(token)?)
        .body(())
        .ok()
}

fn why(error: &Error) -> Trouble {
    match error {
        Error::Http(response) => Trouble::Status(response.status().as_u16()),
        Error::Io(error) => trouble(error),
        Error::ConnectionClosed | Error::AlreadyClosed => Trouble::Closed(None),
        Error::Tls(_)
        | Error::Capacity(_)
        | Error::Protocol(_)
        | Error::WriteBufferFull(_)
        | Error::Utf8(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::HttpFormat(_) => Trouble::NotWeb,
    }
}
