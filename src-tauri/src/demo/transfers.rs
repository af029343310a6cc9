//! The transfers and three-way calls of the invented exchange.

use phone::view::{
    CallState, ConsultStage, EndCause, LampState, Moment, Party, ProblemCode, RecallReason, TransferStage,
    Verb,
};

use super::exchange::{ANSWERS_AFTER, Errand, Exchange, refusal};

impl Exchange {
    pub(super) fn transfer_blind(&mut self, now: Moment, call: &str, to: &str) -> Result<(), ProblemCode> {
        self.permit(call, Verb::TransferBlind)?;
        let to = self.party(to)?;
        self.send(now, call, to, TransferStage::Blind { returns_at: None });
        Ok(())
    }

    pub(super) fn transfer_consult(&mut self, now: Moment, call: &str, to: &str) -> Result<(), ProblemCode> {
        self.permit(call, Verb::TransferConsult)?;
        let to = self.party(to)?;
        match self.lamp_of(&to).and_then(refusal) {
            Some(EndCause::Unreachable) => return Err(ProblemCode::TargetUnreachable),
            Some(_) => return Err(ProblemCode::TargetBusy),
            None => {}
        }
        self.send(now, call, to, TransferStage::Consult { stage: ConsultStage::Ringing, since: now });
        Ok(())
    }

    pub(super) fn transfer_complete(&mut self, now: Moment, call: &str) -> Result<(), ProblemCode> {
        self.permit(call, Verb::TransferComplete)?;
        if let Some((to, _)) = self.transfer_of(call) {
            self.set_lamp(now, &to, LampState::Busy);
            self.end(now, call, CallState::Released { to });
        }
        Ok(())
    }

    pub(super) fn transfer_cancel(&mut self, now: Moment, call: &str) -> Result<(), ProblemCode> {
        self.permit(call, Verb::TransferCancel)?;
        if let Some((to, _)) = self.transfer_of(call) {
            self.set_lamp(now, &to, LampState::Available);
        }
        self.enter(now, call, CallState::Active);
        Ok(())
    }

    pub(super) fn three_way(
        &mut self,
        now: Moment,
        call: &str,
        with: Option<&str>,
    ) -> Result<(), ProblemCode> {
        self.permit(call, Verb::ThreeWay)?;
        let joined = match with {
            None => self.transfer_of(call).ok_or(ProblemCode::NotNow)?.0,
            Some(other) => {
                let party = self.call(other).ok_or(ProblemCode::CallGone)?.party.clone();
                self.leave(other);
                party
            }
        };
        self.enter(now, call, CallState::Active);
        if let Some(call) = self.call_mut(call) {
            call.joined.push(joined);
        }
        Ok(())
    }

    /// The party that was asked answers, or says why not.
    pub(super) fn consulted(&mut self, now: Moment, call: &str) {
        let Some((to, stage)) = self.transfer_of(call) else { return };
        let refused = match self.lamp_of(&to).and_then(refusal) {
            None => None,
            Some(EndCause::Unreachable) => Some(RecallReason::Unreachable),
            Some(_) => Some(RecallReason::Busy),
        };
        if let Some(reason) = refused {
            self.enter(now, call, CallState::Recalled { from: to, reason });
            return;
        }
        self.set_lamp(now, &to, LampState::Busy);
        match stage {
            TransferStage::Blind { .. } => self.end(now, call, CallState::Released { to }),
            TransferStage::Consult { .. } => {
                let stage = TransferStage::Consult { stage: ConsultStage::Active, since: now };
                self.enter(now, call, CallState::Transferring { to, stage });
            }
        }
    }

    fn send(&mut self, now: Moment, call: &str, to: Party, stage: TransferStage) {
        if self.lamp_of(&to).and_then(refusal).is_none() {
            self.set_lamp(now, &to, LampState::Ringing);
        }
        self.enter(now, call, CallState::Transferring { to, stage });
        let version = self.version(call);
        self.later(now, ANSWERS_AFTER, Errand::Consulted { call: call.to_owned(), version });
    }

