//! Notifications of Linux: over D-Bus (freedesktop.org).
//!
//! Every notification is a task of its own. A daemon that is missing, dies or never answers costs that task and
//! nothing else; the window says then that there are no notifications, and why.

use std::collections::BTreeMap;

use notify_rust::{Hint, Notification, NotificationResponse, Timeout, Urgency};
use tauri::async_runtime;
use tokio::sync::oneshot;

use super::{Card, Notifier, Press, state};
use crate::desk::Desk;
use crate::obey::Servant;
use crate::words::Text;

const ABSENT: Text = Text::new(
    "Op deze computer draait geen meldingendienst. Een oproep is te zien in het venster van Balie.",
    "No notification service runs on this computer. A call shows in Balie's window.",
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

    /// Says whether there is anything that shows notifications; asking may start it.
    pub(crate) fn look(desk: Desk) {
        async_runtime::spawn_blocking(move || {
            state(&desk, notify_rust::get_capabilities().map_or(Err(ABSENT), |_| Ok(())))
        });
    }
}

impl Notifier for Native {
    fn show(&mut self, call: &str, card: Card) {
        let (end, ended) = oneshot::channel();
        self.shown.insert(call.to_owned(), end);
        let (servant, call) = (self.servant.clone(), call.to_owned());
        async_runtime::spawn(async move {
            if let Some(press) = live(&servant.desk, card, ended).await {
                press.act(&servant, call, say);
            }
        });
    }

    fn close(&mut self, call: &str) {
        drop(self.shown.remove(call));
    }
}

/// The life of one notification, until it is pressed or the ringing has ended.
async fn live(desk: &Desk, card: Card, ended: oneshot::Receiver<()>) -> Option<Press> {
    let mut notification = Notification::new();
    notification
        .appname("Balie")
        .summary(&card.caller)
        .body(&card.what)
        .action(Press::Answer.name(), card.answer)
        .action(Press::Decline.name(), card.decline)
        .action(Press::Open.name(), "Balie")
        .hint(Hint::Category("call.incoming".to_owned()))
        .hint(Hint::DesktopEntry("nl.balie.app".to_owned()))
        .urgency(Urgency::Critical)
        .timeout(Timeout::Never);
    let handle = match notification.show_async().await {
        Ok(handle) => handle,
        Err(error) => {
            tracing::warn!(%error, "a call is not notified");
            state(desk, Err(ABSENT));
            return None;
        }
    };
    state(desk, Ok(()));
    let (press, pressed) = oneshot::channel();
    let waiting = handle.wait_for_action_async(|response| {
        // The other end waits below.
        let _ = press.send(read(response));
    });
    let press = tokio::select! {
        () = waiting => pressed.await.ok().flatten(),
        _ = ended => None,
    };
    // Not every daemon takes one away whose button was pressed.
    handle.close_async().await;
    press
}

fn read(response: &NotificationResponse) -> Option<Press> {
    match response {
        NotificationResponse::Action(action) => Press::named(action),
        NotificationResponse::Default => Some(Press::Open),
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
    }
}

/// A button that was pressed too late says so.
fn say(sentence: &str) {
    let mut notification = Notification::new();
    notification.appname("Balie").summary("Balie").body(sentence);
    async_runtime::spawn(async move { drop(notification.show_async().await) });
}
