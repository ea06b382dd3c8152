//! The document of a product in a list.

use crate::domain::id::ProductId;
use crate::domain::money::Money;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use serde::de::{IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

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
    pub variants: VariantsSummary,
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
}

/// The variants of a product in a list. They are summed up while they are decoded: a page has hundreds.
#[derive(Debug, Clone)]
pub struct VariantsSummary {
    /// Their SKUs, if the product was looked up.
    pub skus: Vec<Sku>,
    /// Their sizes, each once.
    pub sizes: Vec<Label>,
    /// Their colours, each once.
    pub colors: Vec<Label>,
    /// Their number.
    pub count: usize,
    /// The stock of all.
    pub stock: u64,
    /// The lowest stock of one; zero without variants.
    pub lowest_stock: Stock,
}

/// The fields of a variant that a list shows. They are borrowed, and so can be decoded from bytes only.
#[derive(Deserialize)]
struct VariantFields<'a> {
    #[serde(default)]
    sku: Option<Sku>,
    #[serde(default, borrow)]
    size: Option<&'a str>,
    #[serde(default, borrow)]
    color: Option<&'a str>,
    stock_quantity: Stock,
}

impl<'de> Deserialize<'de> for VariantsSummary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(VariantsVisitor)
    }
}

struct VariantsVisitor;

impl<'de> Visitor<'de> for VariantsVisitor {
    type Value = VariantsSummary;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of variants")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut variants: A) -> Result<VariantsSummary, A::Error> {
        let mut summary = VariantsSummary {
            skus: Vec::new(),
            sizes: Vec::new(),
            colors: Vec::new(),
            count: 0,
            stock: 0,
            lowest_stock: Stock::NONE,
        };
        while let Some(VariantFields { sku, size, color, stock_quantity: stock }) = variants.next_element()? {
            summary.skus.extend(sku);
            add_label(&mut summary.sizes, size)?;
            add_label(&mut summary.colors, color)?;
            summary.lowest_stock = if summary.count == 0 { stock } else { summary.lowest_stock.min(stock) };
            summary.count = summary.count.saturating_add(1);
            summary.stock = summary.stock.saturating_add(u64::from(stock.get()));
        }
        Ok(summary)
    }
}

/// Adds a label, unless it is there already.
fn add_label<E: serde::de::Error>(labels: &mut Vec<Label>, text: Option<&str>) -> Result<(), E> {
    match text {
        Some(text) if labels.iter().all(|label| label.as_str() != text) => {
            labels.push(Label::deserialize(text.into_deserializer())?);
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::VariantsSummary;
    use bson::{Document, doc};
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Product {
        variants: VariantsSummary,
    }

    fn decode(variants: &[Document]) -> VariantsSummary {
        let product = bson::serialize_to_vec(&doc! { "variants": variants }).unwrap();
        bson::deserialize_from_slice::<Product>(&product).unwrap().variants
    }

    #[test]
    fn variants_are_summed_up_with_each_label_once() {
        let summary = decode(&[
            doc! { "sku": "TEE-M", "size": "M", "color": "Red", "stock_quantity": 4_i64 },
            doc! { "sku": "TEE-L", "size": "L", "color": "Red", "stock_quantity": 2_i64 },
            doc! { "sku": "TEE-X", "size": null, "stock_quantity": 3_i64 },
        ]);
        let texts = |labels: &[_]| labels.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(&summary.sizes), ["M", "L"]);
        assert_eq!(texts(&summary.colors), ["Red"]);
        assert_eq!(summary.skus.iter().map(ToString::to_string).collect::<Vec<_>>(), ["TEE-M", "TEE-L", "TEE-X"]);
        assert_eq!((summary.count, summary.stock, summary.lowest_stock.get()), (3, 9, 2));
    }

    #[test]
    fn a_product_without_variants_has_no_stock() {
        let summary = decode(&[]);
        assert_eq!((summary.count, summary.stock, summary.lowest_stock.get()), (0, 0, 0));
    }

    #[test]
    fn without_a_projection_of_skus_there_are_none() {
        let summary = decode(&[doc! { "size": "M", "color": "Red", "stock_quantity": 0_i64 }]);
        assert!(summary.skus.is_empty());
        assert_eq!((summary.count, summary.stock, summary.lowest_stock.get()), (1, 0, 0));
    }
}
