//! Cleans what the microphone hears: rumble, the echo of the loudspeaker, noise, a voice too faint or loud.
//!
//! The chain is `sonora`'s port of WebRTC's audio processing with its own defaults: high-pass filter, echo
//! canceller (AEC3), noise suppression, gain control (AGC2). The clocks of microphone and loudspeaker must
//! agree before it, or the echo comes back: see [`drift`].

pub mod activity;
pub mod drift;

use std::time::Duration;

use sonora::config::{AdaptiveDigital, EchoCanceller, GainController2, HighPassFilter, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

use crate::frame::SampleRate;

pub use activity::{Activity, ActivityDetector};
pub use drift::DriftEstimator;

/// Which parts of the chain work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoiceSettings {
    /// Remove the loudspeaker's echo. Off only for headsets that do it themselves.
    pub cancels_echo: bool,
    /// Reduce steady noise.
    pub suppresses_noise: bool,
    /// Bring the voice to a usual level.
    pub controls_gain: bool,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self { cancels_echo: true, suppresses_noise: true, controls_gain: true }
    }
}

/// The chain for one microphone and one loudspeaker, at 48 kHz.
pub struct Voice {
    processing: AudioProcessing,
    activity: ActivityDetector,
    scratch: Vec<f32>,
}

impl Voice {
    /// A chain that has heard nothing yet.
    pub fn new(settings: VoiceSettings) -> Self {
        let stream = StreamConfig::new(SampleRate::Hz48000.hz(), 1);
        let processing = AudioProcessing::builder()
            .config(config(settings))
            .capture_config(stream)
            .render_config(stream)
            .build();
        let scratch = vec![0.0; SampleRate::Hz48000.frame_samples()];
        Self { processing, activity: ActivityDetector::default(), scratch }
    }

    /// Switches parts of the chain; what it has learned about the room is kept where possible.
    pub fn set(&mut self, settings: VoiceSettings) {
        self.processing.apply_config(config(settings));
    }

    /// States how long sound takes from [`Voice::far_end`] through the devices to [`Voice::near_end`].
    /// A hint only: the canceller finds the delay itself, up to half a second.
    pub fn set_delay(&mut self, delay: Duration) {
        let millis = i32::try_from(delay.as_millis()).unwrap_or(i32::MAX);
        // Out of range is clamped, which is what a hint is worth.
        let _ = self.processing.set_stream_delay_ms(millis);
    }

    /// Takes the frame of 480 samples that the loudspeaker really plays; call it before
    /// [`Voice::near_end`] for the same 10 ms. A frame of another length is ignored.
    pub fn far_end(&mut self, frame: &[f32]) {
        if frame.len() == self.scratch.len() {
            // Both streams have the format given at construction, so that processing cannot fail.
            let _ = self.processing.process_render_f32(&[frame], &mut [&mut self.scratch]);
        }
    }

    /// Cleans one frame of 480 samples from the microphone in place, and says whether somebody speaks.
    /// The voice comes out up to 15 ms later than it went in.
    pub fn near_end(&mut self, frame: &mut [f32]) -> Activity {
        let same_length = frame.len() == self.scratch.len();
        let done =
            same_length && self.processing.process_capture_f32(&[frame], &mut [&mut self.scratch]).is_ok();
        if done {
            frame.copy_from_slice(&self.scratch);
        }
        self.activity.observe(frame)
    }
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("activity", &self.activity).finish()
    }
}

fn config(settings: VoiceSettings) -> Config {
    let gain =
        GainController2 { adaptive_digital: Some(AdaptiveDigital::default()), ..GainController2::default() };
    Config {
        high_pass_filter: Some(HighPassFilter::default()),
        echo_canceller: settings.cancels_echo.then(EchoCanceller::default),
        noise_suppression: settings.suppresses_noise.then(NoiseSuppression::default),
        gain_controller2: settings.controls_gain.then_some(gain),
        ..Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::rms;
    use crate::testing::{Random, level_at, sine, speech_like};

    const RATE: SampleRate = SampleRate::Hz48000;

    /// What a room makes of the loudspeaker's sound: a delayed, coloured copy with a short reverberation.
    fn room(far: &[f32], delay_ms: usize) -> Vec<f32> {
        let mut random = Random::new(4);
        let taps: Vec<(usize, f32)> = (0..60)
            .map(|n| (delay_ms * 48 + n * 37, 0.45 * random.signed() * (-(n as f32) / 15.0).exp()))
            .collect();
        let echo =
            |n: usize| taps.iter().filter(|(at, _)| *at <= n).map(|(at, gain)| far[n - at] * gain).sum();
        (0..far.len()).map(echo).collect()
    }

    fn clean(settings: VoiceSettings, far: &[f32], near: &[f32]) -> Vec<f32> {
        let mut voice = Voice::new(settings);
        let mut out = Vec::new();
        for (far, near) in far.chunks_exact(480).zip(near.chunks_exact(480)) {
            let mut frame = near.to_vec();
            voice.far_end(far);
            voice.near_end(&mut frame);
            out.extend(frame);
        }
        out
    }

    #[test]
    fn an_echo_of_120_milliseconds_leaves_at_least_twenty_decibel_lower() {
        let far = speech_like(RATE, 10.0);
        let echo = room(&far, 120);

        let out = clean(VoiceSettings::default(), &far, &echo);

        for second in 2..10 {
            let range = second * 48_000..(second + 1) * 48_000;
            let reduction = rms(&echo[range.clone()]).0 - rms(&out[range]).0;
            assert!(reduction >= 20.0, "second {second}: {reduction} dB");
        }
    }

    #[test]
    fn without_the_canceller_the_echo_stays() {
        let far = speech_like(RATE, 3.0);
        let echo = room(&far, 120);
        let settings = VoiceSettings { cancels_echo: false, suppresses_noise: false, controls_gain: false };

        let out = clean(settings, &far, &echo);

        assert!((rms(&echo[96_000..]).0 - rms(&out[96_000..]).0).abs() < 6.0);
    }

    #[test]
    fn the_voice_of_the_near_end_passes() {
        let near = speech_like(RATE, 6.0);

        let out = clean(VoiceSettings::default(), &vec![0.0; near.len()], &near);

        assert!(rms(&out[144_000..]).0 > rms(&near[144_000..]).0 - 6.0);
    }

    #[test]
    fn mains_hum_below_speech_is_removed() {
        let hum = sine(30.0, 0.2, RATE, 3.0);
        let settings = VoiceSettings { cancels_echo: false, suppresses_noise: false, controls_gain: false };

        let out = clean(settings, &vec![0.0; hum.len()], &hum);

        assert!(level_at(&out[96_000..], 30.0, RATE).0 < level_at(&hum[96_000..], 30.0, RATE).0 - 12.0);
    }

    #[test]
    fn a_frame_of_a_wrong_length_is_left_alone() {
        let mut voice = Voice::new(VoiceSettings::default());
        let mut frame = [0.25; 100];

        voice.far_end(&frame);
        voice.near_end(&mut frame);

        assert_eq!(frame, [0.25; 100]);
    }
}
