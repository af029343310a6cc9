//! Windows. Nothing of this has been run yet.

use std::sync::Arc;

use phone::view::Availability;
use tauri::WebviewWindow;

use crate::switches::Switch;
use crate::tray::{Choice, Face, Icon};
use crate::words::Text;

const NOT_YET: Text = Text::new("Balie kan dit hier nog niet.", "Balie cannot do this here yet.");

/// Not made yet.
#[derive(Debug)]
pub(super) struct Links;

/// Not made yet.
#[derive(Debug)]
pub(super) struct Autostart;

impl Links {
    pub(super) const fn new() -> Self {
        Self
    }
}

impl Autostart {
    pub(super) const fn new() -> Self {
        Self
    }
}

impl Switch for Links {
    fn set(&mut self, _: bool) -> Result<(), Text> {
        Err(NOT_YET)
    }
}

impl Switch for Autostart {
    fn set(&mut self, _: bool) -> Result<(), Text> {
        Err(NOT_YET)
    }
}

pub(super) const fn prepare() -> std::io::Result<()> {
    Ok(())
}

pub(super) const fn places_windows() -> bool {
    true
}

pub(super) const fn lends_keys() -> bool {
    true
}

/// `focusable(false)` of the builder is WS_EX_NOACTIVATE, which is all there is to say.
pub(super) const fn takes_no_focus(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Not made yet.
#[derive(Debug)]
pub(super) struct TrayIcon;

impl TrayIcon {
    pub(super) fn new(
        _: Arc<dyn Fn(Choice) + Send + Sync>,
        told: Arc<dyn Fn(Availability) + Send + Sync>,
    ) -> Self {
        told(Availability::absent(NOT_YET.nl, NOT_YET.en));
        Self
    }
}

impl Icon for TrayIcon {
    fn show(&mut self, _: Face) {}
}

/// Not made yet: waking is noticed by the addresses that come back, or by the exchange's silence.
pub(super) fn watch_sleep(_: impl Fn() + Send + 'static) {}
