//! Sleep, as logind tells it on the system's bus (org.freedesktop.login1, PrepareForSleep).
//!
//! Whoever may send that signal there is the system. Where another bus stands in its place, a false one costs one
//! registration.

use zbus::MatchRule;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Type;

/// Calls `woke` whenever this computer wakes. Where nobody tells, the exchange's silence does, a little later.
pub(crate) fn watch(woke: impl Fn() + Send + 'static) {
    let follow = move || {
        if let Err(error) = follow(&woke) {
            tracing::info!(%error, "nobody tells when this computer wakes");
        }
    };
    let started = std::thread::Builder::new().name("sleep".to_owned()).spawn(follow);
    if let Err(error) = started {
        tracing::warn!(%error, "nobody listens when this computer wakes");
    }
}

fn follow(woke: &dyn Fn()) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .path("/org/freedesktop/login1")?
        .interface("org.freedesktop.login1.Manager")?
        .member("PrepareForSleep")?
        .build();
    for message in MessageIterator::for_match_rule(rule, &Connection::system()?, None)? {
        // True is told before it sleeps, false when it has woken.
        if message?.body().deserialize::<bool>().is_ok_and(|sleeps| !sleeps) {
            woke();
        }
    }
    Ok(())
}
