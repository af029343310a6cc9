//! The loudspeaker as the media thread sees it: it says when a frame is due, and takes it.
//!
//! How far ahead to write is learned: the callback notes how little was left at its worst moment, and
//! the target grows before that becomes an underrun and shrinks again when the device proves calm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer};

use super::converter::Converter;
use super::seat::{Keeper, Seat, seat};
use crate::statistics::{Health, Statistics};
use crate::{DeviceError, FRAME, SAMPLE_RATE};

/// Frames that one question may call for; a longer backlog is made up in later ticks.
const AT_ONCE: usize = 4;
/// A device that took nothing for this long does not lead the clock any more.
const HANGS_AFTER: Duration = Duration::from_millis(100);
/// The reference never keeps more than this many frames too much; what is older belongs to no echo.
const REFERENCE_FRAMES: usize = 4;

/// How far ahead of the device the ring is kept.
#[derive(Debug)]
struct Ahead {
    target: usize,
    questions: usize,
    lowest: usize,
}

impl Ahead {
    /// Questions between two looks at the lowest fill: one second of ticks.
    const WINDOW: usize = 100;
    /// Below 2 ms at the worst moment there is danger.
    const DANGER: usize = 96;
    /// A lower target may cost a whole frame at once, so only more than that is needless delay.
    const NEEDLESS: usize = FRAME + Self::DANGER + Self::STEP / 2;
    const STEP: usize = 120;
    const MOST: usize = 4_800;

    fn new() -> Self {
        Self { target: FRAME + FRAME / 2, questions: 0, lowest: usize::MAX }
    }

    /// The target now in device samples, given what the callbacks report; `per_frame` of them are 10 ms.
    fn learn(&mut self, health: &Health, per_frame: usize) -> usize {
        if let Some(lowest) = health.take_lowest_fill() {
            let lowest = lowest * FRAME / per_frame;
            self.lowest = self.lowest.min(lowest);
            if lowest < Self::DANGER {
                self.target = (self.target + Self::STEP).min(Self::MOST);
            }
        }
        self.questions += 1;
        if self.questions >= Self::WINDOW {
            if self.lowest != usize::MAX && self.lowest > Self::NEEDLESS {
                self.target = self.target.saturating_sub(Self::STEP / 2);
            }
            self.questions = 0;
            self.lowest = usize::MAX;
        }
        (self.target * per_frame / FRAME).max(health.largest_callback())
    }
}

/// The writing end of one opened loudspeaker.
#[derive(Debug)]
pub(crate) struct PlayoutEnd {
    ring: Producer<f32>,
    reference: Consumer<f32>,
    rates: Option<Rates>,
    ahead: Ahead,
    health: Arc<Health>,
    consumed: u64,
    primed: bool,
}

/// The converters of a device that does not run at 48 kHz.
#[derive(Debug)]
struct Rates {
    device_rate: u32,
    out: Converter,
    back: Converter,
}

impl PlayoutEnd {
    pub(crate) fn new(
        ring: Producer<f32>,
        reference: Consumer<f32>,
        device_rate: u32,
        health: Arc<Health>,
    ) -> Result<Self, DeviceError> {
        let rates = if device_rate == SAMPLE_RATE {
            None
        } else {
            let (out, back) = (Converter::to_device(device_rate)?, Converter::from_device(device_rate)?);
            Some(Rates { device_rate, out, back })
        };
        Ok(Self { ring, reference, rates, ahead: Ahead::new(), health, consumed: 0, primed: false })
    }

    /// Frames missing until the ring is as full as it should be.
    fn missing(&mut self) -> usize {
        let queued = self.ring.buffer().capacity() - self.ring.slots();
        let per_frame = self.rates.as_ref().map_or(FRAME, |rates| (rates.device_rate / 100) as usize).max(1);
        let target = self.ahead.learn(&self.health, per_frame);
        target.saturating_sub(queued).div_ceil(per_frame)
    }

    fn write(&mut self, frame: &[f32; FRAME]) {
        let samples = match &mut self.rates {
            Some(rates) => rates.out.convert(|input| copy(frame, input)),
            None => frame.as_slice(),
        };
        for sample in samples {
            if self.ring.push(*sample).is_err() {
                break;
            }
        }
    }

