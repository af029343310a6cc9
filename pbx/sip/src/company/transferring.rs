//! REFER: a telephone puts the other side of its call through (RFC 3515, RFC 5589).
//!
//! The exchange carries it out itself; the telephone hears how it goes and is released when it is done.

use pbx::exchange::{LegEvent, TransferProgress, TransferRequest};
use pbx_api::LegId;
use sip::endpoint::{CallKey, Command, Content, IncomingKey};
use sip::message::{Fields, NameAddr, Replaces, Request};

use super::Company;
use crate::address;
use crate::release;
use crate::switch::Desk;

impl Company {
    /// A REFER within a call. `replaced` finds the call that a Replaces parameter names.
    pub(crate) fn transfer_asked(
        &mut self,
        desk: &mut Desk,
        call: CallKey,
        request: IncomingKey,
        message: &Request,
        replaced: impl Fn(&Replaces) -> Option<CallKey>,
    ) {
        let Some(id) = self.legs.id(call) else { return respond(desk, request, 481) };
        let Some(refer_to) = message.refer_to().ok().flatten() else { return respond(desk, request, 400) };
        let Some(wish) = self.wish(&refer_to, replaced) else { return respond(desk, request, 404) };
        let Some(leg) = self.legs.get_mut(id) else { return respond(desk, request, 481) };
        if leg.refer.is_some() {
            return respond(desk, request, 491);
        }
        leg.refer = Some(request);
        respond(desk, request, 202);
        self.leg_event(desk, id, LegEvent::TransferRequested(wish));
    }

    fn wish(
        &self,
        refer_to: &NameAddr,
        replaced: impl Fn(&Replaces) -> Option<CallKey>,
    ) -> Option<TransferRequest> {
        let replaces = refer_to.uri.as_sip().and_then(|uri| uri.header("Replaces"));
        match replaces {
            Some(text) => {
                let other = replaced(&Replaces::parse(&text)?)?;
                Some(TransferRequest::Attended { other: self.legs.id(other)? })
            }
            None => Some(TransferRequest::Blind { to: address::dialled(&refer_to.uri)? }),
        }
    }

    /// Tells the telephone how its transfer goes; a final word ends the implicit subscription.
    pub(super) fn report_transfer(&mut self, desk: &mut Desk, id: LegId, progress: TransferProgress) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        let Some(request) = leg.refer else { return };
        let code = match progress {
            TransferProgress::Trying => 100,
            TransferProgress::Ringing => 180,
            TransferProgress::Done => 200,
            TransferProgress::Failed(release) => release::code(release),
        };
        if code >= 200 {
            leg.refer = None;
        }
        desk.command(Command::ReferNotify { request, status: code.into() });
    }
}

fn respond(desk: &mut Desk, request: IncomingKey, code: u16) {
    desk.command(Command::Respond { request, status: code.into(), content: Content::none() });
}
