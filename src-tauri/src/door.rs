//! How another start of Balie reaches the one that runs, and hears what came of it. A start knocks before it has opened
//! anything.
//!
//! On Linux the door is a name on the session's bus. macOS and Windows have no such bus, so there it is a socket or a
//! pipe in a place that is this person's own.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(any(not(target_os = "linux"), test))]
mod letter;
#[cfg(windows)]
mod pipe;
#[cfg(any(target_os = "macos", all(unix, test)))]
mod socket;

use phone::view::Language;

use crate::obey::Answer;
use crate::words::Text;

#[cfg(target_os = "linux")]
pub(crate) use bus::Door;
#[cfg(target_os = "linux")]
pub use bus::knock;
#[cfg(not(target_os = "linux"))]
pub(crate) use own::Door;
#[cfg(not(target_os = "linux"))]
pub use own::knock;

const NOT_RUNNING: Text = Text::new(
    "Balie draait niet. Start Balie en probeer het opnieuw.",
    "Balie is not running. Start it and try again.",
);

/// What comes of knocking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knock {
    /// A Balie runs and has answered.
    Answered(Answer),
    /// Nobody answered, and this is what to say to whoever needed somebody.
    Nobody(Answer),
}

fn nobody(why: Text) -> Knock {
    Knock::Nobody(Answer::new(Answer::NOT_RUNNING, why.read(Language::System)))
}

/// The door in this person's own folder.
#[cfg(not(target_os = "linux"))]
mod own {
    use std::io;

    #[cfg(windows)]
    use super::pipe as system;
    #[cfg(target_os = "macos")]
    use super::socket as system;
    use super::{Knock, NOT_RUNNING, nobody};
    use crate::host::remembers_in;
    use crate::obey::{Answer, Servant};

    pub(crate) use system::Door;

    impl Door {
        /// Opens it.
        ///
        /// # Errors
        /// Where another Balie has it, or where there is no place for it.
        pub(crate) fn open(servant: Servant) -> io::Result<Self> {
            Self::open_in(&remembers_in().ok_or(io::ErrorKind::NotFound)?, servant)
        }
    }

    /// Asks the Balie that runs.
    #[must_use]
    pub fn knock(arguments: Vec<String>) -> Knock {
        match ask(&arguments) {
            Ok(answer) => Knock::Answered(answer),
            Err(error) => {
                tracing::debug!(%error, "nobody answers at the door");
                nobody(NOT_RUNNING)
            }
        }
    }

    fn ask(arguments: &[String]) -> io::Result<Answer> {
        system::ask_in(&remembers_in().ok_or(io::ErrorKind::NotFound)?, arguments)
    }
}

/// What every door that carries bytes has in common.
#[cfg(test)]
mod contract {
    use std::io;

    use super::letter::Keeper;
    use crate::obey::Answer;

    /// Says what it was asked.
    #[derive(Clone)]
    pub(super) struct Echo;

    impl Keeper for Echo {
        async fn obey(&self, arguments: Vec<String>) -> Answer {
            Answer::new(4, arguments.join(" "))
        }
    }

    /// Whoever knocks is answered for as long as the door is kept, one after another and several at a time.
    pub(super) fn answers<D>(
        open: impl Fn() -> io::Result<D>,
        knock: impl Fn(&[String]) -> io::Result<Answer> + Sync,
    ) {
        let ask = |text: &str| knock(&["--dial".to_owned(), text.to_owned()]);
        ask("nobody").unwrap_err();

        for _ in 0..2 {
            let door = open().unwrap();
            assert_eq!(ask("201").unwrap(), Answer::new(4, "--dial 201"));
            std::thread::scope(|scope| {
                for number in 0..20 {
                    let text = format!("é\n{number}");
                    scope.spawn(move || assert_eq!(ask(&text).unwrap().sentence, format!("--dial {text}")));
                }
            });
            drop(door);
            ask("closed").unwrap_err();
        }
    }
}
