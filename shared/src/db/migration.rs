//! Creates collections, validators and indexes. The function `migrate` and the operator's command run it.
//!
//! `docs/decisions/schema-versions.md` explains the version of the schema and what a rollback may rely on.

use super::lease::Lease;
use super::products::Products;
use super::schema::Declaration;
use super::settings::StoredSettings;
use super::vocabulary::Vocabulary;
use super::{
    account_mails, account_tokens, carts, erasures, orders, products, sessions, settings, stripe_events, suppressions,
    throttles, users, vocabulary,
};
use crate::domain::search::Language;
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Database, IndexModel};

/// The version of the schema: the declarations of all collections. A release that changes a declaration has a higher one
/// than the release before.
pub const SCHEMA_VERSION: i32 = 3;

/// The number of documents from which a deployment builds no index of a collection.
pub const LARGE_COLLECTION: u64 = 100_000;

/// The lease of changing validators. Its version is the newest whose validators may have been applied.
const LEASE: &str = "migration";
/// The limit of changing one validator, in milliseconds. It is shorter than the lease, so that a slow run changes none after it.
const MAX_VALIDATOR_MILLIS: i32 = 60_000;

/// What a release requires of the database.
pub struct Schema {
    /// Its version.
    pub version: i32,
    /// Its collections.
    pub declarations: Vec<Declaration>,
}

/// Who builds missing indexes of large collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LargeIndexes {
    /// This migration, however long it takes.
    Build,
    /// An operator, before this migration, which has a limited time. Large is a collection of that many documents.
    Require {
        /// The number of documents.
        documents: u64,
    },
}

/// Why a migration failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A large collection lacks indexes.
    #[error(
        "the collection {collection} has about {documents} documents and lacks the indexes {}: run `ferrocart migrate` of \
        this release, which builds them, and then deploy it",
        .missing.join(", ")
    )]
    IndexesMissing {
        /// The collection.
        collection: &'static str,
        /// The estimated number of its documents.
        documents: u64,
        /// The names of the indexes.
        missing: Vec<String>,
    },
    /// The database failed, or contains documents that violate an index or a validator.
    #[error(transparent)]
    Failed(#[from] crate::Error),
}

