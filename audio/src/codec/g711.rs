//! G.711: eight bits per sample on a logarithmic scale, A-law and µ-law.
//!
//! Written as the two formulas of the recommendation; decoding is one look-up per sample in a table that
//! the compiler computes from them.

/// Which of the two logarithmic scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Europe: silence is 0xD5.
    A,
    /// North America and Japan: silence is 0xFF.
    Mu,
}

impl Law {
    /// Encodes each sample between -1 and +1 into one byte; the shorter slice decides how many.
    pub fn encode(self, samples: &[f32], out: &mut [u8]) -> usize {
        let encode = match self {
            Self::A => a_law_byte,
            Self::Mu => mu_law_byte,
        };
        let pairs = samples.iter().zip(out.iter_mut());
        pairs.map(|(sample, byte)| *byte = encode((sample * 32_768.0) as i16)).count()
    }

    /// Decodes each byte into one sample; the shorter slice decides how many.
    pub fn decode(self, payload: &[u8], out: &mut [f32]) -> usize {
        let table = match self {
            Self::A => &A_LAW,
            Self::Mu => &MU_LAW,
        };
        let pairs = payload.iter().zip(out.iter_mut());
        pairs.map(|(byte, sample)| *sample = table[usize::from(*byte)]).count()
    }
}

static A_LAW: [f32; 256] = decode_table(Law::A);
static MU_LAW: [f32; 256] = decode_table(Law::Mu);

const fn decode_table(law: Law) -> [f32; 256] {
    let mut table = [0.0; 256];
    let mut byte = 0;
    while byte < 256 {
        let linear = match law {
            Law::A => a_law_linear(byte as u8),
            Law::Mu => mu_law_linear(byte as u8),
        };
        table[byte] = linear as f32 / 32_768.0;
        byte += 1;
    }
    table
}

/// Even bits are inverted on the line (G.711 table 1a, note 2).
const A_LAW_INVERSION: u8 = 0x55;

fn a_law_byte(sample: i16) -> u8 {
    let thirteen_bits = sample >> 3;
    let (sign, magnitude) =
        if thirteen_bits >= 0 { (0x80, thirteen_bits) } else { (0x00, -thirteen_bits - 1) };
    let segment = (11 - magnitude.leading_zeros() as i16).max(0);
    let mantissa = if segment < 2 { magnitude >> 1 } else { magnitude >> segment };
    (sign | (segment << 4) as u8 | (mantissa & 0x0F) as u8) ^ A_LAW_INVERSION
}

const fn a_law_linear(byte: u8) -> i32 {
    let plain = byte ^ A_LAW_INVERSION;
    let segment = (plain >> 4) & 0x07;
    let step = ((plain & 0x0F) as i32) << 4;
    let magnitude = if segment == 0 { step + 8 } else { (step + 0x108) << (segment - 1) };
    if plain & 0x80 != 0 { magnitude } else { -magnitude }
}

/// Added before taking the logarithm, so that every segment starts at a power of two.
const MU_LAW_BIAS: i32 = 0x84;

fn mu_law_byte(sample: i16) -> u8 {
    let linear = i32::from(sample);
    let sign: u8 = if linear < 0 { 0x80 } else { 0x00 };
    let biased = linear.abs().min(32_635) + MU_LAW_BIAS;
    let segment = 24 - biased.leading_zeros() as i32;
    let mantissa = (biased >> (segment + 3)) & 0x0F;
    !(sign | (segment << 4) as u8 | mantissa as u8)
}

const fn mu_law_linear(byte: u8) -> i32 {
    let plain = !byte;
    let magnitude = ((((plain & 0x0F) as i32) << 3) + MU_LAW_BIAS) << ((plain >> 4) & 0x07);
    if plain & 0x80 != 0 { MU_LAW_BIAS - magnitude } else { magnitude - MU_LAW_BIAS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle_of_the_scales_are_those_of_the_recommendation() {
        assert_eq!([0xD5, 0x55, 0xAA, 0x2A].map(a_law_linear), [8, -8, 32_256, -32_256]);
        assert_eq!([0xFF, 0x7F, 0x80, 0x00].map(mu_law_linear), [0, 0, 32_124, -32_124]);
        assert_eq!([0, -1, i16::MAX, i16::MIN].map(a_law_byte), [0xD5, 0x55, 0xAA, 0x2A]);
        assert_eq!([0, i16::MAX, i16::MIN].map(mu_law_byte), [0xFF, 0x80, 0x00]);
    }

    #[test]
    fn every_byte_survives_decoding_and_encoding() {
        for byte in 0..=255u8 {
            assert_eq!(a_law_byte(a_law_linear(byte) as i16), byte);
            let expected = if byte == 0x7F { 0xFF } else { byte };
            assert_eq!(mu_law_byte(mu_law_linear(byte) as i16), expected, "negative zero is zero");
        }
    }

    #[test]
    fn the_error_stays_within_one_part_in_sixteen() {
        for sample in (-32_000..=32_000i16).step_by(37) {
            let allowed = (i32::from(sample).abs() / 16).max(8);
            assert!((a_law_linear(a_law_byte(sample)) - i32::from(sample)).abs() <= allowed, "{sample}");
            assert!((mu_law_linear(mu_law_byte(sample)) - i32::from(sample)).abs() <= allowed, "{sample}");
        }
    }
}
