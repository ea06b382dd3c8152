//! Variants of products, and the limits of a product.

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

#[cfg(test)]
mod tests {
    use super::{Money, Stock, Variant};

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
