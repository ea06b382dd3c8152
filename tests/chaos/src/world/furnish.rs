//! What is in a shop when it opens: products with stock, and somebody who runs it.

use super::World;
use crate::client::{Caller, PASSWORD};
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::new_id;
use ferrocart::db::products::{ProductDetails, ProductDoc, SortKeys};
use ferrocart::db::sessions::SessionDoc;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::id::{SessionId, UserId};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::{Quantity, Stock};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// No story takes so long.
const A_LONG_TIME: Duration = Duration::from_hours(1);

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
        let sort_keys = SortKeys::of(&name, base_price, [&variant]).expect("prices");
        let details = ProductDetails {
            name,
            description: "Good to have.".parse().expect("a description"),
            category: "Things".parse().expect("a category"),
            base_price,
            images: None,
            is_active: None,
            variants: vec![(variant, Some(Stock::try_from(pieces).expect("a stock")))],
            sort_keys,
        };
        let product = ProductDoc::new(new_id(), details, self.state.now());
        self.state.products.insert(&product).await.expect("a product");
        self.initial.insert(sku.to_owned(), pieces);
        Product { id: product.id.to_string(), sku: sku.to_owned(), price }
    }

    /// Somebody who buys. Written past the shop, like all that is there when a story begins: it is
    /// not about opening accounts.
    pub async fn buyer(&self, name: &str) -> Caller {
        self.account(name, Role::Customer).await
    }

    /// Somebody with that in the cart.
    pub async fn buyer_of(&self, name: &str, wanted: &[(&Product, i64)]) -> Caller {
        let (buyer, user) = self.account_with_id(name, Role::Customer).await;
        let item = |(product, quantity): &(&Product, i64)| CartItem {
            product_id: product.id.parse().expect("an id"),
            variant_sku: product.sku.parse().expect("a SKU"),
            quantity: Quantity::try_from(*quantity).expect("a quantity"),
            thumbnail: None,
        };
        let cart = CartDoc {
            id: new_id(),
            user_id: user,
            items: wanted.iter().map(item).collect(),
            version: 1,
            updated_at: self.state.now(),
            last_order: None,
            purchases: 0,
        };
        self.database().collection::<CartDoc>("carts").insert_one(cart).await.expect("a cart");
        buyer
    }

    /// Somebody who runs the shop.
    pub async fn admin(&self, name: &str) -> Caller {
        self.account(name, Role::Admin).await
    }

    async fn account(&self, name: &str, role: Role) -> Caller {
        self.account_with_id(name, role).await.0
    }

    async fn account_with_id(&self, name: &str, role: Role) -> (Caller, UserId) {
        let (now, id, session): (_, UserId, SessionId) = (self.state.now(), new_id(), new_id());
        let user = UserDoc {
            id,
            name: name.parse().expect("a name"),
            email: format!("{name}@example.com").parse().expect("an address"),
            password_hash: self.state.passwords.hash(PASSWORD.parse().expect("a password")).await.expect("a hash"),
            role,
            created_at: now,
            addresses: Vec::new(),
            credentials_version: 0,
        };
        self.state.users.insert(&user).await.expect("an account");
        let login = SessionDoc {
            id: session,
            user_id: id,
            token_hash: format!("{:0>64}", session.to_string()),
            spent_hashes: Vec::new(),
            credentials_version: 0,
            device: None,
            network: "0".repeat(64),
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(A_LONG_TIME),
        };
        self.database().collection::<SessionDoc>("sessions").insert_one(login).await.expect("a session");
        let token = self.state.tokens.sign(id, role, session, now).expect("a token");
        (self.front().caller(name, &token), id)
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
