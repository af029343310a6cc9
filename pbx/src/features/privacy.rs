//! Privacy (NL: Privacy).
//!
//! Keeps the subscriber out of lists of colleagues, out of reach of menus that ask for an extension or a
//! name, and hides from colleagues what the telephone does: lamps show nothing, and nobody picks up or
//! joins a call, except those who are permitted to watch. One can also stay out of every hunt group. No
//! access codes. F-046.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Party};
use crate::directory::SubscriberId;
use crate::feature::{
    Card, Cause, Command, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Gaze, Permit,
    Point, Scope, Standing, Treatment, Verdict, Visibility, WaitsFor, Watcher,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// In no list of colleagues.
    pub directory: bool,
    /// Not reached by dialling the extension in a menu.
    pub extension_dialling: bool,
    /// Not reached by spelling the name in a menu.
    pub name_dialling: bool,
    /// What the telephone does is nobody's business.
    pub phone_status: bool,
    /// Who sees it all the same, and may pick up and join; each once.
    pub permitted: Vec<SubscriberId>,
    /// No hunt group rings here.
    pub out_of_hunt_groups: bool,
}

impl Feature for Privacy {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if self.out_of_hunt_groups && attempt.facts.offer.is_some() {
            Verdict::Take(Treatment::Become(Point::Busy, Cause::DoNotDisturb))
        } else {
            Verdict::Pass
        }
    }

    fn permits(&self, command: Command, by: &Party) -> Permit {
        let touches = match command {
            Command::PickUp | Command::BargeIn => true,
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::Confer
            | Command::CallGroup
            | Command::Park
            | Command::Retrieve => false,
        };
        let permitted = by.subscriber.is_some_and(|by| self.permitted.contains(&by));
        if self.phone_status && touches && !permitted { Permit::Deny } else { Permit::Allow }
    }

    fn visible_to(&self, gaze: Gaze, watcher: Watcher) -> Visibility {
        let (hides, least) = match gaze {
            Gaze::State => (self.phone_status && !self.is_permitted(watcher), Visibility::Private),
            Gaze::List => (self.directory, Visibility::Hidden),
            Gaze::ExtensionDialling => (self.extension_dialling, Visibility::Hidden),
            Gaze::NameDialling => (self.name_dialling, Visibility::Hidden),
        };
        if hides { least } else { Visibility::Full }
    }

    /// Not who may see, but that it has changed: a lamp that was shown must go out.
    fn standing(&self, standing: &mut Standing) {
        if self.phone_status {
            standing.private = Some(self.permitted.as_slice().into());
        }
    }
}

impl Privacy {
    fn is_permitted(&self, watcher: Watcher) -> bool {
        match watcher {
            Watcher::Subscriber(who) => self.permitted.contains(&who),
            Watcher::Outsider => false,
        }
    }
}

impl Described for Privacy {
    const CARD: Card = Card {
        id: "privacy",
        function: "F-046",
        title_nl: "Privacy",
        title_en: "Privacy",
        scope: Scope::User,
        class: FeatureClass::Identity,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "directory",
                nl: "Niet in lijsten van collega's",
                en: "Not in lists of colleagues",
                kind: FieldKind::Switch,
            },
            Field {
                name: "extension_dialling",
                nl: "In een keuzemenu niet te kiezen op verkort nummer",
                en: "Not dialled by extension in a menu",
                kind: FieldKind::Switch,
            },
            Field {
                name: "name_dialling",
                nl: "In een keuzemenu niet te kiezen op naam",
                en: "Not dialled by name in a menu",
                kind: FieldKind::Switch,
            },
            Field {
                name: "phone_status",
                nl: "Collega's zien niet wat het toestel doet",
                en: "Colleagues do not see what the telephone does",
                kind: FieldKind::Switch,
            },
            Field {
                name: "permitted",
                nl: "Wie dat wel zien",
                en: "Who sees it all the same",
                kind: FieldKind::Subscribers,
            },
            Field {
                name: "out_of_hunt_groups",
                nl: "Buiten alle belgroepen",
                en: "Out of all hunt groups",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[WaitsFor { part: "menus that do not find the extension or the name", id: "F-112" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        let distinct: BTreeSet<_> = self.permitted.iter().collect();
        if distinct.len() != self.permitted.len() {
            return Err(FieldError::new("permitted", "a colleague stands there twice"));
        }
        if self.permitted.len() > limits::BUSY_LAMPS {
            let most = limits::BUSY_LAMPS;
            return Err(FieldError::new("permitted", format!("there are more than {most} colleagues")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{permission, visibility};
    use crate::testing::{ANNA, BERT, CARLA, Office, office};

    fn private() -> Office {
        let mut office = office();
        office.set(BERT, &Privacy { phone_status: true, permitted: vec![CARLA], ..Privacy::default() });
        office
    }

    #[test]
    fn the_state_is_seen_by_whoever_is_permitted_and_by_oneself() {
        let office = private();

        let seen = |who| visibility(&office.directory, BERT, Gaze::State, Watcher::Subscriber(who));

        assert_eq!(seen(ANNA), Visibility::Private);
        assert_eq!(seen(CARLA), Visibility::Full);
        assert_eq!(seen(BERT), Visibility::Full);
        assert_eq!(visibility(&office.directory, BERT, Gaze::State, Watcher::Outsider), Visibility::Hidden);
    }

    #[test]
    fn whoever_may_not_watch_may_not_pick_up_or_come_in_either() {
        let office = private();

        for command in [Command::PickUp, Command::BargeIn] {
            let permit = |who| {
                let by = office.directory.party(who).unwrap();
                permission(&office.directory, BERT, command, &by)
            };

            assert_eq!(permit(ANNA), Permit::Deny, "{command:?}");
            assert_eq!(permit(CARLA), Permit::Allow, "{command:?}");
            assert_eq!(permit(BERT), Permit::Allow, "{command:?}");
        }
    }

    #[test]
    fn each_gaze_has_a_setting_of_its_own() {
        let seen = |settings: &Privacy| {
            [Gaze::State, Gaze::List, Gaze::ExtensionDialling, Gaze::NameDialling]
                .map(|gaze| settings.visible_to(gaze, Watcher::Subscriber(ANNA)))
        };
        let (full, hidden) = (Visibility::Full, Visibility::Hidden);

        assert_eq!(seen(&Privacy::default()), [full; 4]);
        assert_eq!(seen(&Privacy { directory: true, ..Privacy::default() }), [full, hidden, full, full]);
        let by_extension = Privacy { extension_dialling: true, ..Privacy::default() };
        assert_eq!(seen(&by_extension), [full, full, hidden, full]);
        let by_name = Privacy { name_dialling: true, ..Privacy::default() };
        assert_eq!(seen(&by_name), [full, full, full, hidden]);
    }

    #[test]
    fn colleagues_are_told_when_the_state_becomes_private_or_others_may_see_it() {
        let standing = |settings: &Privacy| {
            let mut standing = Standing::default();
            settings.standing(&mut standing);
            standing
        };
        let private = Privacy { phone_status: true, ..Privacy::default() };
        let permitting = Privacy { permitted: vec![CARLA], ..private };

        assert_eq!(standing(&Privacy::default()), Standing::default());
        assert_ne!(standing(&private), Standing::default());
        assert_ne!(standing(&private), standing(&permitting));
    }

    #[test]
    fn a_colleague_is_permitted_once() {
        let settings = Privacy { permitted: vec![CARLA, CARLA], ..Privacy::default() };

        assert_eq!(settings.check().unwrap_err().field, "permitted");
    }
}
