//! Signing in to the invented exchange, and what happens there by itself: callers, lamps, lost connections.

use phone::view::{
    Call, Direction, Lamp, LampState, Moment, Problem, ProblemCode, Registration, SignIn, SignInStage,
    ViewModel,
};

use super::{
    company,
    exchange::{Errand, Exchange, LOST_EVERY},
};

const LAMP_EVERY: u64 = 4_000;
const FIRST_CALLER_AFTER: u64 = 6_000;
const CALLER_EVERY: u64 = 30_000;
const LOST_FOR: u64 = 8_000;

impl Exchange {
    pub(super) fn sign_in(
        &mut self,
        now: Moment,
        server: String,
        user: String,
        password: &str,
    ) -> Result<(), ProblemCode> {
        self.wished = (server, user);
        if !self.wished.1.contains('@') {
            self.show_form(SignInStage::Form, Some(Problem::new(ProblemCode::AddressInvalid, now)));
            return Ok(());
        }
        self.show_form(SignInStage::Connecting { since: now }, None);
        self.later(now, 400, Errand::Greet { wrong: password == "fout" });
        Ok(())
    }

    pub(super) fn greet(&mut self, now: Moment, wrong: bool) {
        let waiting = self.model.sign_in.as_ref().map(|form| &form.stage);
        if !matches!(waiting, Some(SignInStage::Connecting { .. })) {
            return;
        }
        if wrong {
            self.show_form(SignInStage::Form, Some(Problem::new(ProblemCode::WrongPassword, now)));
        } else {
            let authority = company::authority(&self.wished.0);
            self.show_form(SignInStage::Confirm { authority }, None);
        }
    }

    pub(super) fn confirm(&mut self, now: Moment, fingerprint: &str) -> Result<(), ProblemCode> {
        let (server, user) = self.wished.clone();
        if company::authority(&server).fingerprint != fingerprint {
            return Err(ProblemCode::AuthorityChanged);
        }
        let account = company::account(&user, &server, now);
        self.model = ViewModel {
            accounts: vec![company::choice(&account)],
            account: Some(account),
            colleagues: company::colleagues(now),
            recents: company::recents(now),
            ..ViewModel::default()
        };
        self.later(now, LAMP_EVERY, Errand::Lamp);
        self.later(now, FIRST_CALLER_AFTER, Errand::Caller);
        Ok(())
    }

    pub(super) fn sign_out(&mut self) -> Result<(), ProblemCode> {
        self.model = ViewModel::default();
        self.errands.retain(|_, errand| matches!(errand, Errand::Lose | Errand::Recover));
        self.show_form(SignInStage::Form, None);
        Ok(())
    }

    pub(super) fn show_form(&mut self, stage: SignInStage, problem: Option<Problem>) {
        let (server, user) = self.wished.clone();
        self.model.sign_in = Some(SignIn { server, user, stage, problem });
    }

    pub(super) fn lose(&mut self, now: Moment) {
        self.later(now, LOST_EVERY, Errand::Lose);
        self.later(now, LOST_FOR, Errand::Recover);
        if let Some(account) = &mut self.model.account {
            account.registration = Registration::Stale {
                since: now,
                attempt: 1,
                retry_at: Some(now.plus(LOST_FOR)),
                problem: Problem::new(ProblemCode::ExchangeLost, now).with_detail("SIP 408"),
            };
        }
        for colleague in &mut self.model.colleagues {
            colleague.lamp = colleague.lamp.clone().stale(now);
        }
    }

    pub(super) fn recover(&mut self, now: Moment) {
        if let Some(account) = &mut self.model.account {
            account.registration = Registration::Registered { since: now };
        }
        for colleague in &mut self.model.colleagues {
            colleague.lamp.stale_since = None;
        }
    }

    pub(super) fn next_caller(&mut self, now: Moment) {
        self.later(now, CALLER_EVERY, Errand::Caller);
        let busy = self.model.calls.iter().any(Call::is_alive);
        let disturbs = self.model.account.as_ref().is_some_and(|account| !account.do_not_disturb);
        if busy || !disturbs {
            return;
        }
        let (name, number) = company::CALLERS[self.turn % company::CALLERS.len()];
        let call = self.begin(now, Direction::Incoming, company::outside(name, number));
        if let Some(call) = self.call_mut(&call) {
            call.via = Some("Algemeen".to_owned());
        }
        self.callers.push_back(name.to_owned());
    }

    pub(super) fn next_lamp(&mut self, now: Moment) {
        self.later(now, LAMP_EVERY, Errand::Lamp);
        self.turn += 1;
        let states = [LampState::Busy, LampState::Available, LampState::OnHold, LampState::Available];
        let state = states[self.turn % states.len()];
        let count = self.model.colleagues.len().max(1);
        let in_calls: Vec<Option<String>> =
            self.model.calls.iter().map(|call| call.party.colleague.clone()).collect();
        if let Some(colleague) = self.model.colleagues.get_mut((self.turn * 7) % count)
            && colleague.lamp.state != LampState::Offline
            && !in_calls.contains(&Some(colleague.id.clone()))
        {
            colleague.lamp = Lamp { stale_since: colleague.lamp.stale_since, ..Lamp::live(state, now) };
        }
    }
}
