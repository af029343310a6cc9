//! What is said at a door that carries bytes and nothing else: a line with the arguments, a line with the answer, both
//! in JSON.

use std::io::{self, BufRead as _, Read, Write};
use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::time::timeout;

use crate::obey::{Answer, Servant};

/// Longer lines are no command lines.
const LONGEST: u64 = 64 * 1024;
/// How long somebody may stand at the door without saying anything, or without leaving.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who stands behind a door.
pub(super) trait Keeper: Clone + Send + Sync + 'static {
    /// Does what a command line without the program's name asks.
    fn obey(&self, arguments: Vec<String>) -> impl Future<Output = Answer> + Send;
}

impl Keeper for Servant {
    fn obey(&self, arguments: Vec<String>) -> impl Future<Output = Answer> + Send {
        Self::obey(self, arguments)
    }
}

/// Asks, from outside.
pub(super) fn ask(mut door: impl Read + Write, arguments: &[String]) -> io::Result<Answer> {
    let mut question = serde_json::to_vec(arguments)?;
    question.push(b'\n');
    door.write_all(&question)?;
    let mut answer = String::new();
    io::BufReader::new(door.take(LONGEST)).read_line(&mut answer)?;
    let (code, sentence) = serde_json::from_str(&answer)?;
    Ok(Answer { code, sentence })
}

/// Answers one who knocks.
pub(super) async fn answer(
    door: impl AsyncRead + AsyncWrite + Unpin,
    keeper: &impl Keeper,
) -> io::Result<()> {
    let mut door = BufReader::new(door);
    let mut question = String::new();
    timeout(PATIENCE, (&mut door).take(LONGEST).read_line(&mut question)).await??;
    let Answer { code, sentence } = keeper.obey(serde_json::from_str(&question)?).await;
    let mut answer = serde_json::to_vec(&(code, sentence))?;
    answer.push(b'\n');
    door.write_all(&answer).await?;
    // A pipe that is closed may lose what nobody has read yet.
    drop(timeout(PATIENCE, door.read_u8()).await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::super::contract::Echo;
    use super::*;

    /// What comes back for these bytes.
    fn said(bytes: &[u8]) -> (io::Result<()>, String) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true);
        runtime.build().unwrap().block_on(async {
            let (mut outside, inside) = duplex(1024 * 1024);
            outside.write_all(bytes).await.unwrap();
            let ended = answer(inside, &Echo).await;
            let mut text = String::new();
            outside.read_to_string(&mut text).await.unwrap();
            (ended, text)
        })
    }

    #[test]
    fn a_line_is_answered_by_a_line() {
        let (ended, text) = said(b"[\"--answer\"]\n");

        ended.unwrap();
        assert_eq!(text, "[4,\"--answer\"]\n");
    }

    #[test]
    fn who_says_nothing_or_nonsense_is_not_heard() {
        assert_eq!(said(b"").0.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(said(b"--answer\n").0.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(said(&[b' '; 100_000]).0.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(said(b"\xff\n").1.is_empty());
    }
}
