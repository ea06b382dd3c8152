//! A shop for a benchmark: its catalogue, and buyers with full carts. They are written past the
//! API, because only buying is measured.

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::Request;
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::new_id;
use ferrocart::db::products::{Derived, ProductDoc, StoredProduct};
use ferrocart::db::sessions::SessionDoc;
use ferrocart::db::users::Role;
use ferrocart::domain::id::{SessionId, UserId};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::{Quantity, Stock};
use ferrocart::domain::time::Timestamp;
use mongodb::bson::{Document, doc};
use std::time::Duration;

/// What a buyer sends: the parcel goes to an address that is given, so nothing has to be looked up.
const BODY: &str = r#"{"shipping_address": {"type": "shipping", "street": "1 Main Street", "city": "Springfield",
    "state": "IL", "zip": "62701", "country": "US"}}"#;

/// So many that they never run out.
pub(crate) const PLENTY: i64 = 1_000_000_000;

/// Somebody who is about to buy.
#[derive(Debug)]
pub(crate) struct Buyer {
    user: UserId,
    session: SessionId,
    token: String,
    key: String,
}

impl Buyer {
    /// The request to buy.
    pub(crate) fn request(&self) -> Result<Request<Body>> {
        let request = Request::post("/api/v1/orders").header("content-type", "application/json");
        let request = request.header("authorization", &self.token).header("idempotency-key", &self.key);
        Ok(request.body(Body::from(BODY))?)
    }

    /// A new `Authorization`: each is good for some minutes only.
    pub(crate) fn authorization(&self, shop: &AppState) -> Result<String> {
        authorization(shop, self.user, self.session)
    }
}

/// An empty shop at that server. It has no Stripe, so its orders stand without a payment intent.
pub(super) async fn open(mongodb_uri: &str, connections: usize) -> Result<AppState> {
    let uri = format!("{mongodb_uri}&maxPoolSize={connections}");
    let database = format!("bench_{}", mongodb::bson::oid::ObjectId::new());
    let setting = |name: &str| match name {
        "MONGODB_URI" => Some(uri.clone()),
        "MONGODB_DATABASE" => Some(database.clone()),
        "JWT_SECRET" => Some("for-benchmarks-only-for-benchmarks-only".to_owned()),
        _ => None,
    };
    let config = Config::read(setting).context("the settings")?;
    let database = ferrocart::db::connect(&config.database).await.context("connecting to MongoDB")?;
    let shop = AppState::new(config, database);
    ferrocart::db::schema::migrate(&shop.database).await.context("making the collections")?;
    Ok(shop)
}

/// Puts that many products into the catalogue, each with that many pieces of its one variant.
pub(crate) async fn stock(shop: &AppState, products: usize, pieces: i64) -> Result<Vec<ProductDoc>> {
    let products = (0..products).map(|_| product(shop, pieces)).collect::<Result<Vec<_>>>()?;
    let stored = products.iter().map(ProductDoc::stored).collect::<Result<Vec<_>, _>>()?;
    shop.database.collection::<StoredProduct<'_>>("products").insert_many(&stored).await.context("storing products")?;
    Ok(products)
}

/// That many buyers, each with one piece of one of the products in the cart, in turns.
pub(crate) async fn buyers(shop: &AppState, products: &[ProductDoc], count: usize) -> Result<Vec<Buyer>> {
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
            items,
            version: 1,
            updated_at: now,
            last_order: None,
            purchases: 0,
        });
        users.push(doc! {
            "_id": user, "name": "Buyer", "email": format!("{user}@example.com"), "password_hash": "$2b$ nobody logs in",
            "role": "customer", "created_at": now, "addresses": [],
        });
        let session = session(user, now);
        let token = authorization(shop, user, session.id)?;
        buyers.push(Buyer { user, session: session.id, token, key: user.to_string() });
        sessions.push(session);
    }
    shop.database.collection::<CartDoc>("carts").insert_many(&carts).await.context("storing carts")?;
    shop.database.collection::<Document>("users").insert_many(&users).await.context("storing users")?;
    shop.database.collection::<SessionDoc>("sessions").insert_many(&sessions).await.context("storing sessions")?;
    Ok(buyers)
}

/// What a client sends that is logged in.
fn authorization(shop: &AppState, user: UserId, session: SessionId) -> Result<String> {
    Ok(format!("Bearer {}", shop.tokens.sign(user, Role::Customer, session, shop.now())?))
}

/// A login of that user, for as long as a benchmark may take.
fn session(user: UserId, now: Timestamp) -> SessionDoc {
    SessionDoc {
        id: new_id(),
        user_id: user,
        token_hash: format!("{:0>64}", user.to_string()),
        spent_hashes: Vec::new(),
        credentials_version: 0,
        device: None,
        network: "0".repeat(64),
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(Duration::from_hours(1)),
    }
}

fn product(shop: &AppState, pieces: i64) -> Result<ProductDoc> {
    let id = new_id();
    let now = shop.now();
    let variant = Variant {
        sku: format!("SKU-{id}").parse()?,
        size: Some("M".parse()?),
        color: Some("Red".parse()?),
        stock_quantity: Stock::try_from(pieces)?,
        price_modifier: Money::ZERO,
    };
    let (name, base_price) = (format!("Product {id}").parse()?, Money::from_minor(1999));
    let derived = Derived::of(&name, base_price, [&variant])?;
    Ok(ProductDoc {
        id,
        name,
        description: "Good to have.".parse()?,
        category: "Things".parse()?,
        base_price,
        images: vec![format!("https://images.example.com/{id}.jpg")],
        is_active: true,
        version: 1,
        created_at: now,
        updated_at: now,
        variants: vec![variant],
        derived,
    })
}
