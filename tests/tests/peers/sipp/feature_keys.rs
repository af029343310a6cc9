//! Feature keys of a desk telephone: the bodies that it reads and writes, word for word (C-6).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use expect_test::expect_file;
use serde_json::{Value, json};

use super::watching::{golden, notified, shows};
use super::{ANNA, BERT, Stage};
use crate::callers::Caller;

const KEYS: [(&str, &str); 3] =
    [("whom", "201"), ("package", "as-feature-event"), ("type", "application/x-as-feature-event+xml")];
const CSTA: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

#[test]
fn a_key_is_stored_and_every_change_is_told_in_the_words_of_the_telephone() -> Result<()> {
    let stage = Stage::new("feature-key")?;
    let anna = stage.telephone(ANNA)?;
    let web = Caller::sign_in(&stage.exchange, "anna")?;

    let mut telephone = anna.begin("feature-key", &with(&forwarding("forwardNoAns", "202", "4")))?;
    shows(&mut telephone, "<forwardTo>202</forwardTo>")?;
    let kept = web.settings("call_forwarding_no_answer")?;
    ensure!(kept == json!({"active": true, "forward_to": "202", "rings": 4}), "{kept}");

    web.sets("do_not_disturb", &json!({"active": true}))?;
    shows(&mut telephone, "<doNotDisturbOn>true</doNotDisturbOn>")?;
    expect_file!["../golden/feature_keys.txt"].assert_eq(&golden(&notified(&telephone.received())));
    Ok(())
}

#[test]
fn what_one_telephone_sets_is_on_the_other_one() -> Result<()> {
    let stage = Stage::new("feature-keys-of-two")?;
    let (first, second) = (stage.telephone(ANNA)?, stage.telephone(ANNA)?);
    let mut watching = first.begin("watch", &KEYS)?;
    shows(&mut watching, "--balie-keys--")?;

    let _setting = second.begin("feature-key", &with(&forwarding("forwardBusy", "202", "")))?;

    shows(&mut watching, "<forwardTo>202</forwardTo>")
}

#[test]
fn a_forward_that_is_set_in_the_browser_is_on_the_telephone_within_two_seconds() -> Result<()> {
    let stage = Stage::new("feature-keys-told")?;
    let web = Caller::sign_in(&stage.exchange, "anna")?;
    let mut telephone = stage.telephone(ANNA)?.begin("watch", &KEYS)?;
    shows(&mut telephone, "--balie-keys--")?;

    let begun = Instant::now();
    web.sets("call_forwarding_always", &json!({"active": true, "forward_to": "203"}))?;
    shows(&mut telephone, "<forwardTo>203</forwardTo>")?;

    ensure!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
    Ok(())
}

#[test]
fn what_is_refused_is_told_again_and_not_kept() -> Result<()> {
    let stage = Stage::new("feature-key-refused")?;
    let anna = stage.telephone(ANNA)?;
    let web = Caller::sign_in(&stage.exchange, "anna")?;

    for document in [forwarding("forwardImmediate", "112", ""), forwarding("forwardImmediate", "299", "")] {
        let told = notified(&anna.play("feature-key-refused", &with(&document))?);
        let last = told.last().context("it is told again")?;
        ensure!(last.body.contains("<forwardStatus>false</forwardStatus>"), "{last:?}");
    }

    let kept = web.settings("call_forwarding_always")?;
    ensure!(kept.get("active") == Some(&Value::Bool(false)), "{kept}");
    Ok(())
}

#[test]
fn nobody_watches_the_keys_of_somebody_else() -> Result<()> {
    let stage = Stage::new("feature-keys-forbidden")?;

    stage.telephone(BERT)?.play("watch-forbidden", &KEYS)?;
    Ok(())
}

fn with(document: &str) -> Vec<(&str, &str)> {
    KEYS.into_iter().chain([("document", document)]).collect()
}

fn forwarding(name: &str, to: &str, rings: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><SetForwarding xmlns=\"{CSTA}\"><device>201</device>\
         <forwardingType>{name}</forwardingType><activateForward>true</activateForward>\
         <forwardDN>{to}</forwardDN><ringCount>{rings}</ringCount></SetForwarding>"
    )
}
