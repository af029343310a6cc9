//! A server for tests: real TLS on a free port, a real database in a folder that goes away, and a
//! runtime that writes down what it is asked.

#![expect(dead_code, reason = "each test file uses its own part of these helpers")]
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use pbx::exchange::{Actor, CommandError, Done, Foresight, Supposition, Verb};
use pbx::memory::Memory;
use pbx_api::{CallId, CallView, CompanyId, Direction, LegId, LegState, LegView, Party, Timestamp};
use pbx_server::companies::{Changed, Company};
use pbx_server::config::Config;
use pbx_server::runtime::Runtime;
use pbx_server::serve::Server;
use pbx_server::store::{PlatformAccount, Write};
use pbx_server::{credentials, transfer};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(crate) const PASSWORD: &str = "a password for tests";

/// What a runtime was asked, in order.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) commands: Mutex<Vec<(CompanyId, Actor, Verb)>>,
    pub(crate) changes: Mutex<usize>,
    /// Companies as they stand.
    pub(crate) companies: Mutex<BTreeMap<CompanyId, Arc<Company>>>,
}

struct Recorder(Arc<Asked>);

#[async_trait]
impl Runtime for Recorder {
    async fn command(&self, company: CompanyId, by: Actor, verb: Verb) -> Result<Done, CommandError> {
        let refused = if matches!(&verb, Verb::Originate { to, .. } if to == "0000") {
            Some(CommandError::BadNumber)
        } else if matches!(
            &verb,
            Verb::Note { call, .. } | Verb::TakeBack { call } | Verb::PickUp { call, .. } if call.0 > 9_000
        ) {
            Some(CommandError::UnknownCall)
        } else {
            None
        };
        self.0.commands.lock().unwrap().push((company, by, verb));
        refused.map_or(Ok(Done { call: Some(CallId(7)), leg: Some(LegId(1)) }), Err)
    }

    async fn foresee(&self, company: CompanyId, call: Supposition) -> Result<Foresight, CommandError> {
        let companies = self.0.companies.lock().unwrap();
        let directory = Arc::clone(&companies.get(&company).ok_or(CommandError::Draining)?.directory);
        let (now, wall) = (Instant::now(), jiff::Timestamp::now());
        Ok(pbx::exchange::Exchange::new(now, wall, directory, Memory::default()).foresee(&call))
    }

    fn changed(&self, changed: &Changed) {
        *self.0.changes.lock().unwrap() += 1;
        if let Some(company) = &changed.company {
            self.0.companies.lock().unwrap().insert(changed.id, Arc::clone(company));
        }
    }

    fn ready(&self) -> bool {
        true
    }

    async fn drain(&self, _: Duration) {}
}

pub(crate) struct Exchange {
    pub(crate) server: Server,
    pub(crate) asked: Arc<Asked>,
    pub(crate) trust: CertificateDer<'static>,
    folder: tempfile::TempDir,
}

