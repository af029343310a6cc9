//! Sleep, as the power manager tells it to whoever has asked (PowerRegisterSuspendResumeNotification).

use std::ffi::c_void;
use std::ptr;
use std::sync::mpsc::{Sender, channel};

use windows::Win32::Foundation::{ERROR_SUCCESS, HANDLE};
use windows::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification,
};
use windows::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC};

/// Calls `woke` whenever this computer wakes. Where nobody tells, the exchange's silence does, a little later.
pub(crate) fn watch(woke: impl Fn() + Send + 'static) {
    let (tell, told) = channel();
    // The power manager waits for nobody, so what is to be done is done elsewhere.
    let follow = move || told.iter().for_each(|()| woke());
    let started = std::thread::Builder::new().name("sleep".to_owned()).spawn(follow);
    match started {
        Ok(_) => ask(tell),
        Err(error) => tracing::warn!(%error, "nobody listens when this computer wakes"),
    }
}

/// Asks to be told, until the program ends.
#[expect(unsafe_code, reason = "no safe crate tells when a computer wakes")]
fn ask(tell: Sender<()>) {
    let context = ptr::from_ref(Box::leak(Box::new(tell))).cast_mut().cast::<c_void>();
    let parameters =
        Box::leak(Box::new(DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS { Callback: Some(wakes), Context: context }));
    // Who asks for good needs no handle to stop.
    let mut handle = ptr::null_mut();
    // SAFETY: parameters and context are leaked and so live as long as anybody can be told; with this flag, the
    // recipient is a pointer to such parameters.
    let answer = unsafe {
        let recipient = HANDLE(ptr::from_mut(parameters).cast());
        PowerRegisterSuspendResumeNotification(DEVICE_NOTIFY_CALLBACK, recipient, &raw mut handle)
    };
    if answer != ERROR_SUCCESS {
        tracing::info!(error = answer.0, "nobody tells when this computer wakes");
    }
}

/// Every wake comes with this event, whether a person is there or not.
#[expect(unsafe_code, reason = "the system calls it with the context of `ask`")]
unsafe extern "system" fn wakes(context: *const c_void, event: u32, _: *const c_void) -> u32 {
    if event == PBT_APMRESUMEAUTOMATIC {
        // SAFETY: the context is the sender that `ask` has leaked, and senders may be shared between threads.
        let tell = unsafe { &*context.cast::<Sender<()>>() };
        // An error means that the listener is gone.
        drop(tell.send(()));
    }
    ERROR_SUCCESS.0
}
