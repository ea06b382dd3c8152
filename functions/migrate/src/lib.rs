//! Makes collections, validators and indexes, and who runs the shop first, before any traffic comes.

mod custom_resource;
mod make_first_admin;

pub use custom_resource::answer;
pub use make_first_admin::make_first_admin;

use ferrocart::Result;
use ferrocart::db::schema::{declarations, migrate};
use ferrocart::lambda::{Error, open_database};
use mongodb::Database;
use serde_json::{Value, json};
use std::time::Duration;

/// Brings the database to what the code declares, and answers the names of its collections. Doing
/// it again changes nothing.
///
/// # Errors
/// When the database cannot be reached, or holds what an index or a validator refuses.
pub async fn run(database: &Database) -> Result<Value> {
    migrate(database).await?;
    let collections: Vec<_> = declarations().iter().map(|declaration| declaration.name).collect();
    Ok(json!({ "collections": collections }))
}

/// Does so for whoever asks: CloudFormation at each deployment, or somebody by hand. Settings are
/// read and connections made only now, because CloudFormation would wait for an hour for a
/// function that does not even start.
///
/// # Errors
/// As [`run`], and when the settings are wrong; or when CloudFormation cannot be told.
pub async fn handle(event: Value, left: Duration) -> Result<Value, Error> {
    answer(&event, left, async {
        let (database, first_admin) = open_database().await?;
        let outcome = run(&database).await?;
        if let Some(first_admin) = first_admin {
            make_first_admin(&database, &first_admin).await?;
        }
        Ok(outcome)
    })
    .await
}
