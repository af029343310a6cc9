//! Messages to bytes.
//!
//! Header by header, then the body as it is: rsip's own `Display` would turn a binary body into text and cannot
//! write an IPv6 address.

use crate::message::{Fields, Request, Response, header};

pub(in crate::message) fn serialize_request(request: &Request) -> Vec<u8> {
    let mut bytes = start(request.body());
    bytes.extend_from_slice(request.method().as_str().as_bytes());
    bytes.push(b' ');
    bytes.extend_from_slice(request.raw_uri().as_bytes());
    bytes.extend_from_slice(b" SIP/2.0\r\n");
    finish(bytes, request, request.body())
}

pub(in crate::message) fn serialize_response(response: &Response) -> Vec<u8> {
    let mut bytes = start(response.body());
    bytes.extend_from_slice(b"SIP/2.0 ");
    bytes.extend_from_slice(response.code().to_string().as_bytes());
    bytes.push(b' ');
    bytes.extend_from_slice(response.reason().as_bytes());
    bytes.extend_from_slice(b"\r\n");
    finish(bytes, response, response.body())
}

fn start(body: &[u8]) -> Vec<u8> {
    Vec::with_capacity(HEAD_GUESS + body.len())
}

/// Most heads fit, so that one allocation serves.
const HEAD_GUESS: usize = 1024;

/// Content-Length is always our own count, whatever the list of headers says.
fn finish(mut bytes: Vec<u8>, message: &impl Fields, body: &[u8]) -> Vec<u8> {
    for item in message.headers().iter().filter(|item| !header::is(item, "Content-Length")) {
        bytes.extend_from_slice(header::name_of(item).as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(header::value_of(item).as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"Content-Length: ");
    bytes.extend_from_slice(body.len().to_string().as_bytes());
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes.extend_from_slice(body);
    bytes
}
