//! `doctor`: looks whether everything is in order, and says in both languages what to do if not.
//!
//! Each check is a finding of its own; one that fails does not stop the others. Nothing is changed,
//! except that the database is opened as it always is.

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::authority;
use crate::config::Config;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// A language of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Dutch.
    Dutch,
    /// English.
    English,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In order.
    Fine,
    /// Works, but deserves attention.
    Doubtful,
    /// Must be mended before the exchange works.
    Broken,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable name of the check: `database`, `clock`, `certificate`, `disk`, `port`.
    pub check: &'static str,
    /// How it went.
    pub verdict: Verdict,
    /// What was found and what to do, Dutch.
    pub nl: String,
    /// What was found and what to do, English.
    pub en: String,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { check, verdict, nl: nl.into(), en: en.into() }
    }

    /// One line of output.
    pub fn line(&self, language: Language) -> String {
        let (mark, words) = match (self.verdict, language) {
            (Verdict::Fine, Language::Dutch) => ("goed    ", &self.nl),
            (Verdict::Fine, Language::English) => ("fine    ", &self.en),
            (Verdict::Doubtful, Language::Dutch) => ("let op  ", &self.nl),
            (Verdict::Doubtful, Language::English) => ("doubtful", &self.en),
            (Verdict::Broken, Language::Dutch) => ("kapot   ", &self.nl),
            (Verdict::Broken, Language::English) => ("broken  ", &self.en),
        };
        format!("{mark}  {:<11}  {words}", self.check)
    }
}

/// Looks at everything.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![clock(SystemTime::now()), database(config).await, certificate(config)];
    findings.push(disk(&config.data));
    findings.extend(ports(config));
    findings
}

async fn database(config: &Config) -> Finding {
    let path = config.database();
    if !path.exists() {
        return Finding::new(
            "database",
            Verdict::Doubtful,
            format!("{} bestaat nog niet; zij ontstaat bij de eerste start", path.display()),
            format!("{} does not exist yet; it is made at the first start", path.display()),
        );
    }
    let counted = async {
        let (store, _) = SqliteStore::open(&path).await?;
        let companies = store.companies().await?.len();
        store.check().await?;
        store.look_for_damage().await?;
        store.close().await;
        Ok::<_, crate::store::StoreError>(companies)
    };
    match counted.await {
        Ok(0) => Finding::new(
            "database",
            Verdict::Doubtful,
            "in orde, maar er is nog geen bedrijf: lees er een in met `balie-pbx import`",
            "in order, but there is no company yet: make one with `balie-pbx import`",
        ),
        Ok(count) => Finding::new(
            "database",
            Verdict::Fine,
            format!("te lezen en te schrijven; bedrijven: {count}"),
            format!("can be read and written; companies: {count}"),
        ),
        Err(error) => Finding::new(
            "database",
            Verdict::Broken,
            format!(
                "{} is niet te gebruiken: {error}; zet een kopie (.bak) terug of geef rechten",
                path.display()
            ),
            format!("{} cannot be used: {error}; put a copy (.bak) back or give rights", path.display()),
        ),
    }
}

/// A clock before this program was made is wrong: certificates and schedules would be too.
fn clock(now: SystemTime) -> Finding {
    const MADE: Duration = Duration::from_secs(1_760_000_000);
    if now < SystemTime::UNIX_EPOCH + MADE {
        return Finding::new(
            "clock",
            Verdict::Broken,
            "de klok loopt jaren achter: zet haar gelijk (NTP)",
            "the clock is years behind: set it (NTP)",
        );
    }
    Finding::new("clock", Verdict::Fine, "de klok kan kloppen", "the clock can be right")
}

fn certificate(config: &Config) -> Finding {
    match authority::identity(config, SystemTime::now()) {
        Ok(identity) => {
            let print = identity.authority.fingerprint_sha256;
            let (nl, en) = if identity.authority.own {
                ("eigen autoriteit", "own authority")
            } else {
                ("eigen certificaat", "certificate of its owner")
            };
            Finding::new(
                "certificate",
                Verdict::Fine,
                format!("{nl}, SHA-256 {print}"),
                format!("{en}, SHA-256 {print}"),
            )
        }
        Err(error) => Finding::new(
            "certificate",
            Verdict::Broken,
            format!("{error:#}; controleer `https.certificate` en `https.key`"),
            format!("{error:#}; check `https.certificate` and `https.key`"),
        ),
    }
}

