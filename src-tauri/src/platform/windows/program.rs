//! How Windows starts this program: a command line as the registry has it.

use std::{env, io};

/// This program with `arguments`, which are written as they must stand there. A path cannot hold a quote here.
pub(super) fn command(arguments: &str) -> io::Result<String> {
    Ok(format!("\"{}\" {arguments}", env::current_exe()?.display()))
}
