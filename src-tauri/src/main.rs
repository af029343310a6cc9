//! Starts Balie's window.
//!
//! The window itself knows nothing of telephony: it shows what an engine says and passes on what its user asks.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use balie::{
    Answer, Arguments, DesktopHost, Knock, Request, knock, prepare_platform, remembers_in, run, speak_up,
    start_logging,
};
use clap::Parser as _;
use phone::view::Secret;
use phone::{Entrance, Wish};
use phone_engine::Config;

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| {
        speak_up();
        error.exit()
    });
    let request = arguments.request();
    match knock(std::env::args().skip(1).collect()) {
        Knock::Answered(answer) => return Ok(say(&answer)),
        Knock::Nobody(answer) if needs_somebody(&request) => return Ok(say(&answer)),
        Knock::Nobody(_) => {}
    }
    prepare_platform()?;
    start_logging(arguments.log)?;
    run(config(&arguments), Arc::new(DesktopHost::new()), &arguments)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether it makes no sense to start for this.
const fn needs_somebody(request: &Request) -> bool {
    match request {
        Request::Show | Request::Wish(Wish::Link { .. }) => false,
        Request::Wish(_) => true,
    }
}

fn say(answer: &Answer) -> ExitCode {
    if !answer.sentence.is_empty() {
        speak_up();
        // A closed pipe is the reader's choice; there is nobody left to tell.
        drop(writeln!(std::io::stderr(), "{}", answer.sentence.trim_end()));
    }
    ExitCode::from(answer.code)
}

fn config(arguments: &Arguments) -> Config {
    let secret = std::env::var("BALIE_PASSWORD").ok().map(Secret);
    let entrance = arguments.server.clone().zip(arguments.sign_in.clone());
    Config {
        entrance: entrance.map(|(server, user)| Entrance { server, user, secret }),
        authority: arguments.authority.clone(),
        folder: remembers_in(),
        ..Config::default()
    }
}
