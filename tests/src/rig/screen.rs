//! A virtual screen with a window manager and a session bus: what a window needs where there is no display.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::folder::Folder;
use super::process::Process;

/// How long a window may take to appear.
const PATIENCE: Duration = Duration::from_secs(15);

/// An X server, a window manager and a message bus of the test's own.
#[derive(Debug)]
pub struct Screen {
    // The manager lives on the server, and goes before it.
    _manager: Process,
    _server: Process,
    _bus: Process,
    display: String,
    bus: String,
    home: std::path::PathBuf,
}

impl Screen {
    /// Starts all three; `size` as in `1280x800`.
    ///
    /// # Errors
    /// When one of them does not start.
    pub fn start(folder: &Folder, size: &str) -> Result<Self> {
        let home = folder.file("desktop");
        std::fs::create_dir_all(&home).context("make a home for the desktop")?;
        let (server, display) = x_server(folder, size)?;
        let (session, bus) = message_bus(folder)?;
        let manager = window_manager(folder, &display)?;
        Ok(Self { _manager: manager, _server: server, _bus: session, display, bus, home })
    }

    /// Points a program at this screen, with nothing of the user's own settings.
    pub fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_DATA_HOME", self.home.join("data"))
            .env("XDG_CACHE_HOME", self.home.join("cache"))
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY")
    }

    /// Waits until a window whose title fits `title`, a regular expression, can be seen.
    ///
    /// # Errors
    /// When it does not appear in time.
    pub fn wait_for_window(&self, title: &str) -> Result<()> {
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--name", title]);
        self.environment(&mut search);
        until(&mut search, |found| !found.trim().is_empty())
            .with_context(|| format!("no window `{title}` within {PATIENCE:?}"))
    }

    /// Presses a key, by its X name, in the window that has the keyboard.
    ///
    /// # Errors
    /// When xdotool fails.
    pub fn press(&self, key: &str) -> Result<()> {
        let mut xdotool = Command::new("xdotool");
        xdotool.args(["key", key]);
        let status = self.environment(&mut xdotool).status().context("start xdotool")?;
        if !status.success() {
            bail!("key {key} was not pressed: xdotool ended with {status}");
        }
        Ok(())
    }

    /// Writes the whole screen to a PNG file.
    ///
    /// # Errors
    /// When ImageMagick fails.
    pub fn photograph(&self, file: &Path) -> Result<()> {
        let mut import = Command::new("import");
        import.args(["-window", "root"]).arg(file);
        let status = self.environment(&mut import).status().context("start import")?;
        if !status.success() {
            bail!("no picture of the screen: import ended with {status}");
        }
        Ok(())
    }
}

/// The server chooses a free display by itself and prints its number.
fn x_server(folder: &Folder, size: &str) -> Result<(Process, String)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp"]);
    let mut server = Process::start("xvfb", &mut command, folder.path())?;
    let printed = server.wait_for("\n", Duration::from_secs(20))?;
    let number = printed.lines().rev().find_map(|line| line.trim().parse::<u32>().ok());
    let number = number.with_context(|| format!("read the display number from `{printed}`"))?;
    Ok((server, format!(":{number}")))
}

/// Without a manager the keyboard follows the pointer, into windows that never take it.
fn window_manager(folder: &Folder, display: &str) -> Result<Process> {
    let mut command = Command::new("openbox");
    let manager = Process::start("openbox", command.env("DISPLAY", display), folder.path())?;
    let mut asked = Command::new("xprop");
    asked.env("DISPLAY", display).args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
    until(&mut asked, |named| named.contains("0x")).context("wait for the window manager")?;
    Ok(manager)
}

/// Asks again until the answer fits.
fn until(question: &mut Command, fits: impl Fn(&str) -> bool) -> Result<()> {
    let start = Instant::now();
    loop {
        let answer = question.output().context("ask about the screen")?;
        let answer = String::from_utf8_lossy(&answer.stdout);
        if fits(&answer) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            bail!("the last answer was `{}`", answer.trim());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn message_bus(folder: &Folder) -> Result<(Process, String)> {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--print-address=1"]);
    let mut bus = Process::start("dbus", &mut command, folder.path())?;
    let printed = bus.wait_for("unix:", Duration::from_secs(20))?;
    let address = printed.lines().find(|line| line.starts_with("unix:")).context("read the bus address")?;
    Ok((bus, address.to_owned()))
}
