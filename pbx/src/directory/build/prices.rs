//! The price list: each line for itself, then that no two are about the same numbers.

use std::sync::Arc;

use super::Build;
use crate::directory::{Country, PriceRecord, Prices, Record, Tariff};
use crate::limits;

impl Build {
    pub(super) fn prices(&mut self, records: &[PriceRecord], country: &Country) -> Arc<Prices> {
        let mut prices = Prices::default();
        for (place, record) in records.iter().enumerate() {
            let field = format!("prices.{place}.prefix");
            let Some(prefix) = country.prefix(&record.prefix) else {
                let reason = format!("`{}` is no beginning of a number", record.prefix);
                self.error(Record::Company, &field, reason);
                continue;
            };
            let tariff = Tariff { per_call: record.per_call, per_minute: record.per_minute };
            if prices.insert(prefix, tariff).is_some() {
                self.error(Record::Company, &field, format!("`{}` has a price already", record.prefix));
            }
        }
        if records.len() > limits::PRICES {
            let reason = format!("there are {}, and at most {} are possible", records.len(), limits::PRICES);
            self.error(Record::Company, "prices", reason);
        }
        Arc::new(prices)
    }
}
