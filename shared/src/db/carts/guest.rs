//! Carts of guests, which a token opens.

use super::{CartDoc, Carts};
use crate::db::{MAX_TIME, new_id};
use crate::domain::id::{CartId, UserId};
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use serde::Deserialize;

#[derive(Deserialize)]
struct Guest {
    user_id: UserId,
}

impl Carts {
    /// Inserts an empty cart of a new guest, whose id is that of the cart.
    pub async fn insert_for_guest(&self, token_hash: String, now: Timestamp) -> Result<CartDoc, Error> {
        let id: CartId = new_id();
        let cart = CartDoc {
            id,
            user_id: UserId::from_bytes(id.to_bytes()),
            token_hash: Some(token_hash),
            items: Vec::new(),
            version: 0,
            updated_at: now,
            merged: None,
            last_order: None,
            purchases: 0,
        };
        self.0.insert_one(&cart).await?;
        Ok(cart)
    }

    /// Returns the guest who owns the cart with this token; `None` when there is no such cart.
    pub async fn guest_with_token(&self, token_hash: &str) -> Result<Option<UserId>, Error> {
        let guests = self.0.clone_with_type::<Guest>();
        let found = guests.find_one(doc! { "token_hash": token_hash }).projection(doc! { "_id": 0, "user_id": 1 });
        Ok(found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?.map(|guest| guest.user_id))
    }

    /// Returns the cart with this token as the primary has it.
    pub async fn with_token(&self, token_hash: &str) -> Result<Option<CartDoc>, Error> {
        let found = self.0.find_one(doc! { "token_hash": token_hash });
        found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await
    }
}
