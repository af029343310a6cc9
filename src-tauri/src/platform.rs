//! What differs per operating system: what must be so before the first window, and what a window can be.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use self::windows as system;
#[cfg(not(windows))]
mod files;
#[cfg(not(target_os = "linux"))]
mod portable_tray;

use tauri::{AppHandle, WebviewWindow};

use crate::switches::Switch;
use crate::tray::{Chosen, Icon, Told};

/// Prepares the process for a window.
///
/// # Errors
/// When the program cannot be started again with the environment it needs (Linux).
pub fn prepare() -> std::io::Result<()> {
    system::prepare()
}

/// Lets what this process says on its way out be read where it was started from.
pub fn speak_up() {
    system::speak_up();
}

/// The language in which this person uses the system, as a tag like `nl-NL` or `nl_NL.UTF-8`.
pub(crate) fn locale() -> Option<String> {
    system::locale()
}

/// Whether a program may say where its windows stand, and that one of them takes no focus.
pub(crate) fn places_windows() -> bool {
    system::places_windows()
}

/// Whether the system lends keys to programs that are not in front.
pub(crate) fn lends_keys() -> bool {
    system::lends_keys()
}

/// Makes a window that is not shown yet one that never takes the keyboard. On the main thread.
///
/// # Errors
/// When the window is gone.
pub(crate) fn takes_no_focus(window: &WebviewWindow) -> tauri::Result<()> {
    system::takes_no_focus(window)
}

/// Whether links open Balie.
pub(crate) fn links() -> impl Switch + 'static {
    system::Links::new()
}

/// Whether Balie starts when a person signs in to the computer.
pub(crate) fn autostart() -> impl Switch + 'static {
    system::Autostart::new()
}

/// The icon in the tray; `chosen` takes what is chosen in its menu, `told` whether there is a tray.
pub(crate) fn tray(app: &AppHandle, chosen: Chosen, told: Told) -> impl Icon + 'static {
    system::TrayIcon::new(app, chosen, told)
}

/// Calls `woke` whenever this computer wakes from sleep, where the system tells.
pub(crate) fn watch_sleep(woke: impl Fn() + Send + 'static) {
    system::watch_sleep(woke);
}

/// What every system's services have in common.
#[cfg(test)]
pub(crate) mod contract {
    use crate::switches::Switch;

    /// A switch does what it is told, however often, and leaves nothing behind.
    pub(crate) fn switches(switch: &mut dyn Switch, is_on: impl Fn() -> bool) {
        for on in [false, true, true, false, false, true, false] {
            // What the system lacks beside is told by its reason and changes nothing here.
            let _reason = switch.set(on);
            assert_eq!(is_on(), on);
        }
    }
}
