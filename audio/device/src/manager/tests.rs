//! What happens to a call's sound when devices come, go and misbehave.

use super::*;
use crate::virtual_host::Behaviour;
use crate::{FRAME, Heard, VirtualClock, VirtualHost};

/// A desk: virtual devices, a manager and a media thread, all in virtual time.
struct Desk {
    clock: VirtualClock,
    host: VirtualHost,
    manager: Manager,
    duplex: Duplex,
    now: Instant,
}

impl Desk {
    fn new(choices: Choices) -> Self {
        let clock = VirtualClock::new();
        let host = VirtualHost::on(clock.clone());
        let (mut manager, duplex, _ringer) = Manager::new(Box::new(host.clone()), choices);
        manager.enable(Use::Capture, true);
        manager.enable(Use::Playout, true);
        Self { clock, host, manager, duplex, now: Instant::now() }
    }

    fn plug(&self, direction: Direction, id: &str) -> DeviceId {
        self.host.plug(direction, id, Behaviour::default())
    }

    /// Lets time pass; gives the microphone's frames, loud or not. The loudspeaker plays them.
    fn run(&mut self, time: Duration) -> Vec<(Heard, f32)> {
        let mut heard = Vec::new();
        for _ in 0..time.as_millis() / 10 {
            self.clock.advance(Duration::from_millis(10));
            self.now += Duration::from_millis(10);
            for _ in 0..self.duplex.due(self.now) {
                let mut frame = [0.0; FRAME];
                let live = self.duplex.read(&mut frame);
                let peak = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
                heard.push((live, peak));
                self.duplex.playout.read_reference(&mut [0.0; FRAME]);
                self.duplex.playout.write(&frame);
            }
        }
        heard
    }

    fn using(&mut self) -> Vec<(Use, String)> {
        let events = self.manager.poll(self.now);
        let using = events.into_iter().filter_map(|event| match event {
            DeviceEvent::Using(purpose, device) => Some((purpose, device.id.to_string())),
            DeviceEvent::Listed(_) | DeviceEvent::Stopped(_) | DeviceEvent::Failed(..) => None,
        });
        using.collect()
    }
}

#[test]
fn a_call_uses_the_default_devices() {
    let mut desk = Desk::new(Choices::default());
    desk.plug(Direction::Capture, "tone:440");
    desk.plug(Direction::Playout, "null:");

    let using = desk.using();
    let heard = desk.run(Duration::from_secs(1));

    assert_eq!(using, [(Use::Capture, "tone:440".into()), (Use::Playout, "null:".into())]);
    let loud = heard.iter().filter(|(live, peak)| *live == Heard::Live && *peak > 0.4).count();
    assert!(loud >= 96, "{loud} loud frames in a second");
}

#[test]
fn nothing_is_opened_before_it_is_needed() {
    let mut desk = Desk::new(Choices::default());
    desk.plug(Direction::Capture, "tone:440");
    desk.manager.enable(Use::Capture, false);

    assert_eq!(desk.using(), []);
    assert!(desk.duplex.capture.statistics().is_none());
}

#[test]
fn a_new_default_is_followed() {
    let mut desk = Desk::new(Choices::default());
    desk.plug(Direction::Capture, "null:");
    desk.using();
    desk.run(Duration::from_millis(200));
    let headset = desk.plug(Direction::Capture, "tone:1000");

    desk.host.set_default(Direction::Capture, &headset);

    assert_eq!(desk.using(), [(Use::Capture, "tone:1000".into())]);
    assert!(desk.run(Duration::from_millis(500)).last().unwrap().1 > 0.4);
}

#[test]
fn a_pinned_device_is_replaced_while_it_is_away() {
    let headset = DeviceId::new("tone:440");
    let mut desk = Desk::new(Choices { capture: Choice::Pinned(headset.clone()), ..Choices::default() });
    desk.plug(Direction::Capture, "null:");
    desk.plug(Direction::Capture, "tone:440");
    assert_eq!(desk.using(), [(Use::Capture, "tone:440".into())]);
    desk.run(Duration::from_millis(300));

    desk.host.unplug(Direction::Capture, &headset);
    let away = desk.using();
    desk.plug(Direction::Capture, "tone:440");
    let back = desk.using();

    assert_eq!(away, [(Use::Capture, "null:".into())]);
    assert_eq!(back, [(Use::Capture, "tone:440".into())]);
    assert!(desk.run(Duration::from_millis(500)).last().unwrap().1 > 0.4);
}

#[test]
fn the_last_device_pulled_out_leaves_silence_and_a_running_call() {
    let mut desk = Desk::new(Choices::default());
    let microphone = desk.plug(Direction::Capture, "tone:440");
    let loudspeaker = desk.plug(Direction::Playout, "null:");
    desk.using();
    desk.run(Duration::from_millis(300));

    desk.host.unplug(Direction::Capture, &microphone);
    desk.host.unplug(Direction::Playout, &loudspeaker);
    let events = desk.manager.poll(desk.now);
    let heard = desk.run(Duration::from_secs(1));

    assert!(events.contains(&DeviceEvent::Stopped(Use::Capture)));
    assert!(events.contains(&DeviceEvent::Stopped(Use::Playout)));
    assert!(heard.len() >= 95, "only {} frames fell due", heard.len());
    assert_eq!(heard.last().unwrap().0, Heard::Silence);
}

#[test]
fn a_device_that_fails_is_tried_again_after_a_while() {
    let mut desk = Desk::new(Choices::default());
    desk.plug(Direction::Capture, "file:/nowhere/at/all.wav");

    let first = desk.manager.poll(desk.now);
    desk.now += Duration::from_secs(1);
    let early = desk.manager.poll(desk.now);
    desk.now += RETRY;
    let later = desk.manager.poll(desk.now);

    let failures = |events: &[DeviceEvent]| {
        events.iter().filter(|event| matches!(event, DeviceEvent::Failed(Use::Capture, _))).count()
    };
    assert_eq!((failures(&first), failures(&early), failures(&later)), (1, 0, 1));
}

#[test]
fn two_cards_that_disagree_lose_no_sound() {
    let mut desk = Desk::new(Choices::default());
    let odd = Behaviour { callback_sizes: vec![3, 480, 477, 960, 240], drift_ppm: 150.0, stalled: false };
    desk.host.plug(Direction::Capture, "tone:440", odd);
    let slow = Behaviour { callback_sizes: vec![480, 960], drift_ppm: -150.0, stalled: false };
    desk.host.plug(Direction::Playout, "null:", slow);
    desk.using();
    desk.run(Duration::from_secs(30));

    let before = desk.duplex.playout.statistics().unwrap().underruns;
    let heard = desk.run(Duration::from_secs(90));

    let gaps = heard.iter().filter(|(live, _)| *live == Heard::Silence).count();
    assert_eq!(gaps, 0, "{gaps} gaps from the microphone");
    assert_eq!(desk.duplex.playout.statistics().unwrap().underruns, before);
}
