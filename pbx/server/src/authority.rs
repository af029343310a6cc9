//! How the server proves who it is: its own authority, or a certificate of its owner.
//!
//! At first start the server makes an authority and, signed by it, a certificate for the names by
//! which it is reached. Clients show the authority's fingerprint once, pin it, and from then on
//! verify in full; verification is never off. When names change or the certificate nears its end, a
//! new one is signed by the same authority, so that nobody has to trust anew.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::private;

/// How long a certificate of ours lasts.
const CERTIFICATE_DAYS: u64 = 365;
/// How long before its end a certificate is replaced.
const RENEW_DAYS: u64 = 60;
/// How long the authority lasts: longer than the telephones that trust it.
const AUTHORITY_DAYS: u64 = 20 * 365;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What the server shows when somebody connects, and what they may trust.
#[derive(Debug, Clone)]
pub struct Identity {
    /// For TLS listeners: HTTPS, and SIP over TLS.
    pub tls: Arc<rustls::ServerConfig>,
    /// What clients pin.
    pub authority: pbx_api::health::Authority,
}

/// What was signed last, beside the certificate: when to sign again.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    names: Vec<String>,
    expires_s: u64,
}

/// Loads the certificate, or makes what is missing.
///
/// # Errors
/// When files cannot be read or written, or a certificate and its key do not belong together.
pub fn identity(config: &Config, now: SystemTime) -> anyhow::Result<Identity> {
    let (chain, key, own) = match (&config.https.certificate, &config.https.key) {
        (Some(certificate), Some(key)) => (read(certificate)?, read(key)?, false),
        _ => {
            let folder = config.data.join("tls");
            let (chain, key) = own(&folder, &names(config), now)?;
            (chain, key, true)
        }
    };
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain.as_bytes())
        .collect::<Result<_, _>>()
        .context("Read the certificate chain")?;
    let last = certificates.last().context("The certificate file holds no certificate")?.clone();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).context("Read the private key")?;

    let tls = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .context("Use the certificate with its key")?;
    let authority = pbx_api::health::Authority {
        fingerprint_sha256: fingerprint(&last),
        certificate_pem: last_pem(&chain).to_owned(),
        own,
    };
    Ok(Identity { tls: Arc::new(tls), authority })
}

/// SHA-256 of a certificate, as `AA:BB:…`.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes = Sha256::digest(certificate.as_ref());
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The names that the certificate is for: those that are set, and those of this machine itself.
fn names(config: &Config) -> Vec<String> {
    let mut names = config.names.clone();
    names.extend(["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()]);
    if !config.bind.is_unspecified() {
        names.push(config.bind.to_string());
    }
    names.extend(config.external_address.map(|address| address.to_string()));
    names.sort();
    names.dedup();
    names
}

/// The own certificate with its authority behind it, and its key.
fn own(folder: &Path, names: &[String], now: SystemTime) -> anyhow::Result<(String, String)> {
    private::folder(folder).with_context(|| format!("Make {}", folder.display()))?;
    let authority = Files::new(folder, "authority");
    if !authority.certificate.exists() {
        make_authority(&authority, now).context("Make an authority")?;
    }
    let authority_pem = read(&authority.certificate)?;
    let server = Files::new(folder, "server");
    if !still_good(&server, folder, names, now) {
        sign(&authority, &server, folder, names, now).context("Sign a certificate")?;
    }
    Ok((format!("{}{authority_pem}", read(&server.certificate)?), read(&server.key)?))
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new(folder: &Path, name: &str) -> Self {
        Self { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) }
    }
}

fn make_authority(files: &Files, now: SystemTime) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    // A name of its own, so that two exchanges on one computer can be told apart.
    let name = format!("Balie exchange {}", crate::credentials::hex(&rand::random::<[u8; 4]>()));
    let mut params = authority_params(&name);
    params.not_before = (now - DAY).into();
    params.not_after = (now + DAY * u32::try_from(AUTHORITY_DAYS)?).into();
    let certificate = params.self_signed(&key)?;
    write_private(&files.key, &key.serialize_pem())?;
    write_whole(&files.certificate.with_extension("name"), &name)?;
    write_whole(&files.certificate, &certificate.pem())
}

