//! Decoded sounds in memory, by the SHA-256 of their files, never more than there is room for.
//!
//! What somebody hears stays: a call that plays a clip shares it. Of the others, what was asked for longest ago goes
//! first when room is needed; it goes here and not with the last call, so that the media thread never frees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use audio::Clip;
use pbx::directory::SoundRecord;
use pbx_api::{CallId, CompanyId};

use crate::sound::memory;

/// Room for 93 minutes of sound, whatever is being heard.
const ROOM: usize = 256 * 1024 * 1024;

type Key = (CompanyId, String);

/// The sounds that are here or on their way.
#[derive(Debug)]
pub(super) struct Shelf {
    sounds: BTreeMap<Key, Place>,
    room: usize,
    taken: usize,
    asked: u64,
}

/// A call in which a sound is to be heard under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::calls) struct Listener {
    pub(in crate::calls) call: CallId,
    pub(in crate::calls) name: String,
}

/// What is known of a sound that somebody asked for.
#[derive(Debug)]
pub(super) enum Found {
    /// Here it is.
    Here(Arc<Clip>),
    /// Nobody reads it yet: whoever asked must. Its place is kept.
    Away,
    /// It is being read; whoever asked is told.
    Coming,
    /// Others are being heard that leave no room for it.
    NoRoom,
}

#[derive(Debug)]
struct Place {
    memory: usize,
    asked: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Coming(Vec<Listener>),
    Here(Arc<Clip>),
}

impl Default for Shelf {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Shelf {
    const fn with_room(room: usize) -> Self {
        Self { sounds: BTreeMap::new(), room, taken: 0, asked: 0 }
    }

    /// Looks for a sound that somebody is to hear now.
    pub(super) fn find(&mut self, company: CompanyId, sound: &SoundRecord, listener: Listener) -> Found {
        self.asked += 1;
        let asked = self.asked;
        let key = (company, sound.sha256.clone());
        if let Some(place) = self.sounds.get_mut(&key) {
            place.asked = asked;
            return match &mut place.state {
                State::Here(clip) => Found::Here(Arc::clone(clip)),
                State::Coming(waiting) => {
                    waiting.push(listener);
                    Found::Coming
                }
            };
        }
        let memory = memory(sound);
        if !self.make_room(memory) {
            return Found::NoRoom;
        }
        self.reserve(key, memory, vec![listener]);
        Found::Away
    }

    /// Keeps a place for a sound that somebody may hear soon; whether it must be read. Half of the room is for these, and
    /// none of the others goes for them.
    pub(super) fn expect(&mut self, company: CompanyId, sound: &SoundRecord) -> bool {
        let (key, memory) = ((company, sound.sha256.clone()), memory(sound));
        if self.sounds.contains_key(&key) || self.taken + memory > self.room / 2 {
            return false;
        }
        self.reserve(key, memory, Vec::new());
        true
    }

    /// A sound was read, or could not be; who waits for it.
    pub(super) fn put(&mut self, company: CompanyId, sha256: &str, clip: Option<Arc<Clip>>) -> Vec<Listener> {
        let key = (company, sha256.to_owned());
        let Some(place) = self.sounds.get_mut(&key) else { return Vec::new() };
        let waiting = match &mut place.state {
            State::Coming(waiting) => std::mem::take(waiting),
            State::Here(_) => return Vec::new(),
        };
        match clip {
            Some(clip) => place.state = State::Here(clip),
            None => self.remove(&key),
        }
        waiting
    }

    /// Lets go what is no longer a sound of the company and what nobody hears.
    pub(super) fn keep(&mut self, company: CompanyId, sounds: &[SoundRecord]) {
        let is_old = |key: &Key, place: &Place| {
            key.0 == company && place.is_free() && sounds.iter().all(|sound| sound.sha256 != key.1)
        };
        let old: Vec<Key> = self
            .sounds
            .iter()
            .filter(|(key, place)| is_old(key, place))
            .map(|(key, _)| key.clone())
            .collect();
        old.iter().for_each(|key| self.remove(key));
    }

    fn reserve(&mut self, key: Key, memory: usize, waiting: Vec<Listener>) {
        self.taken += memory;
        self.sounds.insert(key, Place { memory, asked: self.asked, state: State::Coming(waiting) });
    }

    fn remove(&mut self, key: &Key) {
        if let Some(place) = self.sounds.remove(key) {
            self.taken -= place.memory;
        }
    }

