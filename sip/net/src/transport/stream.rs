//! One connection: bytes in, messages out, and the other way round (RFC 3261 section 18.3).

use std::sync::Arc;
use std::time::Duration;

use sip::message::wire::{Frame, StreamFramer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::connections::Place;
use super::{Context, Event};
use crate::Protocol;

/// Bytes read at once.
const CHUNK: usize = 16 * 1024;
/// How long a peer may take to accept what we write before the connection counts as dead.
const WRITING: Duration = Duration::from_secs(10);

/// Takes connections until the transport stops.
pub(super) async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, mut context: Context) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = context.stopped() => return,
        };
        match accepted {
            Ok((tcp, _)) => welcome(tcp, acceptor.clone(), &context),
            Err(error) => {
                // Too many open files: what is open must get a chance to close.
                tracing::warn!(%error, "a SIP connection is not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn welcome(tcp: TcpStream, acceptor: Option<TlsAcceptor>, context: &Context) {
    let (Ok(local), Ok(remote)) = (tcp.local_addr(), tcp.peer_addr()) else { return };
    let transport = if acceptor.is_some() { Protocol::Tls } else { Protocol::Tcp };
    let Some(place) = context.connections.incoming(transport, local, remote) else {
        tracing::info!(%remote, "a SIP connection is refused: there are too many");
        return;
    };
    let context = context.clone();
    tokio::spawn(async move {
        let Some(acceptor) = acceptor else { return serve(tcp, place, context).await };
        match tokio::time::timeout(context.limits.connect, acceptor.accept(tcp)).await {
            Ok(Ok(tls)) => serve(tls, place, context).await,
            Ok(Err(error)) => tracing::info!(%error, %remote, "a TLS handshake failed"),
            Err(_) => tracing::info!(%remote, "a TLS handshake took too long"),
        }
    });
}

/// Serves a connection until either side ends it, then reports that.
pub(super) async fn serve<S>(stream: S, mut place: Place, context: Context)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    place.offer();
    let flow = place.flow();
    let events = context.queues.streams.clone();
    if let Err(error) = converse(stream, &mut place, context).await {
        tracing::debug!(%error, remote = %flow.remote, "a SIP connection ended");
    }
    // The table first: whoever hears of the end must not be given the same connection again.
    drop(place);
    let _ = events.send(Event::Closed(flow)).await;
}

async fn converse<S>(stream: S, place: &mut Place, mut context: Context) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let flow = place.flow();
    let mut inbox = Inbox::default();
    let mut chunk = vec![0; CHUNK];
    let idle = tokio::time::sleep(context.limits.idle);
    tokio::pin!(idle);
    loop {
        tokio::select! {
            read = reader.read(&mut chunk) => {
                let length = read?;
                if length == 0 {
                    return Ok(());
                }
                idle.as_mut().reset(tokio::time::Instant::now() + context.limits.idle);
                inbox.push(chunk.get(..length).unwrap_or_default());
                while let Some(piece) = inbox.next() {
                    let wait = place.pace(std::time::Instant::now());
                    if !wait.is_zero() {
                        tokio::time::sleep(wait).await;
                    }
                    match piece {
                        Piece::Message(bytes) => {
                            // A full queue makes this wait, and so the peer: that is what TCP is for.
                            let arrived = Event::Received { flow, bytes };
                            context.queues.streams.send(arrived).await.map_err(std::io::Error::other)?;
                        }
                        // Only who asks is answered; a peer's own line ends mean nothing.
                        Piece::Pong if !place.is_ours() => {}
                        Piece::Pong => {
                            let arrived = Event::Received { flow, bytes: StreamFramer::PONG.to_vec() };
                            context.queues.streams.send(arrived).await.map_err(std::io::Error::other)?;
                        }
                        Piece::Ping => write(&mut writer, StreamFramer::PONG).await?,
                        Piece::Lost(answer) => {
                            if let Some(answer) = answer {
                                write(&mut writer, &answer).await?;
                            }
                            return Err(std::io::Error::other("the stream cannot be cut into messages"));
                        }
                    }
                }
            }
            message = place.queue.recv() => match message {
                Some(message) => {
                    idle.as_mut().reset(tokio::time::Instant::now() + context.limits.idle);
                    write(&mut writer, &message).await?;
                }
                None => return writer.shutdown().await,
            },
            () = &mut idle => return writer.shutdown().await,
            () = context.stopped() => {
                while let Ok(message) = place.queue.try_recv() {
                    write(&mut writer, &message).await?;
                }
                return writer.shutdown().await;
            }
        }
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    tokio::time::timeout(WRITING, async {
        writer.write_all(bytes).await?;
        writer.flush().await
    })
    .await?
}

/// What a stream is cut into.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// A whole message, as it came.
    Message(Vec<u8>),
    /// A keep-alive to be answered.
    Ping,
    /// The answer to a keep-alive of ours.
    Pong,
    /// Nobody can tell where the next message begins; the answer to send, if any.
    Lost(Option<Arc<[u8]>>),
}

/// Cuts a stream and keeps the bytes of each message, which the endpoint wants to see as they came.
#[derive(Debug, Default)]
struct Inbox {
    framer: StreamFramer,
    raw: Vec<u8>,
}

impl Inbox {
    fn push(&mut self, bytes: &[u8]) {
        self.framer.push(bytes);
        self.raw.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Option<Piece> {
        let frame = self.framer.poll();
        let taken = self.raw.len().saturating_sub(self.framer.pending());
        let bytes: Vec<u8> =
            self.raw.drain(..taken).skip_while(|byte| matches!(byte, b'\r' | b'\n')).collect();
        Some(match frame? {
            Frame::Message(_) | Frame::Refused(_) => Piece::Message(bytes),
            Frame::Ping => Piece::Ping,
            Frame::Pong => Piece::Pong,
            Frame::Lost(error) => Piece::Lost(error.answer.map(|answer| answer.to_bytes().into())),
        })
    }
}

#[cfg(test)]
mod tests;
