//! From meaning to the lines.

use sdp_types::{AddrType, Attribute, Connection, Media, NetType, Session, Time};

use super::{Direction, Format, Origin, Sdp, Stream};
use crate::message::{Host, HostPort};

pub(super) fn to_bytes(sdp: &Sdp) -> Vec<u8> {
    let mut session = Session::new(origin(&sdp.origin), "-");
    // The session's address is that of every stream without one, and so of none where a stream really has none.
    let all_have_one = sdp.streams.iter().all(|stream| stream.address.is_some() || stream.is_rejected());
    let first = sdp.streams.iter().find_map(|stream| stream.address.as_ref());
    session.connection = first.filter(|_| all_have_one).map(connection);
    session.times.push(Time::new(0, 0));
    session.medias = sdp.streams.iter().map(|stream| media(stream, session.connection.as_ref())).collect();
    let mut bytes = Vec::with_capacity(512);
    // Writing to a Vec cannot fail.
    let _ = session.write(&mut bytes);
    bytes
}

fn origin(origin: &Origin) -> sdp_types::Origin {
    let addrtype = addrtype(origin.address.contains(':'));
    let mut written =
        sdp_types::Origin::new(&origin.session_id, origin.version, NetType::In, addrtype, &origin.address);
    written.set_username(&origin.username);
    written
}

fn addrtype(ipv6: bool) -> AddrType {
    if ipv6 { AddrType::Ip6 } else { AddrType::Ip4 }
}

fn connection(host: &Host) -> Connection {
    let (ipv6, address) = match host {
        Host::Ip(address) => (address.is_ipv6(), address.to_string()),
        Host::Name(name) => (false, name.clone()),
    };
    Connection::new(NetType::In, addrtype(ipv6), address)
}

fn media(stream: &Stream, session: Option<&Connection>) -> Media {
    let fmt = if stream.formats.is_empty() {
        stream.format_list.clone()
    } else {
        let types: Vec<String> =
            stream.formats.iter().map(|format| format.payload_type.to_string()).collect();
        types.join(" ")
    };
    let mut media = Media {
        media: stream.kind.to_string(),
        port: stream.port,
        num_ports: None,
        proto: stream.protocol.clone(),
        fmt,
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
    };
    let own = stream.address.as_ref().map(connection);
    if let Some(own) = own.filter(|own| Some(own) != session) {
        media.add_connection(own);
    }
    if !stream.is_rejected() {
        attributes(&mut media, stream);
    }
    media
}

/// A rejected stream needs none of these.
fn attributes(media: &mut Media, stream: &Stream) {
    for format in &stream.formats {
        describe(media, format);
    }
    if let Some(ptime_ms) = stream.ptime_ms {
        media.add_attribute_with_value("ptime", ptime_ms);
    }
    if let Some(HostPort { host, port: Some(port) }) = &stream.rtcp {
        let value = if stream.address.as_ref() == Some(host) {
            port.to_string()
        } else {
            let Connection { nettype, addrtype, connection_address } = connection(host);
            format!("{port} {nettype} {addrtype} {connection_address}")
        };
        media.add_attribute_with_value("rtcp", value);
    }
    if stream.rtcp_mux {
        media.add_attribute_from_str("rtcp-mux");
    }
    for (name, value) in &stream.attributes {
        media.add_attribute(Attribute { attribute: name.clone(), value: value.clone() });
    }
    let direction: Direction = stream.direction;
    media.add_attribute(direction);
}

fn describe(media: &mut Media, format: &Format) {
    if !format.name.is_empty() {
        let channels = if format.channels > 1 { format!("/{}", format.channels) } else { String::new() };
        let map = format!("{} {}/{}{channels}", format.payload_type, format.name, format.clock_rate);
        media.add_attribute_with_value("rtpmap", map);
    }
    if let Some(parameters) = &format.parameters {
        media.add_attribute_with_value("fmtp", format!("{} {parameters}", format.payload_type));
    }
}
