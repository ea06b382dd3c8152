//! The version of the schema: a rollback keeps what the newer release needs, and a function awaits its migration.

use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::db::lease::Lease;
use ferrocart::db::migration::{
    LargeIndexes, MigrationError, SCHEMA_VERSION, Schema, apply_schema, migrate, prepare_bulk_import, schema,
};
use ferrocart::db::schema::Declaration;
use ferrocart::domain::search::Language;
use ferrocart_migrate::run;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use futures_util::future::join_all;
use mongodb::IndexModel;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::IndexOptions;
use serde_json::json;

/// The version, and a digest of all declarations with it.
const DECLARED: (i32, &str) = (3, "06754af62e9c07f462846012e4f933eb5f3438174595ce434fb9429f7a378da5");

/// Returns the schema of a next release: users may have another role, and carts another index.
fn next_release() -> Schema {
    let Schema { version, mut declarations } = schema(Language::English);
    let roles = validator_of(&mut declarations, "users").get_document_mut("role").expect("a role");
    roles.get_array_mut("enum").expect("roles").push("auditor".into());
    let options = IndexOptions::builder().name("next".to_owned()).build();
    let index = IndexModel::builder().keys(doc! { "updated_at": 1, "version": 1 }).options(options).build();
    declaration_of(&mut declarations, "carts").indexes.push(index);
    Schema { version: version.saturating_add(1), declarations }
}

fn declaration_of<'a>(declarations: &'a mut [Declaration], name: &str) -> &'a mut Declaration {
    declarations.iter_mut().find(|declaration| declaration.name == name).expect("a collection")
}

/// Returns the properties in the validator of a collection.
fn validator_of<'a>(declarations: &'a mut [Declaration], name: &str) -> &'a mut Document {
    let validator = &mut declaration_of(declarations, name).validator;
    let schema = validator.get_document_mut("$jsonSchema").expect("a schema");
    schema.get_document_mut("properties").expect("properties")
}

async fn recorded_version(shop: &TestShop) -> i32 {
    shop.state().settings.schema_version().await.expect("an answer")
}

async fn index_names(shop: &TestShop, collection: &str) -> Vec<String> {
    shop.database().collection::<Document>(collection).list_index_names().await.expect("names")
}

/// Gives a user the role that only the next release knows.
async fn make_auditor(shop: &TestShop, email: &str) -> Result<(), mongodb::error::Error> {
    let users = shop.database().collection::<Document>("users");
    users.update_one(doc! { "email": email }, doc! { "$set": { "role": "auditor" } }).await.map(drop)
}

#[tokio::test]
async fn a_rollback_keeps_the_schema_of_the_newer_release() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    shop.customer("bob").await;
    run(shop.database(), Language::English).await.expect("release N");
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION);
    make_auditor(&shop, "ada@example.com").await.expect_err("a role that release N does not have");

    let is_newer = apply_schema(shop.database(), next_release(), LargeIndexes::Build).await.expect("release N+1");
    assert!(!is_newer);
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION + 1);
    make_auditor(&shop, "ada@example.com").await.expect("a role of release N+1");

    // The deployment of release N, and the operator's command of release N.
    run(shop.database(), Language::English).await.expect("release N again");
    migrate(shop.database(), Language::English).await.expect("release N again");
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION + 1);
    make_auditor(&shop, "bob@example.com").await.expect("environments of N+1 still write");
    assert!(index_names(&shop, "carts").await.contains(&"next".to_owned()));

    // Release N works with it.
    let visitor = shop.reopen_with(&[]).await;
    visitor.get("/health").await.expect(200);
    shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    assert_eq!(visitor.get("/products").await.expect(200).at("/items/0/name"), "Tee");
    let account = json!({ "name": "Cleo", "email": "cleo@example.com", "password": "correct horse" });
    visitor.post("/auth/register", account).await.expect(201);

    let is_newer = apply_schema(shop.database(), next_release(), LargeIndexes::Build).await.expect("release N+1 again");
    assert!(!is_newer);
}

#[tokio::test]
async fn an_older_migration_beside_a_newer_one_changes_no_validator() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    // The newer one still builds its indexes, so it has not recorded its version.
    apply_schema(shop.database(), next_release(), LargeIndexes::Build).await.expect("release N+1");
    let settings = shop.database().collection::<Document>("settings");
    let unfinished = doc! { "$set": { "version": SCHEMA_VERSION } };
    settings.update_one(doc! { "_id": "schema" }, unfinished).await.expect("an update");
    let is_newer =
        apply_schema(shop.database(), schema(Language::English), LargeIndexes::Build).await.expect("release N");
    assert!(is_newer);
    prepare_bulk_import(shop.database(), Language::English, 1_000).await.expect("an import of release N");
    make_auditor(&shop, "ada@example.com").await.expect("a role of release N+1");
}

#[tokio::test]
async fn of_concurrent_migrations_the_newest_has_its_validators() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    let apply =
        async |schema: Schema| apply_schema(shop.database(), schema, LargeIndexes::Build).await.expect("a migration");
    let older = join_all((0..4).map(|_| apply(schema(Language::English))));
    tokio::join!(older, apply(next_release()));
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION + 1);
    make_auditor(&shop, "ada@example.com").await.expect("a role of release N+1");
}

