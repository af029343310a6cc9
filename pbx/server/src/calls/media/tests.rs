//! Two telephones of plain sockets at a real media thread.

use std::net::{Ipv4Addr, UdpSocket};

use audio::SampleRate;
use audio::codec::Codec;
use audio_net::{Latching, MediaLoop, PortPool, PortRange, Remote};
use pbx::call::{Heard, Source, Tap};
use pbx::feature::MusicSource;

use super::*;

const COMPANY: CompanyId = CompanyId(1);
const CALL: CallId = CallId(7);
const SAID: [u8; 160] = [0xD5; 160];
const PACKET: Duration = Duration::from_millis(20);

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
        self.packet().map(|packet| packet[12..].to_vec())
    }

    fn packet(&self) -> Option<Vec<u8>> {
        let mut buffer = [0; 2_048];
        loop {
            let length = self.socket.recv(&mut buffer).ok()?;
            let is_speech = buffer[1] & 0x7F == 8;
            if is_speech {
                return Some(buffer[..length].to_vec());
            }
        }
    }

    /// Sequence number, timestamp and source of everything that came.
    fn stream(&self) -> Vec<(u16, u32, u32)> {
        self.socket.set_nonblocking(true).unwrap();
        let word = |packet: &[u8], at: usize| u32::from_be_bytes(packet[at..at + 4].try_into().unwrap());
        let header = |packet: Vec<u8>| {
            (u16::from_be_bytes([packet[2], packet[3]]), word(&packet, 4), word(&packet, 8))
        };
        std::iter::from_fn(|| self.packet()).map(header).collect()
    }
}

/// Speech at its pace.
struct Speech<'a> {
    telephones: Vec<&'a Telephone>,
    began: Instant,
    /// Whether no packet was late, for the machine was not busy.
    even: bool,
}

impl Speech<'_> {
    /// Everybody sends these packets; ends with the last of them.
    fn goes_on(&mut self, packets: std::ops::RangeInclusive<u8>) {
        for sequence in packets {
            self.waits_for(sequence);
            self.telephones.iter().for_each(|telephone| telephone.says(sequence));
        }
    }

    fn waits_for(&mut self, sequence: u8) {
        let due = self.began + PACKET * u32::from(sequence);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        self.even &= due.elapsed() < PACKET / 10;
    }
}

fn hear_each_other(one: &Telephone, other: &Telephone) -> MediaPlan {
    all_hear_all(&[one, other])
}

fn all_hear_all(telephones: &[&Telephone]) -> MediaPlan {
    let hears = |me: &Telephone| {
        let others = telephones.iter().filter(|other| other.leg != me.leg);
        others.map(|other| Heard::plain(Source::Leg(other.leg))).collect()
    };
    let listeners = telephones.iter().map(|telephone| (telephone.leg, hears(telephone)));
    MediaPlan { listeners: listeners.collect(), ..MediaPlan::default() }
}

/// A media thread with room for so many legs; a port is not used twice within a test.
fn start(first: u16, legs: u16) -> (MediaLoop<Message>, PortPool) {
    let media = Media::new(Arc::new(Sounds::load().unwrap()), [1; 32], Box::new(|_| {}));
    let range = PortRange::new(Ipv4Addr::LOCALHOST.into(), first, first + 2 * legs - 1);
    (MediaLoop::start("media-test", media).unwrap(), PortPool::new(range, [2; 32]).unwrap())
}

fn wait_for_ticks(media: &MediaLoop<Message>, count: u64) {
    let until = media.statistics().ticks + count;
    while media.statistics().ticks < until {
        std::thread::yield_now();
    }
}

fn tell_plan(media: &MediaLoop<Message>, plan: MediaPlan) {
    tell_plan_of(media, CALL, plan);
}

fn tell_plan_of(media: &MediaLoop<Message>, call: CallId, plan: MediaPlan) {
    media.tell(Message::Plan { company: COMPANY, call, plan, language: Language::Nl, clips: Clips::new() });
}

#[test]
fn what_was_said_until_the_end_of_a_call_is_heard_and_nothing_after_it() {
    let (media, pool) = start(29_100, 50);
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

    wait_for_ticks(&media, 5);
    bert.says(3);
    anna.socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert_eq!(anna.hears(), None);
}

