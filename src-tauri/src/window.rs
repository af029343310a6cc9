//! The window and its two doors to the engine: the command `perform` and the channel of updates.

use phone::view::{CommandOutcome, Instruction, Update};
use phone_engine::Engine;
use tauri::{AppHandle, Manager as _, State, async_runtime, ipc::Channel};

/// Opens the window over `engine` and returns when it is closed. A second start of the program shows the
/// window of the first and ends.
///
/// # Errors
/// When the window system refuses.
pub fn run(engine: Engine) -> anyhow::Result<()> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| show(app)))
        .manage(engine)
        .invoke_handler(tauri::generate_handler![perform, updates])
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Does what the page asks; an error means that the engine is gone.
#[tauri::command]
async fn perform(
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
fn updates(engine: State<'_, Engine>, channel: Channel<Update>) {
    engine.subscribe(Box::new(move |update| channel.send(update).is_ok()));
}

fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // A window manager may refuse to raise a window; it stays where it is then.
        drop(window.unminimize());
        drop(window.show());
        drop(window.set_focus());
    }
}
