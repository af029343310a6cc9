//! The door of macOS: a socket in a folder that nobody but this person may enter. Its test runs on Linux as well.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tauri::async_runtime::{self, JoinHandle};
use tokio::net::UnixListener;

use super::letter::{self, Keeper};
use crate::obey::Answer;

/// What this person alone may do with the folder.
const OWN: u32 = 0o700;

/// Open for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Door {
    socket: PathBuf,
    serving: JoinHandle<()>,
}

impl Door {
    /// Opens it in `folder`; who knocks is answered by `keeper`.
    pub(super) fn open_in(folder: &Path, keeper: impl Keeper) -> io::Result<Self> {
        let place = place(folder);
        DirBuilder::new().recursive(true).mode(OWN).create(&place)?;
        fs::set_permissions(&place, Permissions::from_mode(OWN))?;
        let socket = socket(folder);
        if UnixStream::connect(&socket).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        // What a Balie that ended at once has left.
        drop(fs::remove_file(&socket));
        let listener = async_runtime::block_on(async { UnixListener::bind(&socket) })?;
        Ok(Self { socket, serving: async_runtime::spawn(serve(listener, keeper)) })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
        drop(fs::remove_file(&self.socket));
    }
}

async fn serve(listener: UnixListener, keeper: impl Keeper) {
    loop {
        match listener.accept().await {
            Ok((visitor, _)) => {
                let keeper = keeper.clone();
                async_runtime::spawn(async move {
                    if let Err(error) = letter::answer(visitor, &keeper).await {
                        tracing::debug!(%error, "somebody at the door is not understood");
                    }
                });
            }
            Err(error) => {
                return tracing::warn!(%error, "other starts of Balie cannot ask anything of this one");
            }
        }
    }
}

/// Asks the Balie that runs.
pub(super) fn ask_in(folder: &Path, arguments: &[String]) -> io::Result<Answer> {
    letter::ask(UnixStream::connect(socket(folder))?, arguments)
}

fn place(folder: &Path) -> PathBuf {
    folder.join("door")
}

fn socket(folder: &Path) -> PathBuf {
    place(folder).join("socket")
}

#[cfg(test)]
mod tests {
    use super::super::contract::{self, Echo};
    use super::*;

    #[test]
    fn who_knocks_is_answered_while_the_door_is_open() {
        let folder = tempfile::tempdir().unwrap();

        contract::answers(|| Door::open_in(folder.path(), Echo), |text| ask_in(folder.path(), text));
    }

    #[test]
    fn it_is_opened_once_for_this_person_and_again_after_one_that_was_left() {
        let folder = tempfile::tempdir().unwrap();
        drop(Door::open_in(folder.path(), Echo).unwrap());
        drop(std::os::unix::net::UnixListener::bind(socket(folder.path())).unwrap());

        let door = Door::open_in(folder.path(), Echo).unwrap();

        let again = Door::open_in(folder.path(), Echo).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AddrInUse);
        assert_eq!(fs::metadata(place(folder.path())).unwrap().permissions().mode() & 0o777, OWN);
        drop(door);
    }
}
