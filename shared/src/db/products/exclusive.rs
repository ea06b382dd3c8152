//! Exclusive products: each can be bought by one user alone, and has the id of that user.

use super::Products;
use crate::db::MAX_TIME;
use crate::domain::id::{ProductId, UserId};
use bson::{Document, doc};
use mongodb::error::Error;

impl Products {
    /// Returns the id of the product that is exclusive to a user.
    #[must_use]
    pub const fn exclusive_id(user: UserId) -> ProductId {
        ProductId::from_bytes(user.to_bytes())
    }

    /// Removes the product that is exclusive to a user, unless an order has a hold on it. Returns whether there is none.
    pub async fn remove_exclusive(&self, user: UserId) -> Result<bool, Error> {
        let exclusive = doc! { "_id": Self::exclusive_id(user), "exclusive_to": user };
        let mut free = exclusive.clone();
        free.insert("holds.0", doc! { "$exists": false });
        if self.0.delete_one(free).await?.deleted_count == 1 {
            return Ok(true);
        }
        let products = self.0.clone_with_type::<Document>();
        let held = products.find_one(exclusive).projection(doc! { "_id": 1 });
        held.max_time(MAX_TIME).await.map(|product| product.is_none())
    }
}
