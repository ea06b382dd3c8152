//! Initial data of a world: products with stock, accounts with sessions, and carts. It is written to the database
//! directly, because the tests are not about creating it.

use super::World;
use crate::client::{ApiClient, PASSWORD, major_units};
use ferrocart::auth::{AccountToken, RefreshToken};
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::new_id;
use ferrocart::db::products::{Presentation, ProductDetails, ProductDoc, SortKeys};
use ferrocart::db::sessions::SessionDoc;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::id::{SessionId, UserId};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::{Quantity, Stock};
use mongodb::bson::{Document, doc};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::time::Duration;

/// The lifetime of sessions, which exceeds the duration of any test.
const SESSION_LIFETIME: Duration = Duration::from_hours(1);

/// A product with one variant.
#[derive(Debug, Clone)]
pub struct Product {
    /// The id.
    pub id: String,
    /// The SKU of its variant.
    pub sku: String,
    /// The initial price, in minor units.
    pub price: i64,
}

impl World {
    /// Adds an active product with that price in minor units and that stock.
    pub async fn add_product(&mut self, sku: &str, price: i64, stock: i64) -> Product {
        let variant = Variant {
            sku: sku.parse().expect("a SKU"),
            size: None,
            color: None,
            options: Vec::new(),
            stock_quantity: Stock::NONE,
            price_modifier: Money::ZERO,
        };
        let (name, base_price) = (sku.parse().expect("a name"), Money::from_minor(price));
        let sort_keys = SortKeys::of(base_price, [&variant]).expect("prices");
        let details = ProductDetails {
            name,
            description: "A product of a test.".parse().expect("a description"),
            category: "Things".parse().expect("a category"),
            base_price,
            images: None,
            is_active: None,
            variants: vec![(variant, Some(Stock::try_from(stock).expect("a stock")))],
            sort_keys,
            presentation: Presentation::default(),
        };
        let product = ProductDoc::new(new_id(), details, self.state.now());
        self.state.products.insert(&product).await.expect("a product");
        self.initial_stock.insert(sku.to_owned(), stock);
        Product { id: product.id.to_string(), sku: sku.to_owned(), price }
    }

    /// Creates a customer's account and returns its client.
    pub async fn buyer(&self, name: &str) -> ApiClient {
        self.account(name, Role::Customer).await
    }

    /// Creates a customer's account with these quantities in its cart.
    pub async fn buyer_with_cart(&self, name: &str, items: &[(&Product, i64)]) -> ApiClient {
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
            token_hash: None,
            items: items.iter().map(item).collect(),
            version: 1,
            updated_at: self.state.now(),
            merged: None,
            last_order: None,
            purchases: 0,
        };
        self.database().collection::<CartDoc>("carts").insert_one(cart).await.expect("a cart");
        buyer
    }

    /// Creates an administrator's account and returns its client.
    pub async fn admin(&self, name: &str) -> ApiClient {
        self.account(name, Role::Admin).await
    }

    async fn account(&self, name: &str, role: Role) -> ApiClient {
        self.account_with_id(name, role).await.0
    }

    async fn account_with_id(&self, name: &str, role: Role) -> (ApiClient, UserId) {
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
            email_verified_at: Some(now),
            pending_email: None,
            email_restored_at: None,
        };
        self.state.users.insert(&user).await.expect("an account");
        let login = SessionDoc {
            id: session,
            user_id: id,
            verifier: RefreshToken::first(session).expect("random numbers").1,
            generation: 0,
            spent: Vec::new(),
            credentials_version: 0,
            device: None,
            network: "0".repeat(64),
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(SESSION_LIFETIME),
        };
        self.database().collection::<SessionDoc>("sessions").insert_one(login).await.expect("a session");
        let token = self.state.tokens.sign(id, role, session, now).expect("a token");
        (self.api().client(name, &token), id)
    }

    /// Creates a token to set a new password, as `mailer` does for a link, and returns its text.
    pub async fn link_to_reset_password(&self, email: &str) -> String {
        let (email, now) = (email.parse().expect("an address"), self.state.now());
        let user = self.state.users.by_email(&email).await.expect("a result").expect("an account");
        let created = AccountToken::generate(TokenPurpose::ResetPassword, &user, &email, now, now);
        let (token, stored) = created.expect("random numbers");
        self.state.account_tokens.insert(&stored).await.expect("a token");
        token.text().expose_secret().to_owned()
    }

    /// Drops the indexes with these names, as if a migration had been forgotten.
    pub async fn drop_indexes(&self, collection: &str, names: &[&str]) {
        for name in names {
            self.database().collection::<Document>(collection).drop_index(*name).await.expect("an index to drop");
        }
    }

    /// Removes the validator of a collection.
    pub async fn drop_validator(&self, collection: &str) {
        self.database().run_command(doc! { "collMod": collection, "validator": {} }).await.expect("a change");
    }
}

impl Product {
    /// Returns product id, SKU and quantity, for [`ApiClient::fill_cart`].
    #[must_use]
    pub fn item(&self, quantity: i64) -> (&str, &str, i64) {
        (&self.id, &self.sku, quantity)
    }

    /// Returns a body of `PUT /products/{id}` that sets the price, in minor units, and the activity. The stock remains.
    #[must_use]
    pub fn details(&self, price: i64, is_active: bool) -> Value {
        json!({
            "name": self.sku, "description": "A product of a test.", "category": "Things", "base_price": major_units(price),
            "is_active": is_active, "variants": [{ "sku": self.sku }],
        })
    }
}
