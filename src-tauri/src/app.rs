//! The application: one engine, the window over it, and what stands around it, from the start to the end.

use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use phone_engine::{Config, Engine, Host};
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent, async_runtime};

use crate::arguments::{Arguments, Request};
use crate::desk::{Changes, Desk};
use crate::door::Door;
use crate::frame::Frame;
use crate::host::{DesktopHost, remembers_in};
use crate::incoming::Incoming;
use crate::keys::Keys;
use crate::network;
use crate::notifications::{Native, Notifications};
use crate::obey::Servant;
use crate::platform;
use crate::switches::Following;
use crate::tray::Tray;
use crate::window::{self, MAIN};

/// Starts an engine, opens the window over it and returns when the application is left. A second start of the program
/// shows the window of the first and ends before it has opened anything.
///
/// # Errors
/// When the window system refuses, or the engine does not start.
pub fn run(config: Config, host: Arc<dyn Host>, arguments: &Arguments) -> anyhow::Result<()> {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(started_again))
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .invoke_handler(tauri::generate_handler![window::perform, window::updates, window::shape])
        .build(tauri::generate_context!())?;
    let engine = async_runtime::block_on(Engine::start(config, host)).context("start the phone")?;
    let (desk, changes) = Desk::new(engine.clone());
    app.manage(engine);
    let frame = Frame::new(app.handle().clone(), remembers_in());
    app.manage(frame.clone());
    let shown = app.handle().clone();
    let servant = Servant { desk: desk.clone(), open: Arc::new(move || window::show(&shown)) };
    app.manage(servant.clone());
    furnish(&frame, app.handle(), &servant, changes);
    let mut door = Door::open(servant.clone())
        .inspect_err(|error| tracing::warn!(%error, "other starts of Balie cannot ask anything of this one"))
        .ok();
    look_around(&desk);
    let mut first =
        Some(arguments.request()).filter(|request| *request != Request::Show || !arguments.hidden);
    app.run(move |app, event| match event {
        RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api, .. }, .. }
            if label == MAIN =>
        {
            frame.remember();
            if stays(&desk) {
                api.prevent_close();
                window::hide(app);
            } else {
                app.exit(0);
            }
        }
        RunEvent::WindowEvent { label, event: WindowEvent::Focused(false), .. } if label == MAIN => {
            frame.remember();
        }
        RunEvent::Ready => {
            frame.restore();
            if let (Some(request), servant) = (first.take(), servant.clone()) {
                async_runtime::spawn(async move { servant.request(request).await });
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => opened(&servant, urls),
        // The icon in the Dock was clicked, which brings a window back.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => (servant.open)(),
        RunEvent::Exit => {
            // Who starts Balie now wants a new one, and not this one that says goodbye.
            drop(door.take());
            tauri_plugin_single_instance::destroy(app);
            async_runtime::block_on(desk.engine().shut_down());
        }
        _ => {}
    });
    Ok(())
}

/// A second start that came as far as this hands over its command line.
fn started_again(app: &AppHandle, arguments: Vec<String>, _folder: String) {
    if let Some(servant) = app.try_state::<Servant>() {
        let servant = servant.inner().clone();
        async_runtime::spawn(async move { servant.obey(arguments.into_iter().skip(1).collect()).await });
    }
}

/// Links come as an event here. They take the way of a command line, on which they stand after `--`.
#[cfg(target_os = "macos")]
fn opened(servant: &Servant, links: Vec<tauri::Url>) {
    for link in links {
        let servant = servant.clone();
        async_runtime::spawn(async move { servant.obey(vec!["--".to_owned(), link.into()]).await });
    }
}

/// Whether Balie goes on without its window: it is set so, and something can bring the window back.
fn stays(desk: &Desk) -> bool {
    let settings = desk.picture().settings;
    let comes_back =
        desk.can().tray.is_present() || (settings.calls.incoming_window && Incoming::is_possible());
    settings.desktop.stays_when_closed && comes_back
}

/// Puts around the window what follows the phone.
fn furnish(frame: &Frame, app: &AppHandle, servant: &Servant, changes: Changes) {
    let (notifier, quitting) = (Native::new(servant.clone()), app.clone());
    servant.desk.furnish(
        changes,
        vec![
            Box::new(Incoming::new(app.clone())),
            Box::new(Notifications::new(notifier, Incoming::is_possible())),
            Box::new(Following {
                desk: servant.desk.clone(),
                switch: Arc::new(Mutex::new(platform::links())),
                wants: |settings| settings.opens_links,
                says: |desktop| &mut desktop.links,
                was: None,
            }),
            Box::new(Following {
                desk: servant.desk.clone(),
                switch: Arc::new(Mutex::new(platform::autostart())),
                wants: |settings| settings.starts_with_system,
                says: |desktop| &mut desktop.autostart,
                was: None,
            }),
            Box::new(Keys::new(app.clone(), servant.desk.clone(), frame.clone())),
            Box::new(Tray::new(app, servant.clone(), Arc::new(move || quitting.exit(0)))),
        ],
    );
}

/// Finds out what this desktop has, and listens to what happens to this computer. It may take its time; the window does not wait.
fn look_around(desk: &Desk) {
    Native::look(desk.clone());
    let (sleeper, mover) = (desk.engine().clone(), desk.engine().clone());
    platform::watch_sleep(move || sleeper.moved());
    network::watch(move || mover.moved());
    let desk = desk.clone();
    async_runtime::spawn_blocking(move || {
        let key_store = DesktopHost::new().keeps_secrets();
        desk.state(|desktop| desktop.key_store = key_store);
    });
}
