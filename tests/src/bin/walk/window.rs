//! The window: signed in, ringing, and in a call after Enter.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use phone::view::CallState;
use system_tests::rig::{Engine, Exchange, Folder, Process, Screen, Sound, binary};

use crate::company::{KARIN, PASSWORD};
use crate::report::Report;

/// The window signs in as Sanne (206); Karin calls her, and she answers with Enter.
pub(crate) fn rings_and_is_answered(folder: &Folder, exchange: &Exchange, report: &mut Report) -> Result<()> {
    let screen = Screen::start(folder, "1280x800")?;
    let sound = Sound::start(folder, &["sanne"])?;
    let mut command = Command::new(binary("balie")?);
    command.args([
        "--sign-in",
        "sanne@demo.balie.example",
        "--server",
        &format!("127.0.0.1:{}", exchange.https),
    ]);
    command.arg("--authority").arg(exchange.authority());
    command.env("BALIE_PASSWORD", PASSWORD).env("GTK_A11Y", "none");
    let window = sound.environment(screen.environment(&mut command));
    let _window = Process::start("window", window, folder.path())?;
    screen.wait_for_window("^Balie")?;
    // The page says nothing when it has been drawn.
    std::thread::sleep(Duration::from_secs(8));
    screen.photograph(&folder.file("window-signed-in.png"))?;

    let mut karin = Engine::start(folder, exchange, KARIN)?;
    karin.dial("206")?;
    karin.until_call("Sanne's window rings", |call| call.state == CallState::Ringing)?;
    screen.wait_for_window("^Incoming call$|^Inkomende oproep$")?;
    std::thread::sleep(Duration::from_secs(2));
    screen.photograph(&folder.file("window-ringing.png"))?;
    screen.press("Return")?;
    karin.until_talking().context("Enter answers")?;
    std::thread::sleep(Duration::from_secs(2));
    screen.photograph(&folder.file("window-in-call.png"))?;
    report.say(&"the window was signed in, rang, and was in a call after Enter: three pictures")
}
