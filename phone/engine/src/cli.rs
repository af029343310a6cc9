//! The flags of `balie-engine`.

use std::io::BufRead as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use audio::Codec;
use clap::{Parser, ValueEnum};
use phone::view::Secret;
use phone::{Account, Entrance, Server, Settings};
use phone_engine::{Cleaning, Config, SoundChoice};
use sip::message::{Host, Transport};
use tracing_subscriber::filter::LevelFilter;

/// The whole phone without a window: instructions as JSON lines in, updates as JSON lines out.
#[derive(Debug, Parser)]
#[command(name = "balie-engine", version)]
pub(crate) struct Flags {
    /// Exchange to register at; without it calls go straight to SIP addresses.
    #[arg(long, value_name = "HOST[:PORT]", requires = "user")]
    server: Option<String>,
    /// Balie exchange to sign in at over its API, as `user@domain`.
    #[arg(long, value_name = "HOST[:PORT]", requires = "user", conflicts_with_all = ["server", "domain", "name"])]
    exchange: Option<String>,
    /// Certificate (PEM) of the exchange's authority; without it the fingerprint must be confirmed once.
    #[arg(long, value_name = "FILE", requires = "exchange")]
    authority: Option<PathBuf>,
    /// Folder that remembers confirmed authorities and who is signed in.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Transport of SIP.
    #[arg(long, value_enum, default_value = "udp")]
    transport: Over,
    /// Address of every socket.
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0")]
    bind: IpAddr,
    /// Port of the SIP socket; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// User of the account; without it a person signs in.
    #[arg(long)]
    user: Option<String>,
    /// Domain of the account; the server's host, or the bound address, by default.
    #[arg(long)]
    domain: Option<String>,
    /// Name that others see.
    #[arg(long, default_value = "")]
    name: String,
    /// Password of the account. Others on this computer can read it; prefer --password-stdin.
    #[arg(long, conflicts_with = "password_stdin", requires = "user")]
    password: Option<String>,
    /// Read the password from the first line of standard input.
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// Whose lamps to show, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "EXTENSION")]
    watch: Vec<String>,
    /// default, null, tone:HERTZ, file:PATH, room:MS or the id of a device.
    #[arg(long, default_value = "default", value_name = "DEVICE")]
    microphone: SoundChoice,
    /// default, null, file:PATH, room:MS (an echo in the microphone room:MS) or the id of a device.
    #[arg(long, default_value = "default", value_name = "DEVICE")]
    speaker: SoundChoice,
    /// Take echo and noise out of the microphone; by default where it hears a room.
    #[arg(long, value_enum, value_name = "WHEN")]
    cleaning: Option<Clean>,
    /// Answer every call after so many milliseconds.
    #[arg(long, value_name = "MS")]
    auto_answer: Option<u64>,
    /// Codecs to offer, best first.
    #[arg(long, value_delimiter = ',', default_value = "opus,g722,pcma,pcmu", value_name = "CODEC")]
    codecs: Vec<String>,
    /// How much to say on standard error: error, warn, info, debug or trace.
    #[arg(long, default_value = "info")]
    pub(crate) log: LevelFilter,
}

/// Transports of SIP.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Over {
    Udp,
    Tcp,
}

/// Whether the microphone is cleaned, whatever it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Clean {
    On,
    Off,
}

impl Flags {
    /// The settings that these flags mean; reads the password where asked to.
    ///
    /// # Errors
    /// When a flag names something that cannot be; says which.
    pub(crate) fn config(self) -> anyhow::Result<Config> {
        let transport = match self.transport {
            Over::Udp => Transport::Udp,
            Over::Tcp => Transport::Tcp,
        };
        if let SoundChoice::Tone(_) = self.speaker {
            bail!("a tone can be a microphone, not a speaker");
        }
        let settings = Settings {
            codecs: codecs(&self.codecs)?,
            watch: self.watch.clone(),
            auto_answer: self.auto_answer.map(Duration::from_millis),
            transport,
            ..Settings::default()
        };
        let entrance = self.entrance()?;
        Ok(Config {
            account: if entrance.is_some() { None } else { self.account(transport)? },
            entrance,
            authority: self.authority,
            folder: self.folder,
            settings,
            bind: self.bind,
            port: self.port,
            microphone: self.microphone,
            speaker: self.speaker,
            cleaning: match self.cleaning {
                Some(Clean::On) => Cleaning::On,
                Some(Clean::Off) => Cleaning::Off,
                None => Cleaning::ByDevice,
            },
        })
    }

