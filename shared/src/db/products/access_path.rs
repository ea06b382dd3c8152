//! Chooses the access path of a query: the terms by which it enters the index.

use super::activity::Activity;
use super::choices::Candidates;
use super::filter::Selection;
use super::part::Part;
use super::search_query::SearchQuery;
use super::term::Term;
use super::{ProductSort, Products};
use crate::db::{MAX_TIME, is_index_missing};
use bson::oid::ObjectId;
use bson::{Bson, Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::Error;
use mongodb::options::{FindOneOptions, Hint};

/// The number of products of an access path that are passed to see how far apart they are in a list. It need not be precise:
/// the wrong one of two access paths that are almost as rare costs little.
const SAMPLE: u64 = 50;

impl Products {
    /// Returns the access path whose products are the furthest apart in the list: the one whose 50th product comes last. An
    /// access path with fewer products comes before all others. A single one is not compared.
    pub(super) async fn rarest(
        &self,
        mut paths: Vec<Vec<Term>>,
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Vec<Term>, Error> {
        if paths.len() < 2 {
            return Ok(paths.pop().unwrap_or_default());
        }
        let Self(.., choices) = self;
        let candidates = Candidates { paths, activity, sort };
        if let Some(chosen) = choices.get(&candidates) {
            return Ok(chosen);
        }
        let places = candidates.paths.iter().map(|terms| self.place(terms, activity, sort));
        let places = match try_join_all(places).await {
            Err(error) if is_index_missing(&error) => return Ok(Vec::new()),
            places => places?,
        };
        let rarest = candidates.paths.iter().zip(places).min_by(|(_, one), (_, other)| match (one, other) {
            // Only in this list a later place is a higher one.
            (Some(one), Some(other)) if sort == ProductSort::PriceAsc => other.cmp(one),
            _ => one.cmp(other),
        });
        let chosen = rarest.map(|(terms, _)| terms.clone()).unwrap_or_default();
        choices.insert(candidates, chosen.clone());
        Ok(chosen)
    }

    /// Returns the query with the words that complete it.
    pub(super) async fn complete(&self, query: &SearchQuery) -> Result<SearchQuery, Error> {
        let completions = self.2.completions(query.typed(), self.1).await?;
        Ok(query.with_completions(&completions, self.1))
    }

    /// Returns the sort key and the id of the last product of a sample; `None` if the access path has fewer products. They
    /// are read from index keys alone.
    async fn place(
        &self,
        terms: &[Term],
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Option<(i64, ObjectId)>, Error> {
        // The index in the order of names does not have the names, only the keys of their collation.
        let sort = if sort == ProductSort::Name { ProductSort::Newest } else { sort };
        let selection = Selection { terms: terms.to_vec(), conditions: doc! {}, activity };
        let part = Part { selection, sort, language: self.1 };
        let options = FindOneOptions::builder()
            .projection(doc! { sort.field(): 1, "_id": 1 })
            .sort(part.order())
            .skip(SAMPLE.saturating_sub(1))
            .hint(Hint::Name(part.index()))
            .max_time(MAX_TIME)
            .build();
        let last = self.0.clone_with_type::<Document>().find_one(part.filter(None)).with_options(options).await?;
        let Some(last) = last else { return Ok(None) };
        let key = match last.get(sort.field()) {
            Some(Bson::DateTime(created_at)) => created_at.timestamp_millis(),
            Some(Bson::Int64(price)) => *price,
            _ => 0,
        };
        Ok(Some((key, last.get_object_id("_id").map_err(Error::custom)?)))
    }
}
