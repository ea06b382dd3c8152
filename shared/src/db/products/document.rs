//! What a product is: as stored, as an administrator gives it, and as a list needs it.

use super::terms::{Findable, Term, terms, title};
use crate::domain::id::ProductId;
use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::quantity::Stock;
use crate::domain::text::{Description, Label, ProductName};
use crate::domain::time::Timestamp;
use crate::domain::validation::ValidationError;
use bson::Bson;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A product as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// What it is called.
    pub name: ProductName,
    /// What it is like; empty where it was not asked for.
    #[serde(default)]
    pub description: Description,
    /// What kind of thing it is.
    pub category: Label,
    /// What a variant without a modifier costs.
    pub base_price: Money,
    /// URLs of its pictures; the first is the thumbnail.
    pub images: Vec<String>,
    /// Whether it is for sale. A product is never deleted: orders name it.
    pub is_active: bool,
    /// Grows with each change, that of the stock included.
    pub version: i64,
    /// When it came into the catalogue.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its sizes and colours.
    pub variants: Vec<Variant>,
    /// What lists are sorted by; see [`Derived`].
    #[serde(flatten)]
    pub derived: Derived,
}

/// A product as it is written, with what it is found by, which nobody reads.
#[derive(Debug, Serialize)]
pub struct StoredProduct<'a> {
    #[serde(flatten)]
    product: &'a ProductDoc,
    /// The version that the last edit of an administrator made; sales make further ones.
    edited_version: i64,
    terms: BTreeSet<Term>,
}

/// What follows from the rest of a product and is stored so that an index can sort by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// The name in lower case.
    pub sort_name: String,
    /// The price of the cheapest variant.
    pub min_price: Money,
    /// The price of the dearest variant.
    pub max_price: Money,
}

impl Derived {
    /// What follows from these parts of a product.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn of<'a>(
        name: &ProductName,
        base_price: Money,
        variants: impl IntoIterator<Item = &'a Variant>,
    ) -> Result<Self, Overflow> {
        let prices = variants.into_iter().map(|variant| variant.price(base_price)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            sort_name: name.as_str().to_lowercase(),
            min_price: prices.iter().copied().min().unwrap_or(base_price),
            max_price: prices.iter().copied().max().unwrap_or(base_price),
        })
    }
}

/// What an administrator says of a product.
#[derive(Debug, Clone)]
pub struct ProductDetails {
    /// What it is called.
    pub name: ProductName,
    /// What it is like.
    pub description: Description,
    /// What kind of thing it is.
    pub category: Label,
    /// What a variant without a modifier costs.
    pub base_price: Money,
    /// URLs of its pictures; `None` keeps those that there are.
    pub images: Option<Vec<String>>,
    /// Whether it is for sale; `None` keeps it as it is.
    pub is_active: Option<bool>,
    /// Its variants; where the stock is `None`, an existing variant keeps what it has.
    pub variants: Vec<(Variant, Option<Stock>)>,
    /// What lists are sorted by.
    pub derived: Derived,
}

impl ProductDetails {
    /// The words by which people call the product.
    #[must_use]
    pub fn title(&self) -> BTreeSet<String> {
        let Self { name, description, category, .. } = self;
        title(Findable { name, description, category }, self.variants.iter().map(|(variant, _)| variant))
    }

    pub(super) fn terms(&self) -> Result<BTreeSet<Term>, Overflow> {
        let Self { name, description, category, .. } = self;
        terms(Findable { name, description, category }, self.base_price, self.variants.iter().map(|(it, _)| it))
    }
}

impl ProductDoc {
    /// The words by which people call the product.
    #[must_use]
    pub fn title(&self) -> BTreeSet<String> {
        let Self { name, description, category, .. } = self;
        title(Findable { name, description, category }, self.variants.iter())
    }

    pub(super) fn terms(&self) -> Result<BTreeSet<Term>, Overflow> {
        let Self { name, description, category, .. } = self;
        terms(Findable { name, description, category }, self.base_price, self.variants.iter())
    }

    /// The product as it is written when it is new.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn stored(&self) -> Result<StoredProduct<'_>, Overflow> {
        Ok(StoredProduct { product: self, edited_version: self.version, terms: self.terms()? })
    }

    /// A new product. It is for sale unless the contrary is said; a variant whose stock is not given has
    /// none.
    #[must_use]
    pub fn new(id: ProductId, details: ProductDetails, now: Timestamp) -> Self {
        let ProductDetails { name, description, category, base_price, images, is_active, variants, derived } = details;
        let stocked = |(variant, stock): (Variant, Option<Stock>)| Variant {
            stock_quantity: stock.unwrap_or(Stock::NONE),
            ..variant
        };
        Self {
            id,
            name,
            description,
            category,
            base_price,
            images: images.unwrap_or_default(),
            is_active: is_active.unwrap_or(true),
            version: 1,
            created_at: now,
            updated_at: now,
            variants: variants.into_iter().map(stocked).collect(),
            derived,
        }
    }
}

/// A product in a list. No description leaves the server.
#[derive(Debug, Clone, Deserialize)]
pub struct ProductSummaryDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// What it is called.
    pub name: ProductName,
    /// What kind of thing it is.
    pub category: Label,
    /// What a variant without a modifier costs.
    pub base_price: Money,
    /// Its first picture.
    pub images: Vec<String>,
    /// When it came into the catalogue.
    pub created_at: Timestamp,
    /// The stock of each variant.
    pub variants: Vec<StockOnly>,
    /// What lists are sorted by.
    #[serde(flatten)]
    pub derived: Derived,
}

/// A variant, of which only the stock was read.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct StockOnly {
    /// How many there are to sell.
    pub stock_quantity: Stock,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductSort {
    /// The latest first.
    Newest,
    /// The cheapest first.
    PriceAsc,
    /// The dearest first.
    PriceDesc,
    /// By name.
    Name,
    /// What matches a search best first.
    Relevance,
}

impl ProductSort {
    /// Every way to sort.
    pub const ALL: [Self; 5] = [Self::Newest, Self::PriceAsc, Self::PriceDesc, Self::Name, Self::Relevance];

    /// What a client calls it.
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
            Self::Name => "sort_name",
        }
    }

    /// The index in whose order it is.
    pub(super) const fn index(self) -> &'static str {
        match self {
            Self::Newest | Self::Relevance => "newest",
            Self::PriceAsc | Self::PriceDesc => "price",
            Self::Name => "name",
        }
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
        Self::ALL.into_iter().find(|sort| sort.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            ValidationError::new("invalid_choice", format!("must be one of {names}"))
        })
    }
}

/// Where a page of a list ended: the value that it is sorted by, and the id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductPosition {
    pub(super) part: i32,
    /// The words that were meant by the searcher, if they were guessed.
    pub corrected: Option<Vec<String>>,
    pub(super) key: Bson,
    pub(super) id: ProductId,
}

impl ProductPosition {
    pub(super) fn of(product: &ProductSummaryDoc, sort: ProductSort, part: i32) -> Self {
        let key = match sort {
            ProductSort::Newest | ProductSort::Relevance => product.created_at.into(),
            ProductSort::PriceAsc | ProductSort::PriceDesc => product.derived.min_price.into(),
            ProductSort::Name => Bson::String(product.derived.sort_name.clone()),
        };
        Self { part, corrected: None, key, id: product.id }
    }
}
