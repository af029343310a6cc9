//! How another start of Balie reaches the one that runs, and hears what came of it.
//!
//! On Linux it is a name on the session's bus; a start knocks there before it has opened anything. Elsewhere the single-instance plugin carries the command line,
//! without an answer.

use phone::view::Language;

use crate::obey::{Answer, Servant};
use crate::words::Text;

const NOT_RUNNING: Text = Text::new(
    "Balie draait niet. Start Balie en probeer het opnieuw.",
    "Balie is not running. Start it and try again.",
);
const NO_BUS: Text = Text::new(
    "Deze sessie heeft geen berichtenbus (D-Bus); een Balie die draait is zo niet te bereiken.",
    "This session has no message bus (D-Bus); a Balie that runs cannot be reached this way.",
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

#[cfg(target_os = "linux")]
pub(crate) use bus::Door;
#[cfg(target_os = "linux")]
pub use bus::knock;

/// Asks the Balie that runs.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn knock(_: Vec<String>) -> Knock {
    nobody(NOT_RUNNING)
}

#[cfg(target_os = "linux")]
mod bus {
    use zbus::blocking::connection::Builder;
    use zbus::blocking::{Connection, Proxy};

    use super::{Answer, Knock, NO_BUS, NOT_RUNNING, Servant, nobody};

    const NAME: &str = "nl.balie.app.Desk";
    const PATH: &str = "/nl/balie/app/Desk";
    const INTERFACE: &str = "nl.balie.app.Desk1";

    /// Open for as long as it is kept.
    #[derive(Debug)]
    pub(crate) struct Door {
        _connection: Connection,
    }

    impl Door {
        /// Opens it.
        ///
        /// # Errors
        /// Without a session bus, or where another Balie has it.
        pub(crate) fn open(servant: Servant) -> zbus::Result<Self> {
            let connection = Builder::session()?.serve_at(PATH, Desk(servant))?.name(NAME)?.build()?;
            Ok(Self { _connection: connection })
        }
    }

    struct Desk(Servant);

    #[zbus::interface(name = "nl.balie.app.Desk1")]
    impl Desk {
        /// Takes a command line without the program's name; gives an exit code and a sentence.
        async fn ask(&self, arguments: Vec<String>) -> (u8, String) {
            let Answer { code, sentence } = self.0.obey(arguments).await;
            (code, sentence)
        }
    }

    /// Asks the Balie that runs.
    #[must_use]
    pub fn knock(arguments: Vec<String>) -> Knock {
        let Ok(connection) = Connection::session() else { return nobody(NO_BUS) };
        match ask(&connection, arguments) {
            Ok((code, sentence)) => Knock::Answered(Answer { code, sentence }),
            Err(error) => {
                tracing::debug!(%error, "nobody answers at the door");
                nobody(NOT_RUNNING)
            }
        }
    }

    fn ask(connection: &Connection, arguments: Vec<String>) -> zbus::Result<(u8, String)> {
        Proxy::new(connection, NAME, PATH, INTERFACE)?.call("Ask", &(arguments,))
    }
}
