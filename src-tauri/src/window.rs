//! The window and its doors: the command `perform` and the channel of updates to the engine, and `shape` for itself.

use phone::view::{CommandOutcome, Instruction, Update};
use phone_engine::Engine;
use tauri::{AppHandle, Manager as _, State, async_runtime, ipc::Channel};

use crate::frame::Frame;
use crate::shape::Shape;

/// The label of the window.
pub(crate) const MAIN: &str = "main";

/// Does what the page asks; an error means that the engine is gone.
#[tauri::command]
pub(crate) async fn perform(
    engine: State<'_, Engine>,
    instruction: Instruction,
) -> Result<CommandOutcome, &'static str> {
    let (reply, mut outcome) = async_runtime::channel(1);
    engine.perform(
        instruction,
        Box::new(move |done| {
            // Nobody waits any more when the page was reloaded meanwhile.
            drop(reply.try_send(done));
        }),
    );
    outcome.recv().await.ok_or("the engine has stopped")
}

/// Sends the snapshot and then every change to the page.
#[tauri::command]
pub(crate) fn updates(engine: State<'_, Engine>, channel: Channel<Update>) {
    engine.subscribe(Box::new(move |update| channel.send(update).is_ok()));
}

/// Gives the window a shape, if one is named, and tells which one it has.
#[tauri::command]
pub(crate) fn shape(frame: State<'_, Frame>, shape: Option<Shape>) -> Shape {
    if let Some(shape) = shape {
        frame.take(shape);
    }
    frame.shape()
}

/// Takes the window from the screen.
pub(crate) fn hide(app: &AppHandle) {
    if let Some(Err(error)) = app.get_webview_window(MAIN).map(|window| window.hide()) {
        tracing::warn!(%error, "the window stays");
    }
}

/// Brings the window back to the person. Whoever asks before there is a window gets it once it is there: the main
/// thread makes the window before it takes anything else up.
pub(crate) fn show(app: &AppHandle) {
    let shown = app.clone();
    let done = app.run_on_main_thread(move || {
        if let Some(window) = shown.get_webview_window(MAIN) {
            // A window manager may refuse to raise a window; it stays where it is then.
            drop(window.unminimize());
            drop(window.show());
            drop(window.set_focus());
        }
    });
    if let Err(error) = done {
        tracing::debug!(%error, "the application ends");
    }
}
