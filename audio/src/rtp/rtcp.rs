//! RTCP (RFC 3550 6): the reports that we send each peer, and what we take from its reports.
//!
//! Each report is a compound of SR or RR and the canonical name. Reading is lenient towards packets that
//! we do not use and strict towards everything else.

use rtcp_types::{
    Bye, Compound, CompoundBuilder, Packet, ReceiverReport, ReportBlock as WireBlock,
    RtcpPacketWriterExt as _, Sdes, SdesChunk, SdesItem, SenderReport,
};

use super::statistics::ReportBlock;

/// What a report of ours says about the stream that we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    /// The wall clock, as an NTP timestamp.
    pub ntp: u64,
    /// The RTP timestamp at the same moment.
    pub rtp: u32,
    /// Packets sent so far.
    pub packets: u32,
    /// Payload bytes sent so far.
    pub bytes: u32,
}

/// A report to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// Our stream's identifier.
    pub ssrc: u32,
    /// Our canonical name.
    pub cname: &'a str,
    /// What we sent; `None` if nothing yet, which makes this a receiver report.
    pub sender: Option<SenderInfo>,
    /// What we received, if anything.
    pub block: Option<ReportBlock>,
    /// Say goodbye.
    pub bye: bool,
}

impl Report<'_> {
    /// Builds the compound packet into `out`; returns its length, or `None` if `out` is too small or the
    /// name longer than 255 bytes.
    pub fn build(&self, out: &mut [u8]) -> Option<usize> {
        let name = SdesItem::builder(SdesItem::CNAME, self.cname);
        let names = Sdes::builder().add_chunk(SdesChunk::builder(self.ssrc).add_item(name));
        let mut compound = self.first_packet().add_packet(names);
        if self.bye {
            compound = compound.add_packet(Bye::builder().add_source(self.ssrc));
        }
        compound.write_into(out).ok()
    }

    fn first_packet(&self) -> CompoundBuilder<'static> {
        let block = self.block.map(|block| {
            WireBlock::builder(block.ssrc)
                .fraction_lost(block.fraction_lost)
                .cumulative_lost(block.lost)
                .extended_sequence_number(block.highest_sequence)
                .interarrival_jitter(block.jitter)
                .last_sender_report_timestamp(block.last_sender_report)
                .delay_since_last_sender_report_timestamp(block.delay_since)
        });
        let compound = Compound::builder();
        match self.sender {
            Some(sender) => {
                let report = SenderReport::builder(self.ssrc)
                    .ntp_timestamp(sender.ntp)
                    .rtp_timestamp(sender.rtp)
                    .packet_count(sender.packets)
                    .octet_count(sender.bytes);
                compound.add_packet(match block {
                    Some(block) => report.add_report_block(block),
                    None => report,
                })
            }
            None => {
                let report = ReceiverReport::builder(self.ssrc);
                compound.add_packet(match block {
                    Some(block) => report.add_report_block(block),
                    None => report,
                })
            }
        }
    }
}

/// Something that a peer's report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// The peer's wall clock, from a sender report.
    SenderReport {
        /// The stream.
        ssrc: u32,
        /// NTP timestamp.
        ntp: u64,
    },
    /// How the peer receives a stream, of which it names the identifier.
    Reception(ReportBlock),
    /// A stream ends.
    Bye {
        /// The stream.
        ssrc: u32,
    },
}

/// Calls `take` for each part of a compound packet that we use. A packet that is damaged ends the reading;
/// what came before it counts.
pub fn read(bytes: &[u8], mut take: impl FnMut(Item)) {
    let Ok(compound) = Compound::parse(bytes) else { return };
    for packet in compound {
        match packet {
            Ok(Packet::Sr(report)) => {
                take(Item::SenderReport { ssrc: report.ssrc(), ntp: report.ntp_timestamp() });
                report.report_blocks().for_each(|block| take(Item::Reception(from_wire(&block))));
            }
            Ok(Packet::Rr(report)) => {
                report.report_blocks().for_each(|block| take(Item::Reception(from_wire(&block))));
            }
            Ok(Packet::Bye(bye)) => bye.ssrcs().for_each(|ssrc| take(Item::Bye { ssrc })),
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn from_wire(block: &WireBlock<'_>) -> ReportBlock {
    ReportBlock {
        ssrc: block.ssrc(),
        fraction_lost: block.fraction_lost(),
        lost: block.cumulative_lost(),
        highest_sequence: block.extended_sequence_number(),
        jitter: block.interarrival_jitter(),
        last_sender_report: block.last_sender_report_timestamp(),
        delay_since: block.delay_since_last_sender_report_timestamp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    const BLOCK: ReportBlock = ReportBlock {
        ssrc: 9,
        fraction_lost: 25,
        lost: 10,
        highest_sequence: 70_000,
        jitter: 80,
        last_sender_report: 0x1234,
        delay_since: 65_536,
    };

    fn report(bye: bool) -> Vec<u8> {
        let sender = SenderInfo { ntp: 0x8899_AABB_0000_0000, rtp: 160, packets: 3, bytes: 480 };
        let report = Report { ssrc: 7, cname: "x7", sender: Some(sender), block: Some(BLOCK), bye };
        let mut bytes = [0; 256];
        let length = report.build(&mut bytes).unwrap();
        bytes[..length].to_vec()
    }

    fn items(bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        read(bytes, |item| items.push(item));
        items
    }

    #[test]
    fn a_report_that_was_built_is_read_again() {
        let expected = [
            Item::SenderReport { ssrc: 7, ntp: 0x8899_AABB_0000_0000 },
            Item::Reception(BLOCK),
            Item::Bye { ssrc: 7 },
        ];

        assert_eq!(items(&report(true)), expected);
        assert_eq!(items(&report(false)), expected[..2]);
    }

    #[test]
    fn who_has_sent_nothing_sends_a_receiver_report() {
        let mut bytes = [0; 256];
        let report = Report { ssrc: 7, cname: "x7", sender: None, block: None, bye: false };

        let length = report.build(&mut bytes).unwrap();

        assert_eq!(bytes[1], 201);
        assert_eq!(items(&bytes[..length]), []);
        assert_eq!(report.build(&mut bytes[..8]), None);
    }

    #[test]
    fn hostile_reports_never_panic() {
        let good = report(true);
        let mut random = Random::new(5);
        let mut changed = 0;
        for _ in 0..100_000 {
            let mut bytes = good.clone();
            random.mutate(&mut bytes);
            changed += usize::from(items(&bytes) != items(&good));
        }
        assert!(changed > 10_000);
    }
}
