//! From the lines to their meaning, in time that grows with their number and no faster.

use std::collections::BTreeMap;

use sdp_types::{Attribute, Connection, Media, RtpMap, Session};

use super::{Direction, Format, Origin, Sdp, SdpError, Stream, StreamKind, host_of};
use crate::message::{Host, HostPort, text};

/// No phone has more streams, or more formats in one.
const MOST: usize = 64;

pub(super) fn parse(body: &[u8]) -> Result<Sdp, SdpError> {
    let latin1: String;
    let body = match std::str::from_utf8(body) {
        Ok(_) => body,
        Err(_) => {
            latin1 = body.iter().map(|byte| char::from(*byte)).collect();
            latin1.as_bytes()
        }
    };
    let session = Session::parse(body).map_err(|error| SdpError::Lines(error.to_string()))?;
    if session.medias.len() > MOST {
        return Err(SdpError::TooLarge(MOST));
    }
    let streams = session.medias.iter().map(|media| stream(&session, media)).collect::<Result<_, _>>()?;
    let origin = Origin {
        username: session.origin.username.unwrap_or_else(|| "-".to_owned()),
        session_id: session.origin.sess_id,
        version: session.origin.sess_version,
        address: session.origin.unicast_address,
    };
    Ok(Sdp { origin, streams })
}

fn stream(session: &Session, media: &Media) -> Result<Stream, SdpError> {
    let connection = media.connections.first().or(session.connection.as_ref());
    let address = connection.and_then(|Connection { connection_address, .. }| host_of(connection_address));
    let direction = direction(&media.attributes)
        .or_else(|| direction(&session.attributes))
        .unwrap_or(Direction::SendRecv);
    Ok(Stream {
        kind: kind(&media.media),
        port: media.port,
        protocol: media.proto.clone(),
        direction,
        formats: formats(media)?,
        format_list: media.fmt.clone(),
        ptime_ms: value(media, "ptime").and_then(text::number).and_then(|ms| u16::try_from(ms).ok()),
        rtcp: value(media, "rtcp").and_then(|value| rtcp(value, address.as_ref())),
        rtcp_mux: media.has_attribute("rtcp-mux"),
        attributes: others(&media.attributes),
        address,
    })
}

fn kind(word: &str) -> StreamKind {
    if word.eq_ignore_ascii_case("audio") {
        StreamKind::Audio
    } else if word.eq_ignore_ascii_case("video") {
        StreamKind::Video
    } else {
        StreamKind::Other(word.to_owned())
    }
}

fn value<'a>(media: &'a Media, name: &'a str) -> Option<&'a str> {
    media.get_first_attribute_value(name).flatten()
}

fn direction(attributes: &[Attribute]) -> Option<Direction> {
    attributes.iter().rev().find_map(|attribute| attribute.attribute.parse().ok())
}

/// `5005` or `5005 IN IP4 192.0.2.1` (RFC 3605).
fn rtcp(value: &str, address: Option<&Host>) -> Option<HostPort> {
    let mut words = value.split_ascii_whitespace();
    let port = words.next()?.parse().ok()?;
    let host = match words.nth(2) {
        Some(written) => host_of(written)?,
        None => address?.clone(),
    };
    Some(HostPort::new(host, Some(port)))
}

fn formats(media: &Media) -> Result<Vec<Format>, SdpError> {
    if !media.proto.to_ascii_uppercase().contains("RTP/") {
        return Ok(Vec::new());
    }
    let types: Vec<u8> = media
        .fmt
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .filter(|payload_type| *payload_type < 128)
        .collect();
    if types.len() > MOST {
        return Err(SdpError::TooLarge(MOST));
    }
    let described = Described::read(media);
    Ok(types.into_iter().map(|payload_type| described.format(payload_type)).collect())
}

/// What is said of each payload type; the first word counts.
struct Described<'a> {
    maps: BTreeMap<u8, RtpMap>,
    parameters: BTreeMap<u8, &'a str>,
}

impl<'a> Described<'a> {
    fn read(media: &'a Media) -> Self {
        let (mut maps, mut parameters) = (BTreeMap::new(), BTreeMap::new());
        for map in media.get_attribute_values("rtpmap").flatten().filter_map(|value| value.parse().ok()) {
            let map: RtpMap = map;
            // Without a name it describes nothing, and the static type of that number holds.
            if !map.encoding_name.is_empty() {
                maps.entry(map.payload_type).or_insert(map);
            }
        }
        for value in media.get_attribute_values("fmtp").flatten() {
            let Some((number, rest)) = value.trim().split_once(' ') else { continue };
            if let Ok(payload_type) = number.parse() {
                let rest = rest.trim();
                parameters.entry(payload_type).or_insert(rest);
            }
        }
        Self { maps, parameters }
    }

    fn format(&self, payload_type: u8) -> Format {
        let (name, clock_rate, channels) = match self.maps.get(&payload_type) {
            Some(map) => {
                let channels = map.encoding_params.as_ref().and_then(|text| text.trim().parse().ok());
                (map.encoding_name.clone(), map.clock_rate, channels.unwrap_or(1))
            }
            None => static_format(payload_type),
        };
        let parameters = self.parameters.get(&payload_type).map(|text| (*text).to_owned());
        Format { payload_type, name, clock_rate, channels, parameters }
    }
}

/// The static payload types of RFC 3551 that still occur; no name for the others.
fn static_format(payload_type: u8) -> (String, u32, u8) {
    let (name, clock_rate) = match payload_type {
        0 => ("PCMU", 8000),
        3 => ("GSM", 8000),
        4 => ("G723", 8000),
        8 => ("PCMA", 8000),
        9 => ("G722", 8000),
        13 => ("CN", 8000),
        18 => ("G729", 8000),
        31 => ("H261", 90_000),
        34 => ("H263", 90_000),
        _ => ("", 0),
    };
    (name.to_owned(), clock_rate, 1)
}

/// What has no field of its own.
fn others(attributes: &[Attribute]) -> Vec<(String, Option<String>)> {
    const READ: [&str; 9] =
        ["rtpmap", "fmtp", "ptime", "rtcp", "rtcp-mux", "sendrecv", "sendonly", "recvonly", "inactive"];
    attributes
        .iter()
        .filter(|attribute| !READ.iter().any(|name| attribute.attribute.eq_ignore_ascii_case(name)))
        .map(|attribute| (attribute.attribute.clone(), attribute.value.clone()))
        .collect()
}
