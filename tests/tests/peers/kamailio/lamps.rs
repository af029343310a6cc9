//! Lamps of colleagues by SIP dialog subscriptions: kamailio shows the calls that it proxies.

use std::time::Duration;

use anyhow::Result;
use phone::view::{Colleague, Command, LampState, Registration, ViewModel};
use system_tests::rig::{Baresip, Engine, Folder, Kamailio, Terms};

use super::{ANNA, BERT, CARLA, address};

fn colleague<'a>(model: &'a ViewModel, dial: &str) -> Option<&'a Colleague> {
    model.colleagues.iter().find(|one| one.dial == dial)
}

fn lamp_is(model: &ViewModel, dial: &str, state: LampState) -> bool {
    colleague(model, dial).is_some_and(|one| one.lamp.state == state && one.lamp.stale_since.is_none())
}

#[test]
fn a_lamp_follows_a_colleague_from_call_to_call_and_beyond_the_end_of_a_subscription() -> Result<()> {
    let folder = Folder::new("kamailio-lamps")?;
    let kamailio = Kamailio::start(&folder, Terms { at_least: 5, at_most: 6 })?;
    let mut anna = Engine::launch(&folder, &kamailio, ANNA, &["--watch", "202,203"])?;
    let mut bert = Baresip::start(&folder, &kamailio, BERT)?;
    let mut carla = Baresip::start(&folder, &kamailio, CARLA)?;
    anna.shows("a free colleague", |model| lamp_is(model, "202", LampState::Available))?;

    carla.tell("dial", &address(BERT))?;
    anna.shows("it rings", |model| lamp_is(model, "202", LampState::Ringing))?;
    bert.tell("accept", "")?;
    anna.shows("busy", |model| lamp_is(model, "202", LampState::Busy))?;
    // Longer than a subscription lasts.
    std::thread::sleep(Duration::from_secs(8));
    anna.shows("still busy", |model| lamp_is(model, "202", LampState::Busy))?;
    bert.tell("hangup", "")?;
    anna.shows("free again", |model| lamp_is(model, "202", LampState::Available))?;

    assert_eq!(
        anna.lamps_of("202")?,
        [LampState::Unknown, LampState::Available, LampState::Ringing, LampState::Busy, LampState::Available]
    );
    Ok(())
}

#[test]
fn who_asks_for_too_short_a_subscription_asks_again_for_a_longer_one() -> Result<()> {
    let folder = Folder::new("kamailio-brief")?;
    let kamailio = Kamailio::start(&folder, Terms { at_least: 400, at_most: 600 })?;

    let mut anna = Engine::launch(&folder, &kamailio, ANNA, &["--watch", "202"])?;

    anna.shows("a free colleague", |model| lamp_is(model, "202", LampState::Available))?;
    Ok(())
}

#[test]
fn lamps_of_an_exchange_without_power_are_stale_and_right_again_after_it_is_back() -> Result<()> {
    let folder = Folder::new("kamailio-killed")?;
    let mut kamailio = Kamailio::start(&folder, Terms { at_least: 5, at_most: 6 })?;
    let mut anna = Engine::launch(&folder, &kamailio, ANNA, &["--watch", "203"])?;
    anna.shows("a free colleague", |model| lamp_is(model, "203", LampState::Available))?;

    kamailio.kill()?;
    let stale = |model: &ViewModel| colleague(model, "203").is_some_and(|one| one.lamp.stale_since.is_some());
    let lost = anna.shows("a stale lamp", stale)?;
    assert_eq!(colleague(&lost, "203").map(|one| one.lamp.state), Some(LampState::Available));
    kamailio.serve()?;

    anna.shows("a free colleague again", |model| lamp_is(model, "203", LampState::Available))?;
    let mut carla = Baresip::start(&folder, &kamailio, CARLA)?;
    anna.shows("registered again", |model| {
        let account = model.account.as_ref();
        account.is_some_and(|account| matches!(account.registration, Registration::Registered { .. }))
    })?;
    carla.tell("dial", &address(ANNA))?;
    let ringing = anna.shows("it rings", |model| !model.calls.is_empty())?;
    let call = ringing.calls.first().map(|call| call.id.clone()).unwrap_or_default();
    anna.ask(Command::Answer { call })?;
    anna.shows("busy", |model| lamp_is(model, "203", LampState::Busy))?;
    Ok(())
}
