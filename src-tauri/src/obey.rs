//! What another start of Balie asks of this one, and the answer that it gives there: an exit code and a sentence.

use std::sync::Arc;

use clap::Parser as _;
use phone::{Idle, Wish};

use crate::arguments::{Arguments, Request};
use crate::desk::{Desk, Told};
use crate::words::{self, Text};

const NOTHING_RINGS: Text = Text::new("Er gaat niets over.", "Nothing rings.");
const NO_CALL: Text = Text::new("Er is geen gesprek.", "There is no call.");
const GONE: Text = Text::new("Balie wordt afgesloten.", "Balie is closing.");

/// How an attempt ended, as the command line tells it: 0 done, 1 the phone says no, 2 not understood, 3 Balie does not
/// run, 4 there is no such call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Exit code.
    pub code: u8,
    /// For the person; empty where all is well.
    pub sentence: String,
}

impl Answer {
    pub(crate) const NOT_RUNNING: u8 = 3;

    pub(crate) fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

/// The desk that obeys, and how its window is shown.
#[derive(Clone)]
pub(crate) struct Servant {
    pub(crate) desk: Desk,
    pub(crate) open: Arc<dyn Fn() + Send + Sync>,
}

impl Servant {
    /// Does what a command line asks.
    pub(crate) async fn obey(&self, arguments: Vec<String>) -> Answer {
        let words = std::iter::once("balie".to_owned()).chain(arguments);
        match Arguments::try_parse_from(words) {
            Ok(arguments) => self.request(arguments.request()).await,
            Err(error) => Answer::new(2, error.to_string()),
        }
    }

    /// Does what is asked.
    pub(crate) async fn request(&self, request: Request) -> Answer {
        let wish = match request {
            Request::Show => {
                (self.open)();
                return Answer::new(0, "");
            }
            Request::Wish(wish) => wish,
        };
        // Whoever opens a link must see it, for nothing is dialled without a key.
        let shows = matches!(wish, Wish::Link { .. });
        let (tell, told) = tokio::sync::oneshot::channel();
        self.desk.wish(wish, move |what| {
            // An error means that whoever asked has gone.
            let _ = tell.send(what);
        });
        let told = told.await.ok();
        if shows {
            (self.open)();
        }
        self.answer(told)
    }

    fn answer(&self, told: Option<Told>) -> Answer {
        let language = self.desk.picture().language();
        match told {
            Some(Told::Done) => Answer::new(0, ""),
            Some(Told::Failed(problem)) => Answer::new(1, words::sentence(&problem, language)),
            Some(Told::Idle(Idle::NothingRings)) => Answer::new(4, NOTHING_RINGS.read(language)),
            Some(Told::Idle(Idle::NoCall)) => Answer::new(4, NO_CALL.read(language)),
            None => Answer::new(Answer::NOT_RUNNING, GONE.read(language)),
        }
    }
}
