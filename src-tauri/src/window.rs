//! The window and its two doors to the engine: the command `perform` and the channel of updates.

use std::sync::Arc;

use anyhow::Context as _;
use phone::view::{CommandOutcome, Instruction, Update};
use phone_engine::{Config, Engine, Host};
use tauri::{AppHandle, Manager as _, RunEvent, State, async_runtime, ipc::Channel};

use crate::desk::Desk;
use crate::incoming::Incoming;

/// Starts an engine, opens the window over it and returns when the application is left. A second start of the program
/// shows the window of the first and ends before it has opened anything.
///
/// # Errors
/// When the window system refuses, or the engine does not start.
pub fn run(config: Config, host: Arc<dyn Host>) -> anyhow::Result<()> {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| show(app)))
        .invoke_handler(tauri::generate_handler![perform, updates])
        .build(tauri::generate_context!())?;
    let engine = async_runtime::block_on(Engine::start(config, host)).context("start the phone")?;
    let (desk, changes) = Desk::new(engine.clone());
    app.manage(engine);
    app.manage(desk.clone());
    desk.furnish(changes, vec![Box::new(Incoming::new(app.handle().clone()))]);
    app.run(move |_, event| {
        if let RunEvent::Exit = event {
            async_runtime::block_on(desk.engine().shut_down());
        }
    });
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
