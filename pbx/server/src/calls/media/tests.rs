//! Two telephones of plain sockets at a real media thread.

use std::net::{Ipv4Addr, UdpSocket};

use audio::codec::Codec;
use audio_net::{Latching, MediaLoop, PortPool, PortRange, Remote};
use pbx::call::{Heard, Source};

use super::*;

const COMPANY: CompanyId = CompanyId(1);
const CALL: CallId = CallId(7);
const SAID: [u8; 160] = [0xD5; 160];

struct Telephone {
    socket: UdpSocket,
    leg: LegId,
    stream: StreamId,
    port: SocketAddr,
}

impl Telephone {
    fn new(media: &MediaLoop<Message>, pool: &PortPool, leg: u64) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let (stream, port) = media.open(pool).unwrap();
        let rtp = socket.local_addr().unwrap();
        media.aim(stream, Remote { rtp, rtcp: None, latching: Latching::Off });
        let (leg, number) = (LegId(leg), u32::try_from(leg).unwrap());
        let settings = Box::new(LegSettings::symmetric(Codec::Pcma));
        media.tell(Message::Leg { company: COMPANY, leg, stream, number, settings });
        Self { socket, leg, stream, port }
    }

    fn says(&self, sequence: u8) {
        let stamp = u32::from(sequence) * 160;
        let packet = [&[0x80, 8, 0, sequence][..], &stamp.to_be_bytes(), &[1, 2, 3, 4], &SAID].concat();
        self.socket.send_to(&packet, self.port).unwrap();
    }

    /// The next packet with speech, if one comes in time.
    fn hears(&self) -> Option<Vec<u8>> {
        let mut buffer = [0; 2_048];
        loop {
            let length = self.socket.recv(&mut buffer).ok()?;
            let is_speech = buffer[1] & 0x7F == 8;
            if is_speech {
                return Some(buffer[12..length].to_vec());
            }
        }
    }
}

fn hear_each_other(one: &Telephone, other: &Telephone) -> MediaPlan {
    let hears = |whom: &Telephone| vec![Heard::plain(Source::Leg(whom.leg))];
    MediaPlan { listeners: [(one.leg, hears(other)), (other.leg, hears(one))].into(), ..MediaPlan::default() }
}

fn start(first: u16) -> (MediaLoop<Message>, PortPool) {
    let media = Media::new(Arc::new(Sounds::load().unwrap()), [1; 32], Box::new(|_| {}));
    let range = PortRange::new(Ipv4Addr::LOCALHOST.into(), first, first + 99);
    (MediaLoop::start("media-test", media).unwrap(), PortPool::new(range, [2; 32]).unwrap())
}

fn tell_plan(media: &MediaLoop<Message>, plan: MediaPlan) {
    media.tell(Message::Plan { company: COMPANY, call: CALL, plan, language: Language::Nl });
}

#[test]
fn what_was_said_until_the_end_of_a_call_is_heard_and_nothing_after_it() {
    let (media, pool) = start(29_100);
    let (anna, bert) = (Telephone::new(&media, &pool, 1), Telephone::new(&media, &pool, 2));
    tell_plan(&media, hear_each_other(&anna, &bert));
    bert.says(1);
    assert_eq!(anna.hears().as_deref(), Some(&SAID[..]));

    // Anna hangs up; Bert is told in the same moment, and speaks until he hears it.
    tell_plan(&media, MediaPlan::default());
    for telephone in [&anna, &bert] {
        let (leg, stream) = (telephone.leg, telephone.stream);
        media.tell(Message::Gone { company: COMPANY, leg, stream });
    }
    bert.says(2);
    assert_eq!(anna.hears().as_deref(), Some(&SAID[..]));

    let ticks = media.statistics().ticks;
    while media.statistics().ticks < ticks + 5 {
        std::thread::yield_now();
    }
    bert.says(3);
    anna.socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert_eq!(anna.hears(), None);
}

#[test]
fn a_call_that_goes_on_after_all_is_not_taken_away() {
    let (media, pool) = start(29_200);
    let (anna, bert) = (Telephone::new(&media, &pool, 1), Telephone::new(&media, &pool, 2));
    tell_plan(&media, hear_each_other(&anna, &bert));
    tell_plan(&media, MediaPlan::default());
    tell_plan(&media, hear_each_other(&anna, &bert));

    let ticks = media.statistics().ticks;
    while media.statistics().ticks < ticks + 5 {
        std::thread::yield_now();
    }
    bert.says(1);

    assert_eq!(anna.hears().as_deref(), Some(&SAID[..]));
}
