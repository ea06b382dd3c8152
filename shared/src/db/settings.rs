//! The collection `settings`: what the store's data presupposes, so that a changed setting cannot contradict it.

use super::schema::{Declaration, validator};
use super::{ID_UNIQUE, MAX_TIME, violated_index};
use crate::domain::money::Currency;
use crate::error::Error;
use bson::{Document, doc};
use mongodb::{Collection, Database};
use serde::Deserialize;

/// The id of the document about the catalogue.
const CATALOGUE: &str = "catalogue";

/// The currency of the catalogue.
#[derive(Debug, Clone, Copy, Deserialize)]
struct CatalogueCurrency {
    currency: Currency,
    /// Whether a price was stored in it. From then on it stays.
    has_prices: bool,
}

/// The collection `settings`.
#[derive(Clone)]
pub struct StoredSettings {
    settings: Collection<CatalogueCurrency>,
    products: Collection<Document>,
}

impl StoredSettings {
    /// Opens the collection.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { settings: database.collection("settings"), products: database.collection("products") }
    }

    /// Records the currency of the catalogue. A catalogue without products takes on another one.
    ///
    /// # Errors
    /// [`Error::CurrencyChanged`] when there are products with prices in another currency.
    pub async fn claim_currency(&self, currency: Currency) -> Result<(), Error> {
        loop {
            let recorded = match self.recorded().await? {
                // A catalogue without a record was priced before there were records.
                None => {
                    self.record(doc! { "_id": CATALOGUE }, doc! { "$setOnInsert": unpriced(currency) }).await?;
                    continue;
                }
                Some(recorded) if recorded.currency == currency => return Ok(()),
                Some(recorded) => recorded,
            };
            if recorded.has_prices || self.has_products().await? {
                return Err(Error::CurrencyChanged { catalogue: recorded.currency, configured: currency });
            }
            let unchanged = doc! { "_id": CATALOGUE, "currency": recorded.currency.code(), "has_prices": false };
            self.settings.update_one(unchanged, doc! { "$set": unpriced(currency) }).await?;
        }
    }

    /// Checks the currency of the catalogue, and records nothing.
    ///
    /// # Errors
    /// [`Error::CurrencyChanged`] when another currency is recorded.
    pub async fn expect_currency(&self, currency: Currency) -> Result<(), Error> {
        match self.recorded().await? {
            Some(recorded) if recorded.currency != currency => {
                Err(Error::CurrencyChanged { catalogue: recorded.currency, configured: currency })
            }
            _ => Ok(()),
        }
    }

    /// Records that prices in this currency are about to be stored: the currency of the catalogue stays from then on.
    ///
    /// # Errors
    /// [`Error::CurrencyChanged`] when the catalogue has another currency.
    pub async fn fix_currency(&self, currency: Currency) -> Result<(), Error> {
        let own = doc! { "_id": CATALOGUE, "currency": currency.code() };
        // Unless the record is inserted concurrently, the update fails only if it has another currency.
        while !self.record(own.clone(), doc! { "$set": { "has_prices": true } }).await? {
            self.expect_currency(currency).await?;
        }
        Ok(())
    }

    /// Checks that the database responds to its user. MongoDB responds to a `ping` without authentication.
    ///
    /// # Errors
    /// When the user does not exist or may not read the collection, or the database is unreachable.
    pub async fn verify_access(&self) -> Result<(), Error> {
        self.recorded().await.map(drop)
    }

    /// Updates or inserts the record; false when it exists and does not match.
    async fn record(&self, filter: Document, update: Document) -> Result<bool, Error> {
        match self.settings.update_one(filter, update).upsert(true).await {
            Ok(_) => Ok(true),
            Err(error) if violated_index(&error) == Some(ID_UNIQUE) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn recorded(&self) -> Result<Option<CatalogueCurrency>, Error> {
        Ok(self.settings.find_one(doc! { "_id": CATALOGUE }).max_time(MAX_TIME).await?)
    }

    async fn has_products(&self) -> Result<bool, Error> {
        let found = self.products.find_one(doc! {}).projection(doc! { "_id": 1 }).max_time(MAX_TIME).await?;
        Ok(found.is_some())
    }
}

fn unpriced(currency: Currency) -> Document {
    doc! { "currency": currency.code(), "has_prices": false }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "_id": { "bsonType": "string" },
        "currency": { "bsonType": "string", "pattern": "^[A-Z]{3}$" },
        "has_prices": { "bsonType": "bool" },
    };
    Declaration { name: "settings", validator: validator(&["currency", "has_prices"], properties), indexes: Vec::new() }
}
