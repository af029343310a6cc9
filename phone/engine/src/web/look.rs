//! A look at the certificates of a server that nobody has vouched for yet.
//!
//! The handshake stops as soon as the certificates are here: nothing is accepted, and nothing of ours is sent but
//! the name that was asked for. Whether the chain holds together is checked before a person is asked to compare.

use std::sync::{Arc, Mutex, PoisonError};

use phone::{ShownAuthority, Trouble, WebAddress};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::connect::{connect, name};
use super::trust::{Trust, fingerprint, provider};

/// Longest name of an authority that is shown.
const NAME: usize = 80;

/// Who speaks for a server, as it says itself.
pub(super) async fn look(trust: &Trust, server: &WebAddress) -> Result<ShownAuthority, Trouble> {
    let watcher = Arc::new(Watcher { provider: provider(), chain: Mutex::default() });
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| Trouble::NotWeb)?;
    let verifier: Arc<dyn ServerCertVerifier> = Arc::clone(&watcher) as _;
    let config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    let outcome = connect(server, Arc::new(config)).await.map(drop);
    let chain = std::mem::take(&mut *watcher.chain.lock().unwrap_or_else(PoisonError::into_inner));
    let Some((authority, _)) = chain.split_last() else {
        return Err(outcome.err().unwrap_or(Trouble::NotWeb));
    };
    hold_together(&chain, authority, &name(server)?)?;
    let shown = ShownAuthority {
        name: common_name(authority),
        fingerprint: fingerprint(authority),
        pinned: trust.pinned(server),
    };
    trust.shown(server, authority.clone());
    Ok(shown)
}

/// The server's certificate was signed by that authority, for this name, and is in date.
fn hold_together(
    chain: &[CertificateDer<'static>],
    authority: &CertificateDer<'static>,
    name: &ServerName<'_>,
) -> Result<(), Trouble> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).map_err(|_| Trouble::BadCertificate)?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let verifier = verifier.map_err(|_| Trouble::BadCertificate)?;
    let (server, others) = chain.split_first().ok_or(Trouble::NotWeb)?;
    let verdict = verifier.verify_server_cert(server, others, name, &[], UnixTime::now());
    verdict.map(drop).map_err(|error| {
        tracing::warn!(%error, "the certificate of the exchange");
        Trouble::BadCertificate
    })
}

/// What its owner calls it; for people, so nothing that would move text about.
fn common_name(certificate: &CertificateDer<'_>) -> String {
    let parsed = x509_parser::parse_x509_certificate(certificate);
    let name = parsed.ok().and_then(|(_, parsed)| {
        let name = parsed.subject().iter_common_name().next()?.as_str().ok()?;
        Some(name.chars().filter(|c| !c.is_control()).take(NAME).collect::<String>())
    });
    name.unwrap_or_default()
}

/// Notes what is shown, and never accepts it.
#[derive(Debug)]
struct Watcher {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Watcher {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = [end_entity].into_iter().chain(intermediates).map(|one| one.clone().into_owned());
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain.collect();
        Err(Error::General("only looking".to_owned()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
