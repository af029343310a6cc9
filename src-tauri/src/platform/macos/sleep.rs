//! Sleep, as the workspace tells it (NSWorkspaceDidWakeNotification).

use std::ptr::NonNull;

use block2::RcBlock;
use objc2_app_kit::{NSWorkspace, NSWorkspaceDidWakeNotification};
use objc2_foundation::NSNotification;

/// Calls `woke` whenever this computer wakes, until the program ends.
#[expect(unsafe_code, reason = "no safe crate tells when a computer wakes")]
pub(crate) fn watch(woke: impl Fn() + Send + 'static) {
    let block = RcBlock::new(move |_: NonNull<NSNotification>| woke());
    let center = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: the block owns what it uses, which may be sent, and without a queue it runs on the one thread that posts
    // (the main one); the object is not named; the center keeps the observer, so it is not needed here.
    let _kept = unsafe {
        center.addObserverForName_object_queue_usingBlock(
            Some(NSWorkspaceDidWakeNotification),
            None,
            None,
            &block,
        )
    };
}
