//! A real sound server: a private PulseAudio with sinks made of software, started and stopped here.
//!
//! Runs only where the `pulseaudio` program is installed, and says so where it is not. Nothing of the
//! person's own sound server is touched: the private one has its own directory and its own socket.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use audio_device::{Choices, DeviceEvent, Duplex, FRAME, Manager, SAMPLE_RATE, SystemHost, Use};

/// A sound server that ends with the test.
struct Server {
    process: Child,
    home: PathBuf,
}

impl Server {
    /// Starts a server with two sinks, `spk` and `other`, and points this process at it; `None` where
    /// there is no such program.
    fn start() -> Option<Self> {
        let home = std::env::temp_dir().join(format!("balie-sound-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let socket = home.join("native");
        let script = home.join("test.pa");
        let modules = format!(
            "load-module module-null-sink sink_name=spk rate=48000 channels=1\n\
             load-module module-null-sink sink_name=other rate=48000 channels=1\n\
             set-default-sink spk\nset-default-source spk.monitor\n\
             load-module module-native-protocol-unix socket={} auth-anonymous=1\n",
            socket.display()
        );
        std::fs::write(&script, modules).unwrap();
        let process = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-F"])
            .arg(&script)
            .env("XDG_RUNTIME_DIR", &home)
            .env("HOME", &home)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let server = Self { process, home };
        server.wait_until_it_answers();
        Some(server)
    }

    /// Its socket is there before it listens, which on a machine that starts it for the first time is long.
    fn wait_until_it_answers(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut question = Command::new("pactl");
        question.args(["--server", &self.address(), "info"]).stdout(Stdio::null()).stderr(Stdio::null());
        while !question.status().expect("pactl starts").success() {
            assert!(Instant::now() < deadline, "the private sound server does not answer");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn address(&self) -> String {
        format!("unix:{}", self.home.join("native").display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// The share of a tone's energy in the samples, 0 to 1 (Goertzel's algorithm).
fn share_of_tone(samples: &[f32], hertz: f64) -> f64 {
    let step = 2.0 * (std::f64::consts::TAU * hertz / f64::from(SAMPLE_RATE)).cos();
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        (before, last) = (last, f64::from(*sample) + step * last - before);
    }
    let power = last * last + before * before - step * last * before;
    let energy: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if energy < 1e-6 { 0.0 } else { power / (energy * samples.len() as f64 / 2.0) }
}

/// Runs the media thread's loop for a while; plays what `play` gives and collects what is heard, each
/// frame with the moment at which it was read.
fn run(
    duplex: &mut Duplex,
    time: Duration,
    mut play: impl FnMut(usize) -> [f32; FRAME],
) -> Vec<(Instant, [f32; FRAME])> {
    let start = Instant::now();
    let mut heard = Vec::new();
    let mut next = start;
    while start.elapsed() < time {
        for _ in 0..duplex.due(Instant::now()) {
            let mut frame = [0.0; FRAME];
            duplex.read(&mut frame);
            duplex.playout.write(&play(heard.len()));
            heard.push((Instant::now(), frame));
        }
        next += Duration::from_millis(10);
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    heard
}

fn tone(hertz: f32) -> impl FnMut(usize) -> [f32; FRAME] {
    move |frame| {
        std::array::from_fn(|n| {
            let time = (frame * FRAME + n) as f32 / SAMPLE_RATE as f32;
            0.5 * (std::f32::consts::TAU * hertz * time).sin()
        })
    }
}

/// Where the second start of this program finds the private server's directory.
const HOME: &str = "BALIE_TEST_SOUND_HOME";

fn main() {
    if std::env::var_os(HOME).is_some() {
        a_loudspeaker_opens_while_it_rings();
        a_tone_returns_in_time();
        a_new_default_is_followed_and_a_lost_sink_replaced();
        return;
    }
    let Some(server) = Server::start() else {
        return report("skipped: the program `pulseaudio` is not installed");
    };
    // The sound library reads the address from the environment, which only a new process can be given.
    let status = Command::new(std::env::current_exe().expect("this program has a path"))
        .env("PULSE_SERVER", server.address())
        .env("XDG_RUNTIME_DIR", &server.home)
        .env(HOME, &server.home)
        .status()
        .expect("this program starts again");
    drop(server);
    assert!(status.success(), "the private sound server's part failed");
}

#[expect(clippy::print_stderr, reason = "a test with its own main reports like this")]
fn report(words: &str) {
    eprintln!("{words}");
}

/// Rounds of each measurement; the first good one counts. A busy machine spoils many.
const ROUNDS: usize = 15;

fn a_tone_returns_in_time() {
    let limit = limit();
    let good = (0..ROUNDS).any(|_| {
        let (trip, purity) = measure();
        report(&format!("median round trip {trip:?} of at most {limit:?}, purity {purity:.3}"));
        trip < limit && purity > 0.98
    });

    assert!(good, "no round was good enough");
}

/// 60 ms, judged where the machine has a processor to spare: 30 for the periods and rings of both ways, and as much
/// again for a machine whose timers come late, for which the ring grows. Where it has no processor to spare, the sound
/// server itself is late, and the question is only whether delay piles up: badly chosen buffers make it seconds.
fn limit() -> Duration {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap();
    let running: f64 = load.split(' ').next().unwrap().parse().unwrap();
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Duration::from_millis(if running + 1.0 <= processors as f64 { 60 } else { 500 })
}

/// Opens the devices and plays half a second of tone every second, twice; gives the median time from
/// handing over a sample to getting it back, and how pure the tone was.
fn measure() -> (Duration, f64) {
    let (_manager, mut duplex) = open();
    run(&mut duplex, Duration::from_millis(500), |_| [0.0; FRAME]);
    let mut tone = tone(1_000.0);
    let mut sent = Vec::new();
    let heard = run(&mut duplex, Duration::from_millis(2_500), |frame| {
        sent.push(Instant::now());
        if frame / 50 % 2 == 1 { tone(frame) } else { [0.0; FRAME] }
    });
    let mut trips: Vec<Duration> = (50..heard.len().saturating_sub(50))
        .step_by(100)
        .filter_map(|burst| returned(heard.get(burst..)?)?.checked_duration_since(*sent.get(burst)?))
        .collect();
    trips.sort();
    (trips.get(trips.len() / 2).copied().unwrap_or(Duration::MAX), loudest_share(&heard))
}

/// When the burst came back: samples behind its first one in the same frame came later still.
fn returned(heard: &[(Instant, [f32; FRAME])]) -> Option<Instant> {
    heard.iter().find_map(|(read, frame)| {
        let first = frame.iter().position(|sample| sample.abs() > 0.05)?;
        let behind = (FRAME - first) as u64 * 1_000_000 / u64::from(SAMPLE_RATE);
        read.checked_sub(Duration::from_micros(behind))
    })
}

/// The purest 100 ms of what was heard.
fn loudest_share(heard: &[(Instant, [f32; FRAME])]) -> f64 {
    let windows = heard.chunks_exact(10);
    let share = |window: &[(Instant, [f32; FRAME])]| {
        let samples: Vec<f32> = window.iter().flat_map(|(_, frame)| *frame).collect();
        share_of_tone(&samples, 1_000.0)
    };
    windows.map(share).fold(0.0, f64::max)
}

/// The server takes streams of one connection that name the same group for one, and refuses the second that runs.
fn a_loudspeaker_opens_while_it_rings() {
    let (mut manager, _duplex, _ringer) = Manager::new(Box::new(SystemHost::new()), Choices::default());
    manager.enable(Use::Ringer, true);
    let events = manager.poll(Instant::now());
    assert_eq!(used(&events), ["pulseaudio:spk"], "{events:?}");

    manager.enable(Use::Playout, true);
    let events = manager.poll(Instant::now());

    assert_eq!(used(&events), ["pulseaudio:spk"], "{events:?}");
}

fn a_new_default_is_followed_and_a_lost_sink_replaced() {
    let (mut manager, mut duplex) = open();
    pactl(&["set-default-sink", "other"]);
    pactl(&["set-default-source", "other.monitor"]);

    let moved = manager.poll(Instant::now());
    assert_eq!(used(&moved), ["pulseaudio:other.monitor", "pulseaudio:other"]);
    assert!(hears_the_tone(&mut duplex), "no tone on the new default");

    // The sink is pulled out: the server offers the one that is left, and so do we.
    pactl(&["unload-module", "1"]);
    pactl(&["set-default-source", "spk.monitor"]);
    let replaced = manager.poll(Instant::now());
    assert_eq!(used(&replaced), ["pulseaudio:spk.monitor", "pulseaudio:spk"]);
    assert!(hears_the_tone(&mut duplex), "no tone after the loss");
}

/// Plays a tone for a second at a time; says whether it came back pure.
fn hears_the_tone(duplex: &mut Duplex) -> bool {
    (0..ROUNDS).any(|_| loudest_share(&run(duplex, Duration::from_secs(1), tone(1_000.0))) > 0.98)
}

/// A manager on the real sound server with its microphone and loudspeaker open.
fn open() -> (Manager, Duplex) {
    let (mut manager, duplex, _ringer) = Manager::new(Box::new(SystemHost::new()), Choices::default());
    manager.enable(Use::Capture, true);
    manager.enable(Use::Playout, true);
    let events = manager.poll(Instant::now());
    assert_eq!(used(&events), ["pulseaudio:spk.monitor", "pulseaudio:spk"], "{events:?}");
    (manager, duplex)
}

fn used(events: &[DeviceEvent]) -> Vec<&str> {
    let used = events.iter().filter_map(|event| match event {
        DeviceEvent::Using(_, device) => Some(device.id.as_str()),
        DeviceEvent::Listed(_) | DeviceEvent::Stopped(_) | DeviceEvent::Failed(..) => None,
    });
    used.collect()
}

/// Speaks to the private server, whose address is in the environment.
fn pactl(words: &[&str]) {
    let status = Command::new("pactl").args(words).stdout(Stdio::null()).status().expect("pactl starts");
    assert!(status.success(), "pactl {words:?} failed");
}
