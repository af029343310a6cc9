//! Virtual extensions (F-121): a number outside is called by an extension, and calls like a colleague.

use pbx::directory::CompanyRecords;
use pbx::ledger::Payer;
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 2] = ["Anna", "Bert"];
const NAIMA: &str = "+31612345678";

fn with_naima(records: &mut CompanyRecords) {
    let naima = serde_json::json!({ "id": 9, "extension": "450", "number": NAIMA, "first_name": "Naima",
                                    "last_name": "de Boer", "call_type": "partner" });
    records.virtual_extensions.push(serde_json::from_value(naima).expect("a virtual extension"));
}

fn with_naima_as_colleague(records: &mut CompanyRecords) {
    with_naima(records);
    records.company.virtual_extensions_are_internal = true;
}

#[test]
fn the_extension_calls_the_number_outside_and_the_record_says_what_kind_of_call_it_was() {
    let (mut world, [anna, _]) = World::with_company(1211, PEOPLE, with_naima);
    let naima = world.outsider();

    world.dials(anna, "450");
    world.seconds(1);
    assert_eq!(world.state(naima), Some(CallState::RingingHere), "{}", world.ladder());
    let to = world.line(naima).unwrap().header("To").join(",");
    assert!(to.contains(NAIMA), "{to}");
    world.answers(naima);
    world.seconds(5);
    let connected = world.line(anna).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(connected.contains("Naima de Boer") && connected.contains("sip:450@"), "{connected}");
    world.hangs_up(anna);
    world.seconds(1);

    let record = world.records.last().unwrap();
    assert_eq!(record.dialled, "450");
    let outside = record.legs.iter().find(|leg| leg.party.trunk.is_some()).unwrap();
    assert_eq!(outside.payer, Payer::Exchange(world.subscriber(anna)), "it costs what the number costs");
    assert_eq!(outside.party.on_net.as_ref().unwrap().call_type.as_deref(), Some("partner"));
}

#[test]
fn whoever_calls_from_the_number_is_shown_with_name_and_extension() {
    let (mut world, [anna, _]) = World::with_company(1212, PEOPLE, with_naima);
    let naima = world.outsider();

    world.calls_in(naima, "+31850000201", NAIMA);
    world.seconds(1);

    let line = world.line(anna).cloned().unwrap();
    assert!(line.shown.contains("\"Naima de Boer\"") && line.shown.contains("sip:450@"), "{}", line.shown);
    let asserted = line.header("P-Asserted-Identity").join(",");
    assert!(asserted.contains("Naima de Boer") && asserted.contains("sip:450@"), "{asserted}");
    world.hangs_up(naima);
    world.seconds(1);

    world.dials(anna, "*69");
    world.seconds(1);
    let to = world.line(naima).unwrap().header("To").join(",");
    assert!(to.contains(NAIMA), "whoever called last is called back: {to}");
}

#[test]
fn counted_as_internal_the_other_side_still_sees_numbers_that_it_can_call() {
    let (mut world, [anna, _]) = World::with_company(1213, PEOPLE, with_naima_as_colleague);
    let naima = world.outsider();

    world.calls_in(naima, "+31850000201", NAIMA);
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);

    let answered = world.line(naima).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(answered.contains("+31850000201") && !answered.contains("sip:201@"), "{answered}");
}

#[test]
fn a_call_may_be_put_through_and_forwarded_to_it() {
    let (mut world, [anna, bert]) = World::with_company(1214, PEOPLE, with_naima);
    let naima = world.outsider();
    world.dials(bert, "*72450");
    world.seconds(8);

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(naima), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(1);
    world.dials(bert, "*73");
    world.seconds(8);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.transfers(bert, "450");
    world.seconds(1);
    assert_eq!(world.state(naima), Some(CallState::RingingHere), "{}", world.ladder());
}
