//! The door of Linux: a name on the session's bus, which lets nobody but this person in.

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};

use super::{Knock, NOT_RUNNING, nobody};
use crate::obey::{Answer, Servant};
use crate::words::Text;

const NAME: &str = "nl.balie.app.Desk";
const PATH: &str = "/nl/balie/app/Desk";
const INTERFACE: &str = "nl.balie.app.Desk1";
const NO_BUS: Text = Text::new(
    "Deze sessie heeft geen berichtenbus (D-Bus); een Balie die draait is zo niet te bereiken.",
    "This session has no message bus (D-Bus); a Balie that runs cannot be reached this way.",
);

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
