//! The merge of a guest's cart into that of a customer.

use super::quantity::Quantity;
use super::sku::Sku;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// What happens to the lines of the customer's cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMode {
    /// They remain; equal SKUs become one line with the sum of the quantities.
    Sum,
    /// They are removed.
    Replace,
}

impl MergeMode {
    /// All modes.
    pub const ALL: [Self; 2] = [Self::Sum, Self::Replace];

    /// Returns the name in requests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Replace => "replace",
        }
    }
}

impl std::str::FromStr for MergeMode {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::as_str)))
    }
}

/// A line that the merged cart has with another quantity than requested, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartChange {
    /// The SKU.
    pub sku: Sku,
    /// The quantity that the line should have had.
    pub requested: u32,
    /// The quantity that it has; 0 if there is no such line.
    pub kept: u32,
    /// Why they differ.
    pub reason: ChangeReason,
}

/// Why a line of a merged cart differs from the requested one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeReason {
    /// The product is not for sale, or has no such SKU.
    Unavailable,
    /// The quantity exceeds the stock.
    InsufficientStock,
    /// The quantity exceeds the limit of a line.
    LineLimit,
    /// The cart has the maximum number of lines.
    CartLimit,
}

impl ChangeReason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Unavailable, Self::InsufficientStock, Self::LineLimit, Self::CartLimit];

    /// Returns the name in documents and responses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::InsufficientStock => "insufficient_stock",
            Self::LineLimit => "line_limit",
            Self::CartLimit => "cart_limit",
        }
    }
}

/// Returns the quantity of a line after `added` pieces are added to the `present` ones, and why it is not the sum. `stock` is
/// absent if the variant is not for sale. The pieces that are present remain, even if they exceed the stock by now.
#[must_use]
pub fn merged_quantity(present: u32, added: u32, stock: Option<u32>) -> (u32, Option<ChangeReason>) {
    let (sum, most) = (present.saturating_add(added), u32::from(Quantity::MAX));
    let (limit, reason) = match stock {
        None => (0, ChangeReason::Unavailable),
        Some(stock) if stock < sum.min(most) => (stock, ChangeReason::InsufficientStock),
        Some(_) => (most, ChangeReason::LineLimit),
    };
    if sum <= limit { (sum, None) } else { (limit.max(present), Some(reason)) }
}

#[cfg(test)]
mod tests {
    use super::{ChangeReason, MergeMode, merged_quantity};

    #[test]
    fn quantities_are_summed_up_to_their_limits() {
        use ChangeReason::{InsufficientStock, LineLimit, Unavailable};
        for (present, added, stock, expected) in [
            (0, 2, Some(5), (2, None)),
            (3, 2, Some(5), (5, None)),
            (3, 3, Some(5), (5, Some(InsufficientStock))),
            (0, 1, Some(0), (0, Some(InsufficientStock))),
            // What is in the cart stays there.
            (7, 1, Some(5), (7, Some(InsufficientStock))),
            (7, 1, None, (7, Some(Unavailable))),
            (0, 1, None, (0, Some(Unavailable))),
            (60, 39, Some(1000), (99, None)),
            (60, 60, Some(1000), (99, Some(LineLimit))),
            (60, 60, Some(99), (99, Some(LineLimit))),
            (60, 60, Some(98), (98, Some(InsufficientStock))),
        ] {
            assert_eq!(merged_quantity(present, added, stock), expected, "{present} + {added} of {stock:?}");
        }
    }

    #[test]
    fn modes_are_parsed_by_name() {
        assert_eq!("replace".parse::<MergeMode>().unwrap(), MergeMode::Replace);
        assert_eq!("Sum".parse::<MergeMode>().unwrap_err().code, "invalid_choice");
    }
}
