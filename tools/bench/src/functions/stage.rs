//! A shop that functions work with: a catalogue, and a buyer with a cart and an order.

use crate::catalogue::goods;
use crate::checkout::stage::{self, Buyer, PLENTY};
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::http::app;
use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, Sender, channel};
use tower::ServiceExt as _;

const DATABASE: &str = "ferrocart_bench_functions";
const SECRET: &str = "for-benchmarks-only-for-benchmarks-only";
const PRODUCTS: u32 = 1_000;
/// How many lines the cart has.
pub(super) const LINES: usize = 5;
/// What a command says of who asks, and through which connection.
const OF_THE_ASKER: [&str; 5] = ["lsid", "$clusterTime", "$db", "txnNumber", "$readPreference"];

/// A shop at one server.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) uri: String,
    pub(super) shop: AppState,
    pub(super) buyer: Buyer,
    pub(super) product: String,
    pub(super) sku: String,
    pub(super) order: String,
    app: Router,
    commands: Receiver<Document>,
}

impl Stage {
    pub(super) async fn set(name: &'static str, uri: &str) -> Result<Self> {
        let (sender, commands) = channel();
        let shop = open(uri, sender).await?;
        goods::stock(&shop, PRODUCTS).await?;
        let sold = stage::stock(&shop, LINES, PLENTY).await?;
        let router = ferrocart_products::router().merge(ferrocart_cart::router());
        let router = router.merge(ferrocart_orders::router()).merge(ferrocart_auth::router());
        let app = app(router, shop.clone());
        let buyer = stage::buyers(&shop, sold.get(..1).context("nothing is sold")?, 1).await?.pop();
        let buyer = buyer.context("nobody buys")?;
        let list = Request::get("/api/v1/products?limit=1&category=Shirts").body(Body::empty())?;
        let product = text(&ask(&app, list).await?, "/items/0/id")?;
        let order = text(&ask(&app, buyer.request()?).await?, "/id")?;
        let sku = sold.first().and_then(|product| product.variants.first()).context("no SKU")?.sku.to_string();
        let stage = Self { name, uri: uri.to_owned(), shop, buyer, product, sku, order, app, commands };
        for product in &sold {
            let variant = product.variants.first().context("no SKU")?;
            let line =
                json!({ "product_id": product.id.to_string(), "variant_sku": variant.sku.to_string(), "quantity": 1 });
            stage.ask("POST", "/api/v1/cart/items", Some(&line.to_string())).await?;
        }
        Ok(stage)
    }

    /// What a function is told.
    pub(super) fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("MONGODB_URI", self.uri.clone()),
            ("MONGODB_DATABASE", DATABASE.to_owned()),
            ("JWT_SECRET", SECRET.to_owned()),
        ]
    }

    pub(super) const fn database() -> &'static str {
        DATABASE
    }

    /// What MongoDB is asked for a request.
    pub(super) async fn commands_of(&self, method: &str, path: &str, body: Option<&str>) -> Result<Vec<Document>> {
        // The first time chooses indexes; what it says counts no more than what was before.
        self.ask(method, path, body).await?;
        self.commands.try_iter().for_each(drop);
        self.ask(method, path, body).await?;
        Ok(self.commands.try_iter().collect())
    }

    /// Asks the shop in this process.
    async fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Result<Value> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("authorization", self.buyer.authorization(&self.shop)?);
        ask(&self.app, request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned())))?).await
    }
}

async fn ask(app: &Router, request: Request<Body>) -> Result<Value> {
    let about = format!("{} {}", request.method(), request.uri());
    let answer = app.clone().oneshot(request).await?;
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await?;
    ensure!(status.is_success(), "{about}: {status}: {}", String::from_utf8_lossy(&body));
    Ok(serde_json::from_slice(&body)?)
}

fn text(answer: &Value, pointer: &str) -> Result<String> {
    answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {pointer}"))
}

/// The shop, which tells what it asks MongoDB.
#[expect(clippy::disallowed_methods, reason = "the shop's own client tells nobody what it asks")]
async fn open(uri: &str, commands: Sender<Document>) -> Result<AppState> {
    let setting = |name: &str| match name {
        "MONGODB_URI" => Some(uri.to_owned()),
        "MONGODB_DATABASE" => Some(DATABASE.to_owned()),
        "JWT_SECRET" => Some(SECRET.to_owned()),
        _ => None,
    };
    let config = Config::read(setting).context("the settings")?;
    let mut client = ClientOptions::parse(uri).await.context("MongoDB's URI")?;
    client.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(asked) = event
            && asked.db == DATABASE
        {
            let asked = asked.command.into_iter().filter(|(part, _)| !OF_THE_ASKER.contains(&part.as_str()));
            // Nobody listens any more when the measuring is over.
            commands.send(asked.collect()).ok();
        }
    }));
    client.read_concern = Some(mongodb::options::ReadConcern::majority());
    client.write_concern = Some(mongodb::options::WriteConcern::majority());
    let database = Client::with_options(client).context("connecting to MongoDB")?.database(DATABASE);
    database.run_command(doc! { "ping": 1 }).await.context("asking MongoDB")?;
    Ok(AppState::new(config, database))
}
