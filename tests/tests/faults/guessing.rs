//! Debian's sipvicious against a real exchange: what a scanner learns, and how far somebody comes who guesses.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use phone::view::{CallState, Command};
use sip::message::{Fields as _, Message, Response, wire};
use system_tests::rig::{Engine, Exchange, Folder, Printed, attack, free_ports, note, small_company};

use super::{ANNA, BERT, Sitter, state};

/// How long one program may take.
const LIMIT: Duration = Duration::from_secs(60);
/// Where the right password stands in the list of whoever guesses.
const PLACE: usize = 10_000;
/// Between two packets of svcrack, seconds: as fast as it goes without losing answers.
const HASTE: &str = "0.0005";

const ANNAS: Sitter<'static> = Sitter { password: "geheim-anna", ..ANNA };
const BERTS: Sitter<'static> = Sitter { password: "geheim-bert", ..BERT };

#[test]
fn svmap_gets_no_name_and_no_version() -> Result<()> {
    let folder = Folder::new("svmap")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;

    for method in ["OPTIONS", "REGISTER", "INVITE"] {
        let Printed { found, told, .. } = sipvicious("svmap", &exchange, &["--method", method], LIMIT)?;

        let line = found.lines().find(|line| line.contains(&format!("127.0.0.1:{}", exchange.sip)));
        let line = line.with_context(|| format!("svmap does not find it by {method}: {found}{told}"))?;
        ensure!(line.contains("unknown"), "svmap is told what answers: {line}");
        ensure!(!found.to_lowercase().contains("balie"), "svmap is told who answers: {found}");
        ensure!(!found.contains(env!("CARGO_PKG_VERSION")), "svmap is told a version: {found}");
    }
    Ok(())
}

#[test]
fn svwar_lists_no_extension() -> Result<()> {
    let folder = Folder::new("svwar")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let names = folder.file("names");
    std::fs::write(&names, "nemo\nanna\nbert\nghost\ncarla\n201\n299\n").context("write the names")?;
    let names = names.to_string_lossy().into_owned();

    for method in ["REGISTER", "INVITE", "OPTIONS"] {
        for whom in [["-e", "195-210"], ["-d", &names]] {
            for force in [&["--force"][..], &[]] {
                let arguments = [&["--method", method][..], &whom, force].concat();
                let Printed { found, told, .. } = sipvicious("svwar", &exchange, &arguments, LIMIT)?;
                let listed =
                    ["201", "202", "203", "anna", "bert", "carla"].iter().any(|it| found.contains(it));
                ensure!(!listed, "{arguments:?} lists somebody: {found}{told}");
            }
        }
    }

    let leaky = Leaky::start()?;
    let port = leaky.port.to_string();
    let own = free_ports(1)?.to_string();
    let arguments = ["-p", &port, "-P", &own, "-b", "127.0.0.1", "-e", "195-210", "127.0.0.1"];
    let Printed { found, told, .. } = attack("svwar", &arguments, LIMIT)?;
    ensure!(found.contains("201"), "an exchange that tells who exists is seen through: {found}{told}");
    Ok(())
}

#[test]
fn svcrack_finds_a_password_that_is_guessed_soon() -> Result<()> {
    let folder = Folder::new("svcrack-soon")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let list = list(&folder, 5, "geheim-bert")?;

    let arguments = ["-u", "bert", "-d", &list];
    let Printed { found, told, .. } = sipvicious("svcrack", &exchange, &arguments, LIMIT)?;

    ensure!(found.contains("geheim-bert"), "or the others prove nothing: {found}{told}");
    Ok(())
}

#[test]
fn svcrack_does_not_find_a_password_at_place_10_000_in_a_minute() -> Result<()> {
    guesses_for(Duration::from_secs(60))
}

#[test]
#[ignore = "takes ten minutes: cargo xtask bench guess"]
fn svcrack_does_not_find_a_password_at_place_10_000_in_ten_minutes() -> Result<()> {
    guesses_for(Duration::from_secs(600))
}

/// Lets svcrack go through its list again and again; meanwhile and after it an office behind the same address works.
fn guesses_for(time: Duration) -> Result<()> {
    let folder = Folder::new("svcrack")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut bert = Engine::start(&folder, &exchange, BERTS)?;
    let list = list(&folder, PLACE, "geheim-carla")?;
    let began = Instant::now();
    let (mut tried, mut reached) = (0, 0);

    while began.elapsed() + Duration::from_secs(5) < time {
        // Twice verbose, it tells each password that it tries.
        let arguments = ["-vv", "-u", "carla", "-d", &list, "-t", HASTE];
        let left = time.saturating_sub(began.elapsed());
        let Printed { found, told, .. } = sipvicious("svcrack", &exchange, &arguments, left)?;
        ensure!(!found.contains("geheim"), "it is found after {:?}: {found}", began.elapsed());
        tried += told.matches("trying wachtwoord").count();
        reached += told.matches("trying geheim-carla").count();
    }

    note(&format!(
        "svcrack tried {tried} passwords in {:?}, and {reached} times the right one",
        began.elapsed()
    ));
    ensure!(tried > 1_000, "svcrack tried only {tried} passwords");
    let mut anna = Engine::start(&folder, &exchange, ANNAS)?;
    anna.ask(Command::Dial { to: "202".to_owned() })?;
    anna.shows("a call beside the guesser", |model| state(model) == Some(&CallState::Active))?;
    bert.shows("that call", |model| state(model) == Some(&CallState::Active))?;
    anna.quit()?;
    bert.quit().map(drop)
}

/// One of the programs of sipvicious, from a port of its own.
fn sipvicious(program: &str, exchange: &Exchange, arguments: &[&str], limit: Duration) -> Result<Printed> {
    let (port, own) = (exchange.sip.to_string(), free_ports(1)?.to_string());
    let from = ["-p", &port, "-P", &own, "-b", "127.0.0.1"];
    let arguments = [&from[..], arguments, &["127.0.0.1"]].concat();
    attack(program, &arguments, limit)
}

/// A list of passwords with the right one at a place.
fn list(folder: &Folder, place: usize, right: &str) -> Result<String> {
    let file = folder.file("passwords");
    let mut text = String::new();
    for number in 1..place {
        writeln!(text, "wachtwoord{number}").context("write in memory")?;
    }
    writeln!(text, "{right}").context("write in memory")?;
    std::fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
    Ok(file.to_string_lossy().into_owned())
}

/// An exchange as there are many: 401 for extension 201, 404 for nobody.
struct Leaky {
    port: u16,
    /// Its thread ends when nothing has come for a while.
    _thread: std::thread::JoinHandle<()>,
}

impl Leaky {
    fn start() -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("bind")?;
        socket.set_read_timeout(Some(Duration::from_secs(10))).context("bound the wait")?;
        let port = socket.local_addr().context("ask for the port")?.port();
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let answer = buffer.get(..length).and_then(leak);
                drop(answer.map(|answer| socket.send_to(&answer.to_bytes(), from)));
            }
        });
        Ok(Self { port, _thread: thread })
    }
}

fn leak(bytes: &[u8]) -> Option<Response> {
    let Ok(Message::Request(request)) = wire::parse_datagram(bytes) else { return None };
    let to = request.to().ok()?;
    let code: u16 = if to.uri.user().as_deref() == Some("201") { 401 } else { 404 };
    Some(Response::to(&request, code).with_to_tag("leaky"))
}
