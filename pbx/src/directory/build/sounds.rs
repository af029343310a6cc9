//! Sounds: each for itself, then that they are not too many.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Build;
use crate::directory::{Record, SoundRecord};
use crate::limits;

impl Build {
    /// Before services, which name them.
    pub(super) fn sounds(&mut self, records: &[SoundRecord]) -> Arc<BTreeMap<String, SoundRecord>> {
        let (mut sounds, mut ids) = (BTreeMap::new(), BTreeSet::new());
        let mut bytes: u64 = 0;
        for (count, record) in (1..).zip(records) {
            let at = Record::Sound(record.id);
            self.name(at, &record.name);
            if !ids.insert(record.id) {
                self.error(at, "id", "two sounds have this id");
            }
            bytes += u64::from(record.bytes);
            if count > limits::SOUNDS {
                self.error(at, "name", format!("a company has {} sounds at most", limits::SOUNDS));
            } else if bytes > limits::SOUND_BYTES_TOGETHER {
                let most = limits::SOUND_BYTES_TOGETHER / (1024 * 1024);
                self.error(at, "name", format!("the sounds of a company have {most} MB together at most"));
            }
            if sounds.insert(record.name.clone(), record.clone()).is_some() {
                self.error(at, "name", format!("two sounds are called `{}`", record.name));
            }
        }
        Arc::new(sounds)
    }
}
