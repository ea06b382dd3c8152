//! Prices of variants, as a base price and the differences to it.

use ferrocart::domain::money::{Currency, Money};

use super::cell::{self, Cell};
use super::draft::Draft;

/// The price of the first variant is the base price. Each other variant has its difference to it.
pub(super) struct Prices {
    currency: Currency,
    base: Option<Money>,
    is_first: bool,
}

impl Prices {
    pub(super) const fn new(currency: Currency) -> Self {
        Self { currency, base: None, is_first: true }
    }

    /// Sets the price of the last variant of a draft, which stands on a line.
    pub(super) fn set(&mut self, draft: &mut Draft, line: u64, text: &str) {
        let price = self.parse(text);
        if self.is_first {
            self.is_first = false;
            self.base = price.as_ref().ok().copied();
            draft.set(line, "base_price", price.and_then(|price| self.json(price)));
            return;
        }
        match (price, self.base) {
            (Err(reason), _) => draft.set_in_variant("price_modifier", Err(reason)),
            (Ok(price), Some(base)) if price != base => {
                let modifier = price.minus(base).map_err(|overflow| overflow.to_string());
                draft.set_in_variant("price_modifier", modifier.and_then(|modifier| self.json(modifier)));
            }
            (Ok(_), _) => {}
        }
    }

    fn parse(&self, text: &str) -> Result<Money, String> {
        if text.is_empty() {
            return Err("is required".to_owned());
        }
        self.currency.parse(&cell::decimal(text)?).map_err(|error| error.to_string())
    }

    fn json(&self, money: Money) -> Cell {
        cell::json(money.of(self.currency))
    }
}