    fn transfer_of(&self, call: &str) -> Option<(Party, TransferStage)> {
        match &self.call(call)?.state {
            CallState::Transferring { to, stage } => Some((to.clone(), stage.clone())),
            CallState::Offered
            | CallState::Ringing
            | CallState::Answering
            | CallState::Active
            | CallState::Held { .. }
            | CallState::Released { .. }
            | CallState::Recalled { .. }
            | CallState::Ended { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use phone::view::{
        CallState, Command, CommandResult, EndCause, HeldBy, LampState, Moment, ProblemCode, RecallReason,
        Registration, Secret, SignInStage, Verb,
    };

    use super::super::{DemoMode, exchange::Exchange};

    #[test]
    fn somebody_signs_in_after_comparing_the_fingerprint() {
        let mut exchange = Exchange::new(Moment(0), DemoMode::Calm);
        exchange.perform(Moment(1), sign_in("fout"));
        exchange.wake(Moment(500));
        let refused = exchange.model().sign_in.clone().unwrap();
        exchange.perform(Moment(600), sign_in("goed"));
        exchange.wake(Moment(1_100));

        assert_eq!(refused.problem.unwrap().code, ProblemCode::WrongPassword);
        let SignInStage::Confirm { authority } = exchange.model().sign_in.clone().unwrap().stage else {
            panic!("the fingerprint is shown");
        };
        let wrong = exchange.perform(Moment(1_200), Command::ConfirmFingerprint { fingerprint: "00".into() });
        assert!(matches!(wrong, CommandResult::Failed { .. }));
        exchange.perform(Moment(1_300), Command::ConfirmFingerprint { fingerprint: authority.fingerprint });
        assert_eq!(exchange.model().sign_in, None);
        assert_eq!(exchange.model().account.as_ref().unwrap().name, "Sanne de Wit");
    }

    #[test]
    fn a_caller_is_answered_put_on_hold_and_sent_to_a_colleague() {
        let (mut exchange, call) = with_caller();
        done(&mut exchange, 7_000, Command::Answer { call: call.clone() });
        done(&mut exchange, 7_100, Command::Hold { call: call.clone() });
        assert_eq!(exchange.model().calls[0].state, CallState::Held { by: HeldBy::Us });
        done(&mut exchange, 7_200, Command::TransferBlind { call, to: "412".into() });
        assert_eq!(lamp(&exchange, "412"), LampState::Ringing);

        exchange.wake(Moment(9_800));

        assert!(
            matches!(&exchange.model().calls[0].state, CallState::Released { to } if to.number.as_deref() == Some("412"))
        );
        assert_eq!(lamp(&exchange, "412"), LampState::Busy);
        exchange.wake(Moment(14_000));
        assert!(exchange.model().calls.is_empty());
    }

    #[test]
    fn a_transfer_to_somebody_who_is_away_comes_back_and_says_why() {
        let (mut exchange, call) = with_caller();
        done(&mut exchange, 7_000, Command::Answer { call: call.clone() });
        done(&mut exchange, 7_100, Command::TransferBlind { call: call.clone(), to: "466".into() });

        exchange.wake(Moment(9_700));

        let CallState::Recalled { reason, .. } = &exchange.model().calls[0].state else {
            panic!("it comes back");
        };
        assert_eq!(*reason, RecallReason::Unreachable);
        done(&mut exchange, 9_800, Command::Answer { call });
    }

    #[test]
    fn a_consultation_becomes_a_three_way_call() {
        let (mut exchange, call) = with_caller();
        done(&mut exchange, 7_000, Command::Answer { call: call.clone() });
        done(&mut exchange, 7_100, Command::TransferConsult { call: call.clone(), to: "415".into() });
        exchange.wake(Moment(9_700));
        done(&mut exchange, 9_800, Command::ThreeWay { call, with: None });

        let call = &exchange.model().calls[0];
        assert_eq!(call.state, CallState::Active);
        assert_eq!(call.joined[0].name.as_deref(), Some("Joost Maas"));
    }

    #[test]
    fn a_transfer_that_was_taken_back_does_not_happen_later() {
        let (mut exchange, call) = with_caller();
        done(&mut exchange, 7_000, Command::Answer { call: call.clone() });
        done(&mut exchange, 7_100, Command::TransferBlind { call: call.clone(), to: "412".into() });
        done(&mut exchange, 8_000, Command::TransferCancel { call });

        exchange.wake(Moment(12_000));

        assert_eq!(exchange.model().calls[0].state, CallState::Active);
    }

    #[test]
    fn dialling_somebody_who_is_away_ends_with_the_reason() {
        let mut exchange = signed_in(DemoMode::Calm);
        done(&mut exchange, 2_000, Command::Dial { to: "466".into() });

        exchange.wake(Moment(3_000));

        assert_eq!(exchange.model().calls[0].state, CallState::Ended { cause: EndCause::Unreachable });
        let refused = exchange.perform(Moment(3_100), Command::Dial { to: "bas".into() });
        assert_eq!(code(refused), Some(ProblemCode::NumberInvalid));
    }

    #[test]
    fn a_flaky_exchange_is_lost_for_a_while_and_lamps_say_so() {
        let mut exchange = signed_in(DemoMode::Flaky);
        exchange.wake(Moment(40_000));
        let account = exchange.model().account.clone().unwrap();
        assert!(matches!(account.registration, Registration::Stale { .. }));
        assert!(exchange.model().colleagues.iter().all(|person| person.lamp.stale_since.is_some()));

        exchange.wake(Moment(48_000));

        assert!(exchange.model().colleagues.iter().all(|person| person.lamp.stale_since.is_none()));
    }

    #[test]
    fn what_has_no_meaning_now_is_refused_by_name() {
        let (mut exchange, call) = with_caller();
        let hold = exchange.perform(Moment(7_000), Command::Hold { call });
        let gone = exchange.perform(Moment(7_000), Command::HangUp { call: "call-0".into() });

        assert_eq!(code(hold), Some(ProblemCode::NotNow));
        assert_eq!(code(gone), Some(ProblemCode::CallGone));
        assert!(exchange.model().calls[0].can(Verb::Answer));
    }

    fn with_caller() -> (Exchange, String) {
        let mut exchange = signed_in(DemoMode::Calm);
        exchange.wake(Moment(6_900));
        assert_eq!(exchange.poll_caller().as_deref(), Some("Gemeente Delft"));
        let call = exchange.model().calls[0].id.clone();
        (exchange, call)
    }

    fn signed_in(mode: DemoMode) -> Exchange {
        let mut exchange = Exchange::new(Moment(0), mode);
        exchange.perform(Moment(1), sign_in("goed"));
        exchange.wake(Moment(500));
        let fingerprint = super::super::company::authority("").fingerprint;
        exchange.perform(Moment(600), Command::ConfirmFingerprint { fingerprint });
        exchange
    }

    fn sign_in(password: &str) -> Command {
        Command::SignIn {
            server: "centrale.demo.invalid".into(),
            user: "sanne@demo.invalid".into(),
            password: Secret(password.into()),
        }
    }

    fn done(exchange: &mut Exchange, at: u64, command: Command) {
        assert_eq!(exchange.perform(Moment(at), command), CommandResult::Done);
    }

    fn code(result: CommandResult) -> Option<ProblemCode> {
        match result {
            CommandResult::Done => None,
            CommandResult::Failed { problem } => Some(problem.code),
        }
    }

    fn lamp(exchange: &Exchange, id: &str) -> LampState {
        exchange.model().colleagues.iter().find(|person| person.id == id).unwrap().lamp.state
    }
}
