//! The sockets behind the flows: one handle to send through, one place where everything arrives.

mod arriving;
mod connections;
mod route;
mod stream;
mod udp;

use std::net::SocketAddr;
use std::sync::Arc;

use sip::endpoint::{Destination, Flow};
use sip::message::Transport as Protocol;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::config::{Config, Limits};
use crate::resolve::Resolver;
use crate::tls::{self, TlsError};
pub use arriving::Arriving;
use arriving::Queues;
use connections::{Connections, Peer};
use route::Routes;
use udp::Datagrams;
#[cfg(target_os = "linux")]
use udp::Returned;

/// What a transport reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// One whole message, or a keep-alive.
    Received {
        /// Where it came from, and the way back.
        flow: Flow,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// A connection ended, whoever ended it.
    Closed(Flow),
    /// Something could not be sent; the flow may already be gone.
    SendFailed(Flow),
    /// The network brought a datagram back.
    Unreachable {
        /// Where it was sent.
        flow: Flow,
        /// The branch of the topmost Via in it.
        branch: String,
        /// The host is there and says that nobody listens at the port.
        closed: bool,
    },
}

/// Why a transport cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken or not ours.
    #[error("listen on {protocol:?} {address}")]
    Socket {
        /// Over what.
        protocol: Protocol,
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A TLS listener is asked for without a certificate.
    #[error("a TLS listener needs a certificate")]
    NoCertificate,
    /// The certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Why a flow cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The peer cannot be reached, or the TLS handshake failed.
    #[error("connect to {remote}")]
    Connect {
        /// Whom.
        remote: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// It took too long.
    #[error("{0} does not answer")]
    TimedOut(SocketAddr),
    /// There are too many connections already.
    #[error("too many connections are open")]
    TooMany,
    /// No socket of ours serves this transport and address family.
    #[error("no socket for {0:?}")]
    NoSocket(Protocol),
    /// The name cannot stand in a certificate.
    #[error("`{0}` is no name for a certificate")]
    Name(String),
}

/// Sends over flows and opens them; clones share the same sockets. When the last clone is dropped, or
/// [`Transport::shut_down`] is called, every socket closes.
#[derive(Debug, Clone)]
pub struct Transport {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    datagrams: Vec<Datagrams>,
    listening: Vec<(Protocol, SocketAddr)>,
    connector: TlsConnectorBox,
    context: Context,
    stop: watch::Sender<bool>,
}

/// The connector has no `Debug` of its own.
struct TlsConnectorBox(TlsConnector);

impl std::fmt::Debug for TlsConnectorBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsConnector")
    }
}

/// What every task of a transport shares.
#[derive(Debug, Clone)]
struct Context {
    limits: Limits,
    queues: Queues,
    connections: Arc<Connections>,
    routes: Arc<Routes>,
    stopped: watch::Receiver<bool>,
}

impl Context {
    /// Waits until the transport is shut down or nobody holds it any more.
    async fn stopped(&mut self) {
        // An error means that the last handle is gone, which is the same.
        let _ = self.stopped.wait_for(|stopped| *stopped).await;
    }
}

