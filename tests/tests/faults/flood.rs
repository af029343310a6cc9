//! A flood: while 2,000 packets a second come that are junk or OPTIONS, a call is set up within a second and none of its
//! packets is lost.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use system_tests::rig::{Exchange, Folder, Habit, Handset, Numbered, Passage, note, small_company, until};
use system_tests::world::Dice;

/// Packets a second.
const RATE: u64 = 2_000;
/// They come in heaps, as from a network.
const HEAP: Duration = Duration::from_millis(10);
/// How long the two speak.
const TALK: Duration = Duration::from_secs(5);
/// What is promised of a call.
const WITHIN: Duration = Duration::from_secs(1);

#[test]
fn junk_from_elsewhere_neither_delays_a_call_nor_takes_of_its_sound() -> Result<()> {
    calls_in_a_flood("flood-junk", Ipv4Addr::new(127, 0, 0, 2), junk)
}

#[test]
fn options_from_elsewhere_neither_delay_a_call_nor_take_of_its_sound() -> Result<()> {
    calls_in_a_flood("flood-options", Ipv4Addr::new(127, 0, 0, 2), options)
}

#[test]
fn options_from_behind_the_same_address_neither_delay_a_call_nor_take_of_its_sound() -> Result<()> {
    calls_in_a_flood("flood-near", Ipv4Addr::LOCALHOST, options)
}

fn calls_in_a_flood(name: &str, from: Ipv4Addr, packet: fn(&mut Dice, u64) -> Vec<u8>) -> Result<()> {
    let folder = Folder::new(name)?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let (annas, berts) = (Numbered::open()?, Numbered::open()?);
    let anna = Handset::plug_in(&exchange, "anna", Habit::Ring, Some(annas.port))?;
    let bert = Handset::plug_in(&exchange, "bert", Habit::Answer, Some(berts.port))?;
    let flood = Flood::start(from, exchange.sip, packet)?;
    std::thread::sleep(Duration::from_secs(2));

    let took = anna.reach("202", Duration::from_secs(10))?;
    annas.speak_to(anna.sound_of_other_side().context("where Anna speaks to")?);
    berts.speak_to(bert.sound_of_other_side().context("where Bert speaks to")?);
    std::thread::sleep(TALK);
    let floods = flood.rate();
    annas.fall_silent();
    berts.fall_silent();
    let arrived = |from: &Numbered, to: &Numbered| to.passage_from(from).lost == 0;
    // What is still under way counts when it is here.
    drop(until("everything is here", WITHIN, || arrived(&annas, &berts) && arrived(&berts, &annas)));
    let passages = [berts.passage_from(&annas), annas.passage_from(&berts)];
    anna.hang_up();

    note(&format!("{name}: {floods} packets a second, answered after {took:?}, then {passages:?}"));
    ensure!(floods >= RATE * 9 / 10, "the flood was only {floods} packets a second");
    ensure!(took <= WITHIN, "the call was answered after {took:?}");
    for Passage { sent, lost, gaps } in passages {
        ensure!(sent >= 200, "only {sent} packets were sent");
        ensure!(lost == 0 && gaps == 0, "of {sent} packets {lost} were lost, {gaps} by their numbers");
    }
    Ok(())
}

/// Packets that nobody asked for, until it is dropped.
struct Flood {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    began: Instant,
    thread: Option<JoinHandle<()>>,
}

impl Flood {
    fn start(from: Ipv4Addr, port: u16, packet: fn(&mut Dice, u64) -> Vec<u8>) -> Result<Self> {
        let socket = UdpSocket::bind((from, 0)).context("bind")?;
        socket.connect((Ipv4Addr::LOCALHOST, port)).context("connect")?;
        // Answers are nobody's; they must not fill anything of ours.
        socket.set_nonblocking(true).context("do not wait")?;
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let began = Instant::now();
        let (stopped, counted) = (Arc::clone(&stop), Arc::clone(&sent));
        let thread = std::thread::spawn(move || {
            let (mut dice, mut buffer) = (Dice(2_000), [0; 2_048]);
            while !stopped.load(Ordering::Relaxed) {
                let due = u64::try_from(began.elapsed().as_millis()).unwrap_or(0) * RATE / 1_000;
                while counted.load(Ordering::Relaxed) < due {
                    let number = counted.fetch_add(1, Ordering::Relaxed);
                    // A packet that the system does not take was sent by nobody.
                    if socket.send(&packet(&mut dice, number)).is_err() {
                        counted.fetch_sub(1, Ordering::Relaxed);
                        break;
                    }
                }
                while socket.recv(&mut buffer).is_ok() {}
                std::thread::sleep(HEAP);
            }
        });
        Ok(Self { stop, sent, began, thread: Some(thread) })
    }

    /// Packets a second so far.
    fn rate(&self) -> u64 {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.sent.load(Ordering::Relaxed) * 1_000 / millis
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed.
            drop(thread.join());
        }
    }
}

/// Bytes that are no message, and messages that are broken somewhere.
fn junk(dice: &mut Dice, number: u64) -> Vec<u8> {
    let mut bytes = if dice.below(2) == 0 { options(dice, number) } else { vec![0; 40 + dice.below(1_000)] };
    for _ in 0..1 + bytes.len() / 20 {
        let place = dice.below(bytes.len());
        if let (Some(byte), Ok(new)) = (bytes.get_mut(place), u8::try_from(dice.below(256))) {
            *byte = new;
        }
    }
    bytes
}

/// What scanners send.
fn options(dice: &mut Dice, number: u64) -> Vec<u8> {
    let mark = dice.roll();
    format!(
        "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5060;rport;branch=z9hG4bK{mark:x}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:100@127.0.0.1>;tag={mark:x}\r\nTo: <sip:100@127.0.0.1>\r\n\
         Call-ID: {number}-{mark:x}\r\nCSeq: 1 OPTIONS\r\nContact: <sip:100@127.0.0.2>\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}
