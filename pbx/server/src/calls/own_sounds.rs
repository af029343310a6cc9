//! The sounds of the company that are heard in one call.
//!
//! Each has a number that stays for as long as it is heard, by which the audio session lets it go on from plan to plan.
//! As long as it is heard it also stays the same sound, whatever file the company has put in its place since.

use std::collections::BTreeMap;
use std::sync::Arc;

use audio::Clip;
use pbx::call::MediaPlan;

use super::library::{Clips, named};

/// By their names.
#[derive(Debug, Default)]
pub(super) struct OwnSounds {
    heard: BTreeMap<String, (u32, Arc<Clip>)>,
    numbered: u32,
}

impl OwnSounds {
    /// What a new plan names goes on or begins; everything else is forgotten.
    pub(super) fn follow(&mut self, plan: &MediaPlan, clips: Clips) {
        self.heard.retain(|name, _| named(plan).any(|named| named == name));
        for (name, clip) in clips {
            self.add(name, clip);
        }
    }

    /// A sound that was not here when the plan came.
    pub(super) fn add(&mut self, name: String, clip: Arc<Clip>) {
        let numbered = &mut self.numbered;
        self.heard.entry(name).or_insert_with(|| {
            // As many sounds as that would take years.
            *numbered = numbered.wrapping_add(1) % (1 << 29);
            (*numbered, clip)
        });
    }

    /// A sound and its number, if it is here.
    pub(super) fn get(&self, name: &str) -> Option<&(u32, Arc<Clip>)> {
        self.heard.get(name)
    }
}

#[cfg(test)]
mod tests {
    use audio::SampleRate;
    use pbx::call::{Heard, Source};
    use pbx::feature::MusicSource;
    use pbx_api::LegId;

    use super::*;

    fn plan(names: &[&str]) -> MediaPlan {
        let hears = |name: &&str| Heard::plain(Source::Music(MusicSource::File((*name).to_owned())));
        let listeners = [(LegId(1), names.iter().map(hears).collect())];
        MediaPlan { listeners: listeners.into(), ..MediaPlan::default() }
    }

    fn clips(names: &[&str]) -> Clips {
        let clip = || Arc::new(Clip::new(&[0.5; 160], SampleRate::Hz16000));
        names.iter().map(|name| ((*name).to_owned(), clip())).collect()
    }

    #[test]
    fn a_sound_stays_itself_while_it_is_heard_and_is_another_one_later() {
        let mut own = OwnSounds::default();
        own.follow(&plan(&["hold"]), clips(&["hold"]));
        let (number, first) = own.get("hold").cloned().unwrap();

        own.follow(&plan(&["hold", "ring"]), clips(&["hold", "ring"]));
        let same = own.get("hold").unwrap();
        assert!(same.0 == number && Arc::ptr_eq(&same.1, &first));
        assert_ne!(own.get("ring").unwrap().0, number);

        own.follow(&plan(&[]), clips(&[]));
        assert!(own.get("hold").is_none());
        own.follow(&plan(&["hold"]), clips(&["hold"]));
        let later = own.get("hold").unwrap();
        assert!(later.0 != number && !Arc::ptr_eq(&later.1, &first));
    }

    #[test]
    fn what_comes_later_is_heard_from_then_on() {
        let mut own = OwnSounds::default();
        own.follow(&plan(&["hold"]), Clips::new());
        assert!(own.get("hold").is_none());

        let (name, clip) = clips(&["hold"]).pop_first().unwrap();
        own.add(name, clip);

        assert!(own.get("hold").is_some());
    }
}
