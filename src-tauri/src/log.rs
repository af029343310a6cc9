//! The log of the window's program: on the standard error stream, and in files that a person can send along with a
//! question. One file a day, the last seven.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Days that are kept.
const DAYS: usize = 7;

/// Starts logging at `level`. Where the files cannot be written, Balie goes on without them and says so.
///
/// # Errors
/// When logging was started before.
pub fn start(level: LevelFilter) -> anyhow::Result<()> {
    let (files, trouble) = match files() {
        Some(folder) => match open(&folder) {
            Ok(files) => (Some(files), None),
            Err(error) => (None, Some(error)),
        },
        None => (None, None),
    };
    tracing_subscriber::registry()
        .with(phone_engine::log::filter(level))
        .with(fmt::layer().with_ansi(false).with_writer(io::stderr))
        .with(files.map(|files| fmt::layer().with_ansi(false).with_writer(files)))
        .try_init()
        .context("start logging")?;
    if let Some(error) = trouble {
        tracing::warn!(%error, "no log is kept in files");
    }
    Ok(())
}

/// Where the files are: for one person on one computer, and not carried to another with a profile.
fn files() -> Option<PathBuf> {
    dirs::data_local_dir().map(|folder| folder.join("nl.balie.app").join("logs"))
}

fn open(folder: &Path) -> anyhow::Result<RollingFileAppender> {
    // Where there is no folder yet, looking for old files in it would complain on the error stream.
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("balie")
        .filename_suffix("log")
        .max_log_files(DAYS);
    files.build(folder).with_context(|| format!("write into {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_of_today_is_written_and_no_more_than_a_week_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        for day in 10..20 {
            std::fs::write(folder.path().join(format!("balie.2026-01-{day}.log")), "old\n").unwrap();
        }

        open(folder.path()).unwrap().write_all(b"new\n").unwrap();

        let kept: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(kept.len(), DAYS, "{kept:?}");
        assert!(kept.iter().any(|file| std::fs::read_to_string(file).unwrap() == "new\n"));
    }

    #[test]
    fn a_folder_that_cannot_be_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();

        assert!(open(&file.join("logs")).is_err());
    }
}
