//! The control thread: runs a [`Manager`] so that nobody else waits for a sound system.
//!
//! Opening a device can take a second and a broken driver can hang; here that hurts nobody's call.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::manager::{Choice, Choices, DeviceEvent, Manager, Use};
use crate::{Duplex, Host, Playout};

/// How often devices are looked at while one is in use, so that a pulled plug costs half a second.
const WATCHFUL: Duration = Duration::from_millis(250);
/// How often otherwise.
const CALM: Duration = Duration::from_secs(2);

enum Wish {
    Choose(Use, Choice),
    Enable(Use, bool),
}

/// A running control thread; dropping it closes every device.
#[derive(Debug)]
pub struct Supervisor {
    wishes: Option<mpsc::Sender<Wish>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Supervisor {
    /// Starts the thread. `host` is made on it, since some sound systems tie a host to its thread;
    /// `notice` is called on it for every change.
    ///
    /// Gives the handles for the media thread: the call's, and the ringer's.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(
        host: impl FnOnce() -> Box<dyn Host> + Send + 'static,
        choices: Choices,
        notice: impl FnMut(DeviceEvent) + Send + 'static,
    ) -> std::io::Result<(Self, Duplex, Playout)> {
        let (wishes, incoming) = mpsc::channel();
        let (handles, made) = mpsc::sync_channel(1);
        let thread = thread::Builder::new().name("sound-control".into()).spawn(move || {
            let (manager, duplex, ringer) = Manager::new(host(), choices);
            if handles.send((duplex, ringer)).is_ok() {
                supervise(manager, &incoming, notice);
            }
        })?;
        let (duplex, ringer) = made.recv().map_err(std::io::Error::other)?;
        Ok((Self { wishes: Some(wishes), thread: Some(thread) }, duplex, ringer))
    }

    /// Changes what is chosen.
    pub fn choose(&self, purpose: Use, choice: Choice) {
        self.wish(Wish::Choose(purpose, choice));
    }

    /// Opens or closes a use.
    pub fn enable(&self, purpose: Use, enabled: bool) {
        self.wish(Wish::Enable(purpose, enabled));
    }

    fn wish(&self, wish: Wish) {
        if let Some(wishes) = &self.wishes {
            // The thread ends only after this end is dropped.
            drop(wishes.send(wish));
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.wishes = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn supervise(mut manager: Manager, wishes: &mpsc::Receiver<Wish>, mut notice: impl FnMut(DeviceEvent)) {
    let mut enabled = Vec::new();
    loop {
        manager.poll(Instant::now()).into_iter().for_each(&mut notice);
        let pause = if enabled.is_empty() { CALM } else { WATCHFUL };
        let mut wish = match wishes.recv_timeout(pause) {
            Ok(wish) => Some(wish),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        while let Some(next) = wish {
            match next {
                Wish::Choose(purpose, choice) => manager.choose(purpose, choice),
                Wish::Enable(purpose, on) => {
                    enabled.retain(|other| *other != purpose);
                    if on {
                        enabled.push(purpose);
                    }
                    manager.enable(purpose, on);
                }
            }
            wish = wishes.try_recv().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_host::Behaviour;
    use crate::{Direction, VirtualClock, VirtualHost};

    #[test]
    fn events_come_from_the_control_thread_until_it_is_dropped() {
        let host = VirtualHost::on(VirtualClock::new());
        host.plug(Direction::Capture, "tone:440", Behaviour::default());
        let (tell, told) = mpsc::channel();

        let (supervisor, _duplex, _ringer) = Supervisor::start(
            move || Box::new(host),
            Choices::default(),
            move |event| drop(tell.send(event)),
        )
        .unwrap();
        supervisor.enable(Use::Capture, true);
        let events: Vec<DeviceEvent> = told.iter().take(2).collect();
        drop(supervisor);

        assert!(matches!(events.first(), Some(DeviceEvent::Listed(list)) if list.len() == 1));
        assert!(matches!(events.get(1), Some(DeviceEvent::Using(Use::Capture, _))));
        assert_eq!(told.recv().ok(), None, "nothing is noticed after the end");
    }
}
