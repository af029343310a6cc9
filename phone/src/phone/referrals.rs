//! Being transferred: the other side of a call asks us by REFER to call somebody else (RFC 5589).
//!
//! At an exchange that anchors calls this never happens; at a proxy the telephones carry transfers out. A peer
//! may do this only in a conversation that this person is having, through the exchange, and only to somebody at the
//! same exchange: everything else would let a stranger dial with our account.

use sip::endpoint::{CallKey, Command, HeaderList, IncomingKey};
use sip::message::{Fields, NameAddr, Request, SipUri};

use crate::account::Account;
use crate::address;
use crate::conversation::{Conversation, Referral};
use crate::line::{Line, Stage};
use crate::view::{Direction, EndCause};

use super::Phone;

impl Phone {
    /// Somebody in a call asks us to call another; gives the answer to that.
    pub(super) fn referred(&mut self, request: IncomingKey, call: CallKey, message: &Request) -> u16 {
        let seat = self.lines.get(&call).and_then(|line| self.seats.get(line.seat));
        let Some(seat) = seat.filter(|seat| seat.has_server()) else { return 603 };
        let (who, Some(account)) = (seat.key, &seat.account) else { return 603 };
        let Some((to, target)) = target(message, account) else { return 603 };
        let Some(index) = self.conversations.iter().position(|one| one.main == call && may_move(one)) else {
            return 603;
        };
        let talks = |line: &Line| line.stage == Stage::Talking && !line.emergency;
        let Some(by) = self.lines.get(&call).filter(|line| talks(line)).map(|line| line.party.clone()) else {
            return 603;
        };
        let party = seat.named(address::party(&to, account));
        let Ok(key) = self.invite(who, &target, party, headers(&to, message)) else { return 480 };
        if let Some(line) = self.lines.get_mut(&key) {
            line.sent_by = Some(by);
        }
        if let Some(conversation) = self.conversations.get_mut(index) {
            let direction = conversation.view.direction;
            conversation.referral = Some(Referral { request, from: call, direction });
            conversation.main = key;
            conversation.view.direction = Direction::Outgoing;
        }
        self.derive(index);
        self.hold_others(&[key]);
        202
    }

    /// Tells who sent us on how the new call fares.
    pub(super) fn report_referral(&mut self, key: CallKey, code: u16) {
        let request = self.referral_of(key).and_then(|index| {
            self.conversations.get(index)?.referral.as_ref().map(|referral| referral.request)
        });
        if let Some(request) = request {
            self.command(Command::ReferNotify { request, status: code.into() });
        }
    }

    /// The new call is answered: the old one is over.
    pub(super) fn referral_answered(&mut self, key: CallKey) {
        self.report_referral(key, 200);
        let index = self.referral_of(key);
        let conversation = index.and_then(|index| self.conversations.get_mut(index));
        if let Some(referral) = conversation.and_then(|conversation| conversation.referral.take()) {
            self.hang_up_line(referral.from);
        }
    }

    /// The new call came to nothing: back to who sent us on.
    pub(super) fn referral_failed(&mut self, index: usize, referral: &Referral, cause: &EndCause) {
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        conversation.main = referral.from;
        conversation.view.direction = referral.direction;
        self.command(Command::ReferNotify { request: referral.request, status: code(cause).into() });
        self.derive(index);
        self.hold_others(&[referral.from]);
        self.set_hold(referral.from, false);
    }

    /// The conversation whose new call this is.
    fn referral_of(&self, key: CallKey) -> Option<usize> {
        self.conversations.iter().position(|one| one.main == key && one.referral.is_some())
    }
}

/// Whether nothing else is going on with a conversation.
fn may_move(conversation: &Conversation) -> bool {
    conversation.is_alive()
        && conversation.consult.is_none()
        && conversation.joined.is_empty()
        && conversation.transfer.is_none()
        && conversation.referral.is_none()
}

/// Whom Refer-To names, and where that call goes; `None` when we do not call there.
fn target(message: &Request, account: &Account) -> Option<(NameAddr, SipUri)> {
    let to = NameAddr::parse(message.value("Refer-To")?).ok()?;
    let uri = to.uri.as_sip()?;
    let is_call = uri.params.value("method").is_none_or(|method| method.eq_ignore_ascii_case("INVITE"));
    let calls = uri.user().is_some_and(|user| !user.is_empty() && !address::is_emergency(&user));
    (is_call && calls && uri.host().matches(&account.domain))
        .then(|| (to.clone(), uri.clone().for_request_line()))
}

/// The call to be replaced (RFC 3891) and who asks for it (RFC 3892).
fn headers(to: &NameAddr, message: &Request) -> HeaderList {
    let replaces = to.uri.as_sip().and_then(|uri| uri.header("Replaces"));
    let by = message.value("Referred-By").map(str::to_owned);
    let named = [("Replaces", replaces), ("Referred-By", by)];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The SIP code that says the same.
fn code(cause: &EndCause) -> u16 {
    match cause {
        EndCause::Busy => 486,
        EndCause::Rejected => 603,
        EndCause::NoAnswer | EndCause::Unreachable => 480,
        EndCause::UnknownNumber => 404,
        EndCause::Forbidden => 403,
        EndCause::HungUp | EndCause::Cancelled | EndCause::AnsweredElsewhere => 487,
        EndCause::Lost => 503,
        EndCause::Failed { status } => *status,
    }
}
