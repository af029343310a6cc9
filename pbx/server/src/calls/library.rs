//! Companies' own sounds on their way to calls: read from the store when somebody is to hear one, and kept as long as
//! there is room.
//!
//! A caller who comes before the sound hears silence until it is there, mostly for some hundredths of a second. What
//! services name is therefore read beforehand, at the start and whenever it changes. A sound that cannot be read, or for
//! which there is no room while others are being heard, is replaced by the exchange's own music, and the log says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use audio::Clip;
use pbx::call::{MediaPlan, Source};
use pbx::directory::SoundRecord;
use pbx::feature::MusicSource;
use pbx_api::{CallId, CompanyId};
use tokio::sync::{Semaphore, mpsc};

use super::Word;
use crate::companies::{Changed, Company};
use crate::sound;
use crate::store::{Store, Write};

mod shelf;

pub(super) use shelf::Listener;
use shelf::{Found, Shelf};

/// Clips by the names of their sounds.
pub(super) type Clips = BTreeMap<String, Arc<Clip>>;

/// Sounds that are read at the same time: each takes a thread, and memory for ten minutes of sound.
const READERS: usize = 2;

/// Everything that calls may need of companies' own sounds.
pub(super) struct Library {
    shelf: Shelf,
    /// What plays in the place of a sound that is not to be had.
    instead: Arc<Clip>,
    store: Arc<dyn Store>,
    words: mpsc::UnboundedSender<Word>,
    readers: Arc<Semaphore>,
}

impl Library {
    pub(super) fn new(instead: Arc<Clip>, store: Arc<dyn Store>, words: mpsc::UnboundedSender<Word>) -> Self {
        let readers = Arc::new(Semaphore::new(READERS));
        Self { shelf: Shelf::default(), instead, store, words, readers }
    }

    /// The sounds that a plan names, as far as they are here; the others come as [`Word::Sound`].
    pub(super) fn clips(&mut self, company: &Company, call: CallId, plan: &MediaPlan) -> Clips {
        let mut clips = Clips::new();
        for name in named(plan) {
            let clip = match company.directory.sound(name) {
                Some(sound) => self.clip(company.id(), sound, call),
                // It was removed after the call had come to hear it.
                None => Some(Arc::clone(&self.instead)),
            };
            clips.extend(clip.map(|clip| (name.clone(), clip)));
        }
        clips
    }

    fn clip(&mut self, company: CompanyId, sound: &SoundRecord, call: CallId) -> Option<Arc<Clip>> {
        let listener = Listener { call, name: sound.name.clone() };
        match self.shelf.find(company, sound, listener) {
            Found::Here(clip) => Some(clip),
            Found::Coming => None,
            Found::Away => {
                self.read(company, sound);
                None
            }
            Found::NoRoom => {
                tracing::warn!(%company, sound = sound.name, "no room for a sound beside those that are heard");
                Some(Arc::clone(&self.instead))
            }
        }
    }

    /// A sound was read, or could not be: who waits for it, and what they hear.
    pub(super) fn arrived(
        &mut self,
        company: CompanyId,
        sha256: &str,
        clip: Option<Arc<Clip>>,
    ) -> Vec<(Listener, Arc<Clip>)> {
        let heard = clip.as_ref().unwrap_or(&self.instead).clone();
        let waiting = self.shelf.put(company, sha256, clip);
        waiting.into_iter().map(|listener| (listener, Arc::clone(&heard))).collect()
    }

    /// A company was opened: what its services name is read before somebody calls.
    pub(super) fn opened(&mut self, company: &Company) {
        let sounds = &company.data.records.sounds;
        if sounds.is_empty() {
            return;
        }
        let in_use = company.data.sounds_in_use();
        for sound in sounds.iter().filter(|sound| in_use.contains(&sound.name)) {
            if self.shelf.expect(company.id(), sound) {
                self.read(company.id(), sound);
            }
        }
    }

    /// A company changed or was removed.
    pub(super) fn changed(&mut self, changed: &Changed) {
        let sounds = changed.company.as_ref().map(|company| company.data.records.sounds.as_slice());
        self.shelf.keep(changed.id, sounds.unwrap_or_default());
        if let Some(company) = &changed.company
            && changed.writes.iter().any(names_a_sound)
        {
            self.opened(company);
        }
    }

    fn read(&self, company: CompanyId, sound: &SoundRecord) {
        let (store, readers, words) =
            (Arc::clone(&self.store), Arc::clone(&self.readers), self.words.clone());
        let sound = sound.clone();
        tokio::spawn(async move {
            let clip = match read(&*store, &readers, company, &sound).await {
                Ok(clip) => Some(clip),
                Err(error) => {
                    tracing::error!(%company, sound = sound.name, "a sound cannot be played: {error:#}");
                    None
                }
            };
            drop(words.send(Word::Sound { company, sha256: sound.sha256, clip }));
        });
    }
}

async fn read(
    store: &dyn Store,
    readers: &Semaphore,
    company: CompanyId,
    sound: &SoundRecord,
) -> anyhow::Result<Arc<Clip>> {
    let _turn = readers.acquire().await?;
    let upload = store.upload(company, sound.id, &sound.sha256).await?;
    let upload = upload.ok_or_else(|| anyhow::anyhow!("the file is not there"))?;
    let read = tokio::task::spawn_blocking(move || sound::read(&upload.0).map(|sound| sound.to_clip()));
    Ok(Arc::new(read.await??))
}

/// The names of the sounds that somebody hears.
pub(super) fn named(plan: &MediaPlan) -> impl Iterator<Item = &String> {
    plan.sources().into_iter().filter_map(|source| match source {
        Source::Music(MusicSource::File(name)) => Some(name),
        Source::Music(MusicSource::System)
        | Source::Leg(_)
        | Source::Announcement { .. }
        | Source::Ringback
        | Source::Tone(_) => None,
    })
}

/// Whether a write may make somebody hear a sound that nobody heard before.
fn names_a_sound(write: &Write) -> bool {
    let names_one = |settings: &str| settings.contains("\"file\"");
    matches!(write, Write::PutUpload { .. })
        || matches!(write, Write::PutService { service, .. } if names_one(&service.settings))
}
