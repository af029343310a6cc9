//! Certificates: ours for those who connect to us, and whose we accept when we connect.
//!
//! Checking is never off. An exchange in a small office has a certificate that no public authority
//! knows, so its fingerprint can be pinned, as shown on its admin page.

mod pinned;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate and the key do not make an identity.
    #[error("use the server certificate: {0}")]
    Identity(#[source] rustls::Error),
    /// A trusted authority's certificate is malformed.
    #[error("use an authority's certificate: {0}")]
    Authority(#[source] rustls::Error),
    /// The text is no fingerprint.
    #[error("`{0}` is no SHA-256 fingerprint (64 hexadecimal digits)")]
    Fingerprint(String),
}

/// The SHA-256 of a certificate (its DER bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate.
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        use sha2::{Digest, Sha256};
        Self(Sha256::digest(certificate.as_ref()).into())
    }

    /// Reads 64 hexadecimal digits; colons and spaces between them are skipped.
    ///
    /// # Errors
    /// [`TlsError::Fingerprint`].
    pub fn parse(text: &str) -> Result<Self, TlsError> {
        let refuse = || TlsError::Fingerprint(text.chars().take(100).collect());
        let mut digits = text.chars().filter(|c| !matches!(c, ':' | ' ')).map(|c| c.to_digit(16));
        let mut bytes = [0; 32];
        for byte in &mut bytes {
            let high = digits.next().flatten().ok_or_else(refuse)?;
            let low = digits.next().flatten().ok_or_else(refuse)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| refuse())?;
        }
        if digits.next().is_some() { Err(refuse()) } else { Ok(Self(bytes)) }
    }
}

/// Whose certificates are accepted when we connect.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// Nobody's: TLS connections fail.
    #[default]
    Nobody,
    /// Certificates that lead to one of these authorities and bear the name we asked for.
    Authorities(Vec<CertificateDer<'static>>),
    /// These certificates only, whatever name they bear and whoever signed them.
    Pinned(Vec<Fingerprint>),
}

/// Our identity for those who connect to us.
#[derive(Debug, Clone)]
pub struct TlsServer {
    pub(crate) config: Arc<ServerConfig>,
}

impl TlsServer {
    /// From our certificate (first, then the intermediate ones) and its key.
    ///
    /// # Errors
    /// [`TlsError::Identity`] when they do not fit.
    pub fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, TlsError> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Identity)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(TlsError::Identity)?;
        Ok(Self { config: Arc::new(config) })
    }

    /// The identity that another listener of the same program uses already.
    #[must_use]
    pub const fn with_config(config: Arc<ServerConfig>) -> Self {
        Self { config }
    }
}

/// The client's side of `trust`.
pub(crate) fn client(trust: &Trust) -> Result<Arc<ClientConfig>, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Authority)?;
    let config = match trust {
        Trust::Nobody => builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        Trust::Authorities(authorities) => {
            let mut roots = RootCertStore::empty();
            for authority in authorities {
                roots.add(authority.clone()).map_err(TlsError::Authority)?;
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Trust::Pinned(fingerprints) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(pinned::Pinned::new(fingerprints.clone(), provider())))
            .with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

/// Named explicitly, so that another library's choice in the same process changes nothing.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");

        assert_eq!(Fingerprint::parse(&plain).unwrap(), Fingerprint([0xAB; 32]));
        assert_eq!(Fingerprint::parse(&colons).unwrap(), Fingerprint([0xAB; 32]));
    }

    #[test]
    fn anything_else_is_no_fingerprint() {
        for text in ["", "abcd", &"ab".repeat(33), &"xy".repeat(32)] {
            assert!(Fingerprint::parse(text).is_err(), "{text}");
        }
    }
}
