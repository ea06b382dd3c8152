//! Chooses the access path of a query: the terms by which it enters the index.

use super::filter::{Activity, Selection};
use super::part::Part;
use super::term::Term;
use super::{ProductSort, Products};
use crate::db::{MAX_TIME, is_index_missing};
use bson::oid::ObjectId;
use bson::{Bson, Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::Error;
use mongodb::options::{FindOneOptions, Hint};

/// The number of products of an access path that are passed to see how far apart they are in a list.
const SAMPLE: u64 = 200;

impl Products {
    /// Returns the access path whose products are the furthest apart in the list: the one whose 200th product comes last. An
    /// access path with fewer products comes before all others. A single one is not compared.
    pub(super) async fn rarest(
        &self,
        paths: Vec<Vec<Term>>,
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Vec<Term>, Error> {
        if paths.len() < 2 {
            return Ok(paths.into_iter().next().unwrap_or_default());
        }
        // The index in the order of names does not have the names, only the keys of their collation.
        let sort = if sort == ProductSort::Name { ProductSort::Newest } else { sort };
        let places = match try_join_all(paths.iter().map(|terms| self.sample(terms, activity, sort))).await {
            Err(error) if is_index_missing(&error) => return Ok(Vec::new()),
            places => places?,
        };
        let is_ascending = sort.direction() > 0;
        let rarest = paths.into_iter().zip(places).max_by(|(_, one), (_, other)| match (one, other) {
            (Some(one), Some(other)) if is_ascending => one.cmp(other),
            (Some(one), Some(other)) => other.cmp(one),
            (one, other) => one.is_none().cmp(&other.is_none()),
        });
        Ok(rarest.map(|(terms, _)| terms).unwrap_or_default())
    }

    /// Returns the sort key and the id of the last product of a sample; `None` if the access path has fewer products. They
    /// are read from index keys alone.
    async fn sample(
        &self,
        terms: &[Term],
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Option<(i64, ObjectId)>, Error> {
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
