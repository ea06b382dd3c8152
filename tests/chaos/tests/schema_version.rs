//! Proves that functions do no work on a database with the schema of an earlier release, and resume once it is migrated.

use ferrocart_chaos::World;
use mongodb::bson::{Document, doc};
use serde_json::json;

#[tokio::test]
async fn functions_and_jobs_await_the_migration() {
    let world = World::open().await;
    let settings = world.database().collection::<Document>("settings");
    let schema = settings.find_one_and_delete(doc! { "_id": "schema" }).await.expect("an answer").expect("a version");
    let products = format!("{}/api/v1/products", world.lambda.base_url());
    let response = reqwest::get(&products).await.expect("a response");
    assert_eq!(response.status(), 503);
    let error = world.lambda.invoke("maintenance", &json!({})).await.expect_err("a job without a migration");
    assert!(error.to_string().contains("schema version 0"), "{error}");

    settings.insert_one(schema).await.expect("a migration");
    assert_eq!(reqwest::get(&products).await.expect("a response").status(), 200);
    world.lambda.invoke("maintenance", &json!({})).await.expect("a report");
    assert_eq!(world.deaths(), []);
}
