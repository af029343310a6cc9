//! Linux: GTK, X11 and Wayland.
//!
//! WebKitGTK's DMABUF renderer leaves the window blank with some graphics drivers; without it the page is
//! drawn everywhere.
//!
//! The variable must be there before GTK starts, and changing the environment of a running process is not
//! safe; so the program replaces itself once, with the variable set.

mod autostart;
mod entry;
mod links;
mod sleep;
mod tray;

use std::{env, io, os::unix::process::CommandExt as _, process::Command};

use gtk::gdk::WindowTypeHint;
use gtk::prelude::GtkWindowExt as _;
use tauri::WebviewWindow;

pub(super) use autostart::Autostart;
pub(super) use links::Links;
pub(super) use sleep::watch as watch_sleep;
pub(super) use tray::TrayIcon;

const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Does nothing where the person who started Balie has set the variable, to whichever value.
pub(super) fn prepare() -> io::Result<()> {
    if env::var_os(VARIABLE).is_some() {
        return Ok(());
    }
    Err(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(VARIABLE, "1").exec())
}

/// What is said can be read anywhere.
pub(super) const fn speak_up() {}

/// As gettext looks for it; an empty variable counts as none.
pub(super) fn locale() -> Option<String> {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    names.iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty())
}

/// X11 lets programs place their windows; Wayland does not, and knows no window without focus.
pub(super) fn places_windows() -> bool {
    let backend = env::var("GDK_BACKEND").unwrap_or_default();
    let prefers_x11 = backend.split(',').next() == Some("x11");
    prefers_x11 || env::var_os("WAYLAND_DISPLAY").is_none()
}

/// X11 does; on Wayland the desktop itself has to. A program on XWayland would only be heard by others there.
pub(super) fn lends_keys() -> bool {
    env::var_os("WAYLAND_DISPLAY").is_none()
}

pub(super) fn takes_no_focus(window: &WebviewWindow) -> tauri::Result<()> {
    let window = window.gtk_window()?;
    window.set_accept_focus(false);
    window.set_focus_on_map(false);
    window.set_type_hint(WindowTypeHint::Notification);
    Ok(())
}
