//! The program `balie-pbx`; everything is in the library, where tests reach it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A call makes thousands of small pieces, on which the system's allocator spent a sixth of its time.
#[global_allocator]
static HEAP: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    give_back_at_once();
    pbx_server::cli::main()
}

/// Memory that nobody uses is the system's again at once, such as what loading ten thousand users leaves.
#[expect(unsafe_code, reason = "no safe crate sets it, and the environment is too late")]
fn give_back_at_once() {
    /// `mi_option_purge_delay` in mimalloc's header: milliseconds, 10 by itself.
    const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
    // SAFETY: only sets a number, before there are other threads.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) }
}
