//! The documents of a product: as stored, as given by an administrator, and as shown in lists.

use super::index_keys::IndexKeys;
use super::terms::{SearchableFields, title_words};
use crate::domain::id::{ProductId, UserId};
use crate::domain::image_details::ImageDetails;
use crate::domain::money::{Money, Overflow};
use crate::domain::product::{Seo, Variant, is_for_sale};
use crate::domain::product_options::ProductOption;
use crate::domain::quantity::Stock;
use crate::domain::search::Language;
use crate::domain::slug::Slug;
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
    /// The current slug. A product that a release without slugs has stored has none until `migrate` derives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// The name.
    pub name: ProductName,
    /// The description; empty if the projection excludes it.
    #[serde(default)]
    pub description: Description,
    /// The category.
    pub category: Label,
    /// The price of a variant without a price modifier.
    pub base_price: Money,
    /// The former base price, with which a storefront compares the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at_price: Option<Money>,
    /// What search engines show.
    #[serde(default, skip_serializing_if = "Seo::is_empty")]
    pub seo: Seo,
    /// The tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Label>,
    /// The options of the variants, with their values in the order in which they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ProductOption>,
    /// URLs of the images; the first is the thumbnail.
    pub images: Vec<String>,
    /// The details of some of the images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_details: Vec<ImageDetails>,
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
    /// All slugs that the product has or had. They remain reserved for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    slugs: Option<[&'a Slug; 1]>,
    #[serde(flatten)]
    keys: IndexKeys,
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
    /// What a storefront shows beside these.
    pub presentation: Presentation,
}

/// The details of a product that only a storefront needs.
#[derive(Debug, Clone, Default)]
pub struct Presentation {
    /// The slug. With `None` an existing product keeps its slug, and that of a new one is derived from its name.
    pub slug: Option<Slug>,
    /// What search engines show.
    pub seo: Seo,
    /// The tags.
    pub tags: Vec<Label>,
    /// The former base price.
    pub compare_at_price: Option<Money>,
    /// The options of the variants.
    pub options: Vec<ProductOption>,
    /// The details of images; `None` keeps those of images that remain.
    pub image_details: Option<Vec<ImageDetails>>,
}

impl ProductDetails {
    /// Returns whether the stock of a variant is given.
    pub(super) fn sets_stock(&self) -> bool {
        self.variants.iter().any(|(_, stock)| stock.is_some())
    }

    /// Returns the words of name, category and colours for the vocabulary.
    #[must_use]
    pub fn title_words(&self, language: Language) -> BTreeSet<String> {
        title_words(self.searchable(), self.variants.iter().map(|(variant, _)| variant), language)
    }

    pub(super) fn index_keys(&self, language: Language) -> Result<IndexKeys, Overflow> {
        let variants = self.variants.iter().map(|(variant, _)| variant);
        IndexKeys::of(self.searchable(), self.base_price, variants, language)
    }

    fn searchable(&self) -> SearchableFields<'_> {
        let Self { name, description, category, presentation, .. } = self;
        SearchableFields { name, description, category, tags: &presentation.tags }
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
        title_words(self.searchable(), self.variants.iter(), language)
    }

    pub(super) fn index_keys(&self, language: Language) -> Result<IndexKeys, Overflow> {
        IndexKeys::of(self.searchable(), self.base_price, self.variants.iter(), language)
    }

    fn searchable(&self) -> SearchableFields<'_> {
        let Self { name, description, category, tags, .. } = self;
        SearchableFields { name, description, category, tags }
    }

    /// Returns the slug: that of its id, if it has none yet.
    #[must_use]
    pub fn slug(&self) -> Slug {
        self.slug.clone().unwrap_or_else(|| Slug::of_id(self.id))
    }

    /// Returns the document to insert into a catalogue in a language.
    pub fn stored(&self, language: Language) -> Result<StoredProduct<'_>, Overflow> {
        Ok(StoredProduct {
            product: self,
            edited_version: self.version,
            slugs: self.slug.as_ref().map(|slug| [slug]),
            keys: self.index_keys(language)?,
        })
    }

    /// Makes a new product. By default it is for sale, its variants are out of stock, and its slug is derived when it is
    /// inserted.
    #[must_use]
    pub fn new(id: ProductId, details: ProductDetails, now: Timestamp) -> Self {
        let ProductDetails {
            name,
            description,
            category,
            base_price,
            images,
            is_active,
            variants,
            sort_keys,
            presentation,
        } = details;
        let Presentation { slug, seo, tags, compare_at_price, options, image_details } = presentation;
        let stocked = |(variant, stock): (Variant, Option<Stock>)| Variant {
            stock_quantity: stock.unwrap_or(Stock::NONE),
            ..variant
        };
        let SortKeys { min_price, max_price } = sort_keys;
        Self {
            id,
            slug,
            name,
            description,
            category,
            base_price,
            compare_at_price,
            seo,
            tags,
            options,
            images: images.unwrap_or_default(),
            image_details: image_details.unwrap_or_default(),
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
