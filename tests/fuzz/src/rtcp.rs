//! RTCP: what a peer reports is told part by part, never more parts than there is room for.

use audio::rtp::rtcp::{Item, Report, read};

pub(crate) fn run(bytes: &[u8]) {
    let mut items = Vec::new();
    read(bytes, |item| items.push(item));
    assert!(items.len() <= bytes.len() / 4, "the smallest part is an identifier of four bytes");

    // The first block goes into a report of ours and must come out as it was.
    let block = items.iter().find_map(|item| match item {
        Item::Reception(block) => Some(*block),
        Item::SenderReport { .. } | Item::Bye { .. } => None,
    });
    let Some(block) = block else { return };
    let report = Report { ssrc: 7, cname: "x7", sender: None, block: Some(block), bye: true };
    let mut built = [0; 256];
    let length = report.build(&mut built).expect("one block fits");
    let mut again = Vec::new();
    read(&built[..length], |item| again.push(item));
    assert_eq!(again, [Item::Reception(block), Item::Bye { ssrc: 7 }]);
}
