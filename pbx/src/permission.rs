//! Whether somebody may act on a subscriber, and how much they may see.
//!
//! The question goes to the *target's* services, all of them: one that objects is enough, and the least
//! that any of them shows is what is seen. People outside the company neither act nor see; what is
//! one's own nobody is asked about. Whoever takes a call of others is asked about as well: their own services may object,
//! because they may be in no further call or make none.

use crate::attempt::{Load, Party};
use crate::catalogue::SERVICES;
use crate::directory::{Directory, SubscriberId};
use crate::feature::{Command, Gaze, Objection, Permit, Visibility, Watcher};

/// Whether a party may do something to a subscriber.
pub fn permission(directory: &Directory, target: SubscriberId, command: Command, by: &Party) -> Permit {
    let known = directory.subscriber(target).is_some() && by.subscriber.is_some();
    if known && by.subscriber == Some(target) {
        return Permit::Allow;
    }
    let features = directory.features(target);
    let allows = |entry| features.of(entry).permits(command, by) == Permit::Allow;
    if known && SERVICES.iter().all(allows) { Permit::Allow } else { Permit::Deny }
}

/// Why the own services of whoever wants to take a call of others do not let them; the first one that objects says it.
pub fn objection(
    directory: &Directory,
    by: SubscriberId,
    command: Command,
    load: &Load,
) -> Option<Objection> {
    let features = directory.features(by);
    SERVICES.iter().find_map(|entry| features.of(entry).objects(command, load))
}

/// How much of a subscriber a watcher sees.
pub fn visibility(directory: &Directory, target: SubscriberId, gaze: Gaze, watcher: Watcher) -> Visibility {
    let colleague = match watcher {
        Watcher::Subscriber(id) if id == target && directory.subscriber(id).is_some() => {
            return Visibility::Full;
        }
        Watcher::Subscriber(id) => directory.subscriber(id).is_some(),
        Watcher::Outsider => false,
    };
    if !colleague || directory.subscriber(target).is_none() {
        return Visibility::Hidden;
    }
    let features = directory.features(target);
    let seen = SERVICES.iter().map(|entry| features.of(entry).visible_to(gaze, watcher));
    seen.min().unwrap_or(Visibility::Full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ANNA, BERT, NOBODY, office};

    #[test]
    fn colleagues_see_each_other_and_nobody_else_sees_anything() {
        let office = office();

        let seen = |watcher| visibility(&office.directory, BERT, Gaze::State, watcher);

        assert_eq!(seen(Watcher::Subscriber(ANNA)), Visibility::Full);
        assert_eq!(seen(Watcher::Subscriber(NOBODY)), Visibility::Hidden);
        assert_eq!(seen(Watcher::Outsider), Visibility::Hidden);
        let nobody = visibility(&office.directory, NOBODY, Gaze::State, Watcher::Subscriber(ANNA));
        assert_eq!(nobody, Visibility::Hidden);
    }

    #[test]
    fn only_colleagues_act_on_a_subscriber() {
        let office = office();
        let anna = office.directory.party(ANNA).unwrap();
        let outsider = Party { subscriber: None, ..anna.clone() };

        let permit = |target, by: &Party| permission(&office.directory, target, Command::Confer, by);

        assert_eq!(permit(BERT, &anna), Permit::Allow);
        assert_eq!(permit(BERT, &outsider), Permit::Deny);
        assert_eq!(permit(NOBODY, &anna), Permit::Deny);
    }
}
