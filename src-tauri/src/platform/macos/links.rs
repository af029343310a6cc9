//! Who opens links: the bundle's Info.plist says what Balie can open, and Launch Services keep which program does.
//!
//! A kind of link that the person gave to another program is left alone. What macOS gives to a program of its own
//! (`tel` to FaceTime) nobody chose, so Balie takes that, and gives it back when it is switched off.

use block2::RcBlock;
use objc2::rc::Retained;
use objc2_app_kit::NSWorkspace;
use objc2_foundation::{NSBundle, NSError, NSString, NSURL};

use crate::arguments::KINDS;
use crate::switches::Switch;
use crate::words::Text;

/// Where the programs stand that come with the computer.
const SYSTEM: &str = "/System/";
const NO_BUNDLE: Text = Text::new(
    "Links openen Balie pas als het programma Balie in de map Apps staat en van daar is gestart.",
    "Links open Balie once the app Balie stands in the Applications folder and was started there.",
);

/// What keeps which program opens a kind of link. Programs are known by the path of their bundle.
pub(crate) trait Openers: Send {
    /// This program; absent where it is not in a bundle.
    fn this(&self) -> Option<String>;
    /// Who opens links of this kind.
    fn opener(&self, kind: &str) -> Option<String>;
    /// Everybody who could.
    fn able(&self, kind: &str) -> Vec<String>;
    /// Makes `program` the one who does. It may come about later, or never, when the person is asked.
    fn choose(&self, kind: &'static str, program: &str);
}

/// Links of this person.
#[derive(Debug)]
pub(crate) struct Links<O = LaunchServices> {
    openers: O,
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self { openers: LaunchServices }
    }
}

impl<O: Openers> Links<O> {
    /// Opens links of this kind, unless a program does that the person chose.
    fn take(&self, kind: &'static str, this: &str) {
        let opener = self.openers.opener(kind);
        if opener.is_none_or(|opener| opener != this && opener.starts_with(SYSTEM)) {
            self.openers.choose(kind, this);
        }
    }

    /// Leaves links of this kind to somebody else, if there is anybody: what a bundle states cannot be taken back.
    fn leave(&self, kind: &'static str, this: &str) {
        if self.openers.opener(kind).is_none_or(|opener| opener != this) {
            return;
        }
        let able = self.openers.able(kind);
        if let Some(other) = able.iter().find(|program| *program != this) {
            self.openers.choose(kind, other);
        }
    }
}

impl<O: Openers> Switch for Links<O> {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        match self.openers.this() {
            Some(this) if on => KINDS.iter().for_each(|kind| self.take(kind, &this)),
            Some(this) => KINDS.iter().for_each(|kind| self.leave(kind, &this)),
            None if on => return Err(NO_BUNDLE),
            None => {}
        }
        Ok(())
    }
}

/// Launch Services, by way of the workspace.
#[derive(Debug)]
pub(crate) struct LaunchServices;

impl Openers for LaunchServices {
    fn this(&self) -> Option<String> {
        let bundle = NSBundle::mainBundle();
        bundle.bundleIdentifier().and_then(|_| path(&bundle.bundleURL()))
    }

    fn opener(&self, kind: &str) -> Option<String> {
        let opener = NSWorkspace::sharedWorkspace().URLForApplicationToOpenURL(&example(kind)?)?;
        path(&opener)
    }

    fn able(&self, kind: &str) -> Vec<String> {
        let Some(link) = example(kind) else { return Vec::new() };
        let able = NSWorkspace::sharedWorkspace().URLsForApplicationsToOpenURL(&link);
        able.iter().filter_map(|program| path(&program)).collect()
    }

    fn choose(&self, kind: &'static str, program: &str) {
        let told = RcBlock::new(move |error: *mut NSError| {
            if !error.is_null() {
                tracing::info!(kind, "links of this kind stay with another program");
            }
        });
        NSWorkspace::sharedWorkspace().setDefaultApplicationAtURL_toOpenURLsWithScheme_completionHandler(
            &NSURL::fileURLWithPath(&NSString::from_str(program)),
            &NSString::from_str(kind),
            Some(&told),
        );
    }
}

/// A link of this kind.
fn example(kind: &str) -> Option<Retained<NSURL>> {
    NSURL::URLWithString(&NSString::from_str(&format!("{kind}:0")))
}

fn path(program: &NSURL) -> Option<String> {
    program.path().map(|path| path.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::platform::contract;

    const BALIE: &str = "/Applications/Balie.app";
    const FACETIME: &str = "/System/Applications/FaceTime.app";
    const OTHER: &str = "/Applications/Other.app";

    /// A list of who opens what; everybody in it can open `tel`.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<BTreeMap<&'static str, String>>>);

    impl Openers for Paper {
        fn this(&self) -> Option<String> {
            Some(BALIE.to_owned())
        }

        fn opener(&self, kind: &str) -> Option<String> {
            self.0.lock().unwrap().get(kind).cloned()
        }

        fn able(&self, kind: &str) -> Vec<String> {
            let able: &[&str] = if kind == "tel" { &[BALIE, FACETIME] } else { &[BALIE] };
            able.iter().map(|program| (*program).to_owned()).collect()
        }

        fn choose(&self, kind: &'static str, program: &str) {
            self.0.lock().unwrap().insert(kind, program.to_owned());
        }
    }

    #[test]
    fn what_the_system_gave_itself_is_taken_and_given_back() {
        let paper = Paper::default();
        paper.choose("tel", FACETIME);
        let mut links = Links { openers: paper.clone() };

        contract::switches(&mut links, || paper.opener("tel").as_deref() == Some(BALIE));

        assert_eq!(paper.opener("tel").as_deref(), Some(FACETIME));
    }

    #[test]
    fn what_the_person_gave_to_another_program_is_left_alone() {
        let paper = Paper::default();
        paper.choose("sip", OTHER);
        let mut links = Links { openers: paper.clone() };

        links.set(true).unwrap();
        assert_eq!(paper.opener("sip").as_deref(), Some(OTHER));
        assert_eq!(paper.opener("callto").as_deref(), Some(BALIE));

        links.set(false).unwrap();
        assert_eq!(paper.opener("sip").as_deref(), Some(OTHER));
    }
}
