//! The exchange's API as an application uses it: HTTPS, verified against the exchange's own authority.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Somebody who is signed in; curl (Debian) does the talking, so that TLS is not our own on both sides.
#[derive(Debug, Clone)]
pub struct Web {
    authority: PathBuf,
    base: String,
    token: Option<String>,
}

impl Web {
    pub(super) fn new(authority: PathBuf, port: u16) -> Self {
        Self { authority, base: format!("https://127.0.0.1:{port}/api/v1"), token: None }
    }

    /// Signs in.
    ///
    /// # Errors
    /// When the exchange says no.
    pub fn sign_in(&self, user: &str, password: &str) -> Result<Self> {
        let (code, answer) =
            self.ask("POST", "/sign-in", Some(&serde_json::json!({"user": user, "password": password})))?;
        let token = answer.get("token").and_then(Value::as_str).map(str::to_owned);
        let token = token.with_context(|| format!("signing in was answered {code}: {answer}"))?;
        Ok(Self { token: Some(token), ..self.clone() })
    }

    /// How long the exchange thinks about a wrong password that is sent from an address of this computer: from the
    /// request to the first byte of the answer.
    ///
    /// # Errors
    /// When the answer is another one.
    pub fn time_of_wrong_password(&self, from: &str, user: &str) -> Result<Duration> {
        let body = serde_json::json!({"user": user, "password": "not the password"}).to_string();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--max-time", "10", "--interface", from]);
        curl.arg("--cacert").arg(&self.authority);
        curl.args(["--header", "Content-Type: application/json", "--data", &body]);
        curl.args(["--write-out", "\n%{http_code} %{time_pretransfer} %{time_starttransfer}"]);
        let output = curl.arg(format!("{}/sign-in", self.base)).stdin(Stdio::null()).output();
        let output = output.context("start curl")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = text.lines().last().unwrap_or_default();
        let mut words = told.split(' ');
        if words.next() != Some("401") {
            bail!("a wrong password was answered {text} {}", String::from_utf8_lossy(&output.stderr));
        }
        let mut seconds = || words.next().and_then(|word| word.parse::<f64>().ok()).context("read a time");
        let (sent, answered) = (seconds()?, seconds()?);
        Ok(Duration::from_secs_f64((answered - sent).max(0.0)))
    }

    /// Everything that the exchange counts and measures, by name.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn metrics(&self) -> Result<BTreeMap<String, u64>> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--max-time", "10", "--cacert"])
            .arg(&self.authority);
        let address = self.base.replace("/api/v1", "/metrics");
        let output = curl.arg(address).stdin(Stdio::null()).output().context("start curl")?;
        if !output.status.success() {
            bail!("curl: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let pair = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Ok(lines.filter_map(pair).collect())
    }

    /// The token of whoever is signed in.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends a file as it is; the status code and the answer.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn upload(&self, method: &str, path: &str, file: &Path) -> Result<(u16, Value)> {
        let mut curl = self.curl(method);
        curl.args(["--header", "Content-Type: application/octet-stream", "--data-binary"]);
        curl.arg(format!("@{}", file.display()));
        self.answer(&mut curl, path)
    }

    /// Asks something; the status code and the answer.
    ///
    /// # Errors
    /// When there is no answer, or the certificate does not lead to the exchange's authority.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let mut curl = self.curl(method);
        if let Some(body) = body {
            curl.args(["--header", "Content-Type: application/json", "--data", &body.to_string()]);
        }
        self.answer(&mut curl, path)
    }

    fn curl(&self, method: &str) -> Command {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--max-time", "10", "--request", method]);
        curl.arg("--cacert").arg(&self.authority).args(["--write-out", "\n%{http_code}"]);
        if let Some(token) = &self.token {
            curl.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        curl
    }

    fn answer(&self, curl: &mut Command, path: &str) -> Result<(u16, Value)> {
        let output =
            curl.arg(format!("{}{path}", self.base)).stdin(Stdio::null()).output().context("start curl")?;
        if !output.status.success() {
            bail!("curl: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (answer, code) = text.rsplit_once('\n').context("curl prints the code last")?;
        let code = code.trim().parse().with_context(|| format!("read the code `{code}`"))?;
        Ok((code, serde_json::from_str(answer).unwrap_or(Value::Null)))
    }
}
