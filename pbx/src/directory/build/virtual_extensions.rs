//! Virtual extensions: nobody of the company has their extension or number.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Build;
use crate::directory::{Directory, Record, VirtualExtensionRecord, VirtualExtensions};
use crate::limits;

impl Build {
    /// After people, and before services, which may name their extensions.
    pub(super) fn virtual_extensions(
        &mut self,
        directory: &mut Directory,
        records: &[VirtualExtensionRecord],
    ) {
        let mut ids = BTreeSet::new();
        let mut taken = VirtualExtensions::default();
        for record in records {
            let at = Record::VirtualExtension(record.id);
            let (extension, number) = (record.extension, record.number);
            if !ids.insert(record.id) {
                self.error(at, "id", "two virtual extensions have this id");
            }
            if directory.by_extension(extension).is_some() || taken.behind(extension).is_some() {
                self.error(at, "extension", format!("somebody has {extension} already"));
            }
            if directory.by_number(number).is_some() || taken.of(number).is_some() {
                self.error(at, "number", format!("somebody has {number} already"));
            }
            self.texts_of_virtual(record);
            taken.add(record.clone());
        }
        directory.virtual_extensions = Arc::new(taken);
    }

    fn texts_of_virtual(&mut self, record: &VirtualExtensionRecord) {
        let at = Record::VirtualExtension(record.id);
        let texts = [
            ("first_name", Some(&record.first_name), limits::PART_OF_NAME),
            ("last_name", Some(&record.last_name), limits::PART_OF_NAME),
            ("shown_name", record.shown_name.as_ref(), limits::NAME_CHARACTERS),
            ("call_type", record.call_type.as_ref(), limits::CALL_TYPE),
        ];
        for (field, text, most) in texts {
            if text.is_some_and(|text| text.chars().count() > most) {
                self.error(at, field, format!("at most {most} characters are possible"));
            }
        }
        if record.name().is_empty() {
            self.error(at, "last_name", "a name is needed");
        }
        let empty = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        if empty(&record.shown_name) {
            self.error(at, "shown_name", "a name has at least one character");
        }
        if empty(&record.call_type) {
            self.error(at, "call_type", "a type has at least one character");
        }
    }
}
