//! How the four user forwards are switched by telephone, with codes or with a feature key: one way for all of
//! them (section 2, C-6).
//!
//! On with a number stores it; on without one takes the stored number again, and is refused when there
//! is none; off keeps the number; the query says how it stands. This is no service of its own.

use crate::clip::{Announcement, Clip, Prompt};
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Argument, Cause, Described, Dialled, Field, FieldError, FieldKind, ForwardWhen, ForwardingKey, KeyChange,
    KeyRuling, KeyState, Operation, Ruling, refused_number,
};

/// A forward as its codes and its key see it.
pub(super) trait Forwarding: Described {
    /// The same settings with these two changed.
    fn with(&self, active: bool, forward_to: Option<ForwardTo>) -> Self;
    /// Whether calls are sent on.
    fn active(&self) -> bool;
    /// The stored number.
    fn forward_to(&self) -> Option<ForwardTo>;

    /// The number to which calls are sent on now.
    fn target(&self) -> Option<ForwardTo> {
        self.forward_to().filter(|_| self.active())
    }

    /// A forward cannot be on without a number.
    fn needs_number(&self) -> Result<(), FieldError> {
        needs_number(self.active(), self.forward_to())
    }

    /// The number to switch on with, given or stored; else what to say.
    fn number(&self, given: Option<&Argument>) -> Result<ForwardTo, Prompt> {
        match given {
            None => self.forward_to().ok_or(Prompt::NothingStored),
            Some(given) => given.number.clone().map_err(|error| refused_number(&error)),
        }
    }

    /// How its feature key stands.
    fn key(&self, when: ForwardWhen, rings: Option<u8>) -> KeyState {
        let (active, to) = (self.active(), self.forward_to());
        KeyState::Forwarding(ForwardingKey { when, active, to, rings })
    }

    /// What its feature key sets, if that is the one that was used.
    fn set_by_key(&self, when: ForwardWhen, change: &KeyChange) -> KeyRuling {
        match change.forwarding(when) {
            None => KeyRuling::Pass,
            Some(wish) if !wish.active => KeyRuling::store(&self.with(false, self.forward_to())),
            Some(wish) => match self.number(wish.to.as_ref()) {
                Ok(number) => KeyRuling::store(&self.with(true, Some(number))),
                Err(_) => KeyRuling::Refuse(Cause::OperationRefused),
            },
        }
    }
}

/// A forward cannot be on without a number.
pub(super) fn needs_number(active: bool, forward_to: Option<ForwardTo>) -> Result<(), FieldError> {
    let missing = active && forward_to.is_none();
    if missing { Err(FieldError::new("forward_to", "a forward that is on needs a number")) } else { Ok(()) }
}

/// The settings that all forwards have, as a form shows them.
pub(super) const FIELDS: &[Field] = &[ACTIVE, FORWARD_TO];

/// The switch.
pub(super) const ACTIVE: Field = Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch };

/// The number.
pub(super) const FORWARD_TO: Field =
    Field { name: "forward_to", nl: "Doorschakelen naar", en: "Forward to", kind: FieldKind::Destination };

/// The codes of one forward, and what is said.
pub(super) struct Codes {
    pub(super) on: Code,
    pub(super) off: Code,
    pub(super) query: Code,
    pub(super) say_on: Prompt,
    pub(super) say_off: Prompt,
}

impl Codes {
    /// What a forward makes of what was dialled.
    pub(super) fn dialling<T: Forwarding>(&self, settings: &T, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((code, argument)) if code == self.on => self.switch_on(settings, argument),
            Some((code, _)) if code == self.off => {
                let off = settings.with(false, settings.forward_to());
                Ruling::Operate(Operation::set(&off, self.say_off))
            }
            Some((code, _)) if code == self.query => Ruling::Operate(Operation::answer(self.state(settings))),
            Some(_) | None => Ruling::Pass,
        }
    }

    fn switch_on<T: Forwarding>(&self, settings: &T, argument: Option<&Argument>) -> Ruling {
        match settings.number(argument) {
            Ok(number) => {
                let on = settings.with(true, Some(number));
                Ruling::Operate(Operation::set(&on, self.state(&on)))
            }
            Err(prompt) => Ruling::Deny(Cause::OperationRefused, prompt.into()),
        }
    }

    fn state<T: Forwarding>(&self, settings: &T) -> Announcement {
        match settings.target() {
            Some(to) => vec![Clip::Prompt(self.say_on), Clip::Digits(to.number.dialled())],
            None => self.say_off.into(),
        }
    }
}
