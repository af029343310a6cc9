//! The way from the sockets to the endpoint: one queue for datagrams and one for streams, read in turn.
//!
//! A full queue drops datagrams and makes streams wait. In one queue those who wait would get every place that
//! comes free, and one host on TCP could keep all telephones on UDP from being heard.

use sip::endpoint::Flow;
use sip::message::Transport as Protocol;
use tokio::sync::mpsc;

use super::Event;

/// Everything that arrives.
#[derive(Debug)]
pub struct Arriving {
    datagrams: mpsc::Receiver<Event>,
    streams: mpsc::Receiver<Event>,
}

/// The sockets' ends of the queues.
#[derive(Debug, Clone)]
pub(super) struct Queues {
    pub(super) datagrams: mpsc::Sender<Event>,
    pub(super) streams: mpsc::Sender<Event>,
}

/// Two queues that hold `room` events each.
pub(super) fn queues(room: usize) -> (Queues, Arriving) {
    let (to_datagrams, datagrams) = mpsc::channel(room.max(1));
    let (to_streams, streams) = mpsc::channel(room.max(1));
    (Queues { datagrams: to_datagrams, streams: to_streams }, Arriving { datagrams, streams })
}

impl Arriving {
    /// The next event, from either queue by chance when both have one; `None` when the transport is gone.
    /// Nothing is lost when the wait is given up.
    pub async fn recv(&mut self) -> Option<Event> {
        tokio::select! {
            Some(event) = self.datagrams.recv() => Some(event),
            Some(event) = self.streams.recv() => Some(event),
            else => None,
        }
    }
}

impl Queues {
    /// Reports something about a flow if there is room.
    pub(super) fn report(&self, flow: Flow, event: Event) {
        let queue = if flow.transport == Protocol::Udp { &self.datagrams } else { &self.streams };
        // An owner that cannot keep up learns it from the next failure.
        let _ = queue.try_send(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(transport: Protocol) -> Flow {
        let address = "127.0.0.1:5060".parse().unwrap();
        Flow { transport, local: address, remote: address, connection: 0 }
    }

    #[tokio::test]
    async fn streams_that_wait_do_not_keep_datagrams_out() {
        let (queues, mut arriving) = queues(4);
        for _ in 0..32 {
            let streams = queues.streams.clone();
            tokio::spawn(
                async move { while streams.send(Event::Closed(flow(Protocol::Tcp))).await.is_ok() {} },
            );
        }
        let mut datagrams = 0;

        for _ in 0..1_000 {
            queues.report(flow(Protocol::Udp), Event::SendFailed(flow(Protocol::Udp)));
            let event = arriving.recv().await.unwrap();
            datagrams += u32::from(event == Event::SendFailed(flow(Protocol::Udp)));
            tokio::task::yield_now().await;
        }

        assert!((350..=650).contains(&datagrams), "{datagrams} of 1,000");
    }

    #[tokio::test]
    async fn when_the_sockets_are_gone_it_ends() {
        let (queues, mut arriving) = queues(4);
        drop(queues);

        assert_eq!(arriving.recv().await, None);
    }
}
