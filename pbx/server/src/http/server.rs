//! HTTPS: from a TCP connection to requests.
//!
//! Handshakes run beside each other; connections are counted and bounded, by source too, and bodies
//! have to come in time ([`Limits`]), so that whoever opens many and says nothing takes no more than
//! his share. Stopping waits for the requests that are under way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::leftover::lend;
use super::limits::{Limits, Share, Sources, Timely};
use crate::metrics::Metrics;

/// Time that requests under way get when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Serves until `stop` turns true.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    router: Router,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) {
    let limits = Limits::default();
    let places = Arc::new(Semaphore::new(limits.connections));
    let sources = Arc::new(Sources::default());
    let acceptor = TlsAcceptor::from(tls);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(share) = sources.take(peer.ip(), limits.per_source) else { continue };
                let connection = Connection {
                    peer,
                    limits,
                    _share: share,
                    router: router.clone(),
                    metrics: Arc::clone(&metrics),
                    stop: stop.clone(),
                    _place: place,
                };
                tokio::spawn(connection.run(stream, acceptor.clone()));
            }
            // Out of file handles, most likely: let others close theirs first.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    let everybody = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = timeout(LAST_REQUESTS, places.acquire_many(everybody)).await;
}

/// Returns when the server stops.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

struct Connection {
    peer: SocketAddr,
    router: Router,
    metrics: Arc<Metrics>,
    stop: watch::Receiver<bool>,
    limits: Limits,
    _share: Share,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, acceptor: TlsAcceptor) {
        let _ = stream.set_nodelay(true);
        let Ok(Ok(stream)) = timeout(self.limits.head, acceptor.accept(stream)).await else {
            self.metrics.tls_failed.one();
            return;
        };
        let (peer, router, limits) = (self.peer, self.router.clone(), self.limits);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let (head, body) = request.into_parts();
            let (body, leftover) = lend(Timely::new(body, limits.body));
            let request = hyper::Request::from_parts(head, body);
            let router = TowerToHyperService::new(router.clone());
            async move {
                let answer = hyper::service::Service::call(&router, request).await;
                leftover.read().await;
                answer
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => {}
            () = told(&mut self.stop) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}
