//! What is in a shop when it opens: products with stock, and somebody who runs it.

use super::World;
use crate::client::Caller;
use ferrocart::db::new_id;
use ferrocart::db::products::{Derived, ProductDetails, ProductDoc};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::Stock;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

/// A product with one variant.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Its one SKU.
    pub sku: String,
    /// What it costs in the beginning, in minor units.
    pub price: i64,
}

impl World {
    /// Puts that many pieces of a new product on sale.
    pub async fn stock(&mut self, sku: &str, price: i64, pieces: i64) -> Product {
        let variant = Variant {
            sku: sku.parse().expect("a SKU"),
            size: None,
            color: None,
            stock_quantity: Stock::NONE,
            price_modifier: Money::ZERO,
        };
        let (name, base_price) = (sku.parse().expect("a name"), Money::from_minor(price));
        let derived = Derived::of(&name, base_price, [&variant]).expect("prices");
        let details = ProductDetails {
            name,
            description: "Good to have.".parse().expect("a description"),
            category: "Things".parse().expect("a category"),
            base_price,
            images: None,
            is_active: None,
            variants: vec![(variant, Some(Stock::try_from(pieces).expect("a stock")))],
            derived,
        };
        let product = ProductDoc::new(new_id(), details, self.state.now());
        self.state.products.insert(&product).await.expect("a product");
        self.initial.insert(sku.to_owned(), pieces);
        Product { id: product.id.to_string(), sku: sku.to_owned(), price }
    }

    /// Somebody who buys.
    pub async fn buyer(&self, name: &str) -> Caller {
        self.front().register(name).await.expect("an account")
    }

    /// Somebody with that in the cart.
    pub async fn buyer_of(&self, name: &str, wanted: &[(&Product, i64)]) -> Caller {
        let buyer = self.buyer(name).await;
        let pieces: Vec<_> = wanted.iter().map(|(product, quantity)| product.pieces(*quantity)).collect();
        let cart = buyer.fill_cart(&pieces).await;
        assert!(cart.ok().is_some(), "{cart:?}");
        buyer
    }

    /// Somebody who runs the shop.
    pub async fn admin(&self, name: &str) -> Caller {
        self.buyer(name).await;
        let users = self.database().collection::<Document>("users");
        let email = doc! { "email": format!("{name}@example.com") };
        users.update_one(email, doc! { "$set": { "role": "admin" } }).await.expect("a role");
        self.front().log_in(name).await.expect("a session")
    }

    /// Takes the indexes with these names away, as a migration that was forgotten would.
    pub async fn drop_indexes(&self, collection: &str, names: &[&str]) {
        for name in names {
            self.database().collection::<Document>(collection).drop_index(*name).await.expect("an index to drop");
        }
    }

    /// Lets a collection hold whatever is written.
    pub async fn drop_validator(&self, collection: &str) {
        self.database().run_command(doc! { "collMod": collection, "validator": {} }).await.expect("a change");
    }
}

impl Product {
    /// What `POST /cart/items` needs for pieces of it.
    #[must_use]
    pub fn pieces(&self, quantity: i64) -> (&str, &str, i64) {
        (&self.id, &self.sku, quantity)
    }

    /// What `PUT /products/{id}` needs to give it another price, and to put it on or off sale. It
    /// leaves the stock as it is.
    #[must_use]
    pub fn details(&self, price: i64, is_active: bool) -> Value {
        let shown = format!("{}.{:02}", price.div_euclid(100), price.rem_euclid(100));
        let price: Value = serde_json::from_str(&shown).expect("a number");
        json!({
            "name": self.sku, "description": "Good to have.", "category": "Things", "base_price": price,
            "is_active": is_active, "variants": [{ "sku": self.sku }],
        })
    }
}
