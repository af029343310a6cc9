//! What only our exchange can do is absent at kamailio, with a reason; and how signing in and out goes.

use anyhow::Result;
use phone::view::{
    Availability, Command, CommandResult, Problem, ProblemCode, Registration, Secret, SignInStage,
};
use system_tests::rig::{Baresip, Engine, Folder, Kamailio, Sitter};

use super::{ANNA, BERT, SOON, address, kamailio};

#[test]
fn what_only_our_exchange_can_do_is_absent_with_a_reason_and_asked_for_it_fails_by_name() -> Result<()> {
    let folder = Folder::new("kamailio-limits")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::launch(&folder, &kamailio, ANNA, &["--watch", "202"])?;
    let picture = anna.shows("registered", |model| registration(model).is_some_and(is_registered))?;

    let can = picture.capabilities;
    for present in [&can.hold, &can.transfer, &can.consult, &can.three_way, &can.lamps] {
        assert_eq!(*present, Availability::Present);
    }
    for absent in [&can.directory, &can.do_not_disturb] {
        let Availability::Absent { reason } = absent else { panic!("{absent:?}") };
        assert!(!reason.nl.is_empty() && !reason.en.is_empty() && reason.nl != reason.en, "{reason:?}");
    }
    let nonsense = Command::ConfirmFingerprint { fingerprint: "00".to_owned() };
    for (command, code) in [
        (Command::SetDoNotDisturb { on: true }, ProblemCode::NotOffered),
        (Command::SetDoNotDisturb { on: false }, ProblemCode::NotOffered),
        (nonsense, ProblemCode::NotNow),
    ] {
        let problem = refused(anna.outcome_of(command)?)?;
        assert_eq!(problem.code, code);
        assert!(!problem.sentence.nl.is_empty() && !problem.remedy.en.is_empty(), "{problem:?}");
    }
    Ok(())
}

#[test]
fn a_wrong_password_is_said_to_be_wrong() -> Result<()> {
    let folder = Folder::new("kamailio-password")?;
    let kamailio = kamailio(&folder)?;
    let mistaken = Sitter { password: "geheim", ..ANNA };

    let mut anna = Engine::launch(&folder, &kamailio, mistaken, &[])?;

    let is_refused = |registration: &Registration| matches!(registration, Registration::Refused { .. });
    let picture = anna.shows("refused", |model| registration(model).is_some_and(is_refused))?;
    let Some(Registration::Refused { problem }) = registration(&picture) else { panic!("{picture:?}") };
    assert_eq!(problem.code, ProblemCode::WrongPassword);
    assert_eq!(
        refused(anna.outcome_of(Command::Dial { to: "202".to_owned() })?)?.code,
        ProblemCode::NotSignedIn
    );

    anna.ask(Command::SignOut)?;
    let sign_in = |password: &str| Command::SignIn {
        server: format!("sip:127.0.0.1:{}", system_tests::rig::Registrar::port(&kamailio)),
        user: format!("201@{}", Kamailio::DOMAIN),
        password: Secret(password.to_owned()),
    };
    assert_eq!(refused(anna.outcome_of(sign_in("ook fout"))?)?.code, ProblemCode::WrongPassword);
    anna.shows("the form with the reason", |model| {
        model.sign_in.as_ref().is_some_and(|form| {
            let code = form.problem.as_ref().map(|problem| problem.code);
            form.stage == SignInStage::Form && code == Some(ProblemCode::WrongPassword)
        })
    })?;
    anna.ask(sign_in("geheim-201"))?;
    anna.shows("registered", |model| registration(model).is_some_and(is_registered))?;
    Ok(())
}

#[test]
fn a_phone_that_is_shut_down_leaves_no_binding() -> Result<()> {
    let folder = Folder::new("kamailio-leave")?;
    let kamailio = kamailio(&folder)?;
    let anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut bert = Baresip::start(&folder, &kamailio, BERT)?;

    anna.quit()?;

    bert.tell("dial", &address(ANNA))?;
    bert.wait_for("404 Not Found", SOON)
}

fn refused(result: CommandResult) -> Result<Problem> {
    match result {
        CommandResult::Failed { problem } => Ok(problem),
        CommandResult::Done => anyhow::bail!("it was done"),
    }
}

fn registration(model: &phone::view::ViewModel) -> Option<&Registration> {
    model.account.as_ref().map(|account| &account.registration)
}

fn is_registered(registration: &Registration) -> bool {
    matches!(registration, Registration::Registered { .. })
}