#[test]
fn a_call_that_goes_on_after_all_is_not_taken_away() {
    let (media, pool) = start(29_200, 50);
    let (anna, bert) = (Telephone::new(&media, &pool, 1), Telephone::new(&media, &pool, 2));
    tell_plan(&media, hear_each_other(&anna, &bert));
    tell_plan(&media, MediaPlan::default());
    tell_plan(&media, hear_each_other(&anna, &bert));

    wait_for_ticks(&media, 5);
    bert.says(1);

    assert_eq!(anna.hears().as_deref(), Some(&SAID[..]));
}

#[test]
fn a_sound_that_comes_after_the_plan_is_heard_from_then_on() {
    let (media, pool) = start(29_400, 2);
    let anna = Telephone::new(&media, &pool, 1);
    let music = Source::Music(MusicSource::File("Wachtmuziek".to_owned()));
    let listeners = [(anna.leg, vec![Heard::plain(music)])].into();
    tell_plan(&media, MediaPlan { listeners, ..MediaPlan::default() });
    let loud = |speech: &[u8]| speech.iter().any(|sample| sample & 0x7F != 0x55);
    wait_for_ticks(&media, 5);
    anna.socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(!anna.hears().is_some_and(|speech| loud(&speech)), "it is not here yet");

    let clip = Arc::new(Clip::new(&[0.25, 0.25, -0.25, -0.25].repeat(4_000), SampleRate::Hz8000));
    let name = "Wachtmuziek".to_owned();
    media.tell(Message::Sound { company: COMPANY, call: CALL, name, clip });

    let heard = std::iter::from_fn(|| anna.hears()).take(50).any(|speech| loud(&speech));
    assert!(heard, "the sound has come");
}

/// On the wire, beside calls that are only passed on: a recording begins and ends, a third party comes and goes.
#[test]
fn recording_and_a_third_party_leave_no_jump_in_what_is_sent() {
    let (media, pool) = start(29_300, 10 * TELEPHONES);
    let mut attempts = (0..10).map(|attempt| jumps(&media, &pool, attempt * 100));
    let (_, jumps) = attempts.find(|(even, _)| *even).expect("one of ten attempts is at the pace of speech");
    assert_eq!(jumps, Vec::<String>::new());
}

/// Ten calls and a third party.
const TELEPHONES: u16 = 21;

/// Of ten calls two are recorded for a while, and in a third one somebody joins; where there is a jump in what anybody
/// was sent, and whether the telephones were at the pace of speech.
fn jumps(media: &MediaLoop<Message>, pool: &PortPool, first: u64) -> (bool, Vec<String>) {
    const PACKETS: u8 = 75;
    let telephones: Vec<Telephone> =
        (1..=u64::from(TELEPHONES)).map(|leg| Telephone::new(media, pool, first + leg)).collect();
    let (third, pairs) = telephones.split_last().unwrap();
    let pairs: Vec<[&Telephone; 2]> = pairs.chunks(2).map(|pair| [&pair[0], &pair[1]]).collect();
    let plans: Vec<MediaPlan> = pairs.iter().map(|pair| all_hear_all(pair)).collect();
    let tell = |place: usize, plan: MediaPlan| {
        tell_plan_of(media, CallId(first + u64::try_from(place).unwrap()), plan);
    };
    plans.iter().enumerate().for_each(|(place, plan)| tell(place, plan.clone()));

    let mut speech = Speech { telephones: telephones.iter().collect(), began: Instant::now(), even: true };
    speech.goes_on(1..=25);
    for place in [0, 1] {
        let taps = pairs[place].map(|telephone| Tap { leg: telephone.leg }).into();
        tell(place, MediaPlan { taps, ..plans[place].clone() });
    }
    tell(2, all_hear_all(&[pairs[2][0], pairs[2][1], third]));
    speech.goes_on(26..=50);
    speech.waits_for(51);
    [0, 1, 2].into_iter().for_each(|place| tell(place, plans[place].clone()));
    speech.goes_on(51..=PACKETS);
    std::thread::sleep(5 * PACKET);
    plans.iter().enumerate().for_each(|(place, _)| tell(place, MediaPlan::default()));

    let mut jumps = Vec::new();
    for telephone in pairs.iter().flatten() {
        let (leg, stream) = (telephone.leg, telephone.stream());
        if stream.len() + 3 < usize::from(PACKETS) {
            jumps.push(format!("{leg} heard {} packets of {PACKETS}", stream.len()));
        }
        for (at, pair) in stream.windows(2).enumerate() {
            let (before, next) = (pair[0], pair[1]);
            if next != (before.0.wrapping_add(1), before.1.wrapping_add(160), before.2) {
                jumps.push(format!("{leg}, packet {at}: {before:?}, {next:?}"));
            }
        }
    }
    (speech.even, jumps)
}
