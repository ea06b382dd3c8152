//! Counts of products by category, size, colour, further options, price range and stock.

use super::facet_values::{FacetValues, VariantValues};
use super::filter::{Facet, ProductFilter};
use crate::domain::price_range::PriceRange;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::hash::Hash;

/// Maximum number of values of a facet, and of options.
const MAX_VALUES: usize = 100;

/// The counts of the values of a facet, highest first.
#[derive(Debug, Clone, Default)]
pub struct ValueCounts {
    /// The values; at most [`MAX_VALUES`].
    pub values: Vec<ValueCount>,
    /// Whether only a part of the products was counted.
    pub is_capped: bool,
}

/// A value with its number of products.
#[derive(Debug, Clone)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// The number of products.
    pub product_count: i64,
}

/// An option with the counts of its values.
#[derive(Debug, Clone)]
pub struct OptionCounts {
    /// The name.
    pub name: String,
    /// The counts.
    pub counts: ValueCounts,
}

/// The counts of price ranges, cheapest first.
#[derive(Debug, Clone, Default)]
pub struct PriceCounts {
    /// The ranges with products.
    pub ranges: Vec<(PriceRange, i64)>,
    /// The lowest and the highest price.
    pub extent: Option<PriceRange>,
    /// Whether only a part of the products was counted.
    pub is_capped: bool,
}

/// The numbers of products with and without stock.
#[derive(Debug, Clone, Default)]
pub struct StockCounts {
    /// The number of products with stock.
    pub in_stock: i64,
    /// The number of products without stock.
    pub out_of_stock: i64,
    /// Whether only a part of the products was counted.
    pub is_capped: bool,
}

/// Counts products one by one.
#[derive(Debug)]
pub(super) struct Counter {
    filter: ProductFilter,
    facets: Vec<Facet>,
    /// The number of products that match.
    pub(super) products: i64,
    pub(super) is_capped: bool,
    categories: Tally<String>,
    sizes: Tally<String>,
    colors: Tally<String>,
    options: BTreeMap<String, Tally<String>>,
    prices: Tally<PriceRange>,
    extent: Option<PriceRange>,
    in_stock: i64,
}

impl Counter {
    /// Makes a counter of facets of the products that match a filter.
    pub(super) fn new(filter: ProductFilter, facets: Vec<Facet>) -> Self {
        Self {
            filter,
            facets,
            products: 0,
            is_capped: false,
            categories: Tally::default(),
            sizes: Tally::default(),
            colors: Tally::default(),
            options: BTreeMap::new(),
            prices: Tally::default(),
            extent: None,
            in_stock: 0,
        }
    }

    pub(super) const fn filter(&self) -> &ProductFilter {
        &self.filter
    }

    /// Returns whether the stock of products is a condition, or is counted.
    pub(super) fn reads_stock(&self) -> bool {
        self.filter.in_stock || self.counts(&Facet::Stock)
    }

    /// Leaves categories to another count.
    pub(super) fn skip_categories(&mut self) {
        self.facets.retain(|facet| *facet != Facet::Category);
    }

    /// Returns whether no facet is counted.
    pub(super) const fn is_empty(&self) -> bool {
        self.facets.is_empty()
    }

    pub(super) fn counts(&self, facet: &Facet) -> bool {
        self.facets.contains(facet)
    }