impl Exchange {
    /// Two companies of two users each, and an administrator of the platform named `root`.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data: folder.path().to_owned(),
            bind: IpAddr::from([127, 0, 0, 1]),
            ..Config::default()
        };
        config.https.port = 0;
        change(&mut config);
        let asked = Arc::new(Asked::default());
        let recorder = Arc::new(Recorder(Arc::clone(&asked)));
        let server = Server::start(Arc::new(config), async move |_, _| Ok(recorder as Arc<dyn Runtime>))
            .await
            .unwrap();
        let exchange = Self {
            trust: CertificateDer::from_pem_slice(server.app.authority.certificate_pem.as_bytes()).unwrap(),
            server,
            asked,
            folder,
        };
        let hash = credentials::hash_password(PASSWORD).unwrap();
        for name in ["molen", "brug"] {
            transfer::import(&exchange.server.app.companies, company(name, &hash)).await.unwrap();
        }
        let root = PlatformAccount { name: "root".to_owned(), password_hash: hash };
        exchange.server.app.companies.store().write(vec![Write::PutPlatformAccount(root)]).await.unwrap();
        exchange
    }

    pub(crate) async fn connect(&self) -> TlsStream<TcpStream> {
        connect(self.server.https, &self.trust).await.unwrap()
    }

    /// A request with a JSON body; the answer's status and JSON, null when it is none.
    pub(crate) async fn ask(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, body) = self.send(token, method, path, "application/json", text).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        self.ask(token, Method::GET, path, Value::Null).await
    }

    pub(crate) async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        kind: &str,
        body: impl Into<Bytes>,
    ) -> (StatusCode, Bytes) {
        let request = request(token, method, path, kind, body);
        let response = self.requests().await.send_request(request).await.unwrap();
        let status = response.status();
        (status, response.into_body().collect().await.unwrap().to_bytes())
    }

    async fn requests(&self) -> SendRequest<Full<Bytes>> {
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(self.connect().await)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let wish = serde_json::json!({ "user": name, "password": PASSWORD });
        let (status, session) = self.ask("", Method::POST, "/api/v1/sign-in", wish).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        session["token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn company(&self, domain: &str) -> CompanyId {
        self.server.app.companies.by_domain(domain).unwrap().id()
    }

    /// The number of a user.
    pub(crate) fn user(&self, domain: &str, login: &str) -> u32 {
        let company = self.server.app.companies.by_domain(domain).unwrap();
        company.data.subscriber_named(login).unwrap().id.0
    }
}

/// A connection that carries one request after another, and is made anew when the server ended it.
#[derive(Debug, Default)]
pub(crate) struct KeptConnection(Option<SendRequest<Full<Bytes>>>);

impl KeptConnection {
    /// As [`Exchange::send`], with the answer as text.
    pub(crate) async fn send(
        &mut self,
        exchange: &Exchange,
        token: &str,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> (StatusCode, String) {
        let mut kept = self.0.take();
        if let Some(requests) = &mut kept
            && requests.ready().await.is_err()
        {
            kept = None;
        }
        let mut requests = match kept {
            Some(requests) => requests,
            None => exchange.requests().await,
        };
        let response = requests.send_request(request(token, method, path, kind, body)).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        self.0 = Some(requests);
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}

fn request(
    token: &str,
    method: Method,
    path: &str,
    kind: &str,
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request =
        Request::builder().method(method).uri(path).header("host", "localhost").header("content-type", kind);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::new(body.into())).unwrap()
}

/// A TLS connection that trusts exactly this authority.
pub(crate) async fn connect(
    to: SocketAddr,
    trust: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trust.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(to).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

fn company(name: &str, hash: &str) -> String {
    format!(
        r#"
        [company]
        name = "{name}"
        domain = "{name}.example"
        [[department]]
        name = "Verkoop"
        [[user]]
        login = "anna"
        name = "Anna"
        role = "company_admin"
        extension = "201"
        numbers = ["+31850001001"]
        password_hash = "{hash}"
        secret = "anna-secret"
        [[user]]
        login = "bert"
        name = "Bert"
        department = "Verkoop"
        extension = "202"
        password_hash = "{hash}"
        secret = "bert-secret"
        "#
    )
}

/// A call in which one party talks.
pub(crate) fn talking(id: u64, leg: u64, party: Party) -> CallView {
    let leg = LegView {
        id: LegId(leg),
        party,
        direction: Direction::Outgoing,
        state: LegState::Talking,
        since: Timestamp(0),
        muted: false,
        controller: false,
        sip_call_id: None,
    };
    CallView {
        id: CallId(id),
        version: 1,
        started: Timestamp(0),
        answered: Some(Timestamp(0)),
        dialled: "201".to_owned(),
        diversions: Vec::new(),
        legs: vec![leg],
        note: String::new(),
        transfer: None,
        ended: false,
        end_reason: None,
    }
}
