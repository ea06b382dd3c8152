//! What is sold: the price and the stock of a variant.

use super::money::{Money, Overflow};
use super::quantity::Stock;
use super::sku::Sku;
use super::text::Label;
use serde::{Deserialize, Serialize};

/// The most variants that one product may have.
pub const MAX_VARIANTS: usize = 100;

/// The most pictures that one product may have.
pub const MAX_IMAGES: usize = 20;

/// One size and colour of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name in the whole catalogue.
    pub sku: Sku,
    /// Its size.
    pub size: Option<Label>,
    /// Its colour.
    pub color: Option<Label>,
    /// How many there are to sell.
    pub stock_quantity: Stock,
    /// What it costs more (or less) than the product's base price.
    pub price_modifier: Money,
}

impl Variant {
    /// What one piece costs.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn price(&self, base_price: Money) -> Result<Money, Overflow> {
        base_price.plus(self.price_modifier)
    }
}
