//! A walk through the product without a screen or a sound card: real calls of the demo company.
//!
//! `walk FOLDER` leaves there what each party heard, pictures of the window, and every log; it ends in
//! success only when each party heard the other and not itself, and the window answered.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use phone::view::Command as Wish;
use system_tests::rig::{Engine, Exchange, Folder, Process, Screen, Sitter, Sound, binary, loudness};

/// The invented company and the secret of every telephone in it.
const DOMAIN: &str = "demo.balie.example";
const SECRET: &str = "balie-demo-geheim";
const KARIN: Sitter<'static> =
    Sitter { user: "karin", password: SECRET, domain: DOMAIN, tone: 600, answers_after: None };
const RECEPTION: Sitter<'static> =
    Sitter { user: "receptie", password: SECRET, domain: DOMAIN, tone: 1000, answers_after: Some(1000) };

/// Long enough to measure.
const TALK: Duration = Duration::from_secs(5);

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).context("name a folder: walk FOLDER")?;
    let folder = Folder::kept(&folder)?;
    let company = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/company.toml");
    let exchange = Exchange::start(&folder, &company)?;
    say("the exchange serves the demo company");
    call(&folder, &exchange)?;
    window(&folder, &exchange)
}

/// Karin calls the reception; both are heard.
fn call(folder: &Folder, exchange: &Exchange) -> Result<()> {
    let mut karin = Engine::start(folder, exchange, KARIN)?;
    let reception = Engine::start(folder, exchange, RECEPTION)?;
    say("Karin (203) and the reception (200) are registered");

    karin.tell(Wish::Dial { to: "200".to_owned() })?;
    karin.wait_for("\"active\"", Duration::from_secs(15))?;
    say("Karin talks with the reception");
    std::thread::sleep(TALK);
    let call = karin.call()?;
    karin.tell(Wish::HangUp { call })?;
    let (karin, reception) = (karin.quit()?, reception.quit()?);

    let heard = |recording: &Path| loudness(recording, Duration::from_secs(2), &[KARIN.tone, RECEPTION.tone]);
    let (by_karin, by_reception) = (heard(&karin)?, heard(&reception)?);
    ensure!(by_karin[1] > by_karin[0] * 100.0, "Karin does not hear the reception alone: {by_karin:?}");
    ensure!(
        by_reception[0] > by_reception[1] * 100.0,
        "the reception does not hear Karin alone: {by_reception:?}"
    );
    say(&format!("each heard the other alone: {} and {}", karin.display(), reception.display()));
    Ok(())
}

/// The window signs in as Sanne (206); Karin calls her, and she answers with Enter.
fn window(folder: &Folder, exchange: &Exchange) -> Result<()> {
    let screen = Screen::start(folder, "420x760")?;
    let sound = Sound::start(folder, &["sanne"])?;
    let mut command = Command::new(binary("balie")?);
    command.args([
        "--sign-in",
        "sanne@demo.balie.example",
        "--server",
        &format!("127.0.0.1:{}", exchange.sip),
    ]);
    command.env("BALIE_PASSWORD", SECRET).env("GTK_A11Y", "none");
    let window = sound.environment(screen.environment(&mut command));
    let _window = Process::start("window", window, folder.path())?;
    // The page says nothing when it has been drawn.
    std::thread::sleep(Duration::from_secs(8));
    screen.photograph(&folder.file("window-signed-in.png"))?;

    let mut karin = Engine::start(folder, exchange, Sitter { user: "karin", ..KARIN })?;
    karin.tell(Wish::Dial { to: "206".to_owned() })?;
    karin.wait_for("\"ringing\"", Duration::from_secs(15))?;
    std::thread::sleep(Duration::from_secs(2));
    screen.photograph(&folder.file("window-ringing.png"))?;
    screen.press("Return")?;
    karin.wait_for("\"active\"", Duration::from_secs(10)).context("Enter answers")?;
    std::thread::sleep(Duration::from_secs(2));
    screen.photograph(&folder.file("window-in-call.png"))?;
    say(&format!("the window signed in, ringing and in call: {}", folder.path().display()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what whoever started the walk reads")]
fn say(line: &str) {
    println!("{line}");
}