    /// Whether there is room for so much, after what nobody hears has gone for it.
    fn make_room(&mut self, memory: usize) -> bool {
        while self.taken + memory > self.room {
            let free = self.sounds.iter().filter(|(_, place)| place.is_free());
            let Some(oldest) = free.min_by_key(|(_, place)| place.asked).map(|(key, _)| key.clone()) else {
                return false;
            };
            self.remove(&oldest);
        }
        true
    }
}

impl Place {
    /// Nobody hears it, and nobody waits for it.
    fn is_free(&self) -> bool {
        match &self.state {
            State::Here(clip) => Arc::strong_count(clip) == 1,
            State::Coming(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use audio::SampleRate;
    use pbx::directory::{SoundFormat, SoundId};

    use super::*;

    const COMPANY: CompanyId = CompanyId(1);

    /// A sound that takes 48,000 bytes a second.
    fn sound(name: &str, seconds: u32) -> SoundRecord {
        SoundRecord {
            id: SoundId(1),
            name: name.to_owned(),
            format: SoundFormat::Wav,
            bytes: 0,
            duration_ms: seconds * 1_000,
            sha256: name.to_owned(),
        }
    }

    fn clip() -> Arc<Clip> {
        Arc::new(Clip::new(&[0.5; 160], SampleRate::Hz16000))
    }

    fn listener(call: u64) -> Listener {
        Listener { call: CallId(call), name: "hold".to_owned() }
    }

    fn find(shelf: &mut Shelf, sound: &SoundRecord) -> Found {
        shelf.find(COMPANY, sound, listener(1))
    }

    /// A shelf on which these are, each of one second.
    fn shelf(seconds: usize, names: &[&str]) -> Shelf {
        let mut shelf = Shelf::with_room(seconds * 48_000);
        for name in names {
            assert!(matches!(find(&mut shelf, &sound(name, 1)), Found::Away));
            shelf.put(COMPANY, name, Some(clip()));
        }
        shelf
    }

    #[test]
    fn whoever_asks_while_it_is_read_is_told_and_the_next_one_has_it_at_once() {
        let mut shelf = Shelf::with_room(100_000);
        let hold = sound("hold", 1);

        assert!(matches!(shelf.find(COMPANY, &hold, listener(1)), Found::Away));
        assert!(matches!(shelf.find(COMPANY, &hold, listener(2)), Found::Coming));
        assert_eq!(shelf.put(COMPANY, "hold", Some(clip())), [listener(1), listener(2)]);
        assert!(matches!(shelf.find(COMPANY, &hold, listener(3)), Found::Here(_)));
        assert!(
            matches!(shelf.find(CompanyId(2), &hold, listener(4)), Found::Away),
            "each company has its own"
        );
    }

    #[test]
    fn what_could_not_be_read_is_tried_again() {
        let mut shelf = Shelf::with_room(48_000);
        let hold = sound("hold", 1);
        find(&mut shelf, &hold);

        assert_eq!(shelf.put(COMPANY, "hold", None), [listener(1)]);
        assert!(matches!(find(&mut shelf, &hold), Found::Away));
    }

    #[test]
    fn what_was_asked_for_longest_ago_makes_room() {
        let mut shelf = shelf(2, &["one", "two"]);
        find(&mut shelf, &sound("one", 1));

        assert!(matches!(find(&mut shelf, &sound("three", 1)), Found::Away));
        assert!(matches!(find(&mut shelf, &sound("one", 1)), Found::Here(_)));
        shelf.put(COMPANY, "three", Some(clip()));
        assert!(matches!(find(&mut shelf, &sound("two", 1)), Found::Away), "it went");
        assert_eq!(shelf.taken, 2 * 48_000);
    }

    #[test]
    fn what_is_heard_stays_and_never_more_is_held_than_there_is_room_for() {
        let mut shelf = shelf(2, &["one", "two"]);
        let heard = [find(&mut shelf, &sound("one", 1)), find(&mut shelf, &sound("two", 1))];

        assert!(matches!(find(&mut shelf, &sound("three", 1)), Found::NoRoom));
        drop(heard);
        assert!(matches!(find(&mut shelf, &sound("three", 1)), Found::Away));
        assert!(matches!(find(&mut shelf, &sound("four", 2)), Found::NoRoom), "three is being read");
    }

    #[test]
    fn what_may_be_heard_soon_has_half_of_the_room_and_drives_nothing_out() {
        let mut shelf = shelf(4, &["one"]);

        assert!(shelf.expect(COMPANY, &sound("two", 1)));
        assert!(!shelf.expect(COMPANY, &sound("two", 1)), "it is being read");
        assert!(!shelf.expect(COMPANY, &sound("three", 1)));
        assert!(matches!(find(&mut shelf, &sound("two", 1)), Found::Coming));
    }

    #[test]
    fn a_file_that_is_no_longer_of_the_company_goes_when_nobody_hears_it() {
        let mut shelf = shelf(9, &["one", "two", "three"]);
        let heard = find(&mut shelf, &sound("two", 1));

        shelf.keep(COMPANY, &[sound("three", 1)]);

        assert_eq!(shelf.sounds.keys().map(|key| key.1.as_str()).collect::<Vec<_>>(), ["three", "two"]);
        drop(heard);
        shelf.keep(COMPANY, &[]);
        assert_eq!((shelf.sounds.len(), shelf.taken), (0, 0));
    }
}
