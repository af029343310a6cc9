//! Notifications of macOS, by the older of its two ways (NSUserNotification): the newer one shows nothing of a program
//! that is not signed.
//!
//! Each waits for its answer on a thread of its own. macOS calls them by no name that we know, so one is taken away by
//! what it says.

use std::collections::BTreeMap;

use notify_rust::{Notification, NotificationResponse};
use tauri::async_runtime;

use super::{Card, Notifier, Press, state};
use crate::desk::Desk;
use crate::obey::Servant;
use crate::words::Text;

const ABSENT: Text = Text::new(
    "macOS toont geen meldingen van Balie. Een oproep is te zien in het venster van Balie.",
    "macOS shows no notifications of Balie. A call shows in Balie's window.",
);

/// The notifications of this system.
pub(crate) struct Native {
    servant: Servant,
    /// The caller that each of them names.
    shown: BTreeMap<String, String>,
}

impl Native {
    pub(crate) const fn new(servant: Servant) -> Self {
        Self { servant, shown: BTreeMap::new() }
    }

    /// There always are some; whether the person has switched ours off is not told.
    pub(crate) fn look(desk: Desk) {
        async_runtime::spawn_blocking(move || {
            if let Err(error) = notify_rust::set_application("nl.balie.app") {
                tracing::info!(%error, "notifications come in another program's name");
            }
            state(&desk, Ok(()));
        });
    }
}

impl Notifier for Native {
    fn show(&mut self, call: &str, card: Card) {
        self.shown.insert(call.to_owned(), card.caller.clone());
        let (servant, call) = (self.servant.clone(), call.to_owned());
        async_runtime::spawn_blocking(move || {
            let mut pressed = None;
            let answered = notification(&card).show().and_then(|shown| {
                shown.wait_for_response(|response: &NotificationResponse| pressed = read(response))
            });
            if let Err(error) = answered {
                tracing::warn!(%error, "a call is not notified");
                state(&servant.desk, Err(ABSENT));
            }
            if let Some(press) = pressed {
                press.act(&servant, call, say);
            }
        });
    }

    fn close(&mut self, call: &str) {
        if let Some(caller) = self.shown.remove(call) {
            async_runtime::spawn_blocking(move || take_away(&caller));
        }
    }
}

fn notification(card: &Card) -> Notification {
    let mut notification = Notification::new();
    notification
        .summary(&card.caller)
        .body(&card.what)
        .action(Press::Answer.name(), card.answer)
        .action(Press::Decline.name(), card.decline);
    notification
}

fn read(response: &NotificationResponse) -> Option<Press> {
    match response {
        NotificationResponse::Action(action) => Press::named(action),
        NotificationResponse::Default => Some(Press::Open),
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
    }
}

#[expect(deprecated, reason = "the newer way needs a signed program")]
fn take_away(caller: &str) {
    let center = objc2_foundation::NSUserNotificationCenter::defaultUserNotificationCenter();
    for notification in &center.deliveredNotifications() {
        if notification.title().is_some_and(|title| title.to_string() == caller) {
            center.removeDeliveredNotification(&notification);
        }
    }
}

/// A button that was pressed too late says so.
fn say(sentence: &str) {
    let mut notification = Notification::new();
    notification.summary("Balie").body(sentence);
    // It is shown when nobody waits for its answer.
    async_runtime::spawn_blocking(move || drop(notification.show()));
}
