//! The names by which people sign in (F-007): the domain of the company, and the part before the `@`.

use pbx::directory::{Login, LoginError, is_domain};

use super::Lowering;
use crate::company_file::problem::{Table, What};

impl Lowering<'_> {
    /// The domain is the second half of everybody's name.
    pub(super) fn domain(&mut self) {
        let domain = self.data.domain().to_owned();
        if !is_domain(&domain) {
            let what = What::new(
                "bad_domain",
                format!("`{domain}` is geen domein; schrijf bijvoorbeeld klant.example"),
                format!("`{domain}` is no domain; write customer.example for example"),
            );
            self.fault(Table { name: "company", index: 0 }, "domain", what);
        }
    }

    /// A login as it is kept, however it is written; the domain may stand behind it.
    pub(super) fn login(&mut self, table: Table, text: &str) -> Option<String> {
        let error = match Login::read(text, self.data.domain()) {
            Ok(login) => return Some(login.into()),
            Err(error) => error,
        };
        let nl = match &error {
            LoginError::Shape(text) => format!(
                "`{text}` is geen aanmeldnaam: schrijf 1 tot 64 letters, cijfers en tekens zoals voor de `@` van een e-mailadres"
            ),
            LoginError::OtherDomain(text) => format!("`{text}` hoort niet bij het domein van dit bedrijf"),
        };
        self.fault(table, "login", What::new("bad_login", nl, error.to_string()));
        None
    }
}
