//! What an exchange's data lies on: a folder like any other, a disk that is soon full, or one that can only be read.
//!
//! The last two are mounted in a namespace of the exchange's own (`unshare`), so that nobody else sees them and they are
//! gone with it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What the data lies on.
#[derive(Debug, Clone)]
pub(super) enum Room {
    /// A folder.
    Open,
    /// A disk in memory of so many megabytes, on which this company is imported first.
    SmallDisk { megabytes: u32, company: PathBuf },
    /// The folder as it is, and nothing can be changed in it.
    ReadOnly,
}

/// Mounts a disk, imports a company by the exchange's own program and settings (without its last word, `serve`), and
/// becomes the exchange.
const SMALL_DISK: &str = r#"set -e
size=$1 data=$2 company=$3; shift 3
mount -t tmpfs -o size="$size" tmpfs "$data"
"${@:1:$#-1}" import "$company"
exec "$@""#;

/// Lays the folder over itself and forbids writing there.
const READ_ONLY: &str = r#"set -e
data=$1; shift
mount --bind "$data" "$data"
mount -o remount,bind,ro "$data"
exec "$@""#;

impl Room {
    /// The command in this room.
    pub(super) fn around(&self, data: &Path, command: &Command) -> Command {
        let (script, before): (&str, Vec<String>) = match self {
            Self::Open => {
                let mut plain = Command::new(command.get_program());
                plain.args(command.get_args());
                return plain;
            }
            Self::SmallDisk { megabytes, company } => {
                (SMALL_DISK, vec![format!("{megabytes}m"), text(data), text(company)])
            }
            Self::ReadOnly => (READ_ONLY, vec![text(data)]),
        };
        let mut apart = Command::new("unshare");
        apart.args(["--map-root-user", "--mount", "bash", "-c", script, "room"]).args(before);
        apart.arg(command.get_program()).args(command.get_args());
        apart
    }

    /// Where the data is seen from outside.
    pub(super) fn seen(&self, data: &Path, process: u32) -> PathBuf {
        match self {
            Self::Open | Self::ReadOnly => data.to_owned(),
            Self::SmallDisk { .. } => {
                let inside = data.strip_prefix("/").unwrap_or(data);
                PathBuf::from(format!("/proc/{process}/root")).join(inside)
            }
        }
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
