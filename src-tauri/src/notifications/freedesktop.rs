//! Notifications as the system has them: over D-Bus on Linux, by its own means elsewhere.
//!
//! Every notification is a task of its own. A daemon that is missing, dies or never answers costs that task and
//! nothing else; the window says then that there are no notifications, and why.

use std::collections::BTreeMap;

use notify_rust::{Hint, Notification, NotificationResponse, Timeout, Urgency};
use phone::Wish;
use phone::view::Availability;
use tauri::async_runtime;
use tokio::sync::oneshot;

use super::{Card, Notifier};
use crate::desk::{Desk, Told};
use crate::obey::Servant;
use crate::words::{self, Text};

const ANSWER: &str = "answer";
const DECLINE: &str = "decline";
/// The body of the notification was clicked.
const OPEN: &str = "default";
const ABSENT: Text = Text::new(
    "Op deze computer draait geen meldingendienst. Een oproep is te zien in het venster van Balie.",
    "No notification service runs on this computer. A call shows in Balie's window.",
);

/// The notifications of this system.
pub(crate) struct Freedesktop {
    servant: Servant,
    /// Dropping one ends its notification.
    shown: BTreeMap<String, oneshot::Sender<()>>,
}

impl Freedesktop {
    pub(crate) const fn new(servant: Servant) -> Self {
        Self { servant, shown: BTreeMap::new() }
    }

    /// Says whether there is anything that shows notifications; asking may start it.
    pub(crate) fn look(desk: Desk) {
        async_runtime::spawn_blocking(move || state(&desk, notify_rust::get_capabilities().is_ok()));
    }
}

impl Notifier for Freedesktop {
    fn show(&mut self, call: &str, card: Card) {
        let (end, ended) = oneshot::channel();
        self.shown.insert(call.to_owned(), end);
        let (Servant { desk, open }, call) = (self.servant.clone(), call.to_owned());
        async_runtime::spawn(async move {
            match live(&desk, card, ended).await {
                Some(Press::Answer) => wish(&desk, Wish::AnswerCall(call)),
                Some(Press::Decline) => wish(&desk, Wish::RejectCall(call)),
                Some(Press::Open) => open(),
                None => {}
            }
        });
    }

    fn close(&mut self, call: &str) {
        drop(self.shown.remove(call));
    }
}

/// What was pressed.
#[derive(Debug, Clone, Copy)]
enum Press {
    Answer,
    Decline,
    Open,
}

/// The life of one notification, until it is pressed or the ringing has ended.
async fn live(desk: &Desk, card: Card, ended: oneshot::Receiver<()>) -> Option<Press> {
    let mut notification = Notification::new();
    notification
        .appname("Balie")
        .summary(&card.caller)
        .body(&card.what)
        .action(ANSWER, card.answer)
        .action(DECLINE, card.decline)
        .action(OPEN, "Balie")
        .hint(Hint::Category("call.incoming".to_owned()))
        .hint(Hint::DesktopEntry("nl.balie.app".to_owned()))
        .urgency(Urgency::Critical)
        .timeout(Timeout::Never);
    let handle = match notification.show_async().await {
        Ok(handle) => handle,
        Err(error) => {
            tracing::warn!(%error, "a call is not notified");
            state(desk, false);
            return None;
        }
    };
    state(desk, true);
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
        NotificationResponse::Action(action) if action == ANSWER => Some(Press::Answer),
        NotificationResponse::Action(action) if action == DECLINE => Some(Press::Decline),
        NotificationResponse::Default => Some(Press::Open),
        NotificationResponse::Action(_)
        | NotificationResponse::Reply(_)
        | NotificationResponse::Closed(_) => None,
    }
}

/// A button that was pressed too late says so.
fn wish(desk: &Desk, wish: Wish) {
    let language = desk.picture().language();
    desk.wish(wish, move |told| {
        if let Told::Failed(problem) = told {
            let mut notification = Notification::new();
            notification.appname("Balie").summary("Balie").body(words::sentence(&problem, language));
            async_runtime::spawn(async move { drop(notification.show_async().await) });
        }
    });
}

fn state(desk: &Desk, shows: bool) {
    let notifications =
        if shows { Availability::Present } else { Availability::absent(ABSENT.nl, ABSENT.en) };
    desk.state(|desktop| desktop.notifications = notifications);
}
