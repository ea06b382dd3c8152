//! Pages of the catalogue, read from an index in the order of the list (keyset pagination).

use super::filter::{Activity, ProductFilter, Selection};
use super::search_query::{SearchPart, SearchQuery};
use super::term::Term;
use super::terms::{TERMS, TERMS_VERSION, terms_version};
use super::{ProductPosition, ProductSort, ProductSummaryDoc, Products};
use crate::db::decode::find_page;
use crate::db::keyset::after;
use crate::db::{MAX_TIME, is_index_missing};
use crate::domain::search::Language;
use bson::{Bson, Document, doc};
use futures_util::future::{try_join, try_join_all};
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};
use serde::de::DeserializeOwned;

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
        let page = Page { filter, query: None, sort, after };
        self.read_selected(page, limit).await
    }

    /// Returns a page of the active products that match the filter and the words.
    ///
    /// By relevance the list has several parts, each sorted by age: products whose name or SKU is the text, those with all
    /// words in the title, those in whose title the last word is a prefix, and those with words in the description.
    pub async fn search(
        &self,
        query: &SearchQuery,
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductListEntry>, Error> {
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let page = |part: SearchPart| {
            let after = after.filter(|position| position.part == part.number());
            Page { filter, query: Some((query, part)), sort, after }
        };
        if sort != ProductSort::Relevance {
            return self.read_selected(page(SearchPart::All), limit).await;
        }
        let mut parts = query.parts();
        let mut found = Vec::new();
        match after {
            Some(position) => parts.retain(|part| part.number() >= position.part),
            None => {
                // At the same time, because hardly any text is a whole name.
                let (whole, title) = try_join(
                    self.read_selected(page(SearchPart::Whole), limit),
                    self.read_selected(page(SearchPart::Title), limit),
                )
                .await?;
                found.extend(whole.into_iter().chain(title));
                parts.retain(|part| ![SearchPart::Whole, SearchPart::Title].contains(part));
            }
        }
        let limit = usize::try_from(limit).unwrap_or_default();
        found.truncate(limit);
        for part in parts {
            let remaining = limit.saturating_sub(found.len());
            if remaining > 0 {
                let remaining = i64::try_from(remaining).unwrap_or_default();
                found.extend(self.read_selected(page(part), remaining).await?);
            }
        }
        Ok(found)
    }

    /// Reads a page by the access path with the fewest products.
    async fn read_selected(&self, page: Page<'_>, limit: i64) -> Result<Vec<ProductListEntry>, Error> {
        let Page { filter, query, sort, after } = page;
        let paths = filter.access_paths(query, self.1);
        let Some(terms) = self.fewest_products(paths, filter.activity, sort).await? else {
            return Ok(Vec::new());
        };
        let number = query.map_or(0, |(_, part)| part.number());
        let part = Part { selection: filter.select(query, terms), sort, language: self.1 };
        let found: Vec<ProductSummaryDoc> = self.read(part, after, limit, summary_projection()).await?;
        let current = terms_version(self.1);
        if let Some(product) = found.iter().find(|product| product.terms_version != current) {
            tracing::error!(
                product = %product.id,
                stored = product.terms_version,
                current,
                "products have search terms of another language or version; `ferrocart migrate` recomputes them"
            );
        }
        Ok(found.into_iter().map(|product| ProductListEntry::new(product, sort, number)).collect())
    }

    /// Reads the newest active products that match the filter and the words.
    pub(super) async fn read_newest<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        filter: &ProductFilter,
        query: Option<&SearchQuery>,
        limit: i64,
        projection: Document,
    ) -> Result<Vec<T>, Error> {
        let (query, sort) = (query.map(|query| (query, SearchPart::All)), ProductSort::Newest);
        let paths = filter.access_paths(query, self.1);
        let Some(terms) = self.fewest_products(paths, filter.activity, sort).await? else { return Ok(Vec::new()) };
        let part = Part { selection: filter.select(query, terms), sort, language: self.1 };
        self.read(part, None, limit, projection).await
    }

    /// Returns the access path with the fewest products; an empty one for all products, and `None` if one has no
    /// products. A single one is not counted.
    async fn fewest_products(
        &self,
        paths: Vec<Vec<Term>>,
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Option<Vec<Term>>, Error> {
        if paths.len() < 2 {
            return Ok(Some(paths.into_iter().next().unwrap_or_default()));
        }
        let count = async |(position, terms): (usize, &Vec<Term>)| {
            let is_active = doc! { "$in": activity.values().to_vec() };
            let with_term = doc! { "is_active": is_active, TERMS: { "$in": terms.as_slice() } };
            let index = Hint::Name(format!("{TERMS}_{}", sort.index(self.1)));
            let count = self.0.count_documents(with_term).hint(index).limit(MAX_COUNT).max_time(MAX_TIME).await?;
            Ok::<_, Error>((count, position))
        };
        let counts = match try_join_all(paths.iter().enumerate().map(count)).await {
            Err(error) if is_index_missing(&error) => return Ok(Some(Vec::new())),
            counts => counts?,
        };
        let fewest = counts.into_iter().min().filter(|(count, _)| *count > 0);
        Ok(fewest.and_then(|(_, position)| paths.into_iter().nth(position)))
    }

    /// Reads a page. If the term index does not exist, as during a bulk import, the page is read without it: the
    /// conditions select the same products, but take longer. If the index of the sort order does not exist either, as
    /// before the migration to another language, the server sorts.
    async fn read<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        mut part: Part,
        after: Option<&ProductPosition>,
        limit: i64,
        projection: Document,
    ) -> Result<Vec<T>, Error> {
        let mut index = Some(part.index());
        loop {
            match self.read_in_order(&part, index.as_deref(), after, limit, projection.clone()).await {
                Err(error) if is_index_missing(&error) && !part.selection.terms.is_empty() => {
                    part.selection.terms.clear();
                    index = Some(part.index());
                }
                Err(error) if is_index_missing(&error) && index.is_some() => {
                    tracing::error!(index, "an index of the products is missing; `ferrocart migrate` creates it");
                    index = None;
                }
                page => return page,
            }
        }
    }

    async fn read_in_order<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        part: &Part,
        index: Option<&str>,
        after: Option<&ProductPosition>,
        limit: i64,
        projection: Document,
    ) -> Result<Vec<T>, Error> {
        let (field, direction) = (part.sort.field(), part.sort.direction());
        let mut options = FindOptions::builder().projection(projection).max_time(MAX_TIME).build();
        options.sort = Some(doc! { field: direction, "_id": direction });
        options.hint = index.map(|index| Hint::Name(index.to_owned()));
        options.collation = part.sort.collation(part.language);
        // All in one response, also if they are more than the 101 documents of the first one by default.
        options.batch_size = u32::try_from(limit.saturating_add(1)).ok();
        find_page(&self.0, part.filter(after), options, limit).await
    }
}