    fn read_reference(&mut self, frame: &mut [f32; FRAME]) {
        let needs = self.rates.as_ref().map_or(FRAME, |rates| rates.back.needs());
        let left = self.reference.slots();
        // A callback more than is read next: whichever of callback and read comes first, there is enough.
        let in_hand = needs + self.health.largest_callback();
        self.primed &= left >= needs;
        if !self.primed && left < in_hand {
            return frame.fill(0.0);
        }
        if !self.primed || left > in_hand + REFERENCE_FRAMES * needs {
            self.primed = true;
            if let Ok(chunk) = self.reference.read_chunk(left - in_hand) {
                chunk.commit_all();
            }
        }
        let reference = &mut self.reference;
        let take = |into: &mut [f32]| into.iter_mut().for_each(|slot| *slot = reference.pop().unwrap_or(0.0));
        match &mut self.rates {
            Some(rates) => copy(rates.back.convert(take), frame),
            None => take_into(frame, take),
        }
    }
}

fn take_into(frame: &mut [f32; FRAME], take: impl FnOnce(&mut [f32])) {
    take(frame);
}

fn copy(from: &[f32], to: &mut [f32]) {
    for (slot, sample) in to.iter_mut().zip(from) {
        *slot = *sample;
    }
}

/// A loudspeaker that is always there.
#[derive(Debug)]
pub struct Playout {
    seat: Seat<PlayoutEnd>,
    /// When the device last took something, or frames were last counted by the clock.
    moved: Option<Instant>,
    /// Time counted by the clock up to here, while the device does not lead.
    counted: Option<Instant>,
}

/// A loudspeaker without a device, and the keeper that gives it one.
pub(crate) fn playout_line() -> (Playout, Keeper<PlayoutEnd>) {
    let (seat, keeper) = seat();
    (Playout { seat, moved: None, counted: None }, keeper)
}

impl Playout {
    /// How many frames to write now, 0 to 4; by the device's clock, or by `now` when it does not run.
    pub fn due(&mut self, now: Instant) -> usize {
        if self.seat.refresh() {
            self.moved = Some(now);
        }
        let missing = match self.seat.current() {
            Some(end) => {
                let consumed = end.health.snapshot().frames;
                if consumed != end.consumed {
                    end.consumed = consumed;
                    self.moved = Some(now);
                }
                Some(end.missing())
            }
            None => None,
        };
        let hangs = self.moved.is_none_or(|moved| now.saturating_duration_since(moved) > HANGS_AFTER);
        match missing {
            Some(missing) if !hangs => {
                self.counted = Some(now);
                missing.min(AT_ONCE)
            }
            Some(_) | None => self.due_by_clock(now),
        }
    }

    fn due_by_clock(&mut self, now: Instant) -> usize {
        const TICK: Duration = Duration::from_millis(10);
        let counted = *self.counted.get_or_insert(now);
        let elapsed = now.saturating_duration_since(counted);
        let frames = (elapsed.as_millis() / TICK.as_millis()).min(AT_ONCE as u128) as u32;
        let behind = elapsed.saturating_sub(TICK * frames) > TICK;
        self.counted = Some(if behind { now } else { counted + TICK * frames });
        frames as usize
    }

    /// Plays the next 10 ms; without a device it is swallowed.
    pub fn write(&mut self, frame: &[f32; FRAME]) {
        if let Some(end) = self.seat.current() {
            end.write(frame);
        }
    }

    /// What was really played, 10 ms per frame written: the echo canceller's far end.
    pub fn read_reference(&mut self, frame: &mut [f32; FRAME]) {
        match self.seat.current() {
            Some(end) => end.read_reference(frame),
            None => frame.fill(0.0),
        }
    }

    /// The counters of the device in use; `None` without one.
    pub fn statistics(&mut self) -> Option<Statistics> {
        self.seat.current().map(|end| end.health.snapshot())
    }

    /// Samples at 48 kHz that wait to be played at this moment, as if the device took them one by one.
    pub(super) fn ahead(&mut self, now: Instant) -> f64 {
        let Some(end) = self.seat.current() else { return 0.0 };
        let rate = end.rates.as_ref().map_or(SAMPLE_RATE, |rates| rates.device_rate).max(1);
        let queued = (end.ring.buffer().capacity() - end.ring.slots()) as f64;
        (queued - end.health.moved_since(now, rate)) * f64::from(SAMPLE_RATE) / f64::from(rate)
    }

