//! Prices of variants, as a base price and the differences to it.

use ferrocart::domain::money::{Currency, Money};

use super::cell::{self, Cell};
use super::draft::Draft;

/// The price of the first variant is the base price. Each other variant has its difference to it.
pub(super) struct Prices {
    currency: Currency,
    base: Option<Money>,
    is_first: bool,
    /// The price of the last variant.
    last: Option<Money>,
    /// By how much each variant is reduced, if it is.
    reductions: Vec<Option<Money>>,
}

impl Prices {
    pub(super) const fn new(currency: Currency) -> Self {
        Self { currency, base: None, is_first: true, last: None, reductions: Vec::new() }
    }

    /// Sets the price of the last variant of a draft, which stands on a line.
    pub(super) fn set(&mut self, draft: &mut Draft, line: u64, text: &str) {
        let price = self.parse(text);
        self.last = price.as_ref().ok().copied();
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

    /// Adds the former price of the last variant, whose price is set.
    pub(super) fn add_former(&mut self, draft: &mut Draft, line: u64, text: &str) {
        let Some(price) = self.last else { return };
        let former = if text.is_empty() { Ok(None) } else { self.parse(text).map(Some) };
        let former = match former {
            Ok(former) => former.filter(|former| !former.is_zero()),
            Err(reason) => return draft.set(line, "compare_at_price", Err(reason)),
        };
        let reduction =
            former.and_then(|former| former.minus(price).ok()).filter(|it| !it.is_zero() && !it.is_negative());
        if former.is_some() && reduction.is_none() {
            draft.notice(line, "a compare-at price that is not higher than the price is left out");
        }
        self.reductions.push(reduction);
    }

    /// Sets the former price of the product, whose fields stand on a line. A product has one, and each variant the same
    /// difference to it: for variants with other reductions it would claim a price that never was.
    pub(super) fn set_former(&self, draft: &mut Draft, line: u64) {
        let Some((first, others)) = self.reductions.split_first() else { return };
        if others.iter().any(|other| other != first) {
            draft.notice(line, "compare-at prices are left out: the variants are not reduced by the same amount");
        } else if let (Some(reduction), Some(base)) = (first, self.base) {
            let former = base.plus(*reduction).map_err(|overflow| overflow.to_string());
            draft.set(line, "compare_at_price", former.and_then(|former| self.json(former)));
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
