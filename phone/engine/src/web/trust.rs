//! Whose certificates are accepted: for each server the one authority that was pinned for it, and no other.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use phone::{Trouble, WebAddress};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sip_net::Fingerprint;

use crate::memory::Memory;

/// What is pinned, and what was shown and may be.
#[derive(Debug)]
pub(crate) struct Trust {
    memory: Memory,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    pinned: BTreeMap<WebAddress, CertificateDer<'static>>,
    shown: BTreeMap<WebAddress, CertificateDer<'static>>,
}

impl Trust {
    pub(super) fn new(memory: Memory) -> Self {
        Self { memory, known: Mutex::default() }
    }

    /// Trusts an authority for a server until the program ends.
    pub(crate) fn accept(&self, server: WebAddress, authority: CertificateDer<'static>) {
        self.known().pinned.insert(server, authority);
    }

    /// The fingerprint that is pinned for a server.
    pub(super) fn pinned(&self, server: &WebAddress) -> Option<String> {
        self.authority(server).map(|authority| fingerprint(&authority))
    }

    /// A server showed this; it may be pinned now.
    pub(super) fn shown(&self, server: &WebAddress, authority: CertificateDer<'static>) {
        self.known().shown.insert(server.clone(), authority);
    }

    /// Pins what was shown under this fingerprint. It counts at once, also when it cannot be remembered.
    pub(super) fn pin(&self, server: &WebAddress, wanted: &str) -> io::Result<()> {
        let shown = self.known().shown.get(server).filter(|shown| fingerprint(shown) == wanted).cloned();
        let Some(authority) = shown else { return Err(io::Error::other("it was not shown")) };
        self.accept(server.clone(), authority.clone());
        self.memory.pin(server, &authority)
    }

    /// TLS that accepts what the pinned authority signed, for the name that is asked for, and nothing else.
    pub(super) fn client(&self, server: &WebAddress) -> Result<Arc<ClientConfig>, Trouble> {
        let authority = self.authority(server).ok_or(Trouble::NotPinned)?;
        let mut roots = RootCertStore::empty();
        roots.add(authority).map_err(|_| Trouble::BadCertificate)?;
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|_| Trouble::NotWeb)?;
        Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    }

    fn authority(&self, server: &WebAddress) -> Option<CertificateDer<'static>> {
        let mut known = self.known();
        if let Some(authority) = known.pinned.get(server) {
            return Some(authority.clone());
        }
        let authority = CertificateDer::from(self.memory.authority(server)?);
        known.pinned.insert(server.clone(), authority.clone());
        Some(authority)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 64 hexadecimal digits in upper case.
pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    Fingerprint::of(certificate).0.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Named explicitly, so that another library's choice in the same process changes nothing.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The certificate of an authority in a PEM file; the last one where there are several.
pub(crate) fn read_authority(file: &Path) -> io::Result<CertificateDer<'static>> {
    let all = CertificateDer::pem_file_iter(file).and_then(|found| found.collect::<Result<Vec<_>, _>>());
    let all = all.map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
    let none = || io::Error::other(format!("{}: no certificate", file.display()));
    all.into_iter().next_back().ok_or_else(none)
}
