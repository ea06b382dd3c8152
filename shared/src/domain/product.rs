//! Variants of products, and the limits of a product.

use super::id::UserId;
use super::money::{Money, Overflow};
use super::product_options::{OptionName, VariantOption};
use super::quantity::Stock;
use super::sku::Sku;
use super::text::{Label, Text};
use serde::{Deserialize, Serialize};

/// Maximum number of variants of a product.
pub const MAX_VARIANTS: usize = 100;

/// Maximum number of images of a product.
pub const MAX_IMAGES: usize = 20;

/// Maximum number of tags of a product.
pub const MAX_TAGS: usize = 50;

/// What search engines show of a product. Without it they use its name and description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seo {
    /// The title of the page. Search engines show about 70 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<SeoTitle>,
    /// The description of the page. Search engines show at most about 320 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<SeoDescription>,
}

/// The title of a page for search engines.
pub type SeoTitle = Text<70>;
/// The description of a page for search engines.
pub type SeoDescription = Text<320>;

impl Seo {
    /// Returns whether it has neither title nor description.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.title.is_none() && self.description.is_none()
    }
}

/// A variant of a product: one size and colour, and one value of each further option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The SKU, unique in the catalogue.
    pub sku: Sku,
    /// The size.
    pub size: Option<Label>,
    /// The colour.
    pub color: Option<Label>,
    /// The values of the options other than size and colour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<VariantOption>,
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

    /// Returns the values of all options, size and colour first.
    #[must_use]
    pub fn all_options(&self) -> Vec<VariantOption> {
        all_options(self.size.as_ref(), self.color.as_ref(), &self.options)
    }
}

/// Returns the values of all options of a variant: size, colour and the others.
#[must_use]
pub fn all_options(size: Option<&Label>, color: Option<&Label>, others: &[VariantOption]) -> Vec<VariantOption> {
    let option =
        |name: OptionName, value: Option<&Label>| value.map(|value| VariantOption { name, value: value.clone() });
    let size_and_color = [option(OptionName::size(), size), option(OptionName::color(), color)];
    size_and_color.into_iter().flatten().chain(others.iter().cloned()).collect()
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
            options: Vec::new(),
            stock_quantity: Stock::NONE,
            price_modifier: Money::from_minor(modifier),
        };
        assert_eq!(variant(-250).price(Money::from_minor(1999)).unwrap(), Money::from_minor(1749));
        assert!(variant(1).price(Money::from_minor(i64::MAX)).is_err());
    }
}
