//! Between the engine and the desktop: keeps the picture that the surfaces around the window show, and brings them
//! up to date, each change once and in order, on a thread of its own. A slow desktop never makes the phone wait.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use phone::view::Update;
use phone_engine::Engine;

use crate::picture::Picture;

/// Something around the main window that follows the phone: the incoming-call window, the tray.
pub(crate) trait Surface: Send {
    /// Shows this; called with every change, and with the first picture.
    fn show(&mut self, picture: &Picture);
}

/// The desktop's side of one engine; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    picture: Arc<Mutex<Picture>>,
    changes: Sender<()>,
}

impl Desk {
    /// Follows `engine` from now on. The surfaces are given to [`Self::furnish`], which wants what comes beside.
    pub(crate) fn new(engine: Engine) -> (Self, Changes) {
        let picture = Arc::new(Mutex::new(Picture::default()));
        let (changes, changed) = channel();
        let (kept, told) = (Arc::clone(&picture), changes.clone());
        engine.subscribe(Box::new(move |Update { change, .. }| {
            let differs = held(&kept).take(&change);
            !differs || told.send(()).is_ok()
        }));
        (Self { inner: Arc::new(Inner { engine, picture, changes }) }, Changes(changed))
    }

    /// Keeps `surfaces` up to date until the program ends.
    pub(crate) fn furnish(&self, changes: Changes, mut surfaces: Vec<Box<dyn Surface>>) {
        let picture = Arc::clone(&self.inner.picture);
        let keep = move || {
            while changes.0.recv().is_ok() {
                // What changed while the surfaces were busy comes at once.
                while changes.0.try_recv().is_ok() {}
                let now = held(&picture).clone();
                surfaces.iter_mut().for_each(|surface| surface.show(&now));
            }
        };
        // Nobody has taken the other end away: it is in `changes`.
        let _sent = self.inner.changes.send(());
        let started = std::thread::Builder::new().name("desktop".to_owned()).spawn(keep);
        if let Err(error) = started {
            tracing::error!(%error, "nothing around the window is kept up to date");
        }
    }

    /// The phone.
    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }
}

/// Says when the picture is another one.
#[derive(Debug)]
pub(crate) struct Changes(Receiver<()>);

/// Nothing that holds these locks can panic between two states, so a poisoned one is as good.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
