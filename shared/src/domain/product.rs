//! Variants of products, and the limits of a product.

use super::id::UserId;
use super::money::{Money, Overflow};
use super::quantity::Stock;
use super::sku::Sku;
use super::text::Label;
use serde::{Deserialize, Serialize};

/// Maximum number of variants of a product.
pub const MAX_VARIANTS: usize = 100;

/// Maximum number of images of a product.
pub const MAX_IMAGES: usize = 20;

/// A variant of a product: one size and colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The SKU, unique in the catalogue.
    pub sku: Sku,
    /// The size.
    pub size: Option<Label>,
    /// The colour.
    pub color: Option<Label>,
    /// Number of pieces in stock.
    pub stock_quantity: Stock,
    /// Difference to the product's base price; may be negative.
    pub price_modifier: Money,
}

impl Variant {
    /// Returns the price of one piece.
    pub fn price(&self, base_price: Money) -> Result<Money, Overflow> {
        base_price.plus(self.price_modifier)
    }
}

/// Returns whether a product is for sale to a buyer: an active one to everyone, an exclusive one to a single buyer.
#[must_use]
pub fn is_for_sale(is_active: bool, exclusive_to: Option<UserId>, buyer: UserId) -> bool {
    is_active || exclusive_to == Some(buyer)
}

#[cfg(test)]
mod tests {
    use super::{Money, Stock, UserId, Variant, is_for_sale};

    #[test]
    fn an_exclusive_product_is_for_sale_to_one_buyer() {
        let [buyer, other] = [1, 2].map(|byte| UserId::from_bytes([byte; 12]));
        for (is_active, exclusive_to, expected) in
            [(true, None, true), (false, None, false), (false, Some(buyer), true), (false, Some(other), false)]
        {
            assert_eq!(is_for_sale(is_active, exclusive_to, buyer), expected, "{is_active} {exclusive_to:?}");
        }
    }

    #[test]
    fn a_price_is_the_base_price_plus_the_modifier() {
        let variant = |modifier| Variant {
            sku: "TEE".parse().unwrap(),
            size: None,
            color: None,
            stock_quantity: Stock::NONE,
            price_modifier: Money::from_minor(modifier),
        };
        assert_eq!(variant(-250).price(Money::from_minor(1999)).unwrap(), Money::from_minor(1749));
        assert!(variant(1).price(Money::from_minor(i64::MAX)).is_err());
    }
}
