//! A connection: the same messages come out however the bytes are cut, and no more is kept than the limits allow.
//!
//! The first two bytes say how it is cut. Keep-alives are left out, because what counts as one depends on the cut: line
//! ends that come at once are one question, line ends that come one by one are several.

use sip::message::wire::{Frame, StreamFramer, StreamLimits};

/// Small, so that messages of a fuzzer's size exceed them.
const LIMITS: StreamLimits = StreamLimits { head: 1024, body: 512 };

pub(crate) fn run(bytes: &[u8]) {
    let Some((seed, bytes)) = bytes.split_first_chunk() else { return };
    let mut cuts = Cuts(u16::from_be_bytes(*seed));

    let whole = frames([bytes].into_iter());
    let cut = frames(cuts.of(bytes));

    assert_eq!(cut, whole);
    for frame in &whole {
        if let Frame::Message(message) = frame {
            crate::message::survives(message);
        }
    }
}

fn frames<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Frame> {
    let mut framer = StreamFramer::with_limits(LIMITS);
    let mut frames = Vec::new();
    for piece in pieces {
        framer.push(piece);
        while let Some(frame) = framer.poll() {
            if !matches!(frame, Frame::Ping | Frame::Pong) {
                frames.push(frame);
            }
        }
        assert!(framer.pending() <= LIMITS.head + LIMITS.body);
    }
    frames
}

/// Where a stream is cut: pieces of 1 to 64 bytes; of one byte each for the seed 0.
struct Cuts(u16);

impl Cuts {
    fn of<'a>(&mut self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            let (piece, after) = rest.split_at(self.length().min(rest.len()));
            rest = after;
            (!piece.is_empty()).then_some(piece)
        })
    }

    fn length(&mut self) -> usize {
        self.0 ^= self.0 << 7;
        self.0 ^= self.0 >> 9;
        self.0 ^= self.0 << 8;
        usize::from(self.0 % 64) + 1
    }
}
