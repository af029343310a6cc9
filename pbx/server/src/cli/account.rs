//! `account`: the administrators of the platform itself.

use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::Context as _;

use super::{language, open, say};
use crate::config::Config;
use crate::credentials;
use crate::doctor::Language;
use crate::store::{PlatformAccount, SessionOwner, Write};

/// Makes an account or gives it a new password, which is the first line of standard input: a
/// password on the command line can be read by everybody on the machine.
pub(super) async fn put(config: &Config, name: &str) -> anyhow::Result<ExitCode> {
    let name = name.trim().to_lowercase();
    anyhow::ensure!(
        !name.is_empty() && name.len() <= 80 && !name.contains('@'),
        "A name has 1 to 80 characters and no @; names with @ are users of a company"
    );
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("Read the password from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    let length = credentials::PASSWORD_MIN..=credentials::PASSWORD_MAX;
    anyhow::ensure!(
        length.contains(&password.chars().count()),
        "A password has {} to {} characters",
        length.start(),
        length.end()
    );

    let store = open(config).await?;
    let password_hash = credentials::hash_password(password)?;
    store
        .write(vec![
            Write::PutPlatformAccount(PlatformAccount { name: name.clone(), password_hash }),
            Write::RemoveSessionsOf(SessionOwner::Platform(name.clone())),
        ])
        .await?;
    store.close().await;
    say(&match language() {
        Language::Dutch => format!("Het account {name} kan zich aanmelden."),
        Language::English => format!("The account {name} can sign in."),
    });
    Ok(ExitCode::SUCCESS)
}
