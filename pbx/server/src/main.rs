//! The program `balie-pbx`; everything is in the library, where tests reach it.

use std::cell::Cell;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;

/// A call makes thousands of small pieces, on which the system's allocator spent a sixth of its time.
#[global_allocator]
static HEAP: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    give_back_at_once();
    pbx_server::cli::main(tidy_up)
}

/// Memory that nobody uses is the system's again at once, such as what loading ten thousand users leaves.
#[expect(unsafe_code, reason = "no safe crate sets it, and the environment is too late")]
fn give_back_at_once() {
    /// `mi_option_purge_delay` in mimalloc's header: milliseconds, 10 by itself.
    const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
    // SAFETY: only sets a number, before there are other threads.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) }
}

/// Pieces that another thread gave back are found where their own thread looks for them, which after a busy hour may be
/// never: a heap that is put in order now and then stays as small as what is in use.
#[expect(unsafe_code, reason = "no safe crate offers it")]
fn tidy_up() {
    const EVERY: Duration = Duration::from_secs(5);
    thread_local! {
        static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
    }
    let due = LAST.get().is_none_or(|last| last.elapsed() >= EVERY);
    if due {
        LAST.set(Some(Instant::now()));
        // SAFETY: looks through the heap of this thread, which uses none of it meanwhile.
        unsafe { libmimalloc_sys::mi_collect(false) }
    }
}