    /// Counts a product, if it matches. Only the values of matching variants are counted, so that each count is the length of
    /// the list with that value as a further filter.
    pub(super) fn add(&mut self, values: &FacetValues<'_>) {
        let variants: Vec<_> = self.filter.matching_variants(values).collect();
        if variants.is_empty() {
            return;
        }
        self.products = self.products.saturating_add(1);
        let product = self.products;
        for facet in &self.facets {
            match facet {
                Facet::Category => self.categories.add(values.category, product),
                Facet::Size => variants.iter().filter_map(|it| it.size).for_each(|it| self.sizes.add(it, product)),
                Facet::Color => variants.iter().filter_map(|it| it.color).for_each(|it| self.colors.add(it, product)),
                Facet::Price => {
                    for VariantValues { price, .. } in &variants {
                        let PriceRange { min, max } = self.extent.unwrap_or(PriceRange { min: *price, max: *price });
                        self.extent = Some(PriceRange { min: min.min(*price), max: max.max(*price) });
                        self.prices.add(&PriceRange::of(*price), product);
                    }
                }
                Facet::Stock => {
                    let in_stock = variants.iter().any(|variant| variant.in_stock);
                    self.in_stock = self.in_stock.saturating_add(in_stock.into());
                }
                Facet::Option(name) => add_options(&mut self.options, &variants, |it| it == name.as_str(), product),
                Facet::OtherOptions => {
                    let filtered = &self.filter.options;
                    let is_other = |it: &str| filtered.iter().all(|(name, _)| name.as_str() != it);
                    add_options(&mut self.options, &variants, is_other, product);
                }
            }
        }
    }

    pub(super) fn categories(&self) -> ValueCounts {
        self.value_counts(&self.categories)
    }

    pub(super) fn sizes(&self) -> ValueCounts {
        self.value_counts(&self.sizes)
    }

    pub(super) fn colors(&self) -> ValueCounts {
        self.value_counts(&self.colors)
    }

    pub(super) fn options(&self) -> impl Iterator<Item = OptionCounts> {
        let options = self.options.iter().take(MAX_VALUES);
        options.map(|(name, values)| OptionCounts { name: name.clone(), counts: self.value_counts(values) })
    }

    pub(super) fn prices(&self) -> PriceCounts {
        let mut ranges: Vec<_> = self.prices.0.iter().map(|(range, count)| (*range, count.products)).collect();
        ranges.sort_unstable();
        PriceCounts { ranges, extent: self.extent, is_capped: self.is_capped }
    }

    pub(super) const fn stock(&self) -> StockCounts {
        let Self { products, in_stock, is_capped, .. } = self;
        StockCounts { in_stock: *in_stock, out_of_stock: products.saturating_sub(*in_stock), is_capped: *is_capped }
    }

    fn value_counts(&self, tally: &Tally<String>) -> ValueCounts {
        let values = tally.0.iter();
        let values = values.map(|(value, count)| ValueCount { value: value.clone(), product_count: count.products });
        ValueCounts::new(values.collect(), self.is_capped)
    }
}

impl ValueCounts {
    /// Sorts values by their counts.
    pub(super) fn new(mut values: Vec<ValueCount>, is_capped: bool) -> Self {
        values.sort_unstable_by(|one, other| {
            (Reverse(one.product_count), &one.value).cmp(&(Reverse(other.product_count), &other.value))
        });
        values.truncate(MAX_VALUES);
        Self { values, is_capped }
    }
}

fn add_options(
    options: &mut BTreeMap<String, Tally<String>>,
    variants: &[&VariantValues<'_>],
    is_counted: impl Fn(&str) -> bool,
    product: i64,
) {
    for (name, value) in variants.iter().flat_map(|variant| &variant.options).filter(|(name, _)| is_counted(name)) {
        match options.get_mut(*name) {
            Some(values) => values.add(*value, product),
            None => options.entry((*name).to_owned()).or_default().add(*value, product),
        }
    }
}

/// The number of products of each value.
#[derive(Debug)]
struct Tally<T>(HashMap<T, Count>);

#[derive(Debug)]
struct Count {
    products: i64,
    /// The number of the product that was counted last, so that its further variants are not counted.
    last: i64,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Hash + Eq> Tally<T> {
    /// Counts a product unless it is the one that was counted last.
    fn add<Q: Hash + Eq + ToOwned<Owned = T> + ?Sized>(&mut self, value: &Q, product: i64)
    where
        T: std::borrow::Borrow<Q>,
    {
        match self.0.get_mut(value) {
            Some(count) if count.last == product => {}
            Some(count) => *count = Count { products: count.products.saturating_add(1), last: product },
            None => {
                self.0.insert(value.to_owned(), Count { products: 1, last: product });
            }
        }
    }
}
