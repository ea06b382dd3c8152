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

/// The numbers of products of an access path that are passed to see how far apart they are in a list. Access paths with fewer
/// products than the first are compared by the second.
const SAMPLES: [u64; 2] = [200, 20];

impl Products {
    /// Returns the access path whose products are the furthest apart in the list: the one whose 200th product comes last. An
    /// access path with fewer products comes before all others; of several, the one whose 20th product comes last. A single one
    /// is not compared.
    pub(super) async fn rarest(
        &self,
        mut paths: Vec<Vec<Term>>,
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Vec<Term>, Error> {
        // The index in the order of names does not have the names, only the keys of their collation.
        let sort = if sort == ProductSort::Name { ProductSort::Newest } else { sort };
        for sample in SAMPLES {
            if paths.len() < 2 {
                break;
            }
            let places = match try_join_all(paths.iter().map(|terms| self.place(terms, sample, activity, sort))).await {
                Err(error) if is_index_missing(&error) => return Ok(Vec::new()),
                places => places?,
            };
            let (short, long): (Vec<_>, Vec<_>) = paths.into_iter().zip(places).partition(|(_, place)| place.is_none());
            let long = long.into_iter();
            let furthest = match sort.direction() {
                1 => long.max_by_key(|(_, place)| *place),
                _ => long.min_by_key(|(_, place)| *place),
            };
            let rarest = if short.is_empty() { furthest.into_iter().collect() } else { short };
            paths = rarest.into_iter().map(|(terms, _)| terms).collect();
        }
        Ok(paths.into_iter().next().unwrap_or_default())
    }

    /// Returns the sort key and the id of the last product of a sample; `None` if the access path has fewer products. They
    /// are read from index keys alone.
    async fn place(
        &self,
        terms: &[Term],
        sample: u64,
        activity: Activity,
        sort: ProductSort,
    ) -> Result<Option<(i64, ObjectId)>, Error> {
        let selection = Selection { terms: terms.to_vec(), conditions: doc! {}, activity };
        let part = Part { selection, sort, language: self.1 };
        let options = FindOneOptions::builder()
            .projection(doc! { sort.field(): 1, "_id": 1 })
            .sort(part.order())
            .skip(sample.saturating_sub(1))
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
