//! Whether the time of a refusal tells who exists: measured from the same computer, where nothing hides it.
//!
//! Known and unknown names take turns, so that whatever else the computer does meets both alike. What is looked at is
//! how often an answer about a known name took longer than one about an unknown name: half of the time when time tells
//! nothing.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use sip::digest::{ClientSession, Login, choose};
use sip::message::{Fields as _, Message, Method, Response, wire};
use system_tests::rig::{Exchange, Folder, note, small_company};

/// Addresses of this computer from which is asked: each has its own patience.
const ADDRESSES: u8 = 60;
/// Wrong passwords for a name from each: one less than what keeps it out.
const EACH: u32 = 9;

#[test]
fn a_telephones_refusal_takes_as_long_for_a_name_that_does_not_exist() -> Result<()> {
    let folder = Folder::new("timing-sip")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let (mut asked, mut refused) = (Pair::default(), Pair::default());

    for address in 2..2 + ADDRESSES {
        let telephone = Telephone::at(Ipv4Addr::new(127, 0, 0, address), exchange.sip)?;
        for number in 0..EACH {
            for (who, name) in [(Who::Known, "anna"), (Who::Unknown, "nemo")] {
                let (challenged, took) = telephone.register(name, number, None)?;
                asked.add(who, took);
                let (_, took) = telephone.register(name, number, Some(&challenged))?;
                refused.add(who, took);
            }
        }
    }

    asked.ensure_alike("REGISTER without proof", 0.1)?;
    refused.ensure_alike("REGISTER with a wrong password", 0.1)
}

#[test]
fn signing_in_is_refused_as_slowly_for_a_name_that_does_not_exist() -> Result<()> {
    let folder = Folder::new("timing-web")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let web = exchange.web();
    let (mut user, mut company) = (Pair::default(), Pair::default());

    for address in 2..10 {
        let from = format!("127.0.0.{address}");
        for _ in 0..EACH {
            let known = web.time_of_wrong_password(&from, "anna@127.0.0.1")?;
            user.add(Who::Known, known);
            company.add(Who::Known, known);
            user.add(Who::Unknown, web.time_of_wrong_password(&from, "nemo@127.0.0.1")?);
            company.add(Who::Unknown, web.time_of_wrong_password(&from, "anna@nergens.example")?);
        }
    }

    user.ensure_alike("signing in, no such user", 0.25)?;
    company.ensure_alike("signing in, no such company", 0.25)
}

#[derive(Clone, Copy)]
enum Who {
    Known,
    Unknown,
}

/// How long answers took.
#[derive(Default)]
struct Pair {
    known: Vec<Duration>,
    unknown: Vec<Duration>,
}

impl Pair {
    fn add(&mut self, who: Who, took: Duration) {
        match who {
            Who::Known => self.known.push(took),
            Who::Unknown => self.unknown.push(took),
        }
    }

    /// Fails when somebody who sees one answer could tell who exists better than by tossing a coin.
    fn ensure_alike(&self, what: &str, tolerance: f64) -> Result<()> {
        let longer =
            |a: &Duration, b: &Duration| f64::from(u8::from(a > b)) + f64::from(u8::from(a == b)) / 2.0;
        let pairs =
            self.known.iter().flat_map(|known| self.unknown.iter().map(move |other| longer(known, other)));
        let share = pairs.clone().sum::<f64>() / f64::from(u32::try_from(pairs.count()).context("count")?);
        note(&format!(
            "{what}: {:?} for a name that exists, {:?} for one that does not; the first took longer in {:.0} %",
            median(&self.known),
            median(&self.unknown),
            share * 100.0
        ));
        ensure!((share - 0.5).abs() < tolerance, "{what}: the time tells who exists ({share:.2})");
        Ok(())
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Something that speaks SIP from one address.
struct Telephone {
    socket: UdpSocket,
    address: Ipv4Addr,
}

impl Telephone {
    fn at(address: Ipv4Addr, exchange: u16) -> Result<Self> {
        let socket = UdpSocket::bind((address, 0)).context("bind")?;
        socket.connect((Ipv4Addr::LOCALHOST, exchange)).context("connect")?;
        socket.set_read_timeout(Some(Duration::from_secs(5))).context("bound the wait")?;
        Ok(Self { socket, address })
    }

    /// Asks to be registered, with a wrong password when there is a challenge; what was answered, and after how long.
    fn register(
        &self,
        name: &str,
        number: u32,
        challenged: Option<&Response>,
    ) -> Result<(Response, Duration)> {
        let proof = challenged.map(|challenged| proof(name, challenged)).transpose()?.unwrap_or_default();
        let step = if challenged.is_some() { 2 } else { 1 };
        let address = self.address;
        let text = format!(
            "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {address};rport;branch=z9hG4bK{name}{number}{step}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{name}@127.0.0.1>;tag={number}\r\nTo: <sip:{name}@127.0.0.1>\r\n\
             Call-ID: {name}{number}@{address}\r\nCSeq: {step} REGISTER\r\nContact: <sip:{name}@{address}>\r\n{proof}\
             Content-Length: 0\r\n\r\n"
        );
        let mut buffer = [0; 4096];
        let began = Instant::now();
        self.socket.send(text.as_bytes()).context("send")?;
        let length = self.socket.recv(&mut buffer).context("wait for the answer")?;
        let took = began.elapsed();
        let answer = wire::parse_datagram(buffer.get(..length).unwrap_or_default());
        let Ok(Message::Response(answer)) = answer else { bail!("no answer to {text}") };
        ensure!(answer.code() == 401, "{name} was answered {}", answer.code());
        Ok((answer, took))
    }
}

fn proof(name: &str, challenged: &Response) -> Result<String> {
    let challenge = challenged.challenges("WWW-Authenticate");
    let chosen = choose(&challenge).context("a challenge that telephones know")?;
    let login = Login::with_password(name, "not the password");
    let mut session = ClientSession::new(chosen, &login, "0a4f113b").context("answer the challenge")?;
    Ok(format!("Authorization: {}\r\n", session.authorize(&Method::Register, "sip:127.0.0.1")))
}
