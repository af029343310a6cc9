//! Two phones on this machine call each other without an exchange: real sockets, real media threads, devices
//! of software. Each must hear the other's tone, and not its own.

use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use audio::SampleRate;
use audio::tone::goertzel;
use audio::wave::Wave;
use phone::Account;
use phone::view::{self, CallState, Change, CommandResult, Instruction, Update, ViewModel};
use phone_engine::{Config, Engine, NoHost, SoundChoice};
use sip::message::Host;
use tokio::sync::{mpsc, watch};

const ANNA_HZ: f32 = 600.0;
const BERT_HZ: f32 = 1_000.0;
/// Nothing here takes longer on a machine that works.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_phones_hear_each_other_and_not_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let anna = Person::new("anna", ANNA_HZ, folder.path(), None).await;
    let bert = Person::new("bert", BERT_HZ, folder.path(), Some(Duration::from_millis(200))).await;

    anna.done(view::Command::Dial { to: format!("bert@{}", bert.engine.listening()[0].1) }).await;
    anna.sees(CallState::Active).await;
    bert.sees(CallState::Active).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let call = anna.model.borrow().calls[0].id.clone();
    anna.done(view::Command::HangUp { call }).await;
    bert.sees(CallState::Ended { cause: view::EndCause::HungUp }).await;
    anna.engine.shut_down().await;
    bert.engine.shut_down().await;

    assert_hears(&folder.path().join("anna.wav"), BERT_HZ, ANNA_HZ);
    assert_hears(&folder.path().join("bert.wav"), ANNA_HZ, BERT_HZ);
}

#[test]
fn the_program_speaks_json_lines_and_completes_its_recording_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("heard.wav");
    let mut program = Program::start(&["--user", "anna", "--speaker", &format!("file:{}", wav.display())]);

    let ready = program.line();
    let picture = program.line();
    program.say("{\"id\":5,\"command\":{\"kind\":\"dial\",\"to\":\"bert\"}}");
    program.say("no json");
    let answers = [program.line(), program.line()];

    assert!(ready["ready"]["sip"].as_str().unwrap().starts_with("127.0.0.1:"), "{ready}");
    assert_eq!(picture["update"]["change"]["part"], "everything");
    let outcome = answers.iter().find_map(|line| line.get("outcome")).unwrap();
    assert_eq!(
        (&outcome["id"], &outcome["result"]["problem"]["code"]),
        (&5.into(), &"number-invalid".into())
    );
    assert!(answers.iter().any(|line| line.get("refused").is_some()), "{answers:?}");
    std::thread::sleep(Duration::from_millis(300));
    program.terminate();
    assert!(!heard(&wav).is_empty(), "the recording is complete");
}

/// A phone with a window that only remembers.
struct Person {
    engine: Engine,
    model: watch::Receiver<ViewModel>,
}

impl Person {
    async fn new(name: &str, hertz: f32, folder: &Path, answers_after: Option<Duration>) -> Self {
        let bind = std::net::Ipv4Addr::LOCALHOST.into();
        let mut config = Config {
            account: Some(Account {
                user: name.to_owned(),
                login_name: None,
                domain: Host::Ip(bind),
                name: name.to_owned(),
                password: None,
                server: None,
            }),
            bind,
            microphone: SoundChoice::Tone(hertz),
            speaker: SoundChoice::File(folder.join(format!("{name}.wav"))),
            ..Config::default()
        };
        config.settings.auto_answer = answers_after;
        let engine = Engine::start(config, Arc::new(NoHost)).await.expect("the phone runs");
        let (shown, model) = watch::channel(ViewModel::default());
        engine.subscribe(Box::new(move |update: Update| {
            let change: Change = update.change;
            shown.send_modify(|model| view::apply(model, change));
            true
        }));
        Self { engine, model }
    }

    async fn done(&self, command: view::Command) {
        let (outcome, mut told) = mpsc::unbounded_channel();
        let instruction = Instruction { id: 1, command };
        self.engine.perform(instruction, Box::new(move |done| drop(outcome.send(done))));
        let outcome = tokio::time::timeout(PATIENCE, told.recv()).await.expect("an outcome in time");
        assert_eq!(outcome.map(|outcome| outcome.result), Some(CommandResult::Done));
    }

    async fn sees(&self, state: CallState) {
        let mut model = self.model.clone();
        let seen = model.wait_for(|model| model.calls.first().is_some_and(|call| call.state == state));
        let result = tokio::time::timeout(PATIENCE, seen).await.map(|seen| seen.is_ok());
        assert_eq!(result, Ok(true), "waiting for {state:?}, there is {:?}", self.model.borrow().calls);
    }
}

fn heard(path: &Path) -> Vec<f32> {
    let file = std::fs::File::open(path).expect("there is a recording");
    let wave = Wave::read(std::io::BufReader::new(file), 48_000 * 60).expect("the recording is a WAV file");
    wave.at(SampleRate::Hz48000)
}

/// Two seconds of the conversation are the other's tone. Measured in pieces of 50 ms, which are wide enough
/// to take no notice of clocks that are being matched.
fn assert_hears(path: &Path, other: f32, own: f32) {
    let samples = heard(path);
    let loud = samples.iter().position(|sample| sample.abs() > 0.1).expect("something is heard");
    let conversation = samples.get(loud + 24_000..loud + 120_000).expect("two seconds of conversation");
    let level = |hertz| {
        let pieces =
            conversation.chunks_exact(2_400).map(|piece| goertzel(piece, hertz, SampleRate::Hz48000));
        pieces.sum::<f32>() / 40.0
    };
    assert!(level(other) > 0.25, "{}: the other is at {}", path.display(), level(other));
    assert!(level(own) < level(other) / 20.0, "{}: the own voice is at {}", path.display(), level(own));
}

/// The program with its three streams; ended when the test ends.
struct Program {
    child: Child,
    stdin: ChildStdin,
    lines: std::sync::mpsc::Receiver<String>,
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        use std::io::BufRead as _;

        let mut child = Command::new(env!("CARGO_BIN_EXE_balie-engine"))
            .args(["--bind", "127.0.0.1", "--microphone", "null", "--log", "warn"])
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = child.stdin.take().expect("its input is piped");
        let out = std::io::BufReader::new(child.stdout.take().expect("its output is piped"));
        let (read, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| read.send(line)));
        Self { child, stdin, lines }
    }

    fn say(&mut self, line: &str) {
        use std::io::Write as _;

        writeln!(self.stdin, "{line}").expect("it reads");
    }

    fn line(&self) -> serde_json::Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).expect("a line in time")).expect("it is JSON")
    }

    fn terminate(&mut self) {
        let told =
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        let ended = self.child.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