impl Transport {
    /// Opens every socket of `config` and starts to listen. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`]; nothing stays open then.
    #[expect(
        clippy::unused_async,
        reason = "only a runtime can call it, and looking names up may come to wait"
    )]
    pub async fn bind(config: Config) -> Result<(Self, Arriving), BindError> {
        let connector = TlsConnectorBox(TlsConnector::from(tls::client(&config.trust)?));
        let mut datagrams = Vec::new();
        for address in &config.udp {
            let refuse = |source| BindError::Socket { protocol: Protocol::Udp, address: *address, source };
            datagrams.push(Datagrams::bind(*address).map_err(refuse)?);
        }
        let mut listening: Vec<_> =
            datagrams.iter().map(|socket| (Protocol::Udp, socket.address())).collect();
        let mut listeners = Vec::new();
        for (protocol, address, acceptor) in streams_of(&config)? {
            let refuse = |source| BindError::Socket { protocol, address, source };
            let listener = listen(address).map_err(refuse)?;
            listening.push((protocol, listener.local_addr().map_err(refuse)?));
            listeners.push((listener, acceptor));
        }
        let (stop, stopped) = watch::channel(false);
        let routes = Arc::<Routes>::default();
        let sockets = datagrams.clone();
        let (queues, arriving) =
            arriving::arriving(config.limits.events, sockets, Arc::clone(&routes), stopped.clone());
        let context = Context {
            limits: config.limits,
            queues,
            connections: Arc::new(Connections::new(config.limits)),
            routes,
            stopped,
        };
        // Only now, when nothing can fail any more, do tasks begin.
        #[cfg(target_os = "linux")]
        for socket in &datagrams {
            tokio::spawn(report_unreachable(socket.clone(), context.clone()));
        }
        for (listener, acceptor) in listeners {
            tokio::spawn(stream::accept(listener, acceptor, context.clone()));
        }
        let shared = Shared { datagrams, listening, connector, context, stop };
        Ok((Self { shared: Arc::new(shared) }, arriving))
    }

    /// Where it listens, with the ports that were picked.
    pub fn listening(&self) -> &[(Protocol, SocketAddr)] {
        &self.shared.listening
    }

    /// Sends one message. Never waits: what cannot be sent is reported as [`Event::SendFailed`], if
    /// there is room for the report.
    pub fn send(&self, flow: Flow, bytes: &Arc<[u8]>) {
        let sent = match flow.transport {
            Protocol::Udp => self.datagrams(flow).is_some_and(|socket| socket.send(flow.remote, bytes)),
            Protocol::Tcp | Protocol::Tls | Protocol::Ws | Protocol::Wss => {
                self.shared.context.connections.send(flow, Arc::clone(bytes))
            }
        };
        if !sent {
            self.shared.context.queues.report(flow, Event::SendFailed(flow));
        }
    }

    /// Closes a connection after what is queued has been written; does nothing for UDP.
    pub fn close(&self, flow: Flow) {
        self.shared.context.connections.close(flow);
    }

    /// The flow to an address: for UDP the way there, for a stream an open connection, used again if
    /// there is one to the same peer under the same name.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(
        &self,
        transport: Protocol,
        remote: SocketAddr,
        server_name: Option<&str>,
    ) -> Result<Flow, OpenError> {
        match transport {
            Protocol::Udp => self.udp_flow(remote),
            Protocol::Tcp | Protocol::Tls => self.connect(transport, remote, server_name).await,
            Protocol::Ws | Protocol::Wss => Err(OpenError::NoSocket(transport)),
        }
    }

    /// The flow to the `attempt`-th place (from 0) that a destination leads to; `None` when there is
    /// none or it cannot be reached.
    pub async fn resolve(
        &self,
        resolver: &Resolver,
        destination: &Destination,
        attempt: u32,
    ) -> Option<Flow> {
        let attempt = usize::try_from(attempt).ok()?;
        let opened = match destination {
            Destination::Flow(flow) => return (attempt == 0).then_some(*flow),
            Destination::Address { .. } if attempt > 0 => return None,
            Destination::Address { transport, remote, server_name } => {
                self.open(*transport, *remote, server_name.as_deref()).await
            }
            Destination::Uri(uri) => {
                let candidate = resolver.resolve(uri).await.into_iter().nth(attempt)?;
                self.open(candidate.transport, candidate.remote, candidate.server_name.as_deref()).await
            }
        };
        opened.inspect_err(|error| tracing::info!(%error, ?destination, "no way to a SIP peer")).ok()
    }

    /// Closes listeners, sockets and connections; queued messages are still written.
    pub fn shut_down(&self) {
        // Nobody listens any more when every task has already ended.
        let _ = self.shared.stop.send(true);
    }

    fn datagrams(&self, flow: Flow) -> Option<&Datagrams> {
        self.shared.datagrams.iter().find(|socket| socket.serves(flow.local))
    }

    fn udp_flow(&self, remote: SocketAddr) -> Result<Flow, OpenError> {
        let socket = self.shared.datagrams.iter().find(|socket| socket.reaches(remote));
        let socket = socket.ok_or(OpenError::NoSocket(Protocol::Udp))?;
        let local = self.shared.context.routes.local(socket.address(), remote);
        Ok(Flow { transport: Protocol::Udp, local, remote, connection: 0 })
    }

    async fn connect(
        &self,
        transport: Protocol,
        remote: SocketAddr,
        server_name: Option<&str>,
    ) -> Result<Flow, OpenError> {
        let peer = Peer { transport, remote, name: server_name.map(str::to_owned) };
        let context = &self.shared.context;
        if let Some(flow) = context.connections.to(&peer) {
            return Ok(flow);
        }
        let connecting = self.connect_anew(peer, remote);
        tokio::time::timeout(context.limits.connect, connecting)
            .await
            .map_err(|_| OpenError::TimedOut(remote))?
    }

    async fn connect_anew(&self, peer: Peer, remote: SocketAddr) -> Result<Flow, OpenError> {
        let context = self.shared.context.clone();
        let refuse = |source| OpenError::Connect { remote, source };
        let tcp = TcpStream::connect(remote).await.map_err(refuse)?;
        let local = tcp.local_addr().map_err(refuse)?;
        let secure = peer.transport == Protocol::Tls;
        let name = peer.name.clone().unwrap_or_else(|| remote.ip().to_string());
        let place = context.connections.outgoing(peer, local).ok_or(OpenError::TooMany)?;
        let flow = place.flow();
        if secure {
            let server = ServerName::try_from(name.clone()).map_err(|_| OpenError::Name(name))?;
            let tls = self.shared.connector.0.connect(server, tcp).await.map_err(refuse)?;
            tokio::spawn(stream::serve(tls, place, context));
        } else {
            tokio::spawn(stream::serve(tcp, place, context));
        }
        Ok(flow)
    }
}

/// Reports what could not be delivered.
#[cfg(target_os = "linux")]
async fn report_unreachable(socket: Datagrams, mut context: Context) {
    let (bound, routes, queues) = (socket.address(), Arc::clone(&context.routes), context.queues.clone());
    let told = |Returned { remote, branch, closed }| {
        let flow =
            Flow { transport: Protocol::Udp, local: routes.local(bound, remote), remote, connection: 0 };
        tracing::debug!(%remote, "the network says that a SIP peer cannot be reached");
        queues.report(flow, Event::Unreachable { flow, branch, closed });
    };
    tokio::select! {
        () = socket.unreachable(told) => {}
        () = context.stopped() => {}
    }
}

type Listening = (Protocol, SocketAddr, Option<TlsAcceptor>);

fn streams_of(config: &Config) -> Result<Vec<Listening>, BindError> {
    let mut streams: Vec<Listening> = config.tcp.iter().map(|at| (Protocol::Tcp, *at, None)).collect();
    for address in &config.tls {
        let server = config.server.as_ref().ok_or(BindError::NoCertificate)?;
        streams.push((Protocol::Tls, *address, Some(TlsAcceptor::from(Arc::clone(&server.config)))));
    }
    Ok(streams)
}

/// A listener that can be opened again at once after a restart; IPv6 ones take IPv6 only, so that both
/// families can be listed without surprises.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // On Windows this option would let another program take the port over.
    if cfg!(unix) {
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1_024)?;
    TcpListener::from_std(socket.into())
}
