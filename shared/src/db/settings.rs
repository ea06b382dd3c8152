//! The collection `settings`: what the store's data presupposes, so that neither a changed setting nor another release can
//! contradict it.

use super::schema::{Declaration, validator};
use super::{ID_UNIQUE, MAX_TIME, violated_index};
use crate::domain::money::Currency;
use crate::error::Error;
use bson::{Document, doc};
use mongodb::{Collection, Database};
use serde::Deserialize;

/// The id of the document about the catalogue.
const CATALOGUE: &str = "catalogue";
/// The id of the document with the version of the schema.
const SCHEMA: &str = "schema";

/// The currency of the catalogue.
#[derive(Debug, Clone, Copy, Deserialize)]
struct CatalogueCurrency {
    currency: Currency,
    /// Whether a price was stored in it. From then on it stays.
    has_prices: bool,
}

/// The version of the schema.
#[derive(Debug, Clone, Copy, Deserialize)]
struct SchemaVersion {
    version: i32,
}

/// The collection `settings`.
#[derive(Clone)]
pub struct StoredSettings {
    settings: Collection<CatalogueCurrency>,
    schema: Collection<SchemaVersion>,
    products: Collection<Document>,
}

impl StoredSettings {
    /// Opens the collection.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            settings: database.collection("settings"),
            schema: database.collection("settings"),
            products: database.collection("products"),
        }
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

    /// Returns the version of the schema; 0 before the first migration.
    pub async fn schema_version(&self) -> Result<i32, Error> {
        let stored = self.schema.find_one(doc! { "_id": SCHEMA }).max_time(MAX_TIME).await?;
        Ok(stored.map_or(0, |stored| stored.version))
    }

    /// Checks that the schema is that of this release or a newer one. Unlike a `ping`, to which MongoDB responds without
    /// authentication, this also checks the user.
    ///
    /// # Errors
    /// [`Error::SchemaOutdated`] when a migration is missing.
    pub async fn expect_schema(&self, required: i32) -> Result<(), Error> {
        let stored = self.schema_version().await?;
        if stored < required { Err(Error::SchemaOutdated { stored, required }) } else { Ok(()) }
    }

    /// Records the version of the schema, unless a newer one is recorded.
    pub(super) async fn record_schema_version(&self, version: i32) -> Result<(), Error> {
        let newest = doc! { "$max": { "version": version } };
        self.schema.update_one(doc! { "_id": SCHEMA }, newest).upsert(true).await?;
        Ok(())
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
        // The product of a deployment check is free in any currency.
        let catalogue = doc! { "exclusive_to": { "$exists": false } };
        let found = self.products.find_one(catalogue).projection(doc! { "_id": 1 }).max_time(MAX_TIME).await?;
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
        "version": { "bsonType": "int", "minimum": 1 },
        "leased_until": { "bsonType": "date" },
    };
    let mut validator = validator(&["_id"], properties);
    if let Ok(schema) = validator.get_document_mut("$jsonSchema") {
        schema.insert(
            "oneOf",
            [doc! { "required": ["currency", "has_prices"] }, doc! { "required": ["version"] }].to_vec(),
        );
    }
    Declaration { name: "settings", validator, indexes: Vec::new() }
}
