//! Sets up a shop for the functions: a catalogue, and a buyer with a cart and an order.

use crate::catalogue::fixtures;
use crate::checkout::setup::{AMPLE_STOCK, Buyer, insert_buyers, insert_products};
use crate::shop::{keys, open_observed, send};
use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use ferrocart::AppState;
use ferrocart::http::app;
use mongodb::bson::Document;
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, Sender, channel};

pub(super) const DATABASE: &str = "ferrocart_bench_functions";
/// The origin of a page that may call the functions.
pub(super) const ORIGIN: &str = "https://shop.example";
const PRODUCTS: u32 = 1_000;
const CART_LINES: usize = 5;
/// The fields of a command that depend on the session and the connection.
const SESSION_FIELDS: [&str; 5] = ["lsid", "$clusterTime", "$db", "txnNumber", "$readPreference"];

/// A shop on one MongoDB server.
pub(super) struct Setup {
    /// The name of the server in the report.
    pub(super) name: &'static str,
    pub(super) uri: String,
    pub(super) shop: AppState,
    pub(super) buyer: Buyer,
    /// The id of a product.
    pub(super) product: String,
    /// A SKU in the buyer's cart.
    pub(super) sku: String,
    /// The id of the buyer's order.
    pub(super) order: String,
    app: Router,
    commands: Receiver<Document>,
}

impl Setup {
    pub(super) async fn create(name: &'static str, uri: &str) -> Result<Self> {
        let (sender, commands) = channel();
        let shop = open_observed(uri, DATABASE, command_observer(sender)).await?;
        fixtures::insert_products(&shop, PRODUCTS).await?;
        let products = insert_products(&shop, CART_LINES, AMPLE_STOCK).await?;
        let router = ferrocart_products::endpoints().merge(ferrocart_cart::endpoints());
        let router = router.merge(ferrocart_orders::endpoints()).merge(ferrocart_auth::endpoints());
        let app = app(router, shop.clone());
        let first = products.first().context("no product")?;
        let buyer = insert_buyers(&shop, std::slice::from_ref(first), 1).await?.pop().context("no buyer")?;
        let list = Request::get("/api/v1/products?limit=1&category=Shirts").body(Body::empty())?;
        let product = string_at(&send(&app, list).await?, "/items/0/id")?;
        let order = string_at(&send(&app, buyer.request()?).await?, "/id")?;
        let sku = first.variants.first().context("no variant")?.sku.to_string();
        let setup = Self { name, uri: uri.to_owned(), shop, buyer, product, sku, order, app, commands };
        for product in &products {
            let variant = product.variants.first().context("no variant")?;
            let line =
                json!({ "product_id": product.id.to_string(), "variant_sku": variant.sku.to_string(), "quantity": 1 });
            setup.request("POST", "/api/v1/cart/items", Some(&line.to_string())).await?;
        }
        Ok(setup)
    }

    /// Returns the environment variables of a function.
    pub(super) fn settings(&self) -> Result<Vec<(&'static str, String)>> {
        let mut settings = vec![("MONGODB_URI", self.uri.clone()), ("MONGODB_DATABASE", DATABASE.to_owned())];
        settings.push(("ALLOWED_ORIGINS", ORIGIN.to_owned()));
        settings.extend(keys()?);
        Ok(settings)
    }

    /// Sends a request, and returns the commands that the shop sends to MongoDB for it.
    pub(super) async fn record_commands(&self, method: &str, path: &str, body: Option<&str>) -> Result<Vec<Document>> {
        // The first request chooses indexes. Its commands and all earlier ones are discarded.
        self.request(method, path, body).await?;
        self.commands.try_iter().for_each(drop);
        self.request(method, path, body).await?;
        Ok(self.commands.try_iter().collect())
    }

    /// Sends a request of the buyer to the shop in this process.
    async fn request(&self, method: &str, path: &str, body: Option<&str>) -> Result<Vec<u8>> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("authorization", self.buyer.authorization(&self.shop)?);
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
        send(&self.app, request.body(body)?).await
    }
}

/// Returns a callback for the driver that sends each started command to a channel.
fn command_observer(commands: Sender<Document>) -> EventHandler<CommandEvent> {
    EventHandler::callback(move |event| {
        if let CommandEvent::Started(started) = event
            && started.db == DATABASE
        {
            let fields = started.command.into_iter().filter(|(field, _)| !SESSION_FIELDS.contains(&field.as_str()));
            // The receiver is gone when the benchmark has ended.
            commands.send(fields.collect()).ok();
        }
    })
}

/// Returns the string at a JSON pointer.
fn string_at(body: &[u8], pointer: &str) -> Result<String> {
    let body: Value = serde_json::from_slice(body)?;
    body.pointer(pointer).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {pointer}"))
}
