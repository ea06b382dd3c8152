//! Stock keeping units (SKUs), which identify variants of products.

use super::id::ProductId;
use super::quantity::Quantity;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A SKU: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(String);

impl Sku {
    /// Returns the SKU as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Sku {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValidationError::new("invalid_sku", "must be 1 to 64 letters, digits, dots, underscores or hyphens"))
        }
    }
}

impl std::fmt::Display for Sku {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A SKU with a quantity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkuQuantity {
    /// The SKU.
    pub sku: Sku,
    /// Number of pieces.
    pub quantity: Quantity,
}

/// A line that exceeds the stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The SKU.
    pub sku: Sku,
    /// Requested number of pieces.
    pub requested: u32,
    /// Number of pieces in stock.
    pub available: u32,
}

/// Groups lines by product, in ascending order of product id.
///
/// Everything that changes the stock of several products does so in this order. When two buyers
/// compete for the last unit of each of two products, the one who gets the first therefore also gets the second.
#[must_use]
pub fn group_by_product(
    lines: impl IntoIterator<Item = (ProductId, SkuQuantity)>,
) -> BTreeMap<ProductId, Vec<SkuQuantity>> {
    let mut products: BTreeMap<ProductId, Vec<SkuQuantity>> = BTreeMap::new();
    for (product, line) in lines {
        products.entry(product).or_default().push(line);
    }
    products
}

#[cfg(test)]
mod tests {
    use super::{ProductId, Quantity, Sku, SkuQuantity, group_by_product};

    fn line(sku: &str, quantity: i64) -> SkuQuantity {
        SkuQuantity { sku: sku.parse().unwrap(), quantity: Quantity::try_from(quantity).unwrap() }
    }

    #[test]
    fn skus_are_1_to_64_letters_digits_and_marks() {
        for good in ["a", "Z9._-", &"s".repeat(64)] {
            let sku: Sku = good.parse().unwrap();
            assert_eq!((sku.as_str(), sku.to_string().as_str()), (good, good));
        }
        for bad in ["", " ", "a b", "a/b", "ä", "a\0", &"s".repeat(65)] {
            assert!(bad.parse::<Sku>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn lines_are_grouped_by_ascending_product() {
        let [first, second] = [1, 2].map(|byte| ProductId::from_bytes([byte; 12]));
        let lines = [(second, line("C", 1)), (first, line("A", 2)), (second, line("B", 3))];
        let grouped: Vec<_> = group_by_product(lines).into_iter().collect();
        assert_eq!(grouped, [(first, vec![line("A", 2)]), (second, vec![line("C", 1), line("B", 3)])]);
    }
}
