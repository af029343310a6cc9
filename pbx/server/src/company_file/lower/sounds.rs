//! Sounds: a file that is stored already is known by its SHA-256 and keeps what is known of it; every other one is read,
//! so that nothing is stored that cannot be played.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbx::directory::{Record, SoundId, SoundRecord};
use pbx::limits;

use super::{Lowering, twice};
use crate::company_file::items::SoundItem;
use crate::company_file::problem::{Table, What};
use crate::sound::{self, SoundError, Upload};

impl Lowering<'_> {
    pub(super) fn sounds(&mut self, sounds: Vec<SoundItem>) {
        for (index, item) in sounds.into_iter().enumerate() {
            let table = Table { name: "sound", index };
            if index == limits::SOUNDS {
                return self.fault(table, "", too_many());
            }
            if self.data.records.sounds.iter().any(|other| other.name == item.name) {
                self.fault(table, "name", twice("geluid", "sound", &item.name));
                continue;
            }
            match self.sound(&item) {
                Ok(record) => {
                    self.origins.insert(Record::Sound(record.id), table);
                    self.data.records.sounds.push(record);
                }
                Err(what) => self.fault(table, "data", what),
            }
        }
    }

    fn sound(&mut self, item: &SoundItem) -> Result<SoundRecord, What> {
        // Four characters are three bytes.
        if item.data.len() / 4 > limits::SOUND_BYTES / 3 + 1 {
            return Err(refused(&SoundError::TooLarge(item.data.len() / 4 * 3)));
        }
        let file = STANDARD.decode(&item.data).map_err(|_| no_base64())?;
        let stored = self.existing.into_iter().flat_map(|data| &data.records.sounds);
        let known = stored.into_iter().find(|known| known.name == item.name);
        if let Some(known) = known.filter(|known| known.sha256 == sound::sha256(&file)) {
            return Ok(known.clone());
        }
        let read = sound::read(&file).map_err(|error| refused(&error))?;
        let id = known.map_or_else(|| SoundId(self.data.new_id()), |known| known.id);
        let record = sound::record(id, item.name.clone(), &file, &read);
        self.data.uploads.insert(id, Upload(file.into()));
        Ok(record)
    }
}

fn no_base64() -> What {
    What::new("bad_base64", "`data` is geen base64", "`data` is no base64")
}

fn too_many() -> What {
    What::new(
        "too_many_sounds",
        format!("een bedrijf heeft hoogstens {} geluiden", limits::SOUNDS),
        format!("a company has {} sounds at most", limits::SOUNDS),
    )
}

fn refused(error: &SoundError) -> What {
    let nl = match error {
        SoundError::TooLarge(_) => "een geluidsbestand is hoogstens 5 MB groot".to_owned(),
        SoundError::TooLong => "een geluid duurt hoogstens tien minuten".to_owned(),
        SoundError::Unreadable(reason) => {
            format!(
                "dit is geen geluid; geef een WAV-, MP3-, Ogg Vorbis- of FLAC-bestand in base64 ({reason})"
            )
        }
    };
    let en = match error {
        SoundError::TooLarge(_) => "the file of a sound has 5 MB at most".to_owned(),
        SoundError::TooLong => "a sound plays ten minutes at most".to_owned(),
        SoundError::Unreadable(reason) => {
            format!("this is no sound; give a WAV, MP3, Ogg Vorbis or FLAC file in base64 ({reason})")
        }
    };
    What::new(error.code().name(), nl, en)
}
