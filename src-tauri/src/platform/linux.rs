//! WebKitGTK's DMABUF renderer leaves the window blank with some graphics drivers; without it the page is
//! drawn everywhere.
//!
//! The variable must be there before GTK starts, and changing the environment of a running process is not
//! safe; so the program replaces itself once, with the variable set.

use std::{env, io, os::unix::process::CommandExt as _, process::Command};

const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Does nothing where the person who started Balie has set the variable, to whichever value.
pub(super) fn prepare() -> io::Result<()> {
    if env::var_os(VARIABLE).is_some() {
        return Ok(());
    }
    Err(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(VARIABLE, "1").exec())
}
