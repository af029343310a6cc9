//! Conferences as telephones open them: the factory, REFER, and the roster word for word (F-026, RFC 4575, RFC 4579).

use anyhow::{Context, Result, ensure};
use expect_test::expect_file;
use serde_json::{Value, json};
use system_tests::rig::{Baresip, Received};

use super::watching::{golden, notified, shows};
use super::{ANNA, BERT, CARLA, Stage};
use crate::callers::Caller;

#[test]
fn a_telephone_opens_a_conference_and_refers_two_to_it() -> Result<()> {
    let stage = Stage::new("conference")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let _carla = Baresip::start(&stage.folder, &stage.exchange, CARLA)?;
    let carla = Caller::sign_in(&stage.exchange, "carla")?;

    let keys = [("whom", "conference"), ("target", "202@127.0.0.1"), ("other", "203@127.0.0.1")];
    let telephone = stage.telephone(ANNA)?.begin("conference", &keys)?;
    carla.waits_for(&["talking", "talking", "talking"])?;
    let told = telephone.finish()?;

    let done = told.iter().filter(|message| message.is("NOTIFY") && message.body.contains("200 OK")).count();
    ensure!(done == 2, "both were told: {told:?}");
    stage.is_quiet()
}

#[test]
fn whoever_is_in_it_is_told_who_comes_is_muted_and_goes() -> Result<()> {
    let stage = Stage::new("conference-roster")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let (telephone, watcher) = (stage.telephone(ANNA)?, stage.telephone(ANNA)?);
    let anna = Caller::sign_in(&stage.exchange, "anna")?;
    let mut opened = telephone.begin("consult", &[("whom", "conference")])?;
    opened.wait_for("the conference is open", |received| received.iter().any(is_open))?;
    let address = conference(&opened.received())?;

    let roster = [("whom", address.as_str()), ("package", "conference"), ("type", TYPE)];
    let mut watching = watcher.begin("watch", &roster)?;
    shows(&mut watching, "<user-count>1</user-count>")?;
    anna.does(&json!({ "verb": "invite", "to": "202" }))?;
    shows(&mut watching, "<user-count>2</user-count>")?;
    anna.does_to("202", &json!({ "verb": "mute", "muted": true }))?;
    shows(&mut watching, "muted-via-focus")?;
    anna.does_to("202", &json!({ "verb": "drop" }))?;
    shows(&mut watching, "state=\"deleted\"/>")?;
    anna.does(&json!({ "verb": "drop" }))?;
    opened.finish()?;
    watching.wait_for("it is over", |received| {
        let over = |message: &Received| {
            message.header("Subscription-State").is_some_and(|it| it.contains("terminated"))
        };
        received.iter().any(over)
    })?;

    let text = golden(&notified(&watching.received())).replace(&address, "conference-…");
    expect_file!["../golden/conference_info.txt"].assert_eq(&text);
    stage.is_quiet()
}

#[test]
fn nobody_watches_a_conference_in_which_he_is_not() -> Result<()> {
    let stage = Stage::new("conference-forbidden")?;
    let mut opened = stage.telephone(ANNA)?.begin("consult", &[("whom", "conference")])?;
    opened.wait_for("the conference is open", |received| received.iter().any(is_open))?;
    let address = conference(&opened.received())?;

    let roster = [("whom", address.as_str()), ("package", "conference"), ("type", TYPE)];
    stage.telephone(CARLA)?.play("watch-forbidden", &roster)?;
    let anna = Caller::sign_in(&stage.exchange, "anna")?;
    anna.does(&json!({ "verb": "drop" }))?;
    opened.finish()?;
    Ok(())
}

const TYPE: &str = "application/conference-info+xml";

fn is_open(message: &Received) -> bool {
    message.head.starts_with("SIP/2.0 200") && message.header("CSeq") == Some("11 INVITE")
}

/// The user part of the conference's address, as the telephone was told it.
fn conference(received: &[Received]) -> Result<String> {
    let contact =
        received.iter().find(|message| is_open(message)).and_then(|message| message.header("Contact"));
    let contact = contact.context("the answer names a Contact")?;
    ensure!(contact.ends_with(";isfocus"), "{contact}");
    let user = contact.trim_start_matches("<sip:").split('@').next();
    user.filter(|user| user.starts_with("conference-")).map(str::to_owned).context("it names a conference")
}

impl Caller {
    /// A verb on the leg of whoever has this number in his first call.
    fn does_to(&self, number: &str, command: &Value) -> Result<()> {
        let (code, answer) =
            self.tries_on(|leg| leg.pointer("/party/number") == Some(&json!(number)), command)?;
        ensure!(code == 202, "{command} was answered {code}: {answer}");
        Ok(())
    }
}
