//! Pages of the catalogue, read from an index in the order of the list (keyset pagination).

use super::filter::{ProductFilter, SearchQuery, SearchScope, Selection};
use super::terms::{TERMS, Term};
use super::{ProductPosition, ProductSort, ProductSummaryDoc, Products};
use crate::db::decode::find_page;
use crate::db::keyset::after;
use crate::db::{MAX_TIME, is_index_missing};
use crate::domain::sku::Sku;
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};

/// Limit up to which the products of an access path are counted.
const MAX_COUNT: u64 = 2_000;

/// A product in a list, with its position.
#[derive(Debug)]
pub struct ProductListEntry {
    /// The product.
    pub product: ProductSummaryDoc,
    /// The position, after which the next page starts.
    pub position: ProductPosition,
}

impl ProductListEntry {
    fn new(product: ProductSummaryDoc, sort: ProductSort, part: i32) -> Self {
        Self { position: ProductPosition::of(&product, sort, part), product }
    }
}

impl Products {
    /// Returns a page of the active products that match the filter.
    pub async fn list(
        &self,
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductListEntry>, Error> {
        let part = Part { number: 0, selection: self.select(filter, None, sort).await?, sort };
        self.read(part, after, limit).await
    }

    /// Returns a page of the active products that match the filter and contain all words. The last word may be a
    /// prefix, with `completions` from the vocabulary.
    ///
    /// By relevance the list has two parts, each sorted by age: products with all words in the title, then all others.
    pub async fn search(
        &self,
        (words, completions): (&[String], &[String]),
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductListEntry>, Error> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let scopes: &[SearchScope] = match sort {
            ProductSort::Relevance => &[SearchScope::Title, SearchScope::NotAllInTitle],
            ProductSort::Newest | ProductSort::PriceAsc | ProductSort::PriceDesc | ProductSort::Name => {
                &[SearchScope::Any]
            }
        };
        let first_part = after.map_or(0, |position| position.part);
        let mut found = Vec::new();
        for (number, scope) in (0_i32..).zip(scopes.iter().copied()).skip_while(|(number, _)| *number < first_part) {
            let remaining = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(limit));
            if remaining > 0 {
                let query = SearchQuery { words, completions, scope };
                let selection = self.select(filter, Some(query), sort).await?;
                let part = Part { number, selection, sort };
                found.extend(self.read(part, after.filter(|position| position.part == number), remaining).await?);
            }
        }
        Ok(found)
    }

    /// Selects by the access path with the fewest products. A single one is not counted.
    async fn select(
        &self,
        filter: &ProductFilter,
        query: Option<SearchQuery<'_>>,
        sort: ProductSort,
    ) -> Result<Selection, Error> {
        let mut paths = filter.access_paths(query);
        if paths.len() > 1 {
            let count = async |(position, terms): (usize, &Vec<Term>)| {
                let with_term = doc! { "is_active": true, TERMS: { "$in": terms.as_slice() } };
                let index = Hint::Name(format!("{TERMS}_{}", sort.index()));
                let count = self.0.count_documents(with_term).hint(index).limit(MAX_COUNT).max_time(MAX_TIME).await?;
                Ok::<_, Error>((count, position))
            };
            let counts = match try_join_all(paths.iter().enumerate().map(count)).await {
                Err(error) if is_index_missing(&error) => return Ok(filter.select(query, Vec::new())),
                counts => counts?,
            };
            let fewest = counts.into_iter().min().map_or(0, |(_, position)| position);
            paths = paths.into_iter().skip(fewest).collect();
        }
        Ok(filter.select(query, paths.into_iter().next().unwrap_or_default()))
    }

    /// Reads a page. If the term index does not exist, as during a bulk import, the page is read without it: the
    /// conditions select the same products, but take longer.
    async fn read(
        &self,
        mut part: Part,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductListEntry>, Error> {
        match self.read_in_order(&part, after, limit).await {
            Err(error) if is_index_missing(&error) && !part.selection.terms.is_empty() => {
                part.selection.terms.clear();
                self.read_in_order(&part, after, limit).await
            }
            page => page,
        }
    }

    async fn read_in_order(
        &self,
        part: &Part,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductListEntry>, Error> {
        let (field, direction) = (part.sort.field(), part.sort.direction());
        let sort = doc! { field: direction, "_id": direction };
        let options = FindOptions::builder().sort(sort).hint(Hint::Name(part.index())).projection(summary_projection());
        let options = options.max_time(MAX_TIME).build();
        let found: Vec<ProductSummaryDoc> = find_page(&self.0, part.filter(after), options, limit).await?;
        Ok(found.into_iter().map(|product| ProductListEntry::new(product, part.sort, part.number)).collect())
    }

    /// Returns the active product with a SKU that matches the filter. The SKU may also be in upper or lower case.
    pub async fn by_sku(&self, sku: &Sku, filter: &ProductFilter) -> Result<Option<ProductListEntry>, Error> {
        let typed = sku.as_str();
        let mut conditions = filter.select(None, Vec::new()).conditions;
        conditions.insert("variants.sku", doc! { "$in": [typed, typed.to_uppercase(), typed.to_lowercase()] });
        let hint = Hint::Name(super::SKU_UNIQUE.to_owned());
        let options = FindOptions::builder().hint(hint).projection(summary_projection()).max_time(MAX_TIME).build();
        let found: Vec<ProductSummaryDoc> = find_page(&self.0, conditions, options, 1).await?;
        Ok(found.into_iter().next().map(|product| ProductListEntry::new(product, ProductSort::Newest, 0)))
    }
}

/// Returns the projection of the fields that lists show or sort by.
fn summary_projection() -> Document {
    doc! {
        "name": 1, "category": 1, "base_price": 1, "images": { "$slice": 1 }, "created_at": 1,
        "variants.stock_quantity": 1, "sort_name": 1, "min_price": 1, "max_price": 1,
    }
}

/// A part of a list, which one index has in the order of the list.
struct Part {
    number: i32,
    selection: Selection,
    sort: ProductSort,
}

impl Part {
    /// Returns the name of the index to hint at. Without a hint the server evaluates several, and may choose one that
    /// suited an earlier query.
    fn index(&self) -> String {
        let sorted = self.sort.index();
        if self.selection.terms.is_empty() { sorted.to_owned() } else { format!("{TERMS}_{sorted}") }
    }

    /// Returns the filter, with a branch per term. Each branch is a range of the index in the order of the list, and
    /// the server merges them.
    fn filter(&self, position: Option<&ProductPosition>) -> Document {
        let (field, direction) = (self.sort.field(), self.sort.direction());
        let Selection { terms, conditions } = &self.selection;
        let branches = match terms.as_slice() {
            [] => vec![conditions.clone()],
            terms => terms.iter().map(|term| with_term(conditions, *term)).collect(),
        };
        let branches: Vec<Document> = match position {
            None => branches,
            Some(ProductPosition { key, id, .. }) => {
                branches.iter().flat_map(|branch| after(branch, field, direction, key.clone(), (*id).into())).collect()
            }
        };
        match <[Document; 1]>::try_from(branches) {
            Ok([only]) => only,
            Err(branches) => doc! { "$or": branches },
        }
    }
}

fn with_term(conditions: &Document, term: Term) -> Document {
    let mut conditions = conditions.clone();
    conditions.insert(TERMS, term);
    conditions
}
