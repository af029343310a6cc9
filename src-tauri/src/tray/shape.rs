//! The shapes of the tray's icon, the same as those of the lamps on the screen, so that they are read without colour:
//! a ring, a bell, a square, a disc with a bar, a dashed ring. A ring that is dashed on one side is the tray's own.
//! They are drawn here, on a grid of 20 by 20, because the tray wants them in whichever size its panel has.

use super::Standing;

/// Samples per pixel and direction, for smooth edges.
const SAMPLES: u16 = 4;
/// Units of the grid on which the shapes are drawn.
const GRID: f32 = 20.0;

/// The icon in `size` by `size` pixels: alpha, red, green, blue for each.
pub(crate) fn argb(standing: Standing, size: u16) -> Vec<u8> {
    let [red, green, blue] = colour(standing);
    let unit = GRID / f32::from(size * SAMPLES);
    let hits = |x: u16, y: u16| {
        let samples = (0..SAMPLES).flat_map(|row| (0..SAMPLES).map(move |column| (row, column)));
        let at = |pixel: u16, sample: u16| (f32::from(pixel * SAMPLES + sample) + 0.5) * unit;
        let inside = samples.filter(|(row, column)| is_inside(standing, at(x, *column), at(y, *row)));
        u16::try_from(inside.count()).unwrap_or_default()
    };
    let pixels = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    pixels
        .flat_map(|(x, y)| {
            let alpha = hits(x, y) * 255 / (SAMPLES * SAMPLES);
            [u8::try_from(alpha).unwrap_or(u8::MAX), red, green, blue]
        })
        .collect()
}

/// Readable on light and on dark panels.
const fn colour(standing: Standing) -> [u8; 3] {
    match standing {
        Standing::Available => [0x2E, 0x9E, 0x4F],
        Standing::Ringing | Standing::Partly => [0xE0, 0x8A, 0x00],
        Standing::Busy | Standing::DoNotDisturb => [0xD9, 0x3A, 0x2F],
        Standing::Offline => [0x8A, 0x90, 0x96],
    }
}

fn is_inside(standing: Standing, x: f32, y: f32) -> bool {
    let (across, down) = (x - 10.0, y - 10.0);
    let distance = across.hypot(down);
    match standing {
        Standing::Available => (5.75..=8.25).contains(&distance),
        Standing::Busy => {
            let corner = (across.abs() - 5.0).max(0.0).hypot((down.abs() - 5.0).max(0.0));
            corner <= 3.5
        }
        Standing::DoNotDisturb => distance <= 8.5 && !(across.abs() <= 4.5 && down.abs() <= 1.3),
        Standing::Offline => (5.9..=8.1).contains(&distance) && is_dash(across, down),
        Standing::Partly => (5.75..=8.25).contains(&distance) && (across < 0.0 || is_dash(across, down)),
        Standing::Ringing => is_bell(x, y),
    }
}

/// Six dashes and six gaps.
fn is_dash(across: f32, down: f32) -> bool {
    let turn = down.atan2(across) / std::f32::consts::TAU + 0.5;
    (turn * 6.0).fract() < 0.5
}

/// A dome on a brim, a clapper below it, and two waves beside it.
fn is_bell(x: f32, y: f32) -> bool {
    let across = (x - 10.0).abs();
    let dome = across.hypot(y - 8.5) <= 4.5 && y <= 8.5;
    let side = across <= 4.5 && (8.5..=12.0).contains(&y);
    let brim = (12.0..=14.0).contains(&y) && across <= 4.5 + (y - 12.0) * 0.65;
    let clapper = across.hypot(y - 15.5) <= 2.0 && y >= 15.5;
    let wave = (7.2..=8.8).contains(&across.hypot(y - 8.5)) && y <= 8.0 && across >= 4.8;
    dome || side || brim || clapper || wave
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Standing; 6] = [
        Standing::Available,
        Standing::Ringing,
        Standing::Busy,
        Standing::DoNotDisturb,
        Standing::Offline,
        Standing::Partly,
    ];

    #[test]
    fn every_standing_has_a_shape_of_its_own_whatever_its_colour() {
        let shape = |standing| argb(standing, 22).chunks(4).map(|pixel| pixel[0] > 127).collect::<Vec<_>>();
        for (index, one) in ALL.iter().enumerate() {
            assert_eq!(argb(*one, 22).len(), 22 * 22 * 4);
            for other in &ALL[index + 1..] {
                let differ = shape(*one).iter().zip(shape(*other)).filter(|(a, b)| **a != *b).count();
                assert!(differ >= 22, "{one:?} and {other:?} differ in {differ} pixels");
            }
        }
    }
}
