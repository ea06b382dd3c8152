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
    /// How much higher the former base price is, if there is one.
    reduction: Option<Money>,
}

impl Prices {
    pub(super) const fn new(currency: Currency) -> Self {
        Self { currency, base: None, is_first: true, last: None, reduction: None }
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

    /// Sets the former price of the last variant, whose price is set. A product has one former base price, and each variant
    /// the same difference to it.
    pub(super) fn set_former(&mut self, draft: &mut Draft, line: u64, text: &str, is_first: bool) {
        let Some(price) = self.last else { return };
        let former = if text.is_empty() { Ok(None) } else { self.parse(text).map(Some) };
        let former = match former {
            Ok(former) => former.filter(|former| !former.is_zero()),
            Err(reason) => return draft.set(line, "compare_at_price", Err(reason)),
        };
        let reduction =
            former.and_then(|former| former.minus(price).ok()).filter(|it| !it.is_zero() && !it.is_negative());
        if is_first {
            self.reduction = reduction;
            if let Some(former) = former.filter(|_| reduction.is_some()) {
                draft.set(line, "compare_at_price", self.json(former));
            } else if former.is_some() {
                draft.notice(line, "a compare-at price that is not higher than the price is left out");
            }
        } else if reduction != self.reduction {
            draft.notice(
                line,
                "variants are reduced by the same amount as the first one, whatever their compare-at prices",
            );
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
