//! The document of a product in a list.

use crate::domain::id::ProductId;
use crate::domain::money::Money;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use serde::Deserialize;

/// A product in a list, without its description.
#[derive(Debug, Clone, Deserialize)]
pub struct ProductSummaryDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// The current slug, if it has one.
    #[serde(default)]
    pub slug: Option<Slug>,
    /// The name.
    pub name: ProductName,
    /// The category.
    pub category: Label,
    /// The price of a variant without a price modifier.
    pub base_price: Money,
    /// The former base price.
    #[serde(default)]
    pub compare_at_price: Option<Money>,
    /// URL of the first image, if there is one.
    pub images: Vec<String>,
    /// Whether it is for sale.
    pub is_active: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The variants.
    pub variants: Vec<VariantSummary>,
    /// The language and version of its search terms.
    #[serde(default)]
    pub terms_version: String,
    /// The price of the cheapest variant.
    pub min_price: Money,
    /// The price of the most expensive variant.
    pub max_price: Money,
}

impl ProductSummaryDoc {
    /// Returns the slug: that of its id, if it has none yet.
    #[must_use]
    pub fn slug(&self) -> Slug {
        self.slug.clone().unwrap_or_else(|| Slug::of_id(self.id))
    }

    /// Returns the lowest stock of a variant.
    #[must_use]
    pub fn lowest_stock(&self) -> Stock {
        self.variants.iter().map(|variant| variant.stock_quantity).min().unwrap_or(Stock::NONE)
    }
}

/// A variant of a product in a list.
#[derive(Debug, Clone, Deserialize)]
pub struct VariantSummary {
    /// The SKU, if the product was looked up.
    #[serde(default)]
    pub sku: Option<Sku>,
    /// The size.
    #[serde(default)]
    pub size: Option<Label>,
    /// The colour.
    #[serde(default)]
    pub color: Option<Label>,
    /// Number of pieces in stock.
    pub stock_quantity: Stock,
}
