//! Pages of the catalogue, read from an index in the order of the list (keyset pagination).

use super::filter::ProductFilter;
use super::part::Part;
use super::search_query::{SearchPart, SearchQuery};
use super::terms::{TERMS_VERSION, terms_version};
use super::{ProductPosition, ProductSort, ProductSummaryDoc, Products};
use crate::db::decode::find_page_of;
use crate::db::{MAX_TIME, is_index_missing};
use bson::{Document, doc};
use futures_util::future::try_join;
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};
use serde::de::DeserializeOwned;

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
        if sort != ProductSort::Relevance {
            let query = self.complete(query).await?;
            return self
                .read_selected(Page { filter, query: Some((&query, SearchPart::All)), sort, after }, limit)
                .await;
        }
        let read = async |query: &SearchQuery, part: SearchPart, limit: i64| {
            if after.is_some_and(|position| part.number() < position.part) {
                return Ok(Vec::new());
            }
            let after = after.filter(|position| position.part == part.number());
            self.read_selected(Page { filter, query: Some((query, part)), sort, after }, limit).await
        };
        // At the same time, because hardly any text is a whole name.
        let titles = try_join(read(query, SearchPart::Whole, limit), read(query, SearchPart::Title, limit));
        let (whole, title) = titles.await?;
        let mut found: Vec<ProductListEntry> = whole.into_iter().chain(title).collect();
        let rows = usize::try_from(limit).unwrap_or_default();
        found.truncate(rows);
        if found.len() == rows {
            return Ok(found);
        }
        let completed = self.complete(query).await?;
        for part in completed.completed_parts() {
            let remaining = rows.saturating_sub(found.len());
            if remaining > 0 {
                let remaining = i64::try_from(remaining).unwrap_or_default();
                found.extend(read(&completed, part, remaining).await?);
            }
        }
        Ok(found)
    }

    /// Reads a page by the rarest access path.
    async fn read_selected(&self, page: Page<'_>, limit: i64) -> Result<Vec<ProductListEntry>, Error> {
        let Page { filter, query, sort, after } = page;
        let terms = self.rarest(filter.access_paths(query, self.1), filter.activity, sort).await?;
        let number = query.map_or(0, |(_, part)| part.number());
        let part = Part { selection: filter.select(query, terms), sort, language: self.1 };
        let found: Vec<ProductSummaryDoc> = self.read(part, after, limit, summary_projection).await?;
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
        projection: fn() -> Document,
    ) -> Result<Vec<T>, Error> {
        let (query, sort) = (query.map(|query| (query, SearchPart::All)), ProductSort::Newest);
        let terms = self.rarest(filter.access_paths(query, self.1), filter.activity, sort).await?;
        let part = Part { selection: filter.select(query, terms), sort, language: self.1 };
        self.read(part, None, limit, projection).await
    }

    /// Reads a page. If the term index does not exist, as during a bulk import, the page is read without it: the
    /// conditions select the same products, but take longer. If the index of the sort order does not exist either, as
    /// before the migration to another language, the server sorts.
    async fn read<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        mut part: Part,
        after: Option<&ProductPosition>,
        limit: i64,
        projection: fn() -> Document,
    ) -> Result<Vec<T>, Error> {
        let mut index = Some(part.index());
        loop {
            match self.read_in_order(&part, index.as_deref(), after, limit, projection).await {
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
        projection: fn() -> Document,
    ) -> Result<Vec<T>, Error> {
        let query = || {
            let mut options = FindOptions::builder().projection(projection()).max_time(MAX_TIME).build();
            options.sort = Some(part.order());
            options.hint = index.map(|index| Hint::Name(index.to_owned()));
            options.collation = part.sort.collation(part.language);
            // All in one response, also if they are more than the 101 documents of the first one by default.
            options.batch_size = u32::try_from(limit.saturating_add(1)).ok();
            (part.filter(after), options)
        };
        find_page_of(&self.0, query, limit).await
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
