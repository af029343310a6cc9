//! The Debian packages that Balie needs, and their installation: the only place where they are listed.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// What it takes to build.
const BUILD: &[&str] = &[
    "build-essential",
    "cmake",
    "pkg-config",
    "libasound2-dev",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
];

/// What it takes to run without a screen or a sound card, and to drive the window.
const HEADLESS: &[&str] = &[
    "dbus",
    "desktop-file-utils",
    "dunst",
    "gnome-keyring",
    "imagemagick",
    "libnotify-bin",
    "openbox",
    "pulseaudio",
    "pulseaudio-utils",
    "webkit2gtk-driver",
    "x11-utils",
    "xauth",
    "xdg-utils",
    "xdotool",
    "xvfb",
];

/// What it takes to look at the pages without the window.
const PAGES: &[&str] = &["chromium-headless-shell"];

/// With what a window or a page is drawn the same everywhere.
const FONTS: &[&str] = &["fonts-dejavu-core"];

/// The peers that we did not write, for the tests, and what reads the window as a screen reader does.
const PEERS: &[&str] = &[
    "at-spi2-core",
    "baresip",
    "curl",
    "gir1.2-atspi-2.0",
    "iproute2",
    "kamailio",
    "kamailio-presence-modules",
    "linphone-cli",
    "metacity",
    "python3-gi",
    "sip-tester",
    "sipvicious",
    "sox",
];

/// What an outside runner measures beside us, and what it and the attackers run on.
const BENCH: &[&str] = &["curl", "kamailio", "python3", "python3-venv", "rtpengine-daemon", "sipvicious"];

/// Another softphone with a window, to start beside ours.
const OTHERS: &[&str] = &["linphone-desktop"];

/// For what the packages are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and run on a machine with a screen and a sound card.
    Run,
    /// Build and run under a virtual screen.
    Headless,
    /// Look at the pages alone.
    Pages,
    /// Everything, with the SIP peers.
    Test,
    /// Build and measure the exchange.
    Bench,
    /// Build and measure the window.
    BenchWindow,
}

/// Installs what is missing, and says so. Elsewhere than on Debian it only names the packages.
pub(crate) fn ensure(purpose: Purpose) -> Result<()> {
    if !shell::on_path("dpkg-query") {
        shell::say("No Debian here: Balie needs what these packages hold: ");
        shell::say(&format!("  {}", BUILD.join(" ")));
        return Ok(());
    }
    let missing = missing_of(&wanted(purpose))?;
    if missing.is_empty() {
        return Ok(());
    }
    shell::say(&format!("Installing {} packages: {}", missing.len(), missing.join(" ")));
    install(&missing)
}

fn wanted(purpose: Purpose) -> Vec<&'static str> {
    match purpose {
        Purpose::Run => BUILD.to_vec(),
        Purpose::Headless => [BUILD, HEADLESS, FONTS].concat(),
        Purpose::Pages => [PAGES, FONTS].concat(),
        Purpose::Test => [BUILD, HEADLESS, PAGES, FONTS, PEERS].concat(),
        Purpose::Bench => [BUILD, BENCH].concat(),
        Purpose::BenchWindow => [BUILD, HEADLESS, FONTS, OTHERS].concat(),
    }
}

fn missing_of(wanted: &[&'static str]) -> Result<Vec<&'static str>> {
    // dpkg-query ends with an error when one of the packages is unknown, yet prints the others.
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .output()
        .context("ask dpkg which packages are installed")?;
    let listing = String::from_utf8_lossy(&output.stdout);
    let installed: Vec<&str> = listing.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    Ok(wanted.iter().copied().filter(|package| !installed.contains(package)).collect())
}

fn install(packages: &[&str]) -> Result<()> {
    shell::must(&mut apt(&["update", "--quiet"])?)?;
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(packages);
    shell::must(&mut apt(&arguments)?)
}

fn apt(arguments: &[&str]) -> Result<Command> {
    let mut command = if is_root()? {
        shell::program("apt-get", arguments)
    } else if shell::on_path("sudo") {
        let mut sudo = shell::program("sudo", &["apt-get"]);
        sudo.args(arguments);
        sudo
    } else {
        bail!("installing packages takes root, and there is no sudo: run `apt-get {}`", arguments.join(" "));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(shell::output_of(&mut shell::program("id", &["-u"]))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wanted_twice() {
        for purpose in [Purpose::Run, Purpose::Headless, Purpose::Pages, Purpose::Test, Purpose::Bench] {
            let mut wanted = wanted(purpose);
            let listed = wanted.len();

            wanted.sort_unstable();
            wanted.dedup();

            assert_eq!(wanted.len(), listed, "{wanted:?}");
        }
    }
}