    /// Sound that waits to be played; what a frame written now must queue behind.
    pub fn queued(&mut self) -> Duration {
        self.seat.current().map_or(Duration::ZERO, |end| {
            let samples = end.ring.buffer().capacity() - end.ring.slots();
            let rate = end.rates.as_ref().map_or(SAMPLE_RATE, |rates| rates.device_rate);
            Duration::from_secs_f64(samples as f64 / f64::from(rate.max(1)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PlayoutCallback;

    fn start() -> Instant {
        Instant::now()
    }

    fn loudspeaker(rate: u32) -> (PlayoutCallback, Playout, Keeper<PlayoutEnd>) {
        let health = Arc::new(Health::default());
        let (callback, ring, reference) = PlayoutCallback::new(Arc::clone(&health));
        let (playout, mut keeper) = playout_line();
        keeper.place(Some(PlayoutEnd::new(ring, reference, rate, health).unwrap()));
        (callback, playout, keeper)
    }

    /// Runs ticks of 10 ms in which the device takes callbacks of these sizes in turn.
    fn play(sizes: &[&[usize]], ticks: u64, rate: u32) -> (PlayoutCallback, Playout, usize) {
        let (mut callback, mut playout, _keeper) = loudspeaker(rate);
        let start = start();
        let mut written = 0;
        for tick in 0..ticks {
            for _ in 0..playout.due(start + Duration::from_millis(10 * tick)) {
                playout.write(&[0.5; FRAME]);
                playout.read_reference(&mut [0.0; FRAME]);
                written += 1;
            }
            for size in sizes[tick as usize % sizes.len()] {
                callback.process(&mut vec![0.0; *size], 1);
            }
        }
        (callback, playout, written)
    }

    #[test]
    fn frames_fall_due_as_fast_as_the_device_plays() {
        let (callback, _playout, written) = play(&[&[480]], 1_000, 48_000);

        assert!((1_000..=1_003).contains(&written), "{written} frames");
        assert_eq!(callback.health().snapshot().underruns, 0);
    }

    #[test]
    fn uneven_callbacks_are_learned_after_a_few_underruns() {
        let (callback, _playout, _) = play(&[&[960], &[]], 3_000, 48_000);

        assert!(callback.health().snapshot().underruns <= 3, "{:?}", callback.health().snapshot());
    }

    #[test]
    fn a_device_at_another_rate_gets_its_own_number_of_samples() {
        let (callback, mut playout, written) = play(&[&[441]], 1_000, 44_100);

        assert!((1_000..=1_004).contains(&written), "{written} frames");
        assert_eq!(callback.health().snapshot().underruns, 0);
        assert!(playout.queued() < Duration::from_millis(40));
    }

    #[test]
    fn without_a_device_frames_fall_due_by_the_clock() {
        let (mut playout, _keeper) = playout_line();
        let start = start();

        let due: usize = (0..100).map(|n| playout.due(start + Duration::from_micros(10_300 * n))).sum();

        assert_eq!(due, 101);
    }

    #[test]
    fn a_device_that_hangs_does_not_stop_the_call() {
        let (_callback, mut playout, _keeper) = loudspeaker(48_000);
        let start = start();

        let mut due = 0;
        for tick in 0..100 {
            for _ in 0..playout.due(start + Duration::from_millis(10 * tick)) {
                playout.write(&[0.5; FRAME]);
                due += 1;
            }
        }

        assert!(due >= 85, "only {due} frames in a second");
    }

    #[test]
    fn the_reference_follows_what_was_played() {
        let (mut callback, mut playout, _keeper) = loudspeaker(48_000);
        let start = start();
        let mut reference = [0.0; FRAME];

        for tick in 0..20 {
            for _ in 0..playout.due(start + Duration::from_millis(10 * tick)) {
                playout.write(&[0.25; FRAME]);
                playout.read_reference(&mut reference);
            }
            callback.process(&mut [0.0; 480], 1);
        }

        assert!(reference.iter().all(|sample| (sample - 0.25).abs() < 1e-6));
    }
}