impl From<Error> for MigrationError {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Returns the schema of this release, for a catalogue in a language.
#[must_use]
pub fn schema(language: Language) -> Schema {
    let declarations = vec![
        account_mails::declaration(),
        account_tokens::declaration(),
        carts::declaration(),
        products::categories(language),
        erasures::declaration(),
        orders::declaration(),
        products::declaration(language),
        sessions::declaration(),
        settings::declaration(),
        stripe_events::declaration(),
        suppressions::declaration(),
        throttles::declaration(),
        users::declaration(),
        vocabulary::declaration(),
    ];
    Schema { version: SCHEMA_VERSION, declarations }
}

/// Applies the [`schema`] of this release, recomputes outdated search terms, and recounts the categories. Idempotent:
/// running it again completes an interrupted run.
///
/// # Errors
/// When the database is unreachable, or has documents that violate an index or a validator.
pub async fn migrate(database: &Database, language: Language) -> Result<(), MigrationError> {
    migrate_with(database, language, LargeIndexes::Build).await
}

/// Does the same as [`migrate`] in limited time: an operator has built the indexes of large collections before.
///
/// # Errors
/// As for [`migrate`], and when a large collection lacks an index. Then nothing was changed.
pub async fn migrate_in_deployment(database: &Database, language: Language) -> Result<(), MigrationError> {
    migrate_with(database, language, LargeIndexes::Require { documents: LARGE_COLLECTION }).await
}

async fn migrate_with(
    database: &Database,
    language: Language,
    large_indexes: LargeIndexes,
) -> Result<(), MigrationError> {
    let products = Products::new(database, language);
    let is_newer = apply_schema(database, schema(language), large_indexes).await?;
    products.recompute_terms(&Vocabulary::new(database)).await?;
    if !is_newer {
        drop_other_name_indexes(database, language).await?;
        products.drop_replaced_index().await?;
    }
    Ok(products.recount_categories().await?)
}

/// Creates the collections, validators and indexes of a schema, and records its version. A database with a newer schema
/// is left as it is: the validators of an older release would reject documents of the newer one. Returns whether it is
/// newer.
///
/// # Errors
/// As for [`migrate`], and with [`LargeIndexes::Require`] when a large collection lacks an index. Then nothing was changed.
pub async fn apply_schema(
    database: &Database,
    schema: Schema,
    large_indexes: LargeIndexes,
) -> Result<bool, MigrationError> {
    let Schema { version, declarations } = schema;
    let settings = StoredSettings::new(database);
    let stored = settings.schema_version().await?;
    if stored > version {
        tracing::info!(stored, version, "the database has the schema of a newer release, which is left as it is");
        return Ok(true);
    }
    if let LargeIndexes::Require { documents } = large_indexes {
        for declaration in &declarations {
            require_indexes(database, declaration, documents).await?;
        }
    }
    if !apply_validators(database, version, &declarations).await? {
        tracing::info!(version, "a newer release migrates the database");
        return Ok(true);
    }
    create_indexes(database, declarations, IndexSet::All).await?;
    settings.record_schema_version(version).await?;
    Ok(false)
}

/// Checks that a collection of at least that many documents has its indexes.
async fn require_indexes(database: &Database, declaration: &Declaration, large: u64) -> Result<(), MigrationError> {
    let collection = database.collection::<Document>(declaration.name);
    let documents = collection.estimated_document_count().await?;
    if documents < large {
        return Ok(());
    }
    let existing = collection.list_index_names().await?;
    let declared = declaration.indexes.iter().filter_map(index_name).map(str::to_owned);
    let missing: Vec<String> = declared.filter(|name| !existing.contains(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(MigrationError::IndexesMissing { collection: declaration.name, documents, missing })
}

/// Prepares the database for an import of products. [`migrate`] must follow the import.
///
/// The imported products are not counted by category. If the import would double the catalogue, or there are no term
/// indexes yet, it runs without term indexes, because they slow down inserts. Until [`migrate`] has run, even after an
/// interruption, all results are correct, and some are slow.
///
/// # Errors
/// As for [`migrate`].
pub async fn prepare_bulk_import(
    database: &Database,
    language: Language,
    additional: u64,
) -> Result<(), MigrationError> {
    let products = Products::new(database, language);
    let has_newer_schema = StoredSettings::new(database).schema_version().await? > SCHEMA_VERSION;
    // The indexes of a newer release could not be created again.
    let is_bulk = products.would_double(additional).await? || !products.has_term_index().await?;
    let Schema { version, declarations } = schema(language);
    if !has_newer_schema && is_bulk && apply_validators(database, version, &declarations).await? {
        create_indexes(database, declarations, IndexSet::WithoutTerms).await?;
        products.drop_term_indexes().await?;
    } else {
        migrate(database, language).await?;
    }
    Ok(products.invalidate_category_counts().await?)
}

/// The indexes to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexSet {
    All,
    WithoutTerms,
}

/// Creates the collections and applies the validators, all before any index, which may take hours. One run at a time does
/// that: an older release that runs beside a newer one would otherwise replace validators of the newer one by its own. Returns
/// false if a newer release has begun.
async fn apply_validators(
    database: &Database,
    version: i32,
    declarations: &[Declaration],
) -> Result<bool, MigrationError> {
    while let Some(mut lease) = Lease::acquire(database, LEASE, version).await? {
        let is_complete = apply_validators_with(&mut lease, database, declarations).await;
        lease.release().await?;
        if is_complete? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns false if another run has taken the lease over.
async fn apply_validators_with(
    lease: &mut Lease,
    database: &Database,
    declarations: &[Declaration],
) -> Result<bool, MigrationError> {
    for Declaration { name, validator, .. } in declarations {
        if !lease.prolong().await? {
            return Ok(false);
        }
        create_collection(database, name).await?;
        let mut command = doc! { "collMod": name, "validator": validator.clone(), "validationLevel": "strict" };
        command.insert("maxTimeMS", MAX_VALIDATOR_MILLIS);
        database.run_command(command).await?;
    }
    Ok(true)
}

async fn create_indexes(database: &Database, declarations: Vec<Declaration>, index_set: IndexSet) -> Result<(), Error> {
    for Declaration { name, indexes, .. } in declarations {
        let collection = database.collection::<Document>(name);
        let (term_indexes, others): (Vec<_>, Vec<_>) = indexes.into_iter().partition(is_term_index);
        if !others.is_empty() {
            collection.create_indexes(others).await?;
        }
        if index_set == IndexSet::All {
            // One command each: the server builds all indexes of one command in one thread, and most of the time is
            // sorting.
            try_join_all(term_indexes.into_iter().map(async |index| collection.create_index(index).await)).await?;
        }
    }
    Ok(())
}

/// Drops the indexes in the order of names in other languages. Until then functions that run in the previous language
/// use them.
async fn drop_other_name_indexes(database: &Database, language: Language) -> Result<(), Error> {
    for Declaration { name, indexes, .. } in [products::declaration(language), products::categories(language)] {
        let declared: Vec<&str> = indexes.iter().filter_map(index_name).collect();
        let collection = database.collection::<Document>(name);
        for index in collection.list_index_names().await? {
            if products::is_name_index(&index) && !declared.contains(&index.as_str()) {
                collection.drop_index(index).await?;
            }
        }
    }
    Ok(())
}

fn is_term_index(index: &IndexModel) -> bool {
    index_name(index).is_some_and(products::is_term_index)
}

fn index_name(index: &IndexModel) -> Option<&str> {
    index.options.as_ref()?.name.as_deref()
}

async fn create_collection(database: &Database, name: &str) -> Result<(), Error> {
    const NAMESPACE_EXISTS: i32 = 48;
    match database.create_collection(name).await {
        Err(error) if matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == NAMESPACE_EXISTS) => {
            Ok(())
        }
        outcome => outcome,
    }
}
