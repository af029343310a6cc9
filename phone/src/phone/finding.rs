//! Whom the text in the search box means.

use std::sync::Arc;

use crate::view::{Search, same_people};

use super::Phone;

impl Phone {
    pub(super) fn find(&mut self, text: &str) -> Search {
        let colleagues = self.colleagues();
        if !Arc::ptr_eq(&colleagues, &self.indexed) {
            // A lamp that changed makes a new list of the same people.
            if !same_people(&colleagues, &self.indexed) {
                self.index.set_colleagues(&colleagues);
            }
            self.indexed = Arc::clone(&colleagues);
        }
        self.index.search(text, &colleagues, &self.recents)
    }
}
