//! The way from the sockets to the endpoint. Datagrams are read where they are used: no task, no queue and no other
//! thread stands between. Streams are read by a task each and share a queue, which makes them wait when it is full.
//!
//! Each is asked in turn by chance, so that one host on TCP cannot keep all telephones on UDP from being heard.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use sip::endpoint::Flow;
use sip::message::Transport as Protocol;
use tokio::sync::{mpsc, watch};

use super::Event;
use super::route::Routes;
use super::udp::Datagrams;

/// The largest datagram that exists.
const LARGEST: usize = 65_535;

/// Everything that arrives.
#[derive(Debug)]
pub struct Arriving {
    inbox: Inbox,
    unsent: mpsc::Receiver<Event>,
    streams: mpsc::Receiver<Event>,
    stopped: watch::Receiver<bool>,
}

/// The UDP sockets of a transport that runs; none when it has stopped.
#[derive(Debug)]
struct Inbox {
    sockets: Vec<Datagrams>,
    /// Which of them is asked first.
    first: usize,
    routes: Arc<Routes>,
    buffer: Vec<u8>,
}

/// The sockets' ends of the queues.
#[derive(Debug, Clone)]
pub(super) struct Queues {
    /// Datagrams that could not be sent.
    unsent: mpsc::Sender<Event>,
    pub(super) streams: mpsc::Sender<Event>,
}

/// Two queues that hold `room` events each; datagrams come from the sockets themselves, until `stopped`.
pub(super) fn arriving(
    room: usize,
    sockets: Vec<Datagrams>,
    routes: Arc<Routes>,
    stopped: watch::Receiver<bool>,
) -> (Queues, Arriving) {
    let (to_unsent, unsent) = mpsc::channel(room.max(1));
    let (to_streams, streams) = mpsc::channel(room.max(1));
    let inbox = Inbox { sockets, first: 0, routes, buffer: vec![0; LARGEST] };
    (Queues { unsent: to_unsent, streams: to_streams }, Arriving { inbox, unsent, streams, stopped })
}

impl Arriving {
    /// The next event, from either side by chance when both have one; `None` when the transport is gone.
    /// Nothing is lost when the wait is given up.
    pub async fn recv(&mut self) -> Option<Event> {
        let Self { inbox, unsent, streams, stopped } = self;
        loop {
            let has_sockets = !inbox.sockets.is_empty();
            tokio::select! {
                event = poll_fn(|context| inbox.poll(context)), if has_sockets => return Some(event),
                Some(event) = unsent.recv() => return Some(event),
                Some(event) = streams.recv() => return Some(event),
                // An error means that the last handle is gone, which is the same.
                _ = stopped.wait_for(|stopped| *stopped), if has_sockets => inbox.sockets.clear(),
                else => return None,
            }
        }
    }
}

impl Inbox {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        let count = self.sockets.len();
        self.first = self.first.wrapping_add(1);
        for place in 0..count {
            let Some(socket) = self.sockets.get(self.first.wrapping_add(place) % count) else { continue };
            if let Poll::Ready((length, remote)) = socket.poll_receive(context, &mut self.buffer) {
                let local = self.routes.local(socket.address(), remote);
                let flow = Flow { transport: Protocol::Udp, local, remote, connection: 0 };
                let bytes = self.buffer.get(..length).unwrap_or_default().to_vec();
                return Poll::Ready(Event::Received { flow, bytes });
            }
        }
        Poll::Pending
    }
}

impl Queues {
    /// Reports something about a flow if there is room.
    pub(super) fn report(&self, flow: Flow, event: Event) {
        let queue = if flow.transport == Protocol::Udp { &self.unsent } else { &self.streams };
        // An owner that cannot keep up learns it from the next failure.
        let _ = queue.try_send(event);
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn flow(transport: Protocol) -> Flow {
        let address = "127.0.0.1:5060".parse().unwrap();
        Flow { transport, local: address, remote: address, connection: 0 }
    }

    #[tokio::test]
    async fn streams_that_wait_do_not_keep_datagrams_out() {
        let socket = Datagrams::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        peer.connect(socket.address()).unwrap();
        let (_stop, stopped) = watch::channel(false);
        let (queues, mut arriving) = arriving(4, vec![socket], Arc::default(), stopped);
        for _ in 0..32 {
            let streams = queues.streams.clone();
            tokio::spawn(
                async move { while streams.send(Event::Closed(flow(Protocol::Tcp))).await.is_ok() {} },
            );
        }
        let mut datagrams = 0;

        for _ in 0..1_000 {
            peer.send(b"\r\n\r\n").unwrap();
            let event = arriving.recv().await.unwrap();
            datagrams += u32::from(matches!(event, Event::Received { .. }));
            tokio::task::yield_now().await;
        }

        assert!((350..=650).contains(&datagrams), "{datagrams} of 1,000");
    }

    #[tokio::test]
    async fn several_sockets_are_read_in_turn() {
        let socket = || Datagrams::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let (one, other) = (socket(), socket());
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (_stop, stopped) = watch::channel(false);
        let places = [one.address(), other.address()];
        let (_queues, mut arriving) = arriving(4, vec![one, other], Arc::default(), stopped);
        for place in places.iter().cycle().take(40) {
            peer.send_to(b"\r\n\r\n", place).unwrap();
        }

        let mut to_first = 0;
        for _ in 0..20 {
            let Some(Event::Received { flow, .. }) = arriving.recv().await else { panic!("no datagram") };
            to_first += u32::from(flow.local == places[0]);
        }

        assert!((8..=12).contains(&to_first), "{to_first} of 20");
    }

    #[tokio::test]
    async fn when_the_transport_is_gone_it_ends() {
        let socket = Datagrams::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let (stop, stopped) = watch::channel(false);
        let (queues, mut arriving) = arriving(4, vec![socket], Arc::default(), stopped);
        drop((queues, stop));

        assert_eq!(arriving.recv().await, None);
    }
}
