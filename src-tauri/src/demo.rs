//! An engine without telephones: an invented company that rings, answers and transfers.
//!
//! `--demo` is for work on the window and for its tests, and lets somebody try Balie before there is an
//! account. `--demo=slow` answers late and `--demo=flaky` loses the exchange and refuses now and then,
//! because a window is only good when it is good in that too.

mod company;
mod daily_life;
mod exchange;
mod transfers;

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use phone::view::{CommandOutcome, Instruction, Moment, Party, Publisher};
use phone_engine::{Host, Notice};

use crate::{Engine, Listener, Reply};
use exchange::Exchange;

/// How the invented exchange behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DemoMode {
    /// Everything works at once.
    Calm,
    /// Every answer takes two seconds.
    Slow,
    /// Every fourth command is refused, and the connection is lost for eight seconds in every forty.
    Flaky,
}

/// The engine of the invented company.
#[derive(Debug)]
pub struct Demo {
    inbox: mpsc::Sender<Message>,
}

enum Message {
    Perform(Instruction, Reply),
    Subscribe(Listener),
}

impl Demo {
    /// Starts the company on a thread of its own, which ends with this value.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(mode: DemoMode, host: Arc<dyn Host>) -> std::io::Result<Self> {
        let (inbox, messages) = mpsc::channel();
        thread::Builder::new().name("demo".to_owned()).spawn(move || live(mode, &messages, &host))?;
        Ok(Self { inbox })
    }
}

impl Engine for Demo {
    fn perform(&self, instruction: Instruction, reply: Reply) {
        // A dropped reply tells the window that the engine is gone.
        drop(self.inbox.send(Message::Perform(instruction, reply)));
    }

    fn subscribe(&self, listener: Listener) {
        drop(self.inbox.send(Message::Subscribe(listener)));
    }
}

const SLOW: Duration = Duration::from_secs(2);

fn live(mode: DemoMode, messages: &mpsc::Receiver<Message>, host: &Arc<dyn Host>) {
    let mut exchange = Exchange::new(now(), mode);
    let mut publisher = Publisher::default();
    let mut listeners: Vec<Listener> = Vec::new();
    publisher.publish(exchange.model().clone());
    loop {
        let wait = exchange.deadline().map_or(Duration::MAX, |at| until(at, now()));
        match messages.recv_timeout(wait) {
            Ok(Message::Perform(Instruction { id, command }, reply)) => {
                if mode == DemoMode::Slow {
                    thread::sleep(SLOW);
                }
                let result = exchange.perform(now(), command);
                publish(&exchange, &mut publisher, &mut listeners);
                reply(CommandOutcome { id, result });
            }
            Ok(Message::Subscribe(mut listener)) => {
                if listener(publisher.subscribe()) {
                    listeners.push(listener);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                exchange.wake(now());
                publish(&exchange, &mut publisher, &mut listeners);
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while let Some(caller) = exchange.poll_caller() {
            notify(Arc::clone(host), Party { name: Some(caller), number: None, colleague: None });
        }
    }
}

fn publish(exchange: &Exchange, publisher: &mut Publisher, listeners: &mut Vec<Listener>) {
    for update in publisher.publish(exchange.model().clone()) {
        listeners.retain_mut(|listener| listener(update.clone()));
    }
}

/// On a thread of its own, because a desktop may take seconds to say that it shows no notifications.
fn notify(host: Arc<dyn Host>, caller: Party) {
    let shown = thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || host.notify(&Notice::Called(caller)).is_ok());
    // The ringing is in the window as well; a desktop without notifications loses nothing.
    drop(shown);
}

fn until(at: Moment, now: Moment) -> Duration {
    Duration::from_millis(at.0.saturating_sub(now.0))
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
