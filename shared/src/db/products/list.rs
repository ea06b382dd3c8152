//! A page of the catalogue: read from the index in the order of the list, however far down it begins.

use super::filter::{Place, ProductFilter, Selection, Wanted};
use super::terms::{TERMS, Term};
use super::{ProductPosition, ProductSort, ProductSummaryDoc, Products};
use crate::db::MAX_TIME;
use crate::db::schema::after;
use crate::domain::sku::Sku;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use mongodb::error::Error;
use mongodb::options::Hint;

/// How many products a term may have before it makes no difference whether it has more.
const OFTEN: u64 = 2_000;

/// A product in a list, and where it stands there.
#[derive(Debug)]
pub struct Listed {
    /// The product.
    pub product: ProductSummaryDoc,
    /// Where the page after it begins.
    pub position: ProductPosition,
}

impl Products {
    /// One page of the products for sale.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<Listed>, Error> {
        let part = Part { number: 0, selection: self.select(filter, None, sort).await?, sort };
        self.read(&part, after, limit).await
    }

    /// One page of the products for sale that have all these words, in the place of the last one also what
    /// it is the beginning of. By relevance those come first that have them all in the title; each part of
    /// the list is sorted by age.
    ///
    /// # Errors
    /// The database's.
    pub async fn search(
        &self,
        (words, completed): (&[String], &[String]),
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<Listed>, Error> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let places: &[Place] = match sort {
            ProductSort::Relevance => &[Place::Title, Place::TextOnly],
            ProductSort::Newest | ProductSort::PriceAsc | ProductSort::PriceDesc | ProductSort::Name => {
                &[Place::Anywhere]
            }
        };
        let begins = after.map_or(0, |position| position.part);
        let mut found = Vec::new();
        for (number, place) in (0_i32..).zip(places.iter().copied()).skip_while(|(number, _)| *number < begins) {
            let left = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(limit));
            if left > 0 {
                let selection = self.select(filter, Some(Wanted { words, completed, place }), sort).await?;
                let part = Part { number, selection, sort };
                found.extend(self.read(&part, after.filter(|position| position.part == number), left).await?);
            }
        }
        Ok(found)
    }

    /// Takes the way to the products that leads past the fewest others. A single one need not be counted,
    /// and nobody needs to know how many more than [`OFTEN`] there are on any.
    async fn select(
        &self,
        filter: &ProductFilter,
        wanted: Option<Wanted<'_>>,
        sort: ProductSort,
    ) -> Result<Selection, Error> {
        let mut ways = filter.ways(wanted);
        if ways.len() > 1 {
            let count = async |(position, terms): (usize, &Vec<Term>)| {
                let having = doc! { "is_active": true, TERMS: { "$in": terms.as_slice() } };
                let index = Hint::Name(format!("{TERMS}_{}", sort.index()));
                let count = self.0.count_documents(having).hint(index).limit(OFTEN).max_time(MAX_TIME).await?;
                Ok::<_, Error>((count, position))
            };
            let counts = try_join_all(ways.iter().enumerate().map(count)).await?;
            let fewest = counts.into_iter().min().map_or(0, |(_, position)| position);
            ways = ways.into_iter().skip(fewest).collect();
        }
        Ok(filter.select(wanted, ways.into_iter().next().unwrap_or_default()))
    }

    async fn read(&self, part: &Part, after: Option<&ProductPosition>, limit: i64) -> Result<Vec<Listed>, Error> {
        let (field, direction) = (part.sort.field(), part.sort.direction());
        let products = self.0.clone_with_type::<ProductSummaryDoc>();
        let found = products.find(part.filter(after)).projection(shown()).limit(limit).max_time(MAX_TIME);
        let found = found.sort(doc! { field: direction, "_id": direction }).hint(Hint::Name(part.index()));
        let found: Vec<ProductSummaryDoc> = found.await?.try_collect().await?;
        let listed = |product| Listed { position: ProductPosition::of(&product, part.sort, part.number), product };
        Ok(found.into_iter().map(listed).collect())
    }

    /// The product with a variant of that SKU, in whatever case it was typed.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_sku(&self, sku: &Sku, filter: &ProductFilter) -> Result<Option<Listed>, Error> {
        let typed = sku.as_str();
        let mut conditions = filter.select(None, Vec::new()).conditions;
        conditions.insert("variants.sku", doc! { "$in": [typed, typed.to_uppercase(), typed.to_lowercase()] });
        let products = self.0.clone_with_type::<ProductSummaryDoc>();
        let found = products.find_one(conditions).projection(shown()).hint(Hint::Name(super::SKU_UNIQUE.to_owned()));
        let found = found.max_time(MAX_TIME).await?;
        let listed = |product| Listed { position: ProductPosition::of(&product, ProductSort::Newest, 0), product };
        Ok(found.map(listed))
    }
}

/// What a list shows of a product or is sorted by.
pub(super) fn shown() -> Document {
    doc! {
        "name": 1, "category": 1, "base_price": 1, "images": { "$slice": 1 }, "created_at": 1,
        "variants.stock_quantity": 1, "sort_name": 1, "min_price": 1, "max_price": 1,
    }
}

/// A part of a list, which one index has in its order.
struct Part {
    number: i32,
    selection: Selection,
    sort: ProductSort,
}

impl Part {
    /// The index, which the server is told: left to itself it tries several, and may choose one that
    /// was better for the query before.
    fn index(&self) -> String {
        let sorted = self.sort.index();
        if self.selection.terms.is_empty() { sorted.to_owned() } else { format!("{TERMS}_{sorted}") }
    }

    /// Each term is a range of the index of its own, in the order of the list, and the server merges them.
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
