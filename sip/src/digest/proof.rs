//! The response of RFC 7616 section 3.4.1, from HA1 and the fields of the credentials.

use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::{Algorithm, Ha1, ha1::hex};

/// What enters a proof, as text of the credentials.
pub(super) struct Proof<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) nonce: &'a str,
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    /// With `qop=auth`; `None` for a peer of RFC 2069.
    pub(super) counted: Option<Counted<'a>>,
    /// The client's nonce, for the session variants without `qop`.
    pub(super) cnonce: Option<&'a str>,
}

/// The fields that only `qop=auth` has.
pub(super) struct Counted<'a> {
    pub(super) nc: &'a str,
    pub(super) cnonce: &'a str,
}

impl Proof<'_> {
    /// The response, in lower-case hexadecimal digits.
    pub(super) fn response(&self, ha1: &Ha1) -> String {
        let ha2 = self.hash(&format!("{}:{}", self.method, self.uri));
        let key = self.key(ha1);
        match &self.counted {
            Some(Counted { nc, cnonce }) => {
                self.hash(&format!("{key}:{}:{nc}:{cnonce}:auth:{ha2}", self.nonce))
            }
            None => self.hash(&format!("{key}:{}:{ha2}", self.nonce)),
        }
    }

    fn key(&self, ha1: &Ha1) -> String {
        let key = match self.algorithm {
            Algorithm::Md5 | Algorithm::Md5Sess => ha1.md5_hex(),
            Algorithm::Sha256 | Algorithm::Sha256Sess => ha1.sha256_hex(),
        };
        if !self.algorithm.is_session() {
            return key;
        }
        let cnonce = self.counted.as_ref().map(|counted| counted.cnonce).or(self.cnonce).unwrap_or_default();
        self.hash(&format!("{key}:{}:{cnonce}", self.nonce))
    }

    fn hash(&self, text: &str) -> String {
        match self.algorithm {
            Algorithm::Md5 | Algorithm::Md5Sess => hex(&Md5::digest(text)),
            Algorithm::Sha256 | Algorithm::Sha256Sess => hex(&Sha256::digest(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc_7616(algorithm: Algorithm) -> String {
        let ha1 = Ha1::of_password("Mufasa", "http-auth@example.org", "Circle of Life");
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let proof = Proof {
            algorithm,
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            method: "GET",
            uri: "/dir/index.html",
            counted: Some(Counted { nc: "00000001", cnonce }),
            cnonce: None,
        };
        proof.response(&ha1)
    }

    #[test]
    fn the_examples_of_rfc_7616_are_met() {
        assert_eq!(rfc_7616(Algorithm::Md5), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(
            rfc_7616(Algorithm::Sha256),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
        );
    }

    #[test]
    fn a_peer_without_qop_is_served_as_rfc_2069_says() {
        let ha1 = Ha1::of_password("Mufasa", "testrealm@host.com", "CircleOfLife");
        let proof = Proof {
            algorithm: Algorithm::Md5,
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            method: "GET",
            uri: "/dir/index.html",
            counted: None,
            cnonce: None,
        };

        // RFC 2069 section 2.4 with the correction of its erratum 749.
        assert_eq!(proof.response(&ha1), "1949323746fe6a43ef61f9606e7febea");
    }
}
