//! One HTTP request over a connection of its own.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use phone::view::Secret;
use phone::{Trouble, WebAddress, WebAnswer, WebMethod, WebRequest};
use tokio::time::timeout;

use super::connect::connect;
use super::trust::Trust;

/// Time for the whole answer. Checking a password takes the exchange a moment, on purpose.
const PATIENCE: Duration = Duration::from_secs(15);
/// Largest answer: a directory of 20,000 people.
const LARGEST: usize = 8 * 1024 * 1024;
/// What we say we are.
pub(super) const PRODUCT: &str = concat!("Balie/", env!("CARGO_PKG_VERSION"));

/// Asks, and gives the answer whatever its status.
pub(super) async fn ask(
    trust: &Trust,
    server: &WebAddress,
    request: WebRequest,
) -> Result<WebAnswer, Trouble> {
    let stream = connect(server, trust.client(server)?).await?;
    let asking = async {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move { drop(connection.await) });
        let request = build(server, request).ok_or("a request that cannot be written")?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LARGEST).collect().await?.to_bytes().to_vec();
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(WebAnswer { status, body })
    };
    let answered = timeout(PATIENCE, asking).await.map_err(|_| Trouble::Silent)?;
    answered.map_err(|error| {
        tracing::debug!(%error, "a request to the exchange");
        Trouble::NotWeb
    })
}

fn build(server: &WebAddress, request: WebRequest) -> Option<Request<Full<Bytes>>> {
    let method = match request.method {
        WebMethod::Get => Method::GET,
        WebMethod::Post => Method::POST,
        WebMethod::Put => Method::PUT,
        WebMethod::Delete => Method::DELETE,
    };
    let mut building = Request::builder()
        .method(method)
        .uri(request.path)
        .header(HOST, server.to_string())
        .header(USER_AGENT, PRODUCT)
        .header(ACCEPT, "application/json");
    if let Some(token) = &request.token {
        building = building.header(AUTHORIZATION, bearer(token)?);
    }
    if request.body.is_some() {
        building = building.header(CONTENT_TYPE, "application/json");
    }
    let body = request.body.map(|body| Bytes::from(body.0)).unwrap_or_default();
    building.body(Full::new(body)).ok()
}

/// The token as a header that no log prints.
pub(super) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.0)).ok()?;
    value.set_sensitive(true);
    Some(value)
}
