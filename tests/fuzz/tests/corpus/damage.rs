//! Damage by dice that begin alike each time, so that what fails fails again.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// What breaks readers: separators, quotes, escapes, huge numbers, bytes that are no text.
const SPLINTERS: [&[u8]; 28] = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"\"",
    b"'",
    b"\\",
    b"<",
    b">",
    b",",
    b";",
    b"=",
    b":",
    b"@",
    b"%",
    b"%0",
    b"?",
    b"\0",
    b"\xff",
    b"\xc3",
    b"18446744073709551615",
    b"-1",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\x80\x00\x00\x00",
];

/// Chance that is the same each time.
pub(crate) struct Dice(ChaCha8Rng);

impl Default for Dice {
    fn default() -> Self {
        Self(ChaCha8Rng::from_seed([11; 32]))
    }
}

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or(0) % bound.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len());
        &all[at]
    }

    /// An input with one to four injuries.
    pub(crate) fn damaged(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(corpus).clone();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(12)).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, self.pick(&SPLINTERS).iter().copied())),
                2 => drop(bytes.splice(at..end, self.pick(&SPLINTERS).iter().copied())),
                3 => {
                    let copy: Vec<u8> = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    drop(bytes.splice(to..to, copy));
                }
                4 => {
                    let other = self.pick(corpus);
                    bytes.truncate(at);
                    bytes.extend(&other[self.below(other.len())..]);
                }
                _ => {
                    let flip = 1 << self.below(8);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= flip;
                    }
                }
            }
        }
        bytes
    }
}
