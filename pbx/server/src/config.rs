//! How the server is set: a TOML file, with flags of the command line over it.
//!
//! What belongs to a company stands in the database; here stands only what the machine must know
//! before it can open that: where the data is, which addresses and ports, which certificate.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use pbx_sip::GuessingLimits;
use serde::Deserialize;

/// The settings of the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the database, the keys and the recordings.
    pub data: PathBuf,
    /// Address on which everything listens; `0.0.0.0` for every one.
    pub bind: IpAddr,
    /// Names and addresses by which clients reach this server; they stand in its certificate.
    pub names: Vec<String>,
    /// Address that stands in SDP and Contact when it is another than `bind`, such as behind NAT.
    pub external_address: Option<IpAddr>,
    /// Signalling.
    pub sip: SipConfig,
    /// Speech.
    pub rtp: RtpConfig,
    /// Guessers of passwords, of telephones and of people.
    pub guessing: GuessingConfig,
    /// Web and API.
    pub https: HttpsConfig,
    /// Logging.
    pub log: LogConfig,
    /// Seconds that running calls get to end by themselves when the server stops.
    pub drain_s: u64,
}

/// Ports of signalling; absent means that this transport is off.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SipConfig {
    /// UDP port.
    pub udp: Option<u16>,
    /// TCP port.
    pub tcp: Option<u16>,
    /// TLS port.
    pub tls: Option<u16>,
}

/// How patient the exchange is with wrong passwords, of telephones and of people who sign in; the two are counted
/// apart. Names are counted per source: an IPv4 address or an IPv6 /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuessingConfig {
    /// Wrong passwords for a name from one source before it is kept out from there; 1 or more.
    pub per_name: u32,
    /// Seconds that it is kept out, and that wrong passwords are remembered; 1 or more.
    pub lockout_s: u64,
    /// After each so many wrong passwords of one source, over all names, it gets half as many tries per name and
    /// is kept out twice as long; 1 or more.
    pub per_source: u32,
    /// The most seconds that a name is kept out; not less than `lockout_s`.
    pub longest_s: u64,
}

/// Ports of speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RtpConfig {
    /// First UDP port, even.
    pub first: u16,
    /// Last UDP port.
    pub last: u16,
}

/// Web and API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpsConfig {
    /// Port.
    pub port: u16,
    /// Certificate chain of one's own, PEM; the server makes its own authority when absent.
    pub certificate: Option<PathBuf>,
    /// Private key of that certificate, PEM.
    pub key: Option<PathBuf>,
    /// Hours that a sign-in lasts; one that is used in the second half of them lasts as long again.
    pub session_hours: u32,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `error`, `warn`, `info`, `debug` or `trace`. Numbers and names of people appear from `debug`.
    pub level: String,
    /// One JSON object a line instead of text.
    pub json: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("balie-data"),
            bind: IpAddr::from([0, 0, 0, 0]),
            names: Vec::new(),
            external_address: None,
            sip: SipConfig::default(),
            rtp: RtpConfig::default(),
            guessing: GuessingConfig::default(),
            https: HttpsConfig::default(),
            log: LogConfig::default(),
            drain_s: 20,
        }
    }
}

impl Default for SipConfig {
    fn default() -> Self {
        Self { udp: Some(5060), tcp: Some(5060), tls: Some(5061) }
    }
}

impl Default for GuessingConfig {
    fn default() -> Self {
        let limits = GuessingLimits::default();
        Self {
            per_name: limits.per_name,
            lockout_s: limits.lockout.as_secs(),
            per_source: limits.per_source,
            longest_s: limits.longest.as_secs(),
        }
    }
}

impl GuessingConfig {
    /// In the words of the signalling.
    pub fn limits(&self) -> GuessingLimits {
        GuessingLimits {
            per_name: self.per_name,
            lockout: Duration::from_secs(self.lockout_s),
            per_source: self.per_source,
            longest: Duration::from_secs(self.longest_s),
            ..GuessingLimits::default()
        }
    }
}

impl Default for RtpConfig {
    fn default() -> Self {
        Self { first: 20_000, last: 29_999 }
    }
}

impl Default for HttpsConfig {
    fn default() -> Self {
        Self { port: 8443, certificate: None, key: None, session_hours: 24 * 7 }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), json: false }
    }
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or holds something that cannot be; names the line.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("Read {}", path.display()))?;
        let config: Self = toml::from_str(&text).with_context(|| format!("Understand {}", path.display()))?;
        config.check()?;
        Ok(config)
    }

    /// What no single value can say for itself.
    ///
    /// # Errors
    /// Names the setting and what to do.
    pub fn check(&self) -> anyhow::Result<()> {
        let RtpConfig { first, last } = self.rtp;
        anyhow::ensure!(first >= 1024 && last > first, "rtp: give `first` from 1024 and a higher `last`");
        let GuessingConfig { per_name, lockout_s, per_source, longest_s } = self.guessing;
        anyhow::ensure!(
            per_name > 0 && lockout_s > 0 && per_source > 0 && longest_s >= lockout_s,
            "guessing: give each from 1, and a `longest_s` of at least `lockout_s`"
        );
        anyhow::ensure!(
            self.https.certificate.is_some() == self.https.key.is_some(),
            "https: give both `certificate` and `key`, or neither"
        );
        anyhow::ensure!(self.https.session_hours > 0, "https: give `session_hours` from 1");
        anyhow::ensure!(
            self.log.level.parse::<tracing::Level>().is_ok(),
            "log: `{}` is no level; use error, warn, info, debug or trace",
            self.log.level
        );
        Ok(())
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data.join("balie.sqlite")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_needs_only_what_differs() {
        let config: Config = toml::from_str("data = \"/srv/balie\"\n[sip]\ntls = 5071\n").unwrap();

        assert_eq!(config.database(), PathBuf::from("/srv/balie/balie.sqlite"));
        assert_eq!((config.sip.udp, config.sip.tls), (Some(5060), Some(5071)));
        assert_eq!(config.https.port, 8443);
    }

    #[test]
    fn a_misspelt_setting_is_refused_with_its_line() {
        let error = toml::from_str::<Config>("data = \"x\"\nbidn = \"0.0.0.0\"\n").unwrap_err();

        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        let mut config = Config { rtp: RtpConfig { first: 30_000, last: 20_000 }, ..Config::default() };
        assert!(config.check().is_err());

        config.rtp = RtpConfig::default();
        config.https.key = Some(PathBuf::from("key.pem"));
        assert!(config.check().unwrap_err().to_string().contains("certificate"));

        config.https.key = None;
        config.guessing.longest_s = 1;
        assert!(config.check().unwrap_err().to_string().contains("longest_s"));
    }
}
