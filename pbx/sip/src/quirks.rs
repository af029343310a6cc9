//! Telephones in use that cannot do what the standards ask, told by what they call themselves.
//!
//! Each line costs the others nothing; a line goes when nobody uses the telephone any more.

/// Telephones that give up when any challenge names an algorithm that they do not know, also when one that
/// they know stands beside it (RFC 8760 section 2.4 asks them to pass over it).
const MD5_ALONE: &[&str] = &["baresip v0.", "baresip v1."];

/// Whether a telephone must be asked for MD5 alone.
pub(crate) fn wants_md5_alone(product: Option<&str>) -> bool {
    product.is_some_and(|product| MD5_ALONE.iter().any(|known| product.starts_with(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_telephones_on_the_list_are_asked_for_md5_alone() {
        assert!(wants_md5_alone(Some("baresip v1.0.0 (x86_64/linux)")));
        assert!(!wants_md5_alone(Some("baresip v3.0.0")));
        assert!(!wants_md5_alone(None));
    }
}
