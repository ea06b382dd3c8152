//! Removes synthetic orders. All other orders are permanent records of sales.

use super::Orders;
use crate::domain::id::UserId;
use bson::doc;
use mongodb::error::Error;

impl Orders {
    /// Removes the synthetic orders of a user.
    pub async fn remove_synthetic(&self, user: UserId) -> Result<(), Error> {
        self.0.delete_many(doc! { "user_id": user, "is_synthetic": true }).await.map(drop)
    }
}
