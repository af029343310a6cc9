//! Notifications of Windows: toasts of the kind that a call has, which stay until they are answered and make no sound
//! of their own.

use std::collections::BTreeMap;
use std::io;

use tauri::async_runtime;
use tokio::sync::oneshot;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastNotification, ToastNotificationManager, ToastNotifier,
};
use windows::core::{HSTRING, IInspectable, Interface as _, Ref};
use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::{Card, Notifier, Press, state};
use crate::desk::Desk;
use crate::obey::Servant;
use crate::words::Text;

/// Whose toasts they are (AppUserModelID).
const APP: &str = "nl.balie.app";
const ABSENT: Text = Text::new(
    "Windows toont geen meldingen van Balie. Zet ze aan bij Instellingen, Systeem, Meldingen.",
    "Windows shows no notifications of Balie. Switch them on in Settings, System, Notifications.",
);

/// The notifications of this system.
pub(crate) struct Native {
    servant: Servant,
    /// Dropping one ends its notification.
    shown: BTreeMap<String, oneshot::Sender<()>>,
}

impl Native {
    pub(crate) const fn new(servant: Servant) -> Self {
        Self { servant, shown: BTreeMap::new() }
    }

    /// Says whether Windows shows them, as far as it tells.
    pub(crate) fn look(desk: Desk) {
        async_runtime::spawn_blocking(move || {
            if let Err(error) = introduce() {
                tracing::info!(%error, "Windows knows no name for the notifications");
            }
            let setting = notifier().and_then(|notifier| notifier.Setting());
            let is_off = setting.is_ok_and(|setting| setting != NotificationSetting::Enabled);
            state(&desk, if is_off { Err(ABSENT) } else { Ok(()) });
        });
    }
}

impl Notifier for Native {
    fn show(&mut self, call: &str, card: Card) {
        let (end, ended) = oneshot::channel::<()>();
        self.shown.insert(call.to_owned(), end);
        let (servant, call) = (self.servant.clone(), call.to_owned());
        // Windows may take its time.
        async_runtime::spawn_blocking(move || {
            if let Err(error) = live(&servant, &call, &card, ended) {
                tracing::warn!(%error, "a call is not notified");
                state(&servant.desk, Err(ABSENT));
            }
        });
    }

    fn close(&mut self, call: &str) {
        drop(self.shown.remove(call));
    }
}

/// The life of one toast, until the ringing has ended.
fn live(
    servant: &Servant,
    call: &str,
    card: &Card,
    ended: oneshot::Receiver<()>,
) -> windows::core::Result<()> {
    let toast = toast(&text(card))?;
    let (serving, call) = (servant.clone(), call.to_owned());
    let pressed =
        move |_: Ref<'_, ToastNotification>, event: Ref<'_, IInspectable>| -> windows::core::Result<()> {
            let name = event.ok()?.cast::<ToastActivatedEventArgs>()?.Arguments()?.to_string();
            if let Some(press) = Press::named(&name) {
                press.act(&serving, call.clone(), say);
            }
            Ok(())
        };
    toast.Activated(&TypedEventHandler::new(pressed))?;
    let notifier = notifier()?;
    notifier.Show(&toast)?;
    state(&servant.desk, Ok(()));
    // Whoever rings on drops nothing, so an error is the end as well.
    drop(ended.blocking_recv());
    notifier.Hide(&toast)
}

fn toast(text: &str) -> windows::core::Result<ToastNotification> {
    let content = XmlDocument::new()?;
    content.LoadXml(&HSTRING::from(text))?;
    ToastNotification::CreateToastNotification(&content)
}

fn notifier() -> windows::core::Result<ToastNotifier> {
    ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP))
}

/// Tells who the toasts are from; the installer's entry in the start menu does as well, but not every Balie has one.
fn introduce() -> io::Result<()> {
    let key = format!(r"Software\Classes\AppUserModelId\{APP}");
    RegKey::predef(HKEY_CURRENT_USER).create_subkey(key)?.0.set_value("DisplayName", &"Balie")
}

fn text(card: &Card) -> String {
    let [caller, what, accept, refuse] = [&*card.caller, &*card.what, card.answer, card.decline].map(escaped);
    let [answer, decline, open] = [Press::Answer, Press::Decline, Press::Open].map(Press::name);
    format!(
        "<toast scenario=\"incomingCall\" launch=\"{open}\"><visual><binding template=\"ToastGeneric\">\
         <text>{caller}</text><text>{what}</text></binding></visual>\
         <actions><action content=\"{accept}\" arguments=\"{answer}\"/>\
         <action content=\"{refuse}\" arguments=\"{decline}\"/></actions><audio silent=\"true\"/></toast>"
    )
}

/// As it may stand in XML, wherever it came from.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML has no way to write most of these.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A button that was pressed too late says so.
fn say(sentence: &str) {
    let text = format!(
        "<toast><visual><binding template=\"ToastGeneric\"><text>Balie</text><text>{}</text></binding></visual>\
         <audio silent=\"true\"/></toast>",
        escaped(sentence)
    );
    if let Err(error) = toast(&text).and_then(|toast| notifier()?.Show(&toast)) {
        tracing::debug!(%error, "who pressed too late is not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_is_named_never_becomes_a_button() {
        let card = Card {
            caller: "</text><action \"R&D\"\u{0}".to_owned(),
            what: "Inkomende oproep".to_owned(),
            answer: "Aannemen",
            decline: "Weigeren",
        };

        let text = text(&card);

        assert!(text.contains("<text>&lt;/text&gt;&lt;action &quot;R&amp;D&quot; </text>"), "{text}");
        assert!(text.contains("<action content=\"Aannemen\" arguments=\"answer\"/>"));
    }
}
