//! Unwraps the 16-bit sequence and the 32-bit timestamp of a stream, so that both rise for ever.

/// Extends a counter that wraps around into one that does not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwrapper {
    last: Option<i64>,
}

impl Unwrapper {
    /// The value nearest to the last one that has these low 16 bits.
    pub fn sequence(&mut self, value: u16) -> i64 {
        self.unwrap(|last| i64::from(value.wrapping_sub(last as u16) as i16), i64::from(value))
    }

    /// The value nearest to the last one that has these low 32 bits.
    pub fn timestamp(&mut self, value: u32) -> i64 {
        self.unwrap(|last| i64::from(value.wrapping_sub(last as u32) as i32), i64::from(value))
    }

    fn unwrap(&mut self, step: impl Fn(i64) -> i64, first: i64) -> i64 {
        // The first value starts one cycle up, so that what came before it does not turn negative.
        let value = self.last.map_or(first + (1 << 32), |last| last + step(last));
        self.last = Some(value);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_goes_on_over_its_wrap_and_back() {
        let mut unwrapper = Unwrapper::default();
        let base = unwrapper.sequence(65_534);

        let steps = [65_535, 1, 0, 2, 65_535].map(|s| unwrapper.sequence(s) - base);

        assert_eq!(steps, [1, 3, 2, 4, 1]);
    }

    #[test]
    fn a_timestamp_goes_on_over_its_wrap() {
        let mut unwrapper = Unwrapper::default();
        let base = unwrapper.timestamp(u32::MAX - 159);

        assert_eq!(unwrapper.timestamp(0) - base, 160);
        assert_eq!(unwrapper.timestamp(u32::MAX - 319) - base, -160);
    }
}
