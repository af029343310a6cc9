//! Notifications of the system for calls that ring, where the window of their own cannot be or is not wanted.
//!
//! Each call has one, which goes when the ringing ends. Its buttons take the same way as a key: pressed too late, they
//! hear that the call had ended, and nothing else happens.

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::collections::BTreeSet;

use phone::Wish;
use phone::view::{Availability, Call, Language, Settings};

use crate::desk::{Desk, Surface, Told};
use crate::obey::Servant;
use crate::picture::Picture;
use crate::words::{self, Text, name_of};

#[cfg(windows)]
pub(crate) use self::windows::Native;
#[cfg(target_os = "linux")]
pub(crate) use freedesktop::Native;
#[cfg(target_os = "macos")]
pub(crate) use macos::Native;

/// What shows notifications on this system.
pub(crate) trait Notifier: Send {
    /// Shows one for this call. Returns at once, whatever the system does.
    fn show(&mut self, call: &str, card: Card);
    /// Takes it away; that it is gone already is no error.
    fn close(&mut self, call: &str);
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) caller: String,
    /// That a call comes in, and for whom where it is not simply for the person.
    pub(crate) what: String,
    pub(crate) answer: &'static str,
    pub(crate) decline: &'static str,
}

/// One notification per call that rings.
pub(crate) struct Notifications<N> {
    notifier: N,
    /// Whether a window of their own can be instead.
    has_window: bool,
    shown: BTreeSet<String>,
}

impl<N: Notifier> Notifications<N> {
    pub(crate) const fn new(notifier: N, has_window: bool) -> Self {
        Self { notifier, has_window, shown: BTreeSet::new() }
    }

    const fn are_wanted(&self, settings: &Settings) -> bool {
        settings.calls.notifications && !(self.has_window && settings.calls.incoming_window)
    }
}

impl<N: Notifier> Surface for Notifications<N> {
    fn show(&mut self, picture: &Picture) {
        let ringing: Vec<&Call> =
            if self.are_wanted(&picture.settings) { picture.ringing().collect() } else { Vec::new() };
        let notifier = &mut self.notifier;
        self.shown.retain(|call| {
            let rings = ringing.iter().any(|other| other.id == *call);
            if !rings {
                notifier.close(call);
            }
            rings
        });
        let language = picture.language();
        for call in ringing {
            if self.shown.insert(call.id.clone()) {
                let card = Card {
                    caller: name_of(&call.party, language),
                    what: what(call, language),
                    answer: words::ANSWER.read(language),
                    decline: words::DECLINE.read(language),
                };
                self.notifier.show(&call.id, card);
            }
        }
    }
}

/// As the window of incoming calls says it: the group or number that was called, the account it came to.
fn what(call: &Call, language: Language) -> String {
    let asked: Vec<&str> = [&call.via, &call.account].into_iter().flatten().map(String::as_str).collect();
    let incoming = words::INCOMING.read(language);
    if asked.is_empty() {
        return incoming.to_owned();
    }
    format!("{incoming} {} {}", words::FOR.read(language), asked.join(" · "))
}

/// What was pressed on a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    Answer,
    Decline,
    /// The body was clicked.
    Open,
}

impl Press {
    /// How the system is told, and tells, which one it is.
    const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Decline => "decline",
            Self::Open => "default",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Answer, Self::Decline, Self::Open].into_iter().find(|press| press.name() == name)
    }

    /// Does it for this call; where the phone says no, `refused` tells the person why.
    fn act(self, servant: &Servant, call: String, refused: impl FnOnce(&str) + Send + 'static) {
        let wish = match self {
            Self::Answer => Wish::AnswerCall(call),
            Self::Decline => Wish::RejectCall(call),
            Self::Open => return (servant.open)(),
        };
        let language = servant.desk.picture().language();
        servant.desk.wish(wish, move |told| {
            if let Told::Failed(problem) = told {
                refused(words::sentence(&problem, language));
            }
        });
    }
}

/// States whether the system shows notifications, and why not.
fn state(desk: &Desk, shows: Result<(), Text>) {
    let notifications =
        shows.map_or_else(|reason| Availability::absent(reason.nl, reason.en), |()| Availability::Present);
    desk.state(|desktop| desktop.notifications = notifications);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use phone::view::{Change, Verb};

    use super::*;

    /// Writes down what it is asked.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<String>>>);

    impl Notifier for Paper {
        fn show(&mut self, call: &str, card: Card) {
            self.0.lock().unwrap().push(format!("{call}: {} {} {}", card.caller, card.what, card.answer));
        }

        fn close(&mut self, call: &str) {
            self.0.lock().unwrap().push(format!("{call} closed"));
        }
    }

    fn ringing(id: &str) -> Call {
        let json = serde_json::json!({
            "id": id, "direction": "incoming", "party": {"name": "Bert"}, "joined": [], "members": [], "state": {"kind": "ringing"},
            "since": 1, "muted": false, "digits": "", "emergency": false, "suggestions": [], "note": "", "earlier": [],
            "verbs": ["answer", "reject"],
        });
        let call: Call = serde_json::from_value(json).unwrap();
        assert!(call.can(Verb::Answer));
        call
    }

    #[test]
    fn each_call_has_one_for_as_long_as_it_rings_in_the_language_that_is_set() {
        let (paper, mut picture) = (Paper::default(), Picture::default());
        let mut surface = Notifications::new(paper.clone(), false);
        picture.settings.looks.language = Language::En;
        for calls in [vec![ringing("c1")], vec![ringing("c1"), ringing("c2")], vec![ringing("c2")], vec![]] {
            picture.take(&Change::Calls(calls));
            surface.show(&picture);
        }

        let told = paper.0.lock().unwrap().clone();
        assert_eq!(
            told,
            ["c1: Bert Incoming call Answer", "c2: Bert Incoming call Answer", "c1 closed", "c2 closed"]
        );
    }

    #[test]
    fn it_says_for_whom_a_call_comes() {
        let mut call = ringing("c1");
        assert_eq!(what(&call, Language::Nl), "Inkomende oproep");
        call.account = Some("Tandarts Linde".to_owned());
        call.via = Some("Spoed".to_owned());
        assert_eq!(what(&call, Language::Nl), "Inkomende oproep voor Spoed · Tandarts Linde");
    }

    #[test]
    fn it_stands_in_only_where_the_window_is_not_and_goes_when_that_changes() {
        let (paper, mut picture) = (Paper::default(), Picture::default());
        let mut surface = Notifications::new(paper.clone(), true);
        picture.calls = vec![ringing("c1")];
        surface.show(&picture);
        assert!(paper.0.lock().unwrap().is_empty(), "the window shows it");

        picture.settings.calls.incoming_window = false;
        surface.show(&picture);
        picture.settings.calls.notifications = false;
        surface.show(&picture);

        assert_eq!(paper.0.lock().unwrap().len(), 2, "shown, and taken away");
    }
}
