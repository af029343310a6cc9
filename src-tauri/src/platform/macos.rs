//! macOS: what the bundle's Info.plist states, and what Launch Services and launchd keep for this person.

mod autostart;
mod links;
mod sleep;

use tauri::WebviewWindow;

pub(super) use super::portable_tray::TrayIcon;
pub(super) use autostart::Autostart;
pub(super) use links::Links;
pub(super) use sleep::watch as watch_sleep;

pub(super) const fn prepare() -> std::io::Result<()> {
    Ok(())
}

/// What is said can be read anywhere.
pub(super) const fn speak_up() {}

pub(super) fn locale() -> Option<String> {
    sys_locale::get_locale()
}

pub(super) const fn places_windows() -> bool {
    true
}

pub(super) const fn lends_keys() -> bool {
    true
}

/// `focusable(false)` of the builder keeps the window from becoming key, which is all there is to say.
pub(super) const fn takes_no_focus(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
