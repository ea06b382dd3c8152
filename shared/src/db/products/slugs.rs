//! Slugs: which are free, and which product has or had one.
//!
//! `slugs` of a product has its current slug and all former ones. A unique index on that array reserves them, also against
//! concurrent writes.

use super::collection::exclude_internal;
use super::{ProductDoc, Products};
use crate::db::MAX_TIME;
use crate::domain::slug::Slug;
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use std::collections::HashSet;

/// The slugs of a product.
#[derive(Deserialize)]
struct TakenSlugs {
    slugs: Vec<Slug>,
}

impl Products {
    /// Returns the product of the catalogue that has or had a slug, active or not.
    pub async fn by_slug(&self, slug: &Slug) -> Result<Option<ProductDoc>, Error> {
        let found = self.0.find_one(doc! { "slugs": slug.as_str() });
        found.projection(exclude_internal()).max_time(MAX_TIME).await
    }

    /// Derives a slug for each product without one, which no product has and which differ from each other. Another product
    /// may take one before it is stored; the write then violates [`super::SLUG_UNIQUE`], and the caller repeats it.
    pub async fn assign_slugs<'a>(&self, products: impl IntoIterator<Item = &'a mut ProductDoc>) -> Result<(), Error> {
        let (without_slug, with_slug): (Vec<_>, Vec<_>) =
            products.into_iter().partition(|product| product.slug.is_none());
        if without_slug.is_empty() {
            return Ok(());
        }
        let with_candidates = |product: &'a mut ProductDoc| {
            let candidates = Slug::candidates(product.name.as_str(), fastrand::u64(..));
            (product, candidates)
        };
        let without_slug: Vec<(&mut ProductDoc, Vec<Slug>)> = without_slug.into_iter().map(with_candidates).collect();
        let mut taken = self.taken(without_slug.iter().flat_map(|(_, candidates)| candidates)).await?;
        // Those of the other products are given, and stored with the derived ones.
        taken.extend(with_slug.into_iter().filter_map(|product| product.slug.clone()));
        for (product, candidates) in without_slug {
            let free = candidates.into_iter().find(|candidate| !taken.contains(candidate));
            taken.extend(free.clone());
            product.slug = free;
        }
        Ok(())
    }

    /// Returns those of the slugs that a product has or had, and others of these products.
    pub(super) async fn taken(&self, slugs: impl Iterator<Item = &Slug>) -> Result<HashSet<Slug>, Error> {
        let slugs: Vec<&str> = slugs.map(Slug::as_str).collect();
        let products = self.0.clone_with_type::<TakenSlugs>();
        let found = products.find(doc! { "slugs": { "$in": slugs } });
        let found = found.projection(doc! { "_id": 0, "slugs": 1 }).max_time(MAX_TIME).await?;
        found
            .try_fold(HashSet::new(), async |mut taken, product: TakenSlugs| {
                taken.extend(product.slugs);
                Ok(taken)
            })
            .await
    }
}
