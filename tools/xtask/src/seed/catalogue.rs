//! The products of the demo shop, from one file for each category.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use ferrocart::db::products::{ProductDoc, SortKeys};
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::product::{Seo, Variant};
use ferrocart::domain::product_options::VariantOption;
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::slug::Slug;
use ferrocart::domain::text::Label;
use ferrocart::domain::time::Timestamp;
use serde::Deserialize;

use super::days;
use super::random::derive_id;

const FILES: [&str; 8] = [
    include_str!("catalogue/accessories.json"),
    include_str!("catalogue/bags.json"),
    include_str!("catalogue/desk.json"),
    include_str!("catalogue/kitchen.json"),
    include_str!("catalogue/outerwear.json"),
    include_str!("catalogue/pants.json"),
    include_str!("catalogue/shoes.json"),
    include_str!("catalogue/t-shirts.json"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    category: String,
    products: Vec<Product>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    name: String,
    /// Prefix of the SKUs of its variants.
    sku: String,
    price: String,
    added_days_ago: u64,
    #[serde(default)]
    retired: bool,
    description: String,
    /// The former price of a product on sale.
    compare_at_price: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    /// What all variants have in common, such as a material.
    #[serde(default)]
    options: BTreeMap<String, String>,
    #[serde(default)]
    sizes: Vec<String>,
    /// Price modifiers by size or colour.
    #[serde(default)]
    surcharges: BTreeMap<String, String>,
    stock: StockTable,
}

/// The stock: one number for each size, or a single one for a product without sizes.
#[derive(Deserialize)]
#[serde(untagged)]
enum StockTable {
    ByColor(BTreeMap<String, Vec<i64>>),
    Colorless(Vec<i64>),
}

/// All products as documents.
pub(super) fn products(now: Timestamp) -> Result<Vec<ProductDoc>> {
    let mut products = Vec::new();
    for file in FILES {
        let Category { category, products: in_category } =
            serde_json::from_str(file).context("reading the catalogue")?;
        for product in in_category {
            let name = product.name.clone();
            products.push(product.document(&category, now).with_context(|| format!("the product {name}"))?);
        }
    }
    Ok(products)
}

impl Product {
    fn document(self, category: &str, now: Timestamp) -> Result<ProductDoc> {
        let variants = self.variants()?;
        let (name, base_price) = (self.name.parse()?, money(&self.price)?);
        let SortKeys { min_price, max_price } = SortKeys::of(base_price, &variants)?;
        let added = now.minus(days(self.added_days_ago));
        Ok(ProductDoc {
            id: derive_id(&format!("product/{}", self.sku)),
            // All names of the demo shop differ.
            slug: Some(Slug::preferred(&self.name)),
            name,
            compare_at_price: self.compare_at_price.as_deref().map(money).transpose()?,
            seo: Seo::default(),
            tags: self.tags.iter().map(|tag| tag.parse()).collect::<Result<_, _>>()?,
            options: Vec::new(),
            description: self.description.parse()?,
            category: category.parse()?,
            base_price,
            images: Vec::new(),
            image_details: Vec::new(),
            is_active: !self.retired,
            exclusive_to: None,
            version: 1,
            created_at: added,
            updated_at: added,
            variants,
            min_price,
            max_price,
        })
    }

    fn options(&self) -> Result<Vec<VariantOption>> {
        let option =
            |(name, value): (&String, &String)| Ok(VariantOption { name: name.parse()?, value: value.parse()? });
        self.options.iter().map(option).collect()
    }

    fn variants(&self) -> Result<Vec<Variant>> {
        match &self.stock {
            StockTable::Colorless(stock) => self.variants_in(None, stock),
            StockTable::ByColor(colors) => {
                let variants = colors.iter().map(|(color, stock)| self.variants_in(Some(color), stock));
                Ok(variants.collect::<Result<Vec<_>>>()?.concat())
            }
        }
    }

    fn variants_in(&self, color: Option<&str>, stock: &[i64]) -> Result<Vec<Variant>> {
        let sizes: Vec<_> =
            if self.sizes.is_empty() { vec![None] } else { self.sizes.iter().map(String::as_str).map(Some).collect() };
        if sizes.len() != stock.len() {
            bail!("{} stock quantities for {} sizes", stock.len(), sizes.len());
        }
        sizes.into_iter().zip(stock).map(|(size, stock)| self.variant(color, size, *stock)).collect()
    }

    fn variant(&self, color: Option<&str>, size: Option<&str>, stock: i64) -> Result<Variant> {
        let parts = [Some(self.sku.as_str()), color, size].into_iter().flatten();
        let label = |text: Option<&str>| text.map(str::parse::<Label>).transpose();
        let surcharges = [color, size].into_iter().flatten().filter_map(|label| self.surcharges.get(label));
        Ok(Variant {
            sku: parts.map(sku_part).collect::<Vec<_>>().join("-").parse()?,
            size: label(size)?,
            color: label(color)?,
            options: self.options()?,
            stock_quantity: Stock::try_from(stock)?,
            price_modifier: Money::sum(surcharges.map(|amount| money(amount)).collect::<Result<Vec<_>>>()?)?,
        })
    }
}

/// Parses a price. The files are in dollars; a shop with another currency gets the same number of minor units: 24.90
/// dollars become 2,490 yen.
fn money(text: &str) -> Result<Money> {
    Ok(Currency::USD.parse(text)?)
}

/// `Navy and White` becomes `NAVY-AND-WHITE`.
fn sku_part(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ferrocart::db::products::ProductDoc;
    use ferrocart::domain::money::Money;
    use ferrocart::domain::time::Timestamp;

    use super::products;

    fn catalogue() -> Vec<ProductDoc> {
        products(Timestamp::from_millis(1_790_000_000_000)).unwrap()
    }

    #[test]
    fn the_catalogue_has_about_60_products_in_8_categories() {
        let products = catalogue();
        assert!((50..=70).contains(&products.len()), "{}", products.len());
        let categories: BTreeSet<_> = products.iter().map(|product| &product.category).collect();
        assert_eq!(categories.len(), 8, "{categories:?}");
        let names: BTreeSet<_> = products.iter().map(|product| &product.name).collect();
        assert_eq!(names.len(), products.len());
    }

    #[test]
    fn skus_and_product_ids_are_unique() {
        let products = catalogue();
        let skus: Vec<_> = products.iter().flat_map(|product| &product.variants).map(|variant| &variant.sku).collect();
        assert_eq!(skus.iter().collect::<BTreeSet<_>>().len(), skus.len());
        assert_eq!(products.iter().map(|product| product.id).collect::<BTreeSet<_>>().len(), products.len());
    }

    #[test]
    fn every_product_has_a_price_and_a_description() {
        for product in catalogue() {
            assert!(product.min_price > Money::ZERO, "{}", product.name);
            assert!(product.description.as_str().len() > 100, "{}", product.name);
        }
    }

    #[test]
    fn surcharges_follow_from_size_and_color() {
        let products = catalogue();
        let price = |wanted: &str| {
            let find = |product: &ProductDoc| {
                let variant = product.variants.iter().find(|variant| variant.sku.as_str() == wanted)?;
                Some(variant.price(product.base_price).unwrap().minor())
            };
            products.iter().find_map(find).unwrap()
        };
        assert_eq!(price("TEE-HARBOR-BLACK-XL"), 2_490);
        assert_eq!(price("TEE-HARBOR-BLACK-XXL"), 2_790);
        assert_eq!(price("SHO-CHELSEA-SUEDE-SAND-US-9"), 19_900);
        assert_eq!(price("KIT-SKILLET-20-CM"), 3_795);
    }

    #[test]
    fn stock_is_varied_and_the_cheapest_product_is_available() {
        let products = catalogue();
        let stock: Vec<_> =
            products.iter().flat_map(|product| &product.variants).map(|variant| variant.stock_quantity.get()).collect();
        let sold_out = stock.iter().filter(|stock| **stock == 0).count();
        let low = stock.iter().filter(|stock| (1..5).contains(*stock)).count();
        assert!(sold_out >= 5 && low >= 10, "{sold_out} sold out, {low} low");
        let cheapest = products.iter().min_by_key(|product| product.min_price).unwrap();
        assert!(cheapest.is_active && cheapest.variants.first().unwrap().stock_quantity.get() > 20);
    }
}