fn ports(config: &Config) -> Vec<Finding> {
    let (bind, sip) = (config.bind, &config.sip);
    let mut findings = Vec::new();
    findings.extend(sip.udp.map(|port| port_finding("SIP/UDP", port, udp_free(bind, port))));
    findings.extend(sip.tcp.map(|port| port_finding("SIP/TCP", port, tcp_free(bind, port))));
    findings.extend(sip.tls.map(|port| port_finding("SIP/TLS", port, tcp_free(bind, port))));
    findings.push(port_finding("HTTPS", config.https.port, tcp_free(bind, config.https.port)));
    findings.push(port_finding("RTP", config.rtp.first, udp_free(bind, config.rtp.first)));
    findings.push(port_finding("RTP", config.rtp.last, udp_free(bind, config.rtp.last)));
    findings
}

fn port_finding(what: &str, port: u16, free: std::io::Result<()>) -> Finding {
    match free {
        Ok(()) => Finding::new(
            "port",
            Verdict::Fine,
            format!("{what} {port} is vrij"),
            format!("{what} {port} is free"),
        ),
        Err(error) => Finding::new(
            "port",
            Verdict::Broken,
            format!("{what} {port} is niet vrij ({error}): stop wat er luistert of kies een andere poort"),
            format!("{what} {port} is not free ({error}): stop what listens there or choose another port"),
        ),
    }
}

fn udp_free(bind: IpAddr, port: u16) -> std::io::Result<()> {
    UdpSocket::bind(SocketAddr::new(bind, port)).map(drop)
}

fn tcp_free(bind: IpAddr, port: u16) -> std::io::Result<()> {
    TcpListener::bind(SocketAddr::new(bind, port)).map(drop)
}

/// A gigabyte is room for months of call records and days of messages.
const ROOM: u64 = 1024 * 1024 * 1024;

fn disk(data: &Path) -> Finding {
    let existing = data.ancestors().find(|path| path.exists()).unwrap_or(data);
    match free_space(existing) {
        Some(free) if free < ROOM / 10 => Finding::new(
            "disk",
            Verdict::Broken,
            format!("nog {} MB vrij: maak plaats, anders wordt er niets meer opgeslagen", free / 1_000_000),
            format!("{} MB left: make room, or nothing will be stored any more", free / 1_000_000),
        ),
        Some(free) if free < ROOM => Finding::new(
            "disk",
            Verdict::Doubtful,
            format!("nog {} MB vrij: maak binnenkort plaats", free / 1_000_000),
            format!("{} MB left: make room soon", free / 1_000_000),
        ),
        Some(free) => Finding::new(
            "disk",
            Verdict::Fine,
            format!("nog {} MB vrij", free / 1_000_000),
            format!("{} MB left", free / 1_000_000),
        ),
        None => Finding::new(
            "disk",
            Verdict::Doubtful,
            "hoeveel er vrij is, is op dit systeem niet te zien: kijk het zelf na",
            "how much is left cannot be seen on this system: look for yourself",
        ),
    }
}

#[cfg(unix)]
fn free_space(path: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(path).ok()?;
    Some(space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
const fn free_space(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_found_and_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();

        let finding = port_finding("HTTPS", port, tcp_free(IpAddr::from([127, 0, 0, 1]), port));

        assert_eq!(finding.verdict, Verdict::Broken);
        assert!(finding.line(Language::Dutch).contains(&port.to_string()));
    }

    #[test]
    fn a_clock_that_starts_in_1970_is_found() {
        assert_eq!(clock(SystemTime::UNIX_EPOCH).verdict, Verdict::Broken);
        assert_eq!(clock(SystemTime::now()).verdict, Verdict::Fine);
    }

    #[tokio::test]
    async fn a_broken_database_and_a_missing_certificate_are_two_findings() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
        std::fs::write(config.database(), "no database at all, but long enough to look like one".repeat(50))
            .unwrap();
        config.https.certificate = Some(folder.path().join("missing.pem"));
        config.https.key = Some(folder.path().join("missing.key"));

        let findings = examine(&config).await;

        let verdict = |check| findings.iter().find(|it| it.check == check).unwrap().verdict;
        assert_eq!(verdict("database"), Verdict::Broken);
        assert_eq!(verdict("certificate"), Verdict::Broken);
        assert_eq!(verdict("clock"), Verdict::Fine);
    }
}
