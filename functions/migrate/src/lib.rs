//! Makes collections, validators and indexes, before any traffic comes.

use ferrocart::db::schema::{declarations, migrate};
use ferrocart::{AppState, Result};
use serde_json::{Value, json};

/// Brings the database to what the code declares, and answers the names of its collections. Doing
/// it again changes nothing.
///
/// # Errors
/// When the database cannot be reached, or holds what an index or a validator refuses.
pub async fn run(shop: AppState) -> Result<Value> {
    migrate(&shop.database).await?;
    let collections: Vec<_> = declarations().iter().map(|declaration| declaration.name).collect();
    Ok(json!({ "collections": collections }))
}
