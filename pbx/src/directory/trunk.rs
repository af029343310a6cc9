//! A trunk: a line to the public network, and how numbers are written on it.

use super::{Country, E164, GroupId, Number, NumberFormat, TrunkId, TrunkRoute};

/// A line to the public network, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    /// Its id.
    pub id: TrunkId,
    /// Its name.
    pub name: String,
    /// Whether it is used.
    pub active: bool,
    /// The sites that call out over it; empty means all.
    pub groups: Vec<GroupId>,
    /// Whether emergency calls may go over it.
    pub emergency: bool,
    /// How numbers are written on it.
    pub number_format: NumberFormat,
    /// Where it leads.
    pub route: TrunkRoute,
}

impl Trunk {
    /// Whether a site calls out over this line.
    pub fn serves(&self, group: GroupId) -> bool {
        self.groups.is_empty() || self.groups.contains(&group)
    }

    /// A number as this line wants it; extensions do not leave the exchange.
    pub fn write(&self, country: &Country, number: Number) -> Option<String> {
        match number {
            Number::Extension(_) => None,
            Number::Short(code) => Some(code.digits.to_string()),
            Number::International(number) => Some(self.write_international(country, number)),
        }
    }

    fn write_international(&self, country: &Country, number: E164) -> String {
        let digits = number.digits();
        match self.number_format {
            NumberFormat::International => format!("+{digits}"),
            NumberFormat::Digits => digits,
            NumberFormat::National => match digits.strip_prefix(&country.code.to_string()) {
                Some(rest) => format!("{}{rest}", country.national_prefix),
                None => format!("{}{digits}", country.international_prefix),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NETHERLANDS, TrunkTransport};
    use super::*;

    fn trunk(number_format: NumberFormat, groups: Vec<GroupId>) -> Trunk {
        let route = TrunkRoute {
            host: "sip.provider.example".to_owned(),
            port: None,
            transport: TrunkTransport::Udp,
            register: false,
            user_name: None,
            credentials: None,
        };
        let name = "Provider".to_owned();
        Trunk { id: TrunkId(1), name, active: true, groups, emergency: true, number_format, route }
    }

    #[test]
    fn a_number_is_written_as_the_provider_wants_it() {
        let dutch: Number = "+31201234567".parse().unwrap();
        let belgian: Number = "+3225551234".parse().unwrap();
        let written = |format, number| trunk(format, vec![]).write(&NETHERLANDS, number).unwrap();

        assert_eq!(written(NumberFormat::International, dutch), "+31201234567");
        assert_eq!(written(NumberFormat::Digits, dutch), "31201234567");
        assert_eq!(written(NumberFormat::National, dutch), "0201234567");
        assert_eq!(written(NumberFormat::National, belgian), "003225551234");
    }

    #[test]
    fn short_numbers_stay_short_and_extensions_stay_inside() {
        let trunk = trunk(NumberFormat::International, vec![]);

        let short = "14020;phone-context=+31".parse().unwrap();
        assert_eq!(trunk.write(&NETHERLANDS, short).unwrap(), "14020");
        assert_eq!(trunk.write(&NETHERLANDS, "201".parse().unwrap()), None);
    }

    #[test]
    fn a_trunk_without_groups_serves_every_site() {
        assert!(trunk(NumberFormat::International, vec![]).serves(GroupId(7)));
        assert!(!trunk(NumberFormat::International, vec![GroupId(1)]).serves(GroupId(7)));
    }
}