#[tokio::test]
async fn a_crashed_migration_can_be_repeated() {
    let shop = TestShop::open().await;
    let settings = shop.database().collection::<Document>("settings");
    let past = DateTime::from_millis(DateTime::now().timestamp_millis() - 1);
    let lease = doc! { "$set": { "version": SCHEMA_VERSION, "leased_until": past } };
    settings.update_one(doc! { "_id": "migration" }, lease).upsert(true).await.expect("an update");
    run(shop.database(), Language::English).await.expect("a migration");
}

#[tokio::test]
async fn a_lease_that_another_run_has_taken_is_lost() {
    let shop = TestShop::open().await;
    let acquire = async |version| Lease::acquire(shop.database(), "a_lease", version).await.expect("an answer");
    let mut slow = acquire(1).await.expect("a lease");
    assert!(slow.prolong().await.expect("an answer"));
    let settings = shop.database().collection::<Document>("settings");
    let expired = doc! { "$set": { "leased_until": DateTime::from_millis(0) } };
    settings.update_one(doc! { "_id": "a_lease" }, expired).await.expect("an update");
    let mut next = acquire(2).await.expect("a lease");
    assert!(!slow.prolong().await.expect("an answer"));
    slow.release().await.expect("an answer");
    assert!(next.prolong().await.expect("an answer"), "it is still held");
    assert!(acquire(1).await.is_none(), "a newer version has it");
    next.release().await.expect("an answer");
    assert!(acquire(1).await.is_none(), "a newer version had it");
}

#[tokio::test]
async fn functions_are_not_ready_until_the_database_is_migrated() {
    let shop = TestShop::open().await;
    let settings = shop.database().collection::<Document>("settings");
    settings.delete_one(doc! { "_id": "schema" }).await.expect("a database of an earlier release");
    let visitor = shop.reopen_with(&[]).await;
    visitor.get("/openapi.json").await.expect(200);
    for path in ["/health", "/products", "/cart", "/orders", "/auth/me", "/admin/orders"] {
        assert_eq!(visitor.get(path).await.expect(503).at("/code"), "not_ready", "{path}");
    }
    visitor.post("/webhooks/stripe", json!({})).await.expect(503);
    run(shop.database(), Language::English).await.expect("a migration");
    visitor.get("/health").await.expect(200);
    visitor.get("/products").await.expect(200);
    visitor.get("/cart").await.expect(401);

    // The health of a function that was ready shows a database that was replaced by an older one.
    settings.delete_one(doc! { "_id": "schema" }).await.expect("a restored database");
    assert_eq!(visitor.get("/health").await.expect(503).at("/code"), "not_ready");
}

#[tokio::test]
async fn a_deployment_builds_no_index_of_a_large_collection() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    let products = shop.database().collection::<Document>("products");
    products.drop_index("low_stock").await.expect("an index to drop");
    products.drop_index("terms_price").await.expect("an index to drop");
    let require = LargeIndexes::Require { documents: 1 };
    let failed = apply_schema(shop.database(), next_release(), require).await.expect_err("missing indexes");
    let MigrationError::IndexesMissing { collection, documents, missing } = &failed else { panic!("{failed}") };
    assert_eq!((*collection, *documents), ("products", 1));
    assert_eq!(missing, &["terms_price", "low_stock"]);
    assert!(failed.to_string().contains("run `ferrocart migrate`"), "{failed}");
    // Nothing has changed.
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION);
    assert!(!index_names(&shop, "carts").await.contains(&"next".to_owned()));

    // The operator's command builds them, and then the deployment verifies them.
    migrate(shop.database(), Language::English).await.expect("a migration");
    apply_schema(shop.database(), schema(Language::English), require).await.expect("a deployment");
    let names = index_names(&shop, "products").await;
    assert!(["terms_price", "low_stock"].iter().all(|name| names.iter().any(|it| it == name)), "{names:?}");
}

#[tokio::test]
async fn a_deployment_builds_the_indexes_of_smaller_collections() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    shop.database().collection::<Document>("products").drop_index("low_stock").await.expect("an index to drop");
    let require = LargeIndexes::Require { documents: 2 };
    apply_schema(shop.database(), next_release(), require).await.expect("a deployment");
    assert!(index_names(&shop, "products").await.contains(&"low_stock".to_owned()));
    assert!(index_names(&shop, "carts").await.contains(&"next".to_owned()));
    assert_eq!(recorded_version(&shop).await, SCHEMA_VERSION + 1);
}

#[tokio::test]
async fn an_index_with_another_definition_fails_the_deployment() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    let products = shop.database().collection::<Document>("products");
    products.drop_index("low_stock").await.expect("an index to drop");
    let options = IndexOptions::builder().name("low_stock".to_owned()).build();
    let other = IndexModel::builder().keys(doc! { "version": 1 }).options(options).build();
    products.create_index(other).await.expect("another index of that name");
    let require = LargeIndexes::Require { documents: 1 };
    apply_schema(shop.database(), schema(Language::English), require).await.expect_err("another definition");
}

#[test]
fn changed_declarations_have_a_new_version() {
    let Schema { version, declarations } = schema(Language::English);
    let declared = |declaration: &Declaration| {
        let Declaration { name, validator, indexes } = declaration;
        format!("{name} {validator} {indexes:?}\n")
    };
    let text: String = declarations.iter().map(declared).collect();
    let digest: String = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (version, digest.as_str()),
        DECLARED,
        "the declarations have changed: a release with the old ones requires a higher SCHEMA_VERSION; then adjust DECLARED"
    );
}
