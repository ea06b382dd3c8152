//! Reads a cart and its products in one command: two queries would cost each request another round trip.

use super::{CartDoc, Carts};
use crate::db::MAX_TIME;
use crate::db::decode::decode;
use crate::db::products::{ProductDoc, line_projection};
use crate::domain::id::UserId;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use serde::Deserialize;

/// A cart with its products, as the server joins them.
#[derive(Deserialize)]
struct CartWithProducts {
    cart: CartDoc,
    products: Vec<RawDocumentBuf>,
}

impl Carts {
    /// Returns the cart of a user and its products, active or not, in no particular order, as the primary has them.
    pub async fn with_products(&self, user: UserId) -> Result<Option<(CartDoc, Vec<ProductDoc>)>, Error> {
        let found = self.0.aggregate(joined_with_products(user, line_projection())).with_type::<CartWithProducts>();
        let mut found = found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?;
        let found = found.try_next().await?;
        Ok(found.map(|CartWithProducts { cart, products }| (cart, decode_products(&products))))
    }
}

/// Returns the stages that find the cart of a user, as `cart`, and its products.
pub(super) fn joined_with_products(user: UserId, projection: Document) -> Vec<Document> {
    let lookup = doc! {
        "from": "products",
        "localField": "cart.items.product_id",
        "foreignField": "_id",
        "pipeline": [{ "$project": projection }],
        "as": "products",
    };
    vec![
        doc! { "$match": { "user_id": user } },
        // Beside the products instead of around them, both can be decoded in one pass.
        doc! { "$project": { "_id": 0, "cart": "$$ROOT" } },
        doc! { "$lookup": lookup },
    ]
}

/// Decodes the products of a cart. A line whose product cannot be decoded counts as unavailable.
pub(super) fn decode_products<T: serde::de::DeserializeOwned>(products: &[RawDocumentBuf]) -> Vec<T> {
    products.iter().filter_map(|product| decode("products", product)).collect()
}
