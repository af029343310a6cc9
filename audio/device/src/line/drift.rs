//! Keeps two sound cards in step: how much faster to read a microphone than its nominal rate.
//!
//! No two crystals agree; 200 parts per million is common, 10 samples a second. What shows it is the sound that lies between
//! the two: recorded and not read, or written and not played. Whoever reads and writes frames moves it from one side to the
//! other, and callbacks come in lumps: each side alone jumps by a frame where a callback and a read fall together, now one
//! first and now the other. Both together, with what each card has moved since its latest callback, stay level. An echo
//! canceller loses 30 dB without this.

/// Readings per window: half a second of 10 ms frames.
const WINDOW: usize = 50;
/// Samples that should be left in the microphone's ring at the worst moment: 3 ms.
pub(super) const MARGIN: usize = 144;
/// Parts per million per sample of error: an error is worked off in about two seconds.
const PROPORTIONAL: f64 = 10.0;
/// Parts per million per sample of error and window: finds the lasting drift.
const INTEGRAL: f64 = 0.5;
/// Half a per cent is 9 cents: nobody hears it, and 10 ms too much are gone in two seconds.
const LIMIT_PPM: f64 = 5_000.0;
/// No crystal is worse: what looks like more is a stall, and must not be remembered as drift.
const LASTING_PPM: f64 = 1_000.0;
/// More than this too much, 20 ms, is what a stall left. Worked off slowly it would bend the delay that an echo
/// canceller has learnt for many seconds; left out at once it is learnt anew within one.
const BACKLOG: usize = 960;
/// More than this too much, 1 ms, is left out at a beginning, when nothing has been learnt yet.
const BEGINS_WITH: usize = 48;
/// No drift moves so many samples within a window: a card was changed, or has stalled.
const JUMP: f64 = 480.0;
/// Samples from which the loop has settled, so that how much lies between the two may be set anew.
const SETTLED: f64 = 24.0;
/// Less than this at the worst moment is in danger of being nothing.
const DANGER: f64 = MARGIN as f64 / 2.0;
/// More than this at the worst moment, a frame and a half, is delay that nobody needs.
const NEEDLESS: f64 = 720.0;

/// The control loop.
#[derive(Debug)]
pub(super) struct Drift {
    lowest: usize,
    between: f64,
    readings: usize,
    lasting_ppm: f64,
    /// How many samples shall lie between the two; not known before the first window.
    wanted: Option<f64>,
}

/// What to do about the samples that are left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Advice {
    /// Read so many parts per million more than nominal.
    Nudge(f64),
    /// Leave out so many samples now.
    Skip(usize),
}

impl Drift {
    pub(super) fn new() -> Self {
        Self { lowest: usize::MAX, between: 0.0, readings: 0, lasting_ppm: 0.0, wanted: None }
    }

    /// Sound is missing: what lies between the two is not what it was.
    pub(super) fn begin_anew(&mut self) {
        *self = Self { lasting_ppm: self.lasting_ppm, ..Self::new() };
    }

    /// Notes how many samples were left after a read, and how many lie between the cards at 48 kHz; once per window says
    /// what to do about them.
    pub(super) fn note(&mut self, samples_left: usize, between: f64) -> Option<Advice> {
        self.lowest = self.lowest.min(samples_left);
        self.between += between;
        self.readings += 1;
        if self.readings < WINDOW {
            return None;
        }
        let lowest = std::mem::replace(&mut self.lowest, usize::MAX);
        let between = std::mem::take(&mut self.between) / WINDOW as f64;
        self.readings = 0;
        let too_much = lowest.saturating_sub(MARGIN);
        let wanted = self.wanted.take().filter(|wanted| (between - wanted).abs() < JUMP);
        if too_much > if wanted.is_some() { BACKLOG } else { BEGINS_WITH } {
            return Some(Advice::Skip(too_much));
        }
        let aim = aim(wanted, lowest as f64, between);
        self.wanted = Some(aim);
        let error = between - aim;
        self.lasting_ppm = (self.lasting_ppm + INTEGRAL * error).clamp(-LASTING_PPM, LASTING_PPM);
        let ppm = (self.lasting_ppm + PROPORTIONAL * error).clamp(-LIMIT_PPM, LIMIT_PPM);
        Some(Advice::Nudge(ppm))
    }
}

/// How many samples shall lie between the two: so many that some are left at the worst moment, and then always as many.
fn aim(wanted: Option<f64>, lowest: f64, between: f64) -> f64 {
    let is_good = |wanted: &f64| (between - wanted).abs() >= SETTLED || (DANGER..=NEEDLESS).contains(&lowest);
    wanted.filter(is_good).unwrap_or(between - (lowest - MARGIN as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of readings against a microphone that is `ppm` too fast; gives what was left at the end.
    fn run(drift: &mut Drift, ppm: f64, seconds: usize) -> f64 {
        run_from(400.0, drift, ppm, seconds)
    }

    /// The same, beginning with so many samples left.
    fn run_from(mut left: f64, drift: &mut Drift, ppm: f64, seconds: usize) -> f64 {
        let mut correction = 0.0;
        for reading in 0..seconds * 100 {
            left += 480.0 * (ppm - correction) * 1e-6;
            let bursty = if reading % 2 == 0 { 480.0 } else { 0.0 };
            // The read comes before or after the callback, which the time since the callback tells.
            match drift.note((left + bursty).max(0.0) as usize, left) {
                Some(Advice::Nudge(ppm)) => correction = ppm,
                Some(Advice::Skip(samples)) => left -= samples as f64,
                None => {}
            }
        }
        left
    }

    #[test]
    fn what_a_stall_left_is_gone_at_once_and_is_not_taken_for_drift() {
        let mut drift = Drift::new();
        run(&mut drift, 50.0, 60);

        let left = run_from(MARGIN as f64 + 3_400.0, &mut drift, 50.0, 2);

        assert!((left - MARGIN as f64).abs() < 10.0, "left {left}");
        assert!((drift.lasting_ppm - 50.0).abs() < 10.0, "taken for drift: {}", drift.lasting_ppm);
    }

    #[test]
    fn a_fast_microphone_is_found_within_a_minute() {
        let mut drift = Drift::new();

        let left = run(&mut drift, 200.0, 60);

        assert!((drift.lasting_ppm - 200.0).abs() < 10.0, "found {}", drift.lasting_ppm);
        assert!((left - MARGIN as f64).abs() < 10.0, "left {left}");
    }

    #[test]
    fn reads_that_fall_together_with_callbacks_change_nothing() {
        let mut drift = Drift::new();
        let mut left = run(&mut drift, 0.0, 60);
        let (mut correction, mut dice) = (0.0, 1_u32);

        for window in 0..200 {
            for _ in 0..WINDOW {
                left -= 480.0 * correction * 1e-6;
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // In some seconds the callback is always first, in some never, in some now and then.
                let early = match window / 10 % 3 {
                    0 => false,
                    1 => true,
                    _ => dice >> 31 == 0,
                };
                let seen = left.max(0.0) as usize + if early { 480 } else { 0 };
                if let Some(Advice::Nudge(ppm)) = drift.note(seen, left + 960.0) {
                    correction = ppm;
                }
            }
            assert!(correction.abs() < 20.0, "{correction} ppm in window {window}");
        }
    }

    #[test]
    fn a_slow_microphone_is_found_too() {
        let mut drift = Drift::new();

        run(&mut drift, -300.0, 60);

        assert!((drift.lasting_ppm + 300.0).abs() < 15.0, "found {}", drift.lasting_ppm);
    }
}