/// Returns the projection of the fields that lists show or sort by.
pub(super) fn summary_projection() -> Document {
    doc! {
        "name": 1, "slug": 1, "category": 1, "base_price": 1, "compare_at_price": 1, "images": { "$slice": 1 },
        "created_at": 1, "updated_at": 1, "variants.stock_quantity": 1, "variants.size": 1, "variants.color": 1,
        "min_price": 1, "max_price": 1, "is_active": 1, TERMS_VERSION: 1,
    }
}

/// What a page is read of.
struct Page<'a> {
    filter: &'a ProductFilter,
    query: Option<(&'a SearchQuery, SearchPart)>,
    sort: ProductSort,
    after: Option<&'a ProductPosition>,
}

/// A part of a list, which one index has in the order of the list.
struct Part {
    selection: Selection,
    sort: ProductSort,
    language: Language,
}

impl Part {
    /// Returns the name of the index to hint at. Without a hint the server evaluates several, and may choose one that
    /// suited an earlier query.
    fn index(&self) -> String {
        let sorted = self.sort.index(self.language);
        if self.selection.terms.is_empty() { sorted } else { format!("{TERMS}_{sorted}") }
    }

    /// Returns the filter, with a branch per value of `is_active` and term. Each branch is a range of the index in the order
    /// of the list, and the server merges them.
    fn filter(&self, position: Option<&ProductPosition>) -> Document {
        let (field, direction) = (self.sort.field(), self.sort.direction());
        let Selection { terms, conditions, activity } = &self.selection;
        let with_activity = activity.values().iter().map(|is_active| with(conditions, "is_active", *is_active));
        let branches: Vec<Document> = match terms.as_slice() {
            [] => with_activity.collect(),
            terms => with_activity.flat_map(|it| terms.iter().map(move |term| with(&it, TERMS, *term))).collect(),
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

fn with(conditions: &Document, field: &str, value: impl Into<Bson>) -> Document {
    let mut conditions = conditions.clone();
    conditions.insert(field, value);
    conditions
}