    fn account(&self, transport: Transport) -> anyhow::Result<Option<Account>> {
        let Some(user) = &self.user else { return Ok(None) };
        let parse = |server: &String| {
            Server::parse(server, transport).with_context(|| format!("`{server}` is no host"))
        };
        let server = self.server.as_ref().map(parse).transpose()?;
        let domain = match (&self.domain, &server) {
            (Some(domain), _) => Host::parse(domain).with_context(|| format!("`{domain}` is no domain"))?,
            (None, Some(server)) => server.host.clone(),
            (None, None) => Host::Ip(self.bind),
        };
        let password = self.password()?;
        Ok(Some(Account {
            user: user.clone(),
            login_name: None,
            domain,
            name: self.name.clone(),
            password,
            server,
        }))
    }

    fn entrance(&self) -> anyhow::Result<Option<Entrance>> {
        let (Some(server), Some(user)) = (&self.exchange, &self.user) else { return Ok(None) };
        let secret = self.password()?;
        Ok(Some(Entrance { server: server.clone(), user: user.clone(), secret }))
    }

    fn password(&self) -> anyhow::Result<Option<Secret>> {
        let password = if self.password_stdin { Some(first_line()?) } else { self.password.clone() };
        Ok(password.map(Secret))
    }
}

fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("Read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn codecs(names: &[String]) -> anyhow::Result<Vec<Codec>> {
    let codec = |name: &String| {
        let found = Codec::ALL.into_iter().find(|codec| codec.name().eq_ignore_ascii_case(name));
        found.with_context(|| format!("unknown codec `{name}`"))
    };
    let mut codecs = Vec::new();
    for codec in names.iter().map(codec) {
        let codec = codec?;
        if !codecs.contains(&codec) {
            codecs.push(codec);
        }
    }
    if codecs.is_empty() {
        bail!("no codec is named");
    }
    Ok(codecs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(flags: &[&str]) -> anyhow::Result<Config> {
        let all = ["balie-engine"].iter().chain(flags);
        Flags::try_parse_from(all)?.config()
    }

    #[test]
    fn an_account_takes_its_domain_from_the_server() {
        let config =
            config(&["--server", "pbx.example.nl:5070", "--user", "201", "--watch", "202,203"]).unwrap();

        assert_eq!(config.account.unwrap().address(), "201@pbx.example.nl");
        assert_eq!(config.settings.watch, ["202", "203"]);
    }

    #[test]
    fn an_exchange_is_entered_as_in_the_form() {
        let flags = ["--exchange", "centrale.nl", "--user", "anna@x.nl", "--password", "p"];
        let config = config(&flags).unwrap();

        assert_eq!(config.account, None);
        assert_eq!(config.entrance.unwrap().user, "anna@x.nl");
    }

    #[test]
    fn codecs_are_taken_in_the_order_of_the_flag() {
        let config = config(&["--codecs", "pcma,opus,pcma"]).unwrap();

        assert_eq!(config.settings.codecs, [Codec::Pcma, Codec::Opus]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for flags in [
            ["--codecs", "g729"],
            ["--speaker", "tone:600"],
            ["--microphone", "tone:1"],
            ["--transport", "pigeon"],
            ["--server", "pbx.example.nl"],
        ] {
            assert!(config(&flags).is_err(), "{flags:?}");
        }
    }
}
