//! The program `balie-pbx`; everything is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    pbx_server::cli::main()
}
