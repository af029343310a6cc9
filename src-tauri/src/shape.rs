//! The three shapes of the window: a bar that stays above everything, a telephone, and a panel for a front desk. Each
//! remembers its size and place, for each set of monitors, because a bar belongs on another screen than a panel.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// A shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Shape {
    /// The bar.
    Mini,
    /// The telephone.
    #[default]
    Phone,
    /// The panel.
    Panel,
}

impl Shape {
    /// Its size in logical pixels before anybody gave it another.
    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Mini => (340, 64),
            Self::Phone => (420, 760),
            Self::Panel => (1440, 900),
        }
    }

    /// Smaller than this it cannot be made.
    pub(crate) const fn least(self) -> (u32, u32) {
        match self {
            Self::Mini => (280, 56),
            Self::Phone => (320, 480),
            Self::Panel => (760, 480),
        }
    }

    /// Whether it stays above other windows.
    pub(crate) const fn is_above(self) -> bool {
        matches!(self, Self::Mini)
    }
}

/// Where a window stands and how large it is, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Place {
    /// Whether a person could reach it here: a good part of its top lies on this area.
    pub(crate) fn is_on(&self, area: &Self) -> bool {
        let overlap = |from: i32, length: u32, other: i32, its: u32| {
            let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
            end(from, length).min(end(other, its)) - i64::from(from.max(other))
        };
        let across = overlap(self.x, self.width, area.x, area.width);
        across >= i64::from(self.width.min(120)) && overlap(self.y, 40, area.y, area.height) >= 20
    }
}

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// The shape at the last end.
    shape: Shape,
    /// The shape to which a bar grows again.
    full: Shape,
    /// For each set of monitors the places of the shapes.
    places: BTreeMap<String, BTreeMap<Shape, Place>>,
}

/// The shapes of one window.
#[derive(Debug)]
pub(crate) struct Shapes {
    file: Option<PathBuf>,
    memory: Mutex<Memory>,
}

impl Shapes {
    /// Reads what was remembered; what cannot be read was not.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let file = folder.map(|folder| folder.join("window.json"));
        let text = file.as_ref().and_then(|file| fs::read(file).ok());
        let memory = text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file, memory: Mutex::new(memory) }
    }

    /// The shape in use.
    pub(crate) fn now(&self) -> Shape {
        self.with(|memory| memory.shape)
    }

    /// Uses this shape from now on.
    pub(crate) fn choose(&self, shape: Shape) {
        self.with(|memory| {
            memory.shape = shape;
            if shape != Shape::Mini {
                memory.full = shape;
            }
        });
    }

    /// The bar, or from the bar back to what it was.
    pub(crate) fn other(&self) -> Shape {
        self.with(|memory| match (memory.shape, memory.full) {
            (Shape::Mini, Shape::Mini) => Shape::Phone,
            (Shape::Mini, full) => full,
            (Shape::Phone | Shape::Panel, _) => Shape::Mini,
        })
    }

    /// Where a shape stood with these monitors.
    pub(crate) fn place(&self, monitors: &str, shape: Shape) -> Option<Place> {
        self.with(|memory| memory.places.get(monitors)?.get(&shape).copied())
    }

    /// The window stands here now.
    pub(crate) fn remember(&self, monitors: &str, place: Place) {
        self.with(|memory| {
            let shape = memory.shape;
            memory.places.entry(monitors.to_owned()).or_default().insert(shape, place);
        });
    }

    /// Writes it down for the next start.
    pub(crate) fn keep(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = self.with(|memory| serde_json::to_vec_pretty(memory))?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = file.with_extension("new");
        fs::write(&beside, text)?;
        fs::rename(&beside, file)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Place = Place { x: 0, y: 0, width: 1920, height: 1080 };

    #[test]
    fn each_shape_has_its_place_for_each_set_of_monitors_also_after_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let shapes = Shapes::new(Some(folder.path().to_owned()));
        let bar = Place { x: 1500, y: 10, width: 340, height: 64 };
        shapes.choose(Shape::Panel);
        assert_eq!(shapes.other(), Shape::Mini);
        shapes.choose(Shape::Mini);
        shapes.remember("two", bar);
        shapes.keep().unwrap();

        let next = Shapes::new(Some(folder.path().to_owned()));

        assert_eq!((next.now(), next.other()), (Shape::Mini, Shape::Panel));
        assert_eq!(next.place("two", Shape::Mini), Some(bar));
        assert_eq!((next.place("one", Shape::Mini), next.place("two", Shape::Panel)), (None, None));
    }

    #[test]
    fn a_place_that_nobody_could_reach_is_none() {
        assert!(Place { x: 1700, y: 500, width: 420, height: 760 }.is_on(&DESK));
        assert!(!Place { x: 1900, y: 500, width: 420, height: 760 }.is_on(&DESK), "20 pixels show");
        assert!(!Place { x: 100, y: 1075, width: 420, height: 760 }.is_on(&DESK));
        assert!(!Place { x: 3000, y: 0, width: 420, height: 760 }.is_on(&DESK));
    }
}
