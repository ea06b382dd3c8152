//! Counts the products of a list by the values of their facets.
//!
//! A condition on a facet does not reduce the counts of that facet itself, so each such facet is counted on products of
//! its own. See `docs/decisions/a-catalogue-on-indexes.md`.

use super::declaration::FACETS;
use super::facet_counts::{Counter, OptionCounts, PriceCounts, StockCounts, ValueCount, ValueCounts};
use super::facet_terms::FACET_TERMS;
use super::facet_values::{FACET_VALUES, FacetValues, VariantValues};
use super::filter::Facet;
use super::{CategoryCount, ProductFilter, Products, SearchQuery};
use crate::db::{MAX_TIME, is_index_missing};
use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::quantity::Stock;
use crate::domain::text::Label;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::future::{try_join, try_join_all};
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};
use serde::Deserialize;

/// Maximum number of index keys that a request reads.
const MAX_KEYS: usize = 500;

/// Maximum number of documents that a request reads, for stock and words.
const MAX_DOCUMENTS: usize = 100;

/// The facets of a request without conditions.
const UNFILTERED: [Facet; 6] =
    [Facet::Category, Facet::Size, Facet::Color, Facet::OtherOptions, Facet::Price, Facet::Stock];

/// The counts of the products of a list.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// The number of products that match all conditions.
    pub product_count: i64,
    /// Whether only a part of them was counted.
    pub is_capped: bool,
    /// Counts by category.
    pub categories: ValueCounts,
    /// Counts by size.
    pub sizes: ValueCounts,
    /// Counts by colour.
    pub colors: ValueCounts,
    /// Counts by further options, by their names.
    pub options: Vec<OptionCounts>,
    /// Counts by price.
    pub prices: PriceCounts,
    /// Counts by stock.
    pub stock: StockCounts,
}

impl Products {
    /// Counts the active products that match the filter and the words.
    ///
    /// Conditions are tested on index keys. Stock and words are in none, so those are tested on documents.
    pub async fn count_facets(&self, filter: &ProductFilter, query: Option<&SearchQuery>) -> Result<Facets, Error> {
        let completed = match query {
            Some(query) => Some(self.complete(query).await?),
            None => None,
        };
        let query = completed.as_ref();
        let is_every_category = query.is_none() && filter.without(&Facet::Category).is_empty();
        let mut counters = counters(filter, query.is_some());
        if is_every_category {
            counters.iter_mut().for_each(Counter::skip_categories);
            // The only filter may be that by category.
            counters.retain(|counter| !counter.is_empty());
        }
        let reads_documents = |counter: &Counter| query.is_some() || counter.reads_stock();
        let readers = counters.iter().filter(|counter| reads_documents(counter)).count();
        let max_documents = MAX_DOCUMENTS.checked_div(readers).unwrap_or_default();
        let max_keys = MAX_KEYS.checked_div(counters.len().saturating_sub(readers)).unwrap_or_default();
        let count = async |counter: &mut Counter| {
            if reads_documents(counter) {
                return self.count_by_documents(counter, query, max_documents).await;
            }
            match self.count_by_keys(counter, max_keys).await {
                // As during a bulk import.
                Err(error) if is_index_missing(&error) => self.count_by_documents(counter, None, MAX_DOCUMENTS).await,
                outcome => outcome,
            }
        };
        let categories = async { if is_every_category { self.categories().await.map(Some) } else { Ok(None) } };
        let (categories, _) = try_join(categories, try_join_all(counters.iter_mut().map(count))).await?;
        let mut facets = Facets::of(&counters);
        if let Some(categories) = categories {
            facets.categories = ValueCounts::new(categories.into_iter().map(ValueCount::from).collect(), false);
        }
        Ok(facets)
    }

