//! The phone's seam as JSON lines: `{"ready":…}` once, then `{"update":…}`, `{"outcome":…}` and, for a line that
//! is no instruction, `{"refused":…}`.

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;

use anyhow::Context as _;
use phone::view::{CommandOutcome, Instruction, Update};
use phone_engine::Engine;
use serde::Serialize;
use tokio::sync::mpsc;

/// What is written, one object per line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    /// The phone runs and listens for SIP here.
    Ready {
        /// Where.
        sip: SocketAddr,
        /// Over what.
        transport: String,
    },
    /// The picture changed; the first one is the whole picture.
    Update(Update),
    /// How an instruction ended.
    Outcome(CommandOutcome),
    /// A line was not understood.
    Refused {
        /// The line.
        line: String,
        /// Why.
        reason: String,
    },
}

/// Serves until the input ends, says `quit`, or the system asks the program to end.
pub(crate) async fn serve(engine: &Engine) -> anyhow::Result<()> {
    let (out, mut written) = mpsc::unbounded_channel();
    let mut typed = read();
    if let Some((transport, sip)) = engine.listening().first() {
        out.send(Line::Ready { sip: *sip, transport: transport.to_string().to_ascii_lowercase() })?;
    }
    let updates = out.clone();
    engine.subscribe(Box::new(move |update| updates.send(Line::Update(update)).is_ok()));
    let mut asked_to_end = std::pin::pin!(asked_to_end());
    loop {
        tokio::select! {
            line = written.recv() => if let Some(line) = line { write(&line)? },
            line = typed.recv() => match line.as_deref().map(str::trim) {
                None | Some("quit") => break,
                Some("") => {}
                Some(line) => take(engine, line, &out)?,
            },
            () = &mut asked_to_end => break,
        }
    }
    while let Ok(line) = written.try_recv() {
        write(&line)?;
    }
    Ok(())
}

fn take(engine: &Engine, line: &str, out: &mpsc::UnboundedSender<Line>) -> anyhow::Result<()> {
    match serde_json::from_str::<Instruction>(line) {
        Ok(instruction) => {
            let out = out.clone();
            // Without a reader the program is on its way out.
            engine.perform(instruction, Box::new(move |outcome| drop(out.send(Line::Outcome(outcome)))));
        }
        Err(error) => out.send(Line::Refused { line: line.to_owned(), reason: error.to_string() })?,
    }
    Ok(())
}

/// A thread that waits for lines; it ends with the program.
fn read() -> mpsc::UnboundedReceiver<String> {
    let (typed, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if typed.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn write(line: &Line) -> anyhow::Result<()> {
    // In one piece, so that the log of a program with one outlet for both does not stand inside a line.
    let mut text = serde_json::to_vec(line).context("Write a line")?;
    text.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&text).and_then(|()| out.flush()).context("Write a line")
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("signals cannot be received; end with `quit`");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