/// What makes the authority the issuer that it is: its name and its rights.
fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn sign(
    authority: &Files,
    server: &Files,
    folder: &Path,
    names: &[String],
    now: SystemTime,
) -> anyhow::Result<()> {
    let name = read(&authority.certificate.with_extension("name"))?;
    let issuer = Issuer::new(authority_params(name.trim()), KeyPair::from_pem(&read(&authority.key)?)?);
    let expires = now + DAY * u32::try_from(CERTIFICATE_DAYS)?;
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Balie exchange");
    params.subject_alt_names = names
        .iter()
        .map(|name| match name.parse::<IpAddr>() {
            Ok(address) => Ok(SanType::IpAddress(address)),
            Err(_) => name.clone().try_into().map(SanType::DnsName),
        })
        .collect::<Result<_, _>>()
        .context("A name of the server is no host name")?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = (now - DAY).into();
    params.not_after = expires.into();
    let certificate = params.signed_by(&key, &issuer)?;

    write_private(&server.key, &key.serialize_pem())?;
    write_whole(&server.certificate, &certificate.pem())?;
    let signed = Signed { names: names.to_vec(), expires_s: seconds(expires) };
    write_whole(&folder.join("server.json"), &serde_json::to_string(&signed)?)
}

fn still_good(server: &Files, folder: &Path, names: &[String], now: SystemTime) -> bool {
    let signed = fs::read_to_string(folder.join("server.json")).ok();
    let signed = signed.and_then(|text| serde_json::from_str::<Signed>(&text).ok());
    let renew_from = seconds(now).saturating_add(RENEW_DAYS * DAY.as_secs());
    server.certificate.exists()
        && server.key.exists()
        && signed.is_some_and(|signed| signed.names == names && signed.expires_s > renew_from)
}

fn seconds(instant: SystemTime) -> u64 {
    instant.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("Read {}", path.display()))
}

/// Written beside and moved, so that a crash leaves the old file or the new one.
fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, text).with_context(|| format!("Write {}", beside.display()))?;
    fs::rename(&beside, path).with_context(|| format!("Write {}", path.display()))
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let beside = path.with_extension("new");
    private::file(&beside).with_context(|| format!("Write {}", beside.display()))?;
    fs::write(&beside, text).with_context(|| format!("Write {}", beside.display()))?;
    fs::rename(&beside, path).with_context(|| format!("Write {}", path.display()))
}

/// The last certificate of a chain, as it stands in the file.
fn last_pem(chain: &str) -> &str {
    chain.rfind("-----BEGIN CERTIFICATE-----").and_then(|start| chain.get(start..)).unwrap_or(chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_stays_when_names_change_and_only_then_a_new_certificate_is_signed() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
        let now = SystemTime::UNIX_EPOCH + DAY * 20_000;
        let server = folder.path().join("tls/server.pem");

        let first = identity(&config, now).unwrap();
        let certificate = read(&server).unwrap();
        let again = identity(&config, now + DAY).unwrap();
        assert_eq!(read(&server).unwrap(), certificate);

        config.names = vec!["balie.example".to_owned()];
        let renamed = identity(&config, now + DAY).unwrap();
        assert_ne!(read(&server).unwrap(), certificate);
        assert_eq!(first.authority, again.authority);
        assert_eq!(first.authority, renamed.authority);
        assert!(first.authority.own);
    }

    #[test]
    fn a_certificate_is_replaced_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let now = SystemTime::UNIX_EPOCH + DAY * 20_000;
        let server = folder.path().join("tls/server.pem");
        identity(&config, now).unwrap();
        let certificate = read(&server).unwrap();

        identity(&config, now + DAY * 310).unwrap();

        assert_ne!(read(&server).unwrap(), certificate);
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };

        identity(&config, SystemTime::UNIX_EPOCH + DAY * 20_000).unwrap();

        for key in ["tls/authority.key", "tls/server.key"] {
            let mode = fs::metadata(folder.path().join(key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
    }

    #[test]
    fn a_certificate_of_ones_own_is_used_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["balie.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
        let (certificate_file, key_file) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        fs::write(&certificate_file, certificate.pem()).unwrap();
        fs::write(&key_file, key.serialize_pem()).unwrap();
        config.https.certificate = Some(certificate_file);
        config.https.key = Some(key_file);

        let identity = identity(&config, SystemTime::UNIX_EPOCH + DAY * 20_000).unwrap();

        assert!(!identity.authority.own);
        assert_eq!(identity.authority.fingerprint_sha256, fingerprint(certificate.der()));
        assert!(!folder.path().join("tls").exists());
    }
}