    /// Counts products on the keys of the index of facets, newest first.
    async fn count_by_keys(&self, counter: &mut Counter, max: usize) -> Result<(), Error> {
        let with_term = |term| doc! { "is_active": true, FACET_TERMS: term };
        let mut branches: Vec<Document> =
            counter.filter().facet_access_path(self.1).into_iter().map(with_term).collect();
        let filter = match branches.pop() {
            Some(only) if branches.is_empty() => only,
            last => doc! { "$or": branches.into_iter().chain(last).collect::<Vec<_>>() },
        };
        // One more shows whether there are more, and another one lets the server close the cursor.
        let limit = max.saturating_add(1);
        let mut options = FindOptions::builder().max_time(MAX_TIME).build();
        options.projection = Some(doc! { "_id": 0, FACET_VALUES: 1 });
        options.sort = Some(doc! { "_id": -1 });
        options.hint = Some(Hint::Name(FACETS.to_owned()));
        options.limit = i64::try_from(limit).ok();
        options.batch_size = u32::try_from(limit.saturating_add(1)).ok();
        let mut found = self.0.clone_with_type::<RawDocumentBuf>().find(filter).with_options(options).await?;
        for position in 0_usize.. {
            if !found.advance().await? {
                break;
            }
            // One that `migrate` has not reached yet has no values.
            match found.current().get_str(FACET_VALUES).ok().and_then(FacetValues::decode) {
                _ if position >= max => counter.is_capped = true,
                Some(values) => counter.add(&values),
                None => {}
            }
        }
        Ok(())
    }

    /// Counts products on their documents, newest first.
    async fn count_by_documents(
        &self,
        counter: &mut Counter,
        query: Option<&SearchQuery>,
        max: usize,
    ) -> Result<(), Error> {
        let limit = i64::try_from(max).unwrap_or_default().saturating_add(1);
        let projection = || doc! { "_id": 1, "category": 1, "base_price": 1, "variants": 1 };
        let products: Vec<CountedProduct> = self.read_newest(counter.filter(), query, limit, projection).await?;
        counter.is_capped = products.len() > max;
        for product in products.iter().take(max) {
            counter.add(&product.values().map_err(Error::custom)?);
        }
        Ok(())
    }
}

/// Returns a counter of all facets without a condition, and one for each facet with a condition.
fn counters(filter: &ProductFilter, is_search: bool) -> Vec<Counter> {
    let filtered = filter.facets();
    let mut others: Vec<Facet> = UNFILTERED.into_iter().filter(|facet| !filtered.contains(facet)).collect();
    let mut counters: Vec<Counter> =
        filtered.into_iter().map(|facet| Counter::new(filter.without(&facet), vec![facet])).collect();
    if !is_search && !filter.in_stock {
        // The others are counted on index keys, and on more products.
        others.retain(|facet| *facet != Facet::Stock);
        counters.push(Counter::new(filter.clone(), vec![Facet::Stock]));
    }
    counters.insert(0, Counter::new(filter.clone(), others));
    counters
}

impl Facets {
    /// Collects the counts of all facets. The first counter has those of the products that match all conditions.
    fn of(counters: &[Counter]) -> Self {
        let of = |facet: Facet| counters.iter().find(|counter| counter.counts(&facet));
        let mut options: Vec<OptionCounts> = counters.iter().flat_map(Counter::options).collect();
        options.sort_by(|one, other| one.name.cmp(&other.name));
        Self {
            product_count: counters.first().map_or(0, |matches| matches.products),
            is_capped: counters.first().is_some_and(|matches| matches.is_capped),
            categories: of(Facet::Category).map(Counter::categories).unwrap_or_default(),
            sizes: of(Facet::Size).map(Counter::sizes).unwrap_or_default(),
            colors: of(Facet::Color).map(Counter::colors).unwrap_or_default(),
            options,
            prices: of(Facet::Price).map(Counter::prices).unwrap_or_default(),
            stock: of(Facet::Stock).map(Counter::stock).unwrap_or_default(),
        }
    }
}

impl From<CategoryCount> for ValueCount {
    fn from(CategoryCount { category, product_count }: CategoryCount) -> Self {
        Self { value: category.as_str().to_owned(), product_count }
    }
}

/// A product with the fields that facets count.
#[derive(Debug, Deserialize)]
struct CountedProduct {
    category: Label,
    base_price: Money,
    variants: Vec<Variant>,
}

impl CountedProduct {
    fn values<'a>(&'a self) -> Result<FacetValues<'a>, Overflow> {
        let values = |variant: &'a Variant| -> Result<VariantValues<'a>, Overflow> {
            let Variant { size, color, options, stock_quantity, .. } = variant;
            Ok(VariantValues {
                size: size.as_ref().map(Label::as_str),
                color: color.as_ref().map(Label::as_str),
                options: options.iter().map(|option| (option.name.as_str(), option.value.as_str())).collect(),
                price: variant.price(self.base_price)?,
                in_stock: *stock_quantity > Stock::NONE,
            })
        };
        let variants = self.variants.iter().map(values).collect::<Result<_, _>>()?;
        Ok(FacetValues { category: self.category.as_str(), variants })
    }
}
