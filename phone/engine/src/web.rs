//! The way to an exchange's API: carries out what the phone wants done on the web.
//!
//! Each request has a connection of its own, over TLS that is verified against the one authority that was pinned
//! for that server, name and validity included. Only a look at a server's certificates is made without one, and
//! that handshake is always broken off before anything is sent.

mod connect;
mod listen;
mod look;
mod request;
mod trust;

use std::collections::BTreeMap;
use std::sync::Arc;

use phone::{Trouble, WebEffect, WebFact, WebId};
use tokio::sync::mpsc;

use crate::memory::Memory;
use crate::task::Word;

pub(crate) use trust::{Trust, read_authority};

/// The web side of one phone.
#[derive(Debug)]
pub(crate) struct Web {
    trust: Arc<Trust>,
    words: mpsc::WeakUnboundedSender<Word>,
    /// What is said on each open WebSocket; one that is dropped is closed.
    open: BTreeMap<WebId, mpsc::UnboundedSender<String>>,
}

impl Web {
    pub(crate) fn new(memory: Memory, words: mpsc::WeakUnboundedSender<Word>) -> Self {
        Self { trust: Arc::new(Trust::new(memory)), words, open: BTreeMap::new() }
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    pub(crate) fn carry_out(&mut self, effect: WebEffect) {
        let (trust, words) = (Arc::clone(&self.trust), self.words.clone());
        match effect {
            WebEffect::Look { id, server } => {
                tokio::spawn(async move {
                    let result = look::look(&trust, &server).await;
                    tell(&words, WebFact::Shown { id, result });
                });
            }
            WebEffect::Pin { server, fingerprint } => {
                if let Err(error) = trust.pin(&server, &fingerprint) {
                    tracing::warn!(%error, "the authority is trusted until the end of the program only");
                }
            }
            WebEffect::Ask { id, server, request } => {
                tokio::spawn(async move {
                    let result = request::ask(&trust, &server, request).await;
                    tell(&words, WebFact::Answered { id, result });
                });
            }
            WebEffect::Listen { id, server, path, token } => {
                let (say, said) = mpsc::unbounded_channel();
                self.open.retain(|_, other| !other.is_closed());
                self.open.insert(id, say);
                tokio::spawn(async move {
                    let heard = |text| tell(&words, WebFact::Heard { id, text });
                    let why = listen::listen(&trust, &server, &path, &token, said, heard).await;
                    tell(&words, WebFact::Deaf { id, why });
                });
            }
            WebEffect::Say { id, text } => {
                // One that is over has said so, or is about to.
                drop(self.open.get(&id).map(|say| say.send(text)));
            }
            WebEffect::Hush(id) => drop(self.open.remove(&id)),
        }
    }
}

fn tell(words: &mpsc::WeakUnboundedSender<Word>, fact: WebFact) {
    if let Some(words) = words.upgrade() {
        drop(words.send(Word::Web(fact)));
    }
}

/// What an I/O error means to the phone.
fn trouble(error: &std::io::Error) -> Trouble {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, UnexpectedEof};

    let kind = error.kind();
    if kind == ConnectionRefused {
        Trouble::Refused
    } else if [ConnectionReset, UnexpectedEof].contains(&kind) {
        Trouble::NotWeb
    } else {
        Trouble::Silent
    }
}
