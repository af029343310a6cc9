//! Music on hold of one's own (NL: Eigen wachtmuziek).
//!
//! A user has other music than the site, for everybody or for colleagues, wherever the site lets music sound at all.
//! F-090.

use serde::{Deserialize, Serialize};

use crate::feature::{
    CallView, Card, Command, Described, Feature, FeatureClass, Field, FieldKind, MusicSource, Scope, Terms,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MusicOnHoldUser {
    /// The music; the site's when absent.
    pub source: Option<MusicSource>,
    /// Other music for colleagues; the same when absent.
    pub internal_source: Option<MusicSource>,
}

impl Feature for MusicOnHoldUser {
    /// The site has been asked before: where it is silent, nothing sounds.
    fn terms(&self, _: Command, call: &CallView, terms: &mut Terms) {
        let internal = self.internal_source.as_ref().filter(|_| call.other_is_internal);
        if let (Some(music), Some(own)) = (&mut terms.music, internal.or(self.source.as_ref())) {
            music.source = own.clone();
        }
    }
}

impl Described for MusicOnHoldUser {
    const CARD: Card = Card {
        id: "music_on_hold_user",
        function: "F-090",
        title_nl: "Eigen wachtmuziek",
        title_en: "Own music on hold",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "source", nl: "Muziek", en: "Music", kind: FieldKind::Music },
            Field {
                name: "internal_source",
                nl: "Muziek voor collega's",
                en: "Music for colleagues",
                kind: FieldKind::Music,
            },
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::feature::Music;

    const CUSTOMER: CallView = CallView { other_is_internal: false, without_music: false, others: 1 };
    const COLLEAGUE: CallView = CallView { other_is_internal: true, without_music: false, others: 1 };

    fn file(name: &str) -> Option<MusicSource> {
        Some(MusicSource::File(name.to_owned()))
    }

    fn heard(own: &MusicOnHoldUser, call: &CallView, site: Option<MusicSource>) -> Option<MusicSource> {
        let music = site.map(|source| Music { source, after: Duration::ZERO });
        let mut terms = Terms { music, ..Terms::default() };
        own.terms(Command::Hold, call, &mut terms);
        terms.music.map(|music| music.source)
    }

    #[test]
    fn the_own_music_takes_the_place_of_the_sites() {
        let own = MusicOnHoldUser { source: file("own"), internal_source: None };
        assert_eq!(heard(&own, &CUSTOMER, file("site")), file("own"));
        assert_eq!(heard(&own, &COLLEAGUE, file("site")), file("own"));
        assert_eq!(heard(&MusicOnHoldUser::default(), &CUSTOMER, file("site")), file("site"));
    }

    #[test]
    fn colleagues_may_hear_other_music() {
        let own = MusicOnHoldUser { source: None, internal_source: file("team") };

        assert_eq!(heard(&own, &COLLEAGUE, file("site")), file("team"));
        assert_eq!(heard(&own, &CUSTOMER, file("site")), file("site"));
    }

    #[test]
    fn where_the_site_is_silent_nothing_sounds() {
        let own = MusicOnHoldUser { source: file("own"), internal_source: None };

        assert_eq!(heard(&own, &CUSTOMER, None), None);
    }
}
