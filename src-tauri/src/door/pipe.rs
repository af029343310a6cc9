//! The door of Windows: a named pipe. Names of pipes are everybody's, so each start takes one that nobody can guess, and
//! writes it in a folder that is this person's own; who cannot read it there finds no pipe, or could not have made it.
//!
//! By its default rights, others on this computer may open a pipe that they find to read, and hear nothing.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tauri::async_runtime::{self, JoinHandle};
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use tokio::sync::Semaphore;
use windows::Win32::Foundation::ERROR_PIPE_BUSY;
use windows::Win32::Storage::FileSystem::SECURITY_IDENTIFICATION;

use super::letter::{self, Keeper};
use crate::obey::Answer;

const PREFIX: &str = r"\\.\pipe\nl.balie.app.";
/// So many may stand at the door at a time.
const VISITORS: usize = 16;
/// How long, and how often, to wait until it is one's turn.
const TURN: Duration = Duration::from_millis(20);
const TURNS: usize = 100;

/// Open for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Door {
    file: PathBuf,
    serving: JoinHandle<()>,
}

impl Door {
    /// Opens it, and writes in `folder` where it is; who knocks is answered by `keeper`.
    pub(super) fn open_in(folder: &Path, keeper: impl Keeper) -> io::Result<Self> {
        let name = format!("{PREFIX}{:032x}", rand::random::<u128>());
        let first =
            async_runtime::block_on(async { ServerOptions::new().first_pipe_instance(true).create(&name) })?;
        let file = file(folder);
        fs::create_dir_all(folder)?;
        fs::write(&file, &name)?;
        Ok(Self { file, serving: async_runtime::spawn(serve(name, first, keeper)) })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
        drop(fs::remove_file(&self.file));
    }
}

async fn serve(name: String, mut next: NamedPipeServer, keeper: impl Keeper) {
    let visitors = Arc::new(Semaphore::new(VISITORS));
    // Nobody closes the semaphore.
    while let Ok(turn) = Arc::clone(&visitors).acquire_owned().await {
        let visitor = next.connect().await;
        let free = match ServerOptions::new().create(&name) {
            Ok(free) => free,
            Err(error) => {
                return tracing::warn!(%error, "other starts of Balie cannot ask anything of this one");
            }
        };
        let door = std::mem::replace(&mut next, free);
        let keeper = keeper.clone();
        async_runtime::spawn(async move {
            let answered = match visitor {
                Ok(()) => letter::answer(door, &keeper).await,
                Err(error) => Err(error),
            };
            if let Err(error) = answered {
                tracing::debug!(%error, "somebody at the door is not understood");
            }
            drop(turn);
        });
    }
}

/// Asks the Balie that runs.
pub(super) fn ask_in(folder: &Path, arguments: &[String]) -> io::Result<Answer> {
    let name = fs::read_to_string(file(folder))?;
    if !name.starts_with(PREFIX) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    letter::ask(enter(&name)?, arguments)
}

/// Between two visitors there is no pipe that is free for a moment.
fn enter(name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Whoever is behind the pipe may know who knocks, and not act in their name.
    options.read(true).write(true).security_qos_flags(SECURITY_IDENTIFICATION.0);
    for _ in 0..TURNS {
        match options.open(name) {
            Err(error) if is_busy(&error) => std::thread::sleep(TURN),
            opened => return opened,
        }
    }
    options.open(name)
}

fn is_busy(error: &io::Error) -> bool {
    error.raw_os_error().and_then(|code| u32::try_from(code).ok()) == Some(ERROR_PIPE_BUSY.0)
}

fn file(folder: &Path) -> PathBuf {
    folder.join("door")
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
    fn a_name_that_is_no_door_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(file(folder.path()), r"\\somewhere\pipe\nl.balie.app.1").unwrap();

        let refused = ask_in(folder.path(), &[]).unwrap_err();

        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    }
}
