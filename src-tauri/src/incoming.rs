//! The window of a call that comes in: above everything, at the corner of the screen where the person looks, and never
//! with the keyboard, so that whoever types goes on typing.
//!
//! It exists exactly as long as a call rings here. That is decided by the phone's updates and not by its page, so
//! that a page that hangs leaves nothing on the screen.

use phone::view::Settings;
use tauri::{AppHandle, Manager as _, PhysicalPosition, PhysicalSize, WebviewUrl, WebviewWindow};

use crate::desk::Surface;
use crate::picture::Picture;
use crate::platform;
use crate::words::INCOMING;

/// Its label, and how its page knows which one it is.
const LABEL: &str = "incoming";
const PAGE: &str = "index.html?window=incoming";
/// Logical pixels: one caller with what is known of them, each further one as a line with two buttons; during a call
/// each is such a line, with what answering does to that call.
const WIDTH: u32 = 420;
const FIRST: u32 = 196;
const FURTHER: u32 = 92;
const DURING: u32 = 112;
/// More callers than these are scrolled to.
const MOST: usize = 4;
/// Between the window and the edges of the screen.
const MARGIN: u32 = 16;

/// The window, whether it is there or not.
pub(crate) struct Incoming {
    app: AppHandle,
    /// Its height in logical pixels, while it is wanted.
    wanted: Option<u32>,
}

impl Incoming {
    pub(crate) const fn new(app: AppHandle) -> Self {
        Self { app, wanted: None }
    }

    /// Whether such a window can be at all: Wayland places no window and takes no word about focus.
    pub(crate) fn is_possible() -> bool {
        platform::places_windows()
    }
}

impl Surface for Incoming {
    fn show(&mut self, picture: &Picture) {
        let wanted = height(picture.ringing().count(), picture.is_speaking(), &picture.settings);
        let wanted = wanted.filter(|_| Self::is_possible());
        if wanted == self.wanted {
            return;
        }
        self.wanted = wanted;
        let (app, zoom) = (self.app.clone(), u32::from(picture.settings.looks.zoom));
        let title = INCOMING.read(picture.language());
        // Windows belong to the main thread.
        let done = self.app.run_on_main_thread(move || {
            let settled = match wanted {
                Some(height) => open(&app, title, WIDTH * zoom / 100, height),
                None => close(&app),
            };
            if let Err(error) = settled {
                tracing::warn!(%error, "the window of an incoming call");
            }
        });
        if let Err(error) = done {
            tracing::debug!(%error, "the application ends");
        }
    }
}

/// How high it is with so many callers, during a call or not; absent where it must not be.
fn height(callers: usize, speaking: bool, settings: &Settings) -> Option<u32> {
    if callers == 0 || !settings.calls.incoming_window {
        return None;
    }
    let further = u32::try_from(callers.min(MOST) - 1).unwrap_or_default();
    let height = if speaking { DURING * (further + 1) } else { FIRST + FURTHER * further };
    Some(height * u32::from(settings.looks.zoom) / 100)
}

fn close(app: &AppHandle) -> tauri::Result<()> {
    app.get_webview_window(LABEL).map_or(Ok(()), |window| window.destroy())
}

fn open(app: &AppHandle, title: &str, width: u32, height: u32) -> tauri::Result<()> {
    let (position, size) = corner(app, width, height)?;
    if let Some(window) = app.get_webview_window(LABEL) {
        window.set_size(size)?;
        return window.set_position(position);
    }
    let window = WebviewWindow::builder(app, LABEL, WebviewUrl::App(PAGE.into()))
        .title(title)
        .inner_size(f64::from(width), f64::from(height))
        .decorations(false)
        .skip_taskbar(true)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .focused(false)
        .focusable(false)
        // Whatever a window manager must know, it must know before it sees the window.
        .visible(false)
        .build()?;
    window.set_position(position)?;
    platform::takes_no_focus(&window)?;
    window.show()
}

/// Top right of the screen with the pointer, clear of panels; in physical pixels.
fn corner(
    app: &AppHandle,
    width: u32,
    height: u32,
) -> tauri::Result<(PhysicalPosition<i32>, PhysicalSize<u32>)> {
    let pointer = app.cursor_position()?;
    let monitor = app.monitor_from_point(pointer.x, pointer.y)?.or(app.primary_monitor()?);
    let Some(monitor) = monitor else {
        return Ok((PhysicalPosition::default(), PhysicalSize::new(width, height)));
    };
    let scale = monitor.scale_factor();
    let size = tauri::LogicalSize::new(width, height).to_physical::<u32>(scale);
    let margin = tauri::LogicalSize::new(MARGIN, MARGIN).to_physical::<u32>(scale);
    let area = monitor.work_area();
    let left = area.size.width.saturating_sub(size.width + margin.width);
    let (x, y) = (i32::try_from(left).unwrap_or_default(), i32::try_from(margin.height).unwrap_or_default());
    Ok((PhysicalPosition::new(area.position.x + x, area.position.y + y), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_high_as_its_callers_need_and_absent_without_any() {
        let mut settings = Settings::default();
        assert_eq!(height(0, false, &settings), None);
        assert_eq!(height(1, false, &settings), Some(196));
        assert_eq!(height(3, false, &settings), Some(380));
        assert_eq!(height(8, false, &settings), height(4, false, &settings), "more are scrolled to");
        assert_eq!(
            height(2, true, &settings),
            Some(224),
            "a call that is spoken in leaves room for lines only"
        );

        settings.looks.zoom = 150;
        assert_eq!(height(1, false, &settings), Some(294));
        settings.calls.incoming_window = false;
        assert_eq!(height(1, false, &settings), None);
    }
}
