//! Keys that work while another program is in front, where the system lends them: answer, hang up, mute, and the bar.
//!
//! Off until somebody wants them. Where the system has none, or another program has one already, the window says so
//! and what to do instead.

use phone::Wish;
use phone::view::{Availability, Words};
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{GlobalShortcutExt as _, ShortcutState};

use crate::desk::{Desk, Surface};
use crate::frame::Frame;
use crate::picture::Picture;
use crate::platform;

/// A key, and what it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Answer,
    HangUp,
    Mute,
    Bar,
}

impl Key {
    const ALL: [Self; 4] = [Self::Answer, Self::HangUp, Self::Mute, Self::Bar];

    const fn name(self) -> &'static str {
        match self {
            Self::Answer => "Ctrl+Shift+F11",
            Self::HangUp => "Ctrl+Shift+F12",
            Self::Mute => "Ctrl+Shift+F10",
            Self::Bar => "Ctrl+Shift+F8",
        }
    }
}

/// The keys that follow the setting.
pub(crate) struct Keys {
    app: AppHandle,
    desk: Desk,
    frame: Frame,
    was: Option<bool>,
}

impl Keys {
    pub(crate) const fn new(app: AppHandle, desk: Desk, frame: Frame) -> Self {
        Self { app, desk, frame, was: None }
    }

    /// Takes the keys, and tells which ones somebody else has.
    fn take(&self) -> Vec<Key> {
        Key::ALL.into_iter().filter(|key| !self.take_one(*key)).collect()
    }

    fn take_one(&self, key: Key) -> bool {
        let (desk, frame) = (self.desk.clone(), self.frame.clone());
        let pressed = move |state| {
            if state == ShortcutState::Pressed {
                press(key, &desk, &frame);
            }
        };
        let taken =
            self.app.global_shortcut().on_shortcut(key.name(), move |_, _, event| pressed(event.state));
        taken.inspect_err(|error| tracing::warn!(%error, key = key.name(), "a key is not ours")).is_ok()
    }

    fn release(&self) {
        if let Err(error) = self.app.global_shortcut().unregister_all() {
            tracing::warn!(%error, "keys are not given back");
        }
    }
}

impl Surface for Keys {
    fn show(&mut self, picture: &Picture) {
        let wanted = picture.settings.keys.global;
        let before = self.was.replace(wanted);
        if before == Some(wanted) {
            return;
        }
        let can = if !platform::lends_keys() {
            none()
        } else if wanted {
            without(&self.take())
        } else {
            if before.is_some() {
                self.release();
            }
            Availability::Present
        };
        self.desk.state(|desktop| desktop.global_keys = can);
    }
}

fn press(key: Key, desk: &Desk, frame: &Frame) {
    match key {
        Key::Answer => desk.wish(Wish::Answer, drop),
        Key::HangUp => desk.wish(Wish::HangUp, drop),
        Key::Mute => desk.wish(Wish::Mute, drop),
        Key::Bar => frame.toggle(),
    }
}

fn none() -> Availability {
    Availability::absent(
        "Dit bureaublad (Wayland) leent geen toetsen uit aan programma's. Koppel in de instellingen van het bureaublad een \
         toets aan de opdracht `balie --answer`, en een andere aan `balie --hangup`.",
        "This desktop (Wayland) lends no keys to programs. In the desktop's own settings, bind a key to the command \
         `balie --answer`, and another to `balie --hangup`.",
    )
}

/// What to say where these are taken.
fn without(taken: &[Key]) -> Availability {
    if taken.is_empty() {
        return Availability::Present;
    }
    let names = taken.iter().map(|key| key.name()).collect::<Vec<_>>().join(", ");
    Availability::Absent {
        reason: Words::new(
            &format!(
                "Een ander programma gebruikt al: {names}. Koppel in de instellingen van het bureaublad een vrije toets aan \
                 de opdracht `balie --answer` of `balie --hangup`."
            ),
            &format!(
                "Another program already uses: {names}. In the desktop's own settings, bind a free key to the command \
                 `balie --answer` or `balie --hangup`."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_somebody_else_has_is_named_with_what_to_do() {
        let Availability::Absent { reason } = without(&[Key::HangUp]) else { panic!("it is taken") };

        assert!(reason.nl.contains("Ctrl+Shift+F12") && reason.en.contains("balie --answer"));
        assert_eq!(without(&[]), Availability::Present);
    }

    #[test]
    fn every_key_can_be_read_and_none_types_a_letter() {
        for key in Key::ALL {
            assert!(key.name().parse::<tauri_plugin_global_shortcut::Shortcut>().is_ok());
            assert!(!key.name().contains("Alt"), "Ctrl+Alt is AltGr");
        }
    }
}
