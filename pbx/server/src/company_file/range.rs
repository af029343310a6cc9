//! `range = "u0..u9999"`: many users at once, for tests and measurements.

/// The most users that one range makes.
const LIMIT: u32 = 100_000;

/// The longest name of a range; what is made up must not grow with the product of two numbers in a file.
const LONGEST: usize = 64;

/// The names from one end to the other, both included: `u8..u11` is u8, u9, u10, u11. A number
/// written with leading zeros keeps its width: `u08..u11` is u08, u09, u10, u11.
pub(super) fn names(range: &str) -> Option<Vec<String>> {
    let (first, last) = range.split_once("..")?;
    let (prefix, from, width) = split(first.trim())?;
    let (same, to, _) = split(last.trim())?;
    let count = to.checked_sub(from)?;
    if prefix != same || count >= LIMIT {
        return None;
    }
    Some((from..=to).map(|n| format!("{prefix}{n:0width$}")).collect())
}

/// `u08` is `u`, 8 and the width 2; without leading zeros the width is 1.
fn split(name: &str) -> Option<(&str, u32, usize)> {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (prefix, number) = name.split_at_checked(name.len() - digits)?;
    let width = if number.starts_with('0') { number.len() } else { 1 };
    let plain = !prefix.is_empty()
        && name.len() <= LONGEST
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    Some((prefix, number.parse().ok()?, width)).filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_range_are_meant() {
        assert_eq!(names("u8..u11").unwrap(), ["u8", "u9", "u10", "u11"]);
        assert_eq!(names("u0..u0").unwrap(), ["u0"]);
        assert_eq!(names("tel08..tel11").unwrap(), ["tel08", "tel09", "tel10", "tel11"]);
        assert_eq!(names("u0..u9999").unwrap().len(), 10_000);
    }

    #[test]
    fn names_are_no_longer_than_people_can_type() {
        let zeros = "0".repeat(70_000);

        assert_eq!(names(&format!("u{zeros}1..u{zeros}2")), None);
        assert_eq!(names(&format!("{}1..{0}2", "u".repeat(70_000))), None);
        assert_eq!(names("u0000000001..u0000000002").unwrap(), ["u0000000001", "u0000000002"]);
    }

    #[test]
    fn what_is_no_range_makes_nobody() {
        for text in ["", "u0", "u0..h9", "u9..u0", "0..9", "u0..u99999999", "u..u", "a b0..a b9", "é0..é"] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
