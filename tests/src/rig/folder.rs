//! A folder of a test's own. It stays when the test fails, because the logs and recordings say why, and always
//! when the environment has `BALIE_KEEP`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::{Context, Result};

static NEXT: AtomicU32 = AtomicU32::new(0);
/// Something in this program was not as it should be; a test that ends in an error does not panic.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Lets the folders of this program stay.
pub(super) fn keep_what_is_left() {
    FAILED.store(true, Ordering::Relaxed);
}

/// A new folder, removed on drop unless something failed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    /// Makes a folder under the temporary folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(name: &str) -> Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("balie-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self { path, keep: std::env::var_os("BALIE_KEEP").is_some() })
    }

    /// Uses a folder that somebody wants to look at afterwards.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn kept(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self { path: path.to_owned(), keep: true })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() || FAILED.swap(false, Ordering::Relaxed) {
            #[expect(
                clippy::print_stderr,
                reason = "whoever reads a failed test wants to know where to look"
            )]
            {
                eprintln!("logs and recordings are in {}", self.path.display());
            }
        } else if !self.keep {
            // What is left in a temporary folder does no harm.
            drop(std::fs::remove_dir_all(&self.path));
        }
    }
}
