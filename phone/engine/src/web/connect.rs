//! A connection to a server: name, TCP, TLS, each with an end.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use phone::{Trouble, WebAddress};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig};
use sip::message::Host;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::trouble;

/// Time for the name and TCP, and again for TLS.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection whose server proved who it is.
pub(super) async fn connect(
    server: &WebAddress,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Trouble> {
    let stream = reach(server).await?;
    let connecting = TlsConnector::from(config).connect(name(server)?, stream);
    let connected = timeout(PATIENCE, connecting).await.map_err(|_| Trouble::Silent)?;
    connected.map_err(|error| tls_trouble(&error))
}

/// TCP to the first address that answers.
async fn reach(server: &WebAddress) -> Result<TcpStream, Trouble> {
    let reaching = async {
        let stream = match &server.host {
            Host::Ip(address) => TcpStream::connect((*address, server.port)).await,
            Host::Name(name) => {
                let found = tokio::net::lookup_host((name.as_str(), server.port)).await;
                let addresses: Vec<_> = found.map_err(|_| Trouble::NoSuchHost)?.collect();
                TcpStream::connect(addresses.as_slice()).await
            }
        };
        stream.map_err(|error| trouble(&error))
    };
    let stream = timeout(PATIENCE, reaching).await.map_err(|_| Trouble::Silent)??;
    // Without it a small request waits for nothing.
    drop(stream.set_nodelay(true));
    Ok(stream)
}

/// The name that the certificate must bear.
pub(super) fn name(server: &WebAddress) -> Result<ServerName<'static>, Trouble> {
    match &server.host {
        Host::Ip(address) => Ok(ServerName::IpAddress(IpAddr::into(*address))),
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| Trouble::NoSuchHost),
    }
}

fn tls_trouble(error: &std::io::Error) -> Trouble {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => Trouble::OtherAuthority,
        Some(rustls::Error::InvalidCertificate(_)) => Trouble::BadCertificate,
        Some(_) => Trouble::NotWeb,
        None => trouble(error),
    }
}
