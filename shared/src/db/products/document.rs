//! The documents of a product: as stored, as given by an administrator, and as shown in lists.

use super::terms::{SearchableFields, Term, terms, terms_version, title_words};
use crate::domain::id::{ProductId, UserId};
use crate::domain::money::{Money, Overflow};
use crate::domain::product::{Variant, is_for_sale};
use crate::domain::quantity::Stock;
use crate::domain::search::Language;
use crate::domain::text::{Description, Label, ProductName};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// The name.
    pub name: ProductName,
    /// The description; empty if the projection excludes it.
    #[serde(default)]
    pub description: Description,
    /// The category.
    pub category: Label,
    /// The price of a variant without a price modifier.
    pub base_price: Money,
    /// URLs of the images; the first is the thumbnail.
    pub images: Vec<String>,
    /// Whether it is for sale. Products are never deleted, because orders refer to them.
    pub is_active: bool,
    /// The only user who can buy it: the product of a synthetic purchase. It is not active, so that no list contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_to: Option<UserId>,
    /// Incremented by each change, also of the stock.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The variants.
    pub variants: Vec<Variant>,
    /// The price of the cheapest variant.
    pub min_price: Money,
    /// The price of the most expensive variant.
    pub max_price: Money,
}

/// A product with the fields that are written, but not read.
#[derive(Debug, Serialize)]
pub struct StoredProduct<'a> {
    #[serde(flatten)]
    product: &'a ProductDoc,
    /// The version of the last edit by an administrator. Sales increment the version further.
    edited_version: i64,
    terms: BTreeSet<Term>,
    terms_version: String,
}

/// The fields of a product that derive from others and are stored as sort keys of indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKeys {
    /// The price of the cheapest variant.
    pub min_price: Money,
    /// The price of the most expensive variant.
    pub max_price: Money,
}

impl SortKeys {
    /// Derives the fields.
    pub fn of<'a>(base_price: Money, variants: impl IntoIterator<Item = &'a Variant>) -> Result<Self, Overflow> {
        let prices = variants.into_iter().map(|variant| variant.price(base_price)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            min_price: prices.iter().copied().min().unwrap_or(base_price),
            max_price: prices.iter().copied().max().unwrap_or(base_price),
        })
    }
}

/// The details of a product that an administrator edits.
#[derive(Debug, Clone)]
pub struct ProductDetails {
    /// The name.
    pub name: ProductName,
    /// The description.
    pub description: Description,
    /// The category.
    pub category: Label,
    /// The price of a variant without a price modifier.
    pub base_price: Money,
    /// URLs of the images; `None` keeps the current ones.
    pub images: Option<Vec<String>>,
    /// Whether it is for sale; `None` keeps the current value.
    pub is_active: Option<bool>,
    /// The variants with their stock; with `None` an existing variant keeps its stock.
    pub variants: Vec<(Variant, Option<Stock>)>,
    /// The sort keys of lists.
    pub sort_keys: SortKeys,
}

impl ProductDetails {
    /// Returns the words of name, category and colours for the vocabulary.
    #[must_use]
    pub fn title_words(&self, language: Language) -> BTreeSet<String> {
        let Self { name, description, category, .. } = self;
        let variants = self.variants.iter().map(|(variant, _)| variant);
        title_words(SearchableFields { name, description, category }, variants, language)
    }

    pub(super) fn terms(&self, language: Language) -> Result<BTreeSet<Term>, Overflow> {
        let Self { name, description, category, .. } = self;
        let variants = self.variants.iter().map(|(variant, _)| variant);
        terms(SearchableFields { name, description, category }, self.base_price, variants, language)
    }
}

impl ProductDoc {
    /// Returns whether it is for sale to a buyer.
    #[must_use]
    pub fn is_for_sale_to(&self, buyer: UserId) -> bool {
        is_for_sale(self.is_active, self.exclusive_to, buyer)
    }

    /// Returns the words of name, category and colours for the vocabulary.
    #[must_use]
    pub fn title_words(&self, language: Language) -> BTreeSet<String> {
        let Self { name, description, category, .. } = self;
        title_words(SearchableFields { name, description, category }, self.variants.iter(), language)
    }

    pub(super) fn terms(&self, language: Language) -> Result<BTreeSet<Term>, Overflow> {
        let Self { name, description, category, .. } = self;
        terms(SearchableFields { name, description, category }, self.base_price, self.variants.iter(), language)
    }

    /// Returns the document to insert into a catalogue in a language.
    pub fn stored(&self, language: Language) -> Result<StoredProduct<'_>, Overflow> {
        Ok(StoredProduct {
            product: self,
            edited_version: self.version,
            terms: self.terms(language)?,
            terms_version: terms_version(language),
        })
    }

    /// Makes a new product. By default it is for sale, and its variants are out of stock.
    #[must_use]
    pub fn new(id: ProductId, details: ProductDetails, now: Timestamp) -> Self {
        let ProductDetails { name, description, category, base_price, images, is_active, variants, sort_keys } =
            details;
        let stocked = |(variant, stock): (Variant, Option<Stock>)| Variant {
            stock_quantity: stock.unwrap_or(Stock::NONE),
            ..variant
        };
        let SortKeys { min_price, max_price } = sort_keys;
        Self {
            id,
            name,
            description,
            category,
            base_price,
            images: images.unwrap_or_default(),
            is_active: is_active.unwrap_or(true),
            exclusive_to: None,
            version: 1,
            created_at: now,
            updated_at: now,
            variants: variants.into_iter().map(stocked).collect(),
            min_price,
            max_price,
        }
    }
}

/// A product in a list, without its description.
#[derive(Debug, Clone, Deserialize)]
pub struct ProductSummaryDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// The name.
    pub name: ProductName,
    /// The category.
    pub category: Label,
    /// The price of a variant without a price modifier.
    pub base_price: Money,
    /// URL of the first image, if there is one.
    pub images: Vec<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The stock of each variant.
    pub variants: Vec<VariantStock>,
    /// The language and version of its search terms.
    #[serde(default)]
    pub terms_version: String,
    /// The price of the cheapest variant.
    pub min_price: Money,
    /// The price of the most expensive variant.
    pub max_price: Money,
}

/// The stock of a variant.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct VariantStock {
    /// Number of pieces in stock.
    pub stock_quantity: Stock,
}
