//! Reads a cart and its products in one command: two queries would cost each request another round trip.

use super::{CartDoc, Carts};
use crate::db::MAX_TIME;
use crate::db::products::{ProductDoc, exclude_internal};
use crate::domain::id::UserId;
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use serde::Deserialize;

/// A cart with its products, as the server joins them.
#[derive(Deserialize)]
struct CartWithProducts {
    cart: CartDoc,
    products: Vec<ProductDoc>,
}

impl Carts {
    /// Returns the cart of a user and its products, active or not, in no particular order, as the primary has them.
    pub async fn with_products(&self, user: UserId) -> Result<Option<(CartDoc, Vec<ProductDoc>)>, Error> {
        let mut projection = exclude_internal();
        // It may be long, and carts do not show it.
        projection.insert("description", 0);
        let lookup = doc! {
            "from": "products",
            "localField": "cart.items.product_id",
            "foreignField": "_id",
            "pipeline": [{ "$project": projection }],
            "as": "products",
        };
        let stages = [
            doc! { "$match": { "user_id": user } },
            // Beside the products instead of around them, both can be decoded in one pass.
            doc! { "$project": { "_id": 0, "cart": "$$ROOT" } },
            doc! { "$lookup": lookup },
        ];
        let found = self.0.aggregate(stages).with_type::<CartWithProducts>();
        let mut found = found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?;
        Ok(found.try_next().await?.map(|CartWithProducts { cart, products }| (cart, products)))
    }
}
