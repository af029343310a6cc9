//! Request methods, with room for those that no RFC of ours names.
//!
//! rsip's `Method` is a closed enum, but a request with an unknown method must be parsed to be answered with
//! 405 or 501; so this type is the truth and rsip's is its shadow inside the envelope.

use std::fmt;

/// A request method. Methods compare with case (RFC 3261 section 7.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// ACK, RFC 3261.
    Ack,
    /// BYE, RFC 3261.
    Bye,
    /// CANCEL, RFC 3261.
    Cancel,
    /// INFO, RFC 6086.
    Info,
    /// INVITE, RFC 3261.
    Invite,
    /// MESSAGE, RFC 3428.
    Message,
    /// NOTIFY, RFC 6665.
    Notify,
    /// OPTIONS, RFC 3261.
    Options,
    /// PRACK, RFC 3262.
    Prack,
    /// PUBLISH, RFC 3903.
    Publish,
    /// REFER, RFC 3515.
    Refer,
    /// REGISTER, RFC 3261.
    Register,
    /// SUBSCRIBE, RFC 6665.
    Subscribe,
    /// UPDATE, RFC 3311.
    Update,
    /// Any other token.
    Extension(Box<str>),
}

impl Method {
    /// Reads a method; `None` when `text` is not a token.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ACK" => Self::Ack,
            "BYE" => Self::Bye,
            "CANCEL" => Self::Cancel,
            "INFO" => Self::Info,
            "INVITE" => Self::Invite,
            "MESSAGE" => Self::Message,
            "NOTIFY" => Self::Notify,
            "OPTIONS" => Self::Options,
            "PRACK" => Self::Prack,
            "PUBLISH" => Self::Publish,
            "REFER" => Self::Refer,
            "REGISTER" => Self::Register,
            "SUBSCRIBE" => Self::Subscribe,
            "UPDATE" => Self::Update,
            other if super::text::is_token(other) => Self::Extension(other.into()),
            _ => return None,
        })
    }

    /// The method as written in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ack => "ACK",
            Self::Bye => "BYE",
            Self::Cancel => "CANCEL",
            Self::Info => "INFO",
            Self::Invite => "INVITE",
            Self::Message => "MESSAGE",
            Self::Notify => "NOTIFY",
            Self::Options => "OPTIONS",
            Self::Prack => "PRACK",
            Self::Publish => "PUBLISH",
            Self::Refer => "REFER",
            Self::Register => "REGISTER",
            Self::Subscribe => "SUBSCRIBE",
            Self::Update => "UPDATE",
            Self::Extension(name) => name,
        }
    }

    /// Whether it is none of the methods that have a variant (such a request is answered 501 or 405).
    pub fn is_extension(&self) -> bool {
        matches!(self, Self::Extension(_))
    }

    /// Whether a 2xx to it makes a dialog (RFC 3261 section 12.1, RFC 6665, RFC 3515).
    pub fn creates_dialog(&self) -> bool {
        matches!(self, Self::Invite | Self::Subscribe | Self::Refer | Self::Notify)
    }

    /// rsip's nearest method. An extension method has none there and becomes OPTIONS, the one request that
    /// never changes state; nothing may decide on it.
    pub(crate) fn envelope(&self) -> rsip::Method {
        match self {
            Self::Ack => rsip::Method::Ack,
            Self::Bye => rsip::Method::Bye,
            Self::Cancel => rsip::Method::Cancel,
            Self::Info => rsip::Method::Info,
            Self::Invite => rsip::Method::Invite,
            Self::Message => rsip::Method::Message,
            Self::Notify => rsip::Method::Notify,
            Self::Options | Self::Extension(_) => rsip::Method::Options,
            Self::Prack => rsip::Method::PRack,
            Self::Publish => rsip::Method::Publish,
            Self::Refer => rsip::Method::Refer,
            Self::Register => rsip::Method::Register,
            Self::Subscribe => rsip::Method::Subscribe,
            Self::Update => rsip::Method::Update,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_method_survives() {
        let odd = "!interesting-Method0123456789_*+`.%indeed'~";

        assert_eq!(Method::parse(odd).unwrap().as_str(), odd);
        assert!(Method::parse("invite").unwrap().is_extension(), "methods have case");
        assert_eq!(Method::parse("A B"), None);
        assert_eq!(Method::parse(""), None);
    }
}
