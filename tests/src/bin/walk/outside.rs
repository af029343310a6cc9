//! An outside caller reaches the reception through a trunk and is put through: once at once, once announced.
//!
//! Karin's telephone watches the lamps meanwhile.

use anyhow::{Result, ensure};
use phone::view::{Call, CallState, Command, LampState, ViewModel};
use system_tests::rig::{Engine, Exchange, Folder};

use crate::company::{ANNA, BERT, Caller, Callers, KARIN, MAIN_NUMBER, RECEPTION};
use crate::report::Report;

/// The people of these scenes.
struct Office {
    reception: Engine,
    anna: Engine,
    bert: Engine,
    karin: Engine,
}

pub(crate) fn calls_the_reception(
    folder: &Folder,
    exchange: &Exchange,
    provider: u16,
    report: &mut Report,
) -> Result<()> {
    let mut office = Office {
        reception: Engine::start(folder, exchange, RECEPTION)?,
        anna: Engine::start(folder, exchange, ANNA)?,
        bert: Engine::start(folder, exchange, BERT)?,
        karin: Engine::start_with(folder, exchange, KARIN, &["--watch", "200,201,202"])?,
    };
    let callers = Callers::read()?;
    let number = format!("{MAIN_NUMBER}@127.0.0.1:{}", exchange.sip);
    for (place, scene) in [Office::put_through_at_once, Office::put_through_announced].into_iter().enumerate()
    {
        let caller = callers.at(place)?;
        let mut outside = Engine::outside(folder, caller.telephone(provider))?;
        outside.dial(&number)?;
        office.reception_answers(caller, &outside, report)?;
        scene(&mut office, &outside, report)?;
        outside.hang_up()?;
        office.is_idle()?;
        outside.quit()?;
    }
    office.lamps_followed(report)
}

impl Office {
    fn reception_answers(&mut self, caller: &Caller, outside: &Engine, report: &mut Report) -> Result<()> {
        self.reception.until_call("the reception's telephone rings", |call| {
            call.state == CallState::Ringing && is_from(call, caller)
        })?;
        report.say(&format!("the reception's telephone shows {}, {}", caller.name, caller.number))?;
        self.reception.answer()?;
        let Self { reception, .. } = self;
        report.prove(
            &format!("{} reaches the reception", caller.name),
            &[outside.hears(&[reception]), reception.hears(&[outside])],
        )
    }

    /// Blind: the caller waits with music while Bert's telephone rings.
    fn put_through_at_once(&mut self, outside: &Engine, report: &mut Report) -> Result<()> {
        let Self { reception, bert, .. } = self;
        reception.in_call(|call| Command::TransferBlind { call, to: "202".to_owned() })?;
        bert.until_call("Bert's telephone rings", |call| call.state == CallState::Ringing)?;
        report.prove(
            "put through to Bert, whose telephone rings",
            &[outside.hears_music(), reception.hears_nobody(), bert.hears_nobody()],
        )?;
        bert.answer()?;
        report.prove(
            "Bert has answered",
            &[outside.hears(&[bert]), bert.hears(&[outside]), reception.hears_nobody()],
        )
    }

    /// Consultative: the caller waits with music while the reception asks Anna.
    fn put_through_announced(&mut self, outside: &Engine, report: &mut Report) -> Result<()> {
        let Self { reception, anna, .. } = self;
        reception.in_call(|call| Command::TransferConsult { call, to: "201".to_owned() })?;
        anna.answer()?;
        report.prove(
            "the reception asks Anna",
            &[outside.hears_music(), reception.hears(&[anna]), anna.hears(&[reception])],
        )?;
        reception.in_call(|call| Command::TransferComplete { call })?;
        report.prove(
            "put through to Anna",
            &[outside.hears(&[anna]), anna.hears(&[outside]), reception.hears_nobody()],
        )
    }

    fn is_idle(&mut self) -> Result<()> {
        [&mut self.reception, &mut self.anna, &mut self.bert].into_iter().try_for_each(Engine::until_idle)
    }

    /// Bert's lamp has shown one call and Anna's one; the reception's two, and that callers waited.
    fn lamps_followed(&mut self, report: &mut Report) -> Result<()> {
        let free = |extension: &'static str| {
            move |screen: &ViewModel| {
                let lamp = screen.colleagues.iter().find(|colleague| colleague.id == extension);
                lamp.is_some_and(|colleague| colleague.lamp.state == LampState::Available)
            }
        };
        for (extension, name, calls) in [("200", "the reception", 2), ("201", "Anna", 1), ("202", "Bert", 1)]
        {
            self.karin.until("the lamp is free again", free(extension))?;
            let mut seen = self.karin.lamps_of(extension)?;
            seen.retain(|state| *state != LampState::Unknown);
            report.say(&format!("Karin saw the lamp of {name} ({extension}) go {}", words(&seen)))?;
            seen.retain(|state| *state != LampState::OnHold);
            seen.dedup();
            let call = [LampState::Ringing, LampState::Busy, LampState::Available];
            let expected = [&[LampState::Available][..], &call.repeat(calls)].concat();
            ensure!(seen == expected, "the lamp of {extension} went {seen:?} instead of {expected:?}");
        }
        Ok(())
    }
}

fn is_from(call: &Call, caller: &Caller) -> bool {
    call.party.number.as_deref() == Some(&caller.number) && call.party.name.as_deref() == Some(&caller.name)
}

fn words(states: &[LampState]) -> String {
    let words: Vec<String> = states.iter().map(|state| format!("{state:?}").to_lowercase()).collect();
    words.join(", ")
}
