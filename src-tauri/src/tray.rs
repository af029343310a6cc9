//! The icon in the system's tray: how this phone stands, by shape, and a menu with what is asked most.

mod shape;

use std::sync::Arc;

use phone::view::{Availability, Language, Verb};
use phone::{Wish, in_hand};
use tauri::AppHandle;

use crate::desk::Surface;
use crate::obey::Servant;
use crate::picture::Picture;
use crate::platform;
use crate::words::Text;

pub(crate) use shape::argb;

/// How the phone stands, as somebody who passes by wants to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A call waits for an answer.
    Ringing,
    /// In a call.
    Busy,
    /// Calls do not come in: nobody is signed in, or the exchange is out of reach.
    Offline,
    /// Do not disturb is on.
    DoNotDisturb,
    /// Calls come in for the account in use, and not for another that is signed in.
    Partly,
    /// Calls come in.
    Available,
}

impl Standing {
    /// As it is read.
    pub(crate) const fn text(self) -> Text {
        match self {
            Self::Ringing => Text::new("Inkomende oproep", "Incoming call"),
            Self::Busy => Text::new("In gesprek", "In a call"),
            Self::Offline => {
                Text::new("Niet verbonden: oproepen komen niet binnen", "Not connected: calls do not come in")
            }
            Self::DoNotDisturb => Text::new("Niet storen", "Do not disturb"),
            Self::Partly => Text::new(
                "Niet elk account is verbonden: een deel van de oproepen komt niet binnen",
                "Not every account is connected: some calls do not come in",
            ),
            Self::Available => Text::new("Beschikbaar", "Available"),
        }
    }
}

/// What the icon shows and its menu offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) standing: Standing,
    pub(crate) answers: bool,
    pub(crate) hangs_up: bool,
    pub(crate) do_not_disturb: bool,
    pub(crate) language: Language,
}

impl Face {
    pub(crate) fn of(picture: &Picture) -> Self {
        let answers = picture.ringing().next().is_some();
        let do_not_disturb = picture.account.as_ref().is_some_and(|account| account.do_not_disturb);
        let standing = if answers {
            Standing::Ringing
        } else if in_hand(&picture.calls).is_some() {
            Standing::Busy
        } else if !picture.is_reachable() {
            Standing::Offline
        } else if do_not_disturb {
            Standing::DoNotDisturb
        } else if !picture.is_reachable_everywhere() {
            Standing::Partly
        } else {
            Standing::Available
        };
        let ends = [Verb::HangUp, Verb::Reject, Verb::TransferCancel];
        let hangs_up = picture.calls.iter().any(|call| ends.iter().any(|verb| call.can(*verb)));
        Self { standing, answers, hangs_up, do_not_disturb, language: picture.language() }
    }

    /// What stands beside the icon when somebody points at it.
    pub(crate) fn title(&self) -> String {
        format!("Balie: {}", self.standing.text().read(self.language))
    }

    /// Whether this can be chosen now.
    pub(crate) const fn offers(&self, choice: Choice) -> bool {
        match choice {
            Choice::Open | Choice::Quit => true,
            Choice::Answer => self.answers,
            Choice::HangUp => self.hangs_up,
            Choice::DoNotDisturb(_) => !matches!(self.standing, Standing::Offline),
        }
    }
}

/// What was chosen in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Open,
    Answer,
    HangUp,
    DoNotDisturb(bool),
    Quit,
}

impl Choice {
    pub(crate) const fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Balie tonen", "Show Balie"),
            Self::Answer => Text::new("Aannemen", "Answer"),
            Self::HangUp => Text::new("Ophangen of weigeren", "Hang up or decline"),
            Self::DoNotDisturb(_) => Text::new("Niet storen", "Do not disturb"),
            Self::Quit => Text::new("Balie afsluiten", "Quit Balie"),
        }
    }
}

/// Takes what was chosen.
pub(crate) type Chosen = Arc<dyn Fn(Choice) + Send + Sync>;
/// Takes whether there is a tray.
pub(crate) type Told = Arc<dyn Fn(Availability) + Send + Sync>;

/// An icon of the system.
pub(crate) trait Icon: Send {
    /// Shows this from now on; without a tray nothing happens.
    fn show(&mut self, face: Face);
}

/// The icon that follows the phone.
pub(crate) struct Tray {
    icon: Box<dyn Icon>,
    face: Option<Face>,
}

impl Tray {
    /// `quit` ends the application.
    pub(crate) fn new(app: &AppHandle, servant: Servant, quit: Arc<dyn Fn() + Send + Sync>) -> Self {
        let desk = servant.desk.clone();
        let chosen = Arc::new(move |choice| match choice {
            Choice::Open => (servant.open)(),
            Choice::Answer => servant.desk.wish(Wish::Answer, drop),
            Choice::HangUp => servant.desk.wish(Wish::HangUp, drop),
            Choice::DoNotDisturb(on) => servant.desk.wish(Wish::DoNotDisturb(on), drop),
            Choice::Quit => quit(),
        });
        let told = Arc::new(move |can| desk.state(|desktop| desktop.tray = can));
        Self { icon: Box::new(platform::tray(app, chosen, told)), face: None }
    }
}

impl Surface for Tray {
    fn show(&mut self, picture: &Picture) {
        let face = Face::of(picture);
        if self.face.replace(face) != Some(face) {
            self.icon.show(face);
        }
    }
}

#[cfg(test)]
mod tests {
    use phone::view::{Change, ViewModel};

    use super::*;

    fn standing(others: &str) -> Standing {
        let registered = serde_json::json!({"kind": "registered", "since": 1});
        let other: serde_json::Value = serde_json::from_str(others).unwrap();
        let account = |id: &str, registration: &serde_json::Value| {
            serde_json::json!({"id": id, "name": id, "address": id, "extension": null, "shownNumber": null,
                "registration": registration, "doNotDisturb": false})
        };
        let model = ViewModel {
            account: serde_json::from_value(account("a", &registered)).unwrap(),
            accounts: serde_json::from_value(serde_json::json!([
                account("a", &registered),
                account("b", &other)
            ]))
            .unwrap(),
            ..ViewModel::default()
        };
        let mut picture = Picture::default();
        picture.take(&Change::Everything(Box::new(model)));
        Face::of(&picture).standing
    }

    #[test]
    fn an_account_that_is_not_in_use_and_not_reachable_shows() {
        assert_eq!(standing(r#"{"kind": "registered", "since": 1}"#), Standing::Available);
        assert_eq!(standing(r#"{"kind": "connecting", "since": 1}"#), Standing::Partly);
    }
}
