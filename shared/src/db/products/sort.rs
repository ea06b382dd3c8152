//! The orders of lists, and positions in them.

use super::ProductSummaryDoc;
use crate::domain::id::ProductId;
use crate::domain::search::Language;
use crate::domain::validation::ValidationError;
use bson::Bson;
use mongodb::options::{Collation, CollationStrength};
use serde::{Deserialize, Serialize};

/// The name of the index in the order of names, without the code of the language.
pub(super) const NAME_INDEX: &str = "name_";

/// The sort order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductSort {
    /// Newest first.
    Newest,
    /// Cheapest first.
    PriceAsc,
    /// Most expensive first.
    PriceDesc,
    /// By name.
    Name,
    /// Best match of a search first.
    Relevance,
}

impl ProductSort {
    /// All sort orders.
    pub const ALL: [Self; 5] = [Self::Newest, Self::PriceAsc, Self::PriceDesc, Self::Name, Self::Relevance];

    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::PriceAsc => "price_asc",
            Self::PriceDesc => "price_desc",
            Self::Name => "name",
            Self::Relevance => "relevance",
        }
    }

    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Newest | Self::Relevance => "created_at",
            Self::PriceAsc | Self::PriceDesc => "min_price",
            Self::Name => "name",
        }
    }

    /// Returns the name of the index in this order. Names have another order, and another index, in each language.
    pub(super) fn index(self, language: Language) -> String {
        match self {
            Self::Newest | Self::Relevance => "newest".to_owned(),
            Self::PriceAsc | Self::PriceDesc => "price".to_owned(),
            Self::Name => format!("{NAME_INDEX}{}", language.code()),
        }
    }

    /// Returns the collation of the sort key; `None` for numbers and times.
    pub(super) fn collation(self, language: Language) -> Option<Collation> {
        (self == Self::Name).then(|| collation(language))
    }

    pub(super) const fn direction(self) -> i32 {
        match self {
            Self::PriceAsc | Self::Name => 1,
            Self::Newest | Self::PriceDesc | Self::Relevance => -1,
        }
    }
}

impl std::str::FromStr for ProductSort {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|sort| sort.as_str() == text);
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::as_str)))
    }
}

/// Returns the order of names in a language. Names that differ in anything differ in their order, so that the position
/// of a product in a list is unique with its id. Numbers within names are in the order of their values.
pub(super) fn collation(language: Language) -> Collation {
    Collation::builder().locale(language.locale()).strength(CollationStrength::Identical).numeric_ordering(true).build()
}

/// The position of the last product of a page: its sort key and id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductPosition {
    /// The part of the list: see [`Products::search`](super::Products::search).
    pub(super) part: i32,
    /// The corrected words of the search, if it was corrected.
    pub corrected: Option<Vec<String>>,
    pub(super) key: Bson,
    pub(super) id: ProductId,
}

impl ProductPosition {
    pub(super) fn of(product: &ProductSummaryDoc, sort: ProductSort, part: i32) -> Self {
        let key = match sort {
            ProductSort::Newest | ProductSort::Relevance => product.created_at.into(),
            ProductSort::PriceAsc | ProductSort::PriceDesc => product.min_price.into(),
            ProductSort::Name => product.name.as_str().into(),
        };
        Self { part, corrected: None, key, id: product.id }
    }
}
