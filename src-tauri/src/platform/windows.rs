//! Windows: the registry of this person says what Balie opens and when it starts; nothing needs an administrator.

mod autostart;
mod links;
mod program;
mod sleep;

use tauri::WebviewWindow;
use windows::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};

pub(super) use super::portable_tray::TrayIcon;
pub(super) use autostart::Autostart;
pub(super) use links::Links;
pub(super) use sleep::watch as watch_sleep;

pub(super) const fn prepare() -> std::io::Result<()> {
    Ok(())
}

/// A program with windows has no console, not even that of whoever started it. It takes that one only on its way out:
/// who closes a console ends everything that is attached to it.
#[expect(unsafe_code, reason = "no safe crate attaches a console")]
pub(super) fn speak_up() {
    // SAFETY: it takes a number and touches no memory of ours; nobody has asked for a standard handle at that time.
    if let Err(error) = unsafe { AttachConsole(ATTACH_PARENT_PROCESS) } {
        tracing::debug!(%error, "nobody listens at a console");
    }
}

pub(super) fn locale() -> Option<String> {
    sys_locale::get_locale()
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

#[cfg(test)]
mod tests {
    use winreg::RegKey;
    use winreg::enums::HKEY_CURRENT_USER;

    /// A place in the registry of this person that stands for a whole one, until it is dropped.
    pub(super) struct Registry {
        pub(super) key: RegKey,
        path: String,
    }

    impl Registry {
        pub(super) fn new(name: &str) -> Self {
            let path = format!(r"Software\nl.balie.app.tests\{}-{name}", std::process::id());
            Self { key: open(&path), path }
        }

        /// Another handle to it.
        pub(super) fn key(&self) -> RegKey {
            open(&self.path)
        }
    }

    fn open(path: &str) -> RegKey {
        RegKey::predef(HKEY_CURRENT_USER).create_subkey(path).unwrap().0
    }

    impl Drop for Registry {
        fn drop(&mut self) {
            drop(RegKey::predef(HKEY_CURRENT_USER).delete_subkey_all(&self.path));
        }
    }
}
