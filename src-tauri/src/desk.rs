//! Between the engine and the desktop: keeps the picture that the surfaces around the window show, brings them up to
//! date on a thread of its own, and hands on what is asked there. A slow desktop never makes the phone wait.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use phone::view::{CommandResult, Desktop, Instruction, Problem, Update};
use phone::{Idle, Wish};
use phone_engine::Engine;

use crate::picture::Picture;

/// Something around the main window that follows the phone: the incoming-call window, the tray.
pub(crate) trait Surface: Send {
    /// Shows this; called with the first picture of the phone and with every change.
    fn show(&mut self, picture: &Picture);
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// It happened.
    Done,
    /// There was nothing to do it with.
    Idle(Idle),
    /// The phone says no, and why.
    Failed(Box<Problem>),
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
    can: Mutex<Desktop>,
    given: AtomicU32,
}

impl Desk {
    /// Follows `engine` from now on. The surfaces are given to [`Self::furnish`], which wants what comes beside.
    pub(crate) fn new(engine: Engine) -> (Self, Changes) {
        let picture = Arc::new(Mutex::new(Picture::default()));
        let (changes, changed) = channel();
        let kept = Arc::clone(&picture);
        engine.subscribe(Box::new(move |Update { change, .. }| {
            let differs = held(&kept).take(&change);
            !differs || changes.send(()).is_ok()
        }));
        let (can, given) = (Mutex::default(), AtomicU32::new(0));
        (Self { inner: Arc::new(Inner { engine, picture, can, given }) }, Changes(changed))
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
        let started = std::thread::Builder::new().name("desktop".to_owned()).spawn(keep);
        if let Err(error) = started {
            tracing::error!(%error, "nothing around the window is kept up to date");
        }
    }

    /// The phone.
    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// What the phone looks like now.
    pub(crate) fn picture(&self) -> Picture {
        held(&self.inner.picture).clone()
    }

    /// The one way to the phone for everything that names no call by its button; `told` hears what came of it, once.
    pub(crate) fn wish(&self, wish: Wish, told: impl FnOnce(Told) + Send + 'static) {
        let command = match wish.command(&held(&self.inner.picture).calls) {
            Ok(command) => command,
            Err(idle) => return told(Told::Idle(idle)),
        };
        let id = self.inner.given.fetch_add(1, Ordering::Relaxed);
        let reply = move |result| match result {
            CommandResult::Done => told(Told::Done),
            CommandResult::Failed { problem } => told(Told::Failed(Box::new(problem))),
        };
        let instruction = Instruction { id, command };
        self.inner.engine.perform(instruction, Box::new(move |outcome| reply(outcome.result)));
    }

    /// What the desktop can do, as far as it is known.
    pub(crate) fn can(&self) -> Desktop {
        held(&self.inner.can).clone()
    }

    /// States what the desktop can do, as far as this changes it.
    pub(crate) fn state(&self, change: impl FnOnce(&mut Desktop)) {
        let mut can = held(&self.inner.can);
        let before = can.clone();
        change(&mut can);
        if *can != before {
            self.inner.engine.desktop(can.clone());
        }
    }
}

/// Says when the picture is another one.
#[derive(Debug)]
pub(crate) struct Changes(Receiver<()>);

/// Nothing that holds these locks can panic between two states, so a poisoned one is as good.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
