//! Sets up a shop for a benchmark: products, and buyers with filled carts. They are inserted directly into the
//! database, because only checkout is measured.

use crate::shop::{MAIL, config, config_with, open_new};
use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::Request;
use ferrocart::AppState;
use ferrocart::auth::RefreshToken;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::new_id;
use ferrocart::db::products::{ProductDoc, SortKeys, StoredProduct};
use ferrocart::db::sessions::SessionDoc;
use ferrocart::db::users::Role;
use ferrocart::domain::id::{SessionId, UserId};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::{Seo, Variant};
use ferrocart::domain::quantity::{Quantity, Stock};
use ferrocart::domain::time::Timestamp;
use mongodb::bson::{Document, doc};
use std::time::Duration;

/// The body of a checkout. It contains the address, so the shop reads none of the account.
const CHECKOUT_BODY: &str = r#"{"shipping_address": {"type": "shipping", "name": "Ada Lovelace", "street": "1 Main Street", "city": "Springfield",
    "state": "IL", "zip": "62701", "country": "US"}}"#;

/// A stock that no benchmark uses up.
pub(crate) const AMPLE_STOCK: i64 = 1_000_000_000;

/// A logged-in customer with a cart.
#[derive(Debug)]
pub(crate) struct Buyer {
    user: UserId,
    session: SessionId,
    authorization: String,
    idempotency_key: String,
}

impl Buyer {
    /// Returns the request that checks out the cart.
    pub(crate) fn request(&self) -> Result<Request<Body>> {
        let request = Request::post("/api/v1/orders").header("content-type", "application/json");
        let request =
            request.header("authorization", &self.authorization).header("idempotency-key", &self.idempotency_key);
        Ok(request.body(Body::from(CHECKOUT_BODY))?)
    }

    /// Returns a new `Authorization` header. It expires after a few minutes.
    pub(crate) fn authorization(&self, shop: &AppState) -> Result<String> {
        authorization(shop, self.user, self.session)
    }
}

/// Opens an empty shop. Stripe is not configured, so orders have no payment intent.
pub(super) async fn open(mongodb_uri: &str, connections: usize) -> Result<AppState> {
    let uri = format!("{mongodb_uri}&maxPoolSize={connections}");
    let database = format!("bench_{}", mongodb::bson::oid::ObjectId::new());
    open_new(config(&uri, &database)?).await
}

/// Returns the same shop with mail, on the same connections.
pub(super) fn with_mail(shop: &AppState, mongodb_uri: &str) -> Result<AppState> {
    let config = config_with(mongodb_uri, shop.database.name(), &MAIL)?;
    Ok(AppState::new(config, shop.database.clone()))
}

/// Inserts products with one variant each.
pub(crate) async fn insert_products(shop: &AppState, count: usize, stock: i64) -> Result<Vec<ProductDoc>> {
    let products = (0..count).map(|_| product(shop, stock)).collect::<Result<Vec<_>>>()?;
    let stored =
        products.iter().map(|product| product.stored(shop.config.catalogue_language)).collect::<Result<Vec<_>, _>>()?;
    shop.database
        .collection::<StoredProduct<'_>>("products")
        .insert_many(&stored)
        .await
        .context("inserting products")?;
    Ok(products)
}

/// Inserts buyers with one piece of one product in the cart. The products are assigned in rotation.
pub(crate) async fn insert_buyers(shop: &AppState, products: &[ProductDoc], count: usize) -> Result<Vec<Buyer>> {
    let now = shop.now();
    let mut buyers = Vec::with_capacity(count);
    let mut carts = Vec::with_capacity(count);
    let mut users = Vec::with_capacity(count);
    let mut sessions = Vec::with_capacity(count);
    let one = Quantity::try_from(1)?;
    for product in products.iter().cycle().take(count) {
        let user: UserId = new_id();
        let items = product.variants.iter().map(|variant| CartItem {
            product_id: product.id,
            variant_sku: variant.sku.clone(),
            quantity: one,
            thumbnail: product.images.first().cloned(),
        });
        let items = items.collect();
        carts.push(CartDoc {
            id: new_id(),
            user_id: user,
            token_hash: None,
            items,
            version: 1,
            updated_at: now,
            merged: None,
            last_order: None,
            purchases: 0,
        });
        users.push(doc! {
            "_id": user, "name": "Buyer", "email": format!("{user}@example.com"), "password_hash": "$2b$ not used",
            "role": "customer", "credentials_version": 0_i64, "created_at": now, "addresses": [],
        });
        let session = session(user, now)?;
        let authorization = authorization(shop, user, session.id)?;
        buyers.push(Buyer { user, session: session.id, authorization, idempotency_key: user.to_string() });
        sessions.push(session);
    }
    shop.database.collection::<CartDoc>("carts").insert_many(&carts).await.context("inserting carts")?;
    shop.database.collection::<Document>("users").insert_many(&users).await.context("inserting users")?;
    shop.database.collection::<SessionDoc>("sessions").insert_many(&sessions).await.context("inserting sessions")?;
    Ok(buyers)
}

fn authorization(shop: &AppState, user: UserId, session: SessionId) -> Result<String> {
    Ok(format!("Bearer {}", shop.tokens.sign(user, Role::Customer, session, shop.now())?))
}

/// Returns a session that outlasts the benchmark.
fn session(user: UserId, now: Timestamp) -> Result<SessionDoc> {
    let id = new_id();
    Ok(SessionDoc {
        id,
        user_id: user,
        verifier: RefreshToken::first(id)?.1,
        generation: 0,
        spent: Vec::new(),
        credentials_version: 0,
        device: None,
        network: "0".repeat(64),
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(Duration::from_hours(1)),
    })
}

fn product(shop: &AppState, stock: i64) -> Result<ProductDoc> {
    let id = new_id();
    let now = shop.now();
    let variant = Variant {
        sku: format!("SKU-{id}").parse()?,
        size: Some("M".parse()?),
        color: Some("Red".parse()?),
        options: Vec::new(),
        stock_quantity: Stock::try_from(stock)?,
        price_modifier: Money::ZERO,
    };
    let (name, base_price) = (format!("Product {id}").parse()?, Money::from_minor(1999));
    let SortKeys { min_price, max_price } = SortKeys::of(base_price, [&variant])?;
    Ok(ProductDoc {
        id,
        slug: Some(format!("product-{id}").parse()?),
        name,
        description: "Good to have.".parse()?,
        category: "Things".parse()?,
        base_price,
        compare_at_price: None,
        seo: Seo::default(),
        tags: Vec::new(),
        options: Vec::new(),
        image_details: Vec::new(),
        images: vec![format!("https://images.example.com/{id}.jpg")],
        is_active: true,
        exclusive_to: None,
        version: 1,
        created_at: now,
        updated_at: now,
        variants: vec![variant],
        min_price,
        max_price,
    })
}
