//! Packets that wait to be decoded, in the order of their timestamps; their memory is used again.

/// A waiting packet.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) sequence: i64,
    pub(super) timestamp: i64,
    pub(super) payload: Vec<u8>,
}

/// The waiting packets, latest first, so that the next one to decode is the cheap end.
#[derive(Debug)]
pub(super) struct Store {
    waiting: Vec<Waiting>,
    spare: Vec<Vec<u8>>,
}

/// Two seconds of packets of 20 ms.
const CAPACITY: usize = 100;
/// Longer payloads are refused: no datagram of speech is larger.
const LONGEST_PAYLOAD: usize = 2_000;

impl Store {
    pub(super) fn new() -> Self {
        Self { waiting: Vec::with_capacity(CAPACITY), spare: Vec::with_capacity(CAPACITY) }
    }

    pub(super) fn clear(&mut self) {
        while let Some(packet) = self.waiting.pop() {
            self.recycle(packet);
        }
    }

    /// Keeps a packet, unless it is a repetition. When full, the earliest packet makes room.
    pub(super) fn insert(&mut self, sequence: i64, timestamp: i64, payload: &[u8]) {
        let place = self.waiting.partition_point(|other| other.timestamp > timestamp);
        let repeated = self.waiting.get(place).is_some_and(|other| other.timestamp == timestamp);
        if repeated || payload.len() > LONGEST_PAYLOAD {
            return;
        }
        let mut memory = self.spare.pop().unwrap_or_default();
        memory.extend_from_slice(payload);
        if self.waiting.len() == CAPACITY
            && let Some(earliest) = self.pop()
        {
            self.recycle(earliest);
        }
        let place = place.min(self.waiting.len());
        self.waiting.insert(place, Waiting { sequence, timestamp, payload: memory });
    }

    /// Sequence number and timestamp of the earliest packet.
    pub(super) fn first(&self) -> Option<(i64, i64)> {
        self.waiting.last().map(|packet| (packet.sequence, packet.timestamp))
    }

    /// Payload of the earliest packet.
    pub(super) fn first_payload(&self) -> Option<&[u8]> {
        self.waiting.last().map(|packet| packet.payload.as_slice())
    }

    /// Takes the earliest packet; give it back to [`Store::recycle`].
    pub(super) fn pop(&mut self) -> Option<Waiting> {
        self.waiting.pop()
    }

    pub(super) fn recycle(&mut self, mut packet: Waiting) {
        packet.payload.clear();
        if self.spare.len() < CAPACITY {
            self.spare.push(packet.payload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_leave_in_the_order_of_their_timestamps_and_once() {
        let mut store = Store::new();
        for n in [3, 1, 2, 1, 3] {
            store.insert(n, n * 160, &[n as u8]);
        }

        let order: Vec<i64> = std::iter::from_fn(|| store.pop()).map(|packet| packet.sequence).collect();

        assert_eq!(order, [1, 2, 3]);
    }

    #[test]
    fn a_full_store_forgets_the_earliest() {
        let mut store = Store::new();
        (0..150).for_each(|n| store.insert(n, n, &[0; 10]));

        assert_eq!(store.first(), Some((50, 50)));
        assert_eq!(store.waiting.len(), CAPACITY);
    }
}
