//! Windows. Nothing of this has been run yet.

use tauri::WebviewWindow;

pub(super) const fn prepare() -> std::io::Result<()> {
    Ok(())
}

pub(super) const fn places_windows() -> bool {
    true
}

/// `focusable(false)` of the builder is WS_EX_NOACTIVATE, which is all there is to say.
pub(super) const fn takes_no_focus(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
