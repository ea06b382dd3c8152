//! Fills the shop to be fuzzed, and configures schemathesis with the credentials and ids of this shop.

use super::Role;
use crate::client::{ApiClient, PASSWORD};
use crate::world::{Product, World};
use mongodb::bson::{Bson, Document, doc};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

const CONFIG: &str = include_str!("../../schemathesis/schemathesis.toml");
const HOOKS: &str = include_str!("../../schemathesis/hooks.py");

/// Returns the environment variables of schemathesis: the secret for its hooks, and no bytecode files in the sources.
pub(super) const fn environment() -> [(&'static str, &'static str); 2] {
    [("STRIPE_WEBHOOK_SECRET", crate::stripe::WEBHOOK_SECRET), ("PYTHONDONTWRITEBYTECODE", "1")]
}

/// Fills the shop and returns the path of a schemathesis configuration for it.
pub(super) async fn prepare(world: &mut World, role: Role) -> PathBuf {
    let products = [world.add_product("TEE", 1999, 100_000).await, world.add_product("MUG", 950, 100_000).await];
    let admin = world.admin("admin").await;
    for (name, buyer) in
        [("admin", admin), ("customer", world.buyer("customer").await), ("bob", world.buyer("bob").await)]
    {
        create_data(world, name, &buyer, &products).await;
    }
    let mut config = CONFIG.to_owned();
    for (name, values) in dictionaries(world, &products).await {
        // A JSON array of strings is also valid TOML.
        write!(config, "\n[dictionaries.{name}]\nvalues = {}\n", json!(values)).expect("a string to grow");
    }
    if role != Role::Anonymous {
        let account = json!(format!("{}@example.com", role.name()));
        write!(
            config,
            "\n[auth.dynamic.openapi.bearer]\npath = \"/auth/login\"\nextract_selector = \"/access_token\"\n\
             payload = {{ email = {account}, password = \"{PASSWORD}\" }}\n",
        )
        .expect("a string to grow");
    }
    let path = world.directory().join("schemathesis.toml");
    std::fs::write(world.directory().join("hooks.py"), HOOKS).expect("a file");
    let hooks = json!(world.directory().join("hooks.py"));
    std::fs::write(&path, config.replace("\"hooks.py\"", &hooks.to_string())).expect("a file");
    path
}

/// Creates everything that a user can own: addresses, sessions, a cart, and orders in several states.
async fn create_data(world: &World, name: &str, buyer: &ApiClient, [tee, mug]: &[Product; 2]) {
    for street in ["1 Main Street", "2 Main Street", "3 Main Street"] {
        let address =
            json!({ "type": "shipping", "street": street, "city": "Springfield", "state": "IL", "zip": "62701" });
        buyer.post("/auth/me/addresses", address).await.expect_ok();
        world.api().log_in(name).await.expect("a session");
    }
    for (number, state) in ["pending", "pending", "cancelled", "paid", "paid"].into_iter().enumerate() {
        buyer.fill_cart(&[tee.item(2), mug.item(1)]).await.expect_ok();
        let placed = buyer.place_order(&format!("{name}{number}"), &[(&tee.sku, 2), (&mug.sku, 1)]).await;
        match state {
            "cancelled" => {
                buyer.cancel(&placed.text("/id")).await.expect_ok();
            }
            "paid" => {
                let (intent, secret) = (placed.text("/payment/intent_id"), placed.text("/payment/client_secret"));
                world.stripe.pay(&intent, &secret, "pm_card_visa").await;
            }
            _ => {}
        }
    }
    world.stripe.wait_for_deliveries().await;
    buyer.fill_cart(&[tee.item(1)]).await.expect_ok();
}

/// Returns the dictionaries: ids and other values that exist in the shop, by kind.
async fn dictionaries(world: &World, products: &[Product; 2]) -> Vec<(&'static str, Vec<String>)> {
    let mut addresses = Vec::new();
    let mut users = Vec::new();
    let mut found = world.database().collection::<Document>("users").find(doc! {}).await.expect("users");
    while found.advance().await.expect("users") {
        let user: Document = found.deserialize_current().expect("a user");
        // The run must not change the users that it logs in as, or all later requests would be rejected.
        if user.get_str("email").is_ok_and(|email| email == "bob@example.com") {
            users.push(user.get_object_id("_id").expect("an id").to_string());
        }
        let stored = user.get_array("addresses").cloned().unwrap_or_default();
        let ids = stored.iter().filter_map(|it| it.as_document()?.get("id").or(it.as_document()?.get("_id")));
        addresses.extend(ids.filter_map(|id| id.as_object_id()).map(|id| id.to_string()));
    }
    assert!(!addresses.is_empty() && !users.is_empty(), "{addresses:?} {users:?}");
    let text = |texts: &[&str]| texts.iter().map(|&it| it.to_owned()).collect();
    vec![
        ("addresses", addresses),
        ("users", users),
        ("orders", ids(world, "orders").await),
        ("sessions", ids(world, "sessions").await),
        ("products", products.iter().map(|product| product.id.clone()).collect()),
        ("skus", products.iter().map(|product| product.sku.clone()).collect()),
        ("slugs", texts(world, "products", "slug").await),
        ("emails", text(&["bob@example.com", "BOB@example.com", "unknown@example.com"])),
        ("passwords", text(&[PASSWORD, "wrong horse"])),
    ]
}

async fn ids(world: &World, collection: &str) -> Vec<String> {
    texts(world, collection, "_id").await
}

/// Returns all values of a field, which are ids or texts.
async fn texts(world: &World, collection: &str, field: &str) -> Vec<String> {
    let values = world.database().collection::<Document>(collection).distinct(field, doc! {}).await.expect("values");
    assert!(!values.is_empty(), "no {collection} has a {field}");
    let text = |value: &Bson| match value {
        Bson::String(text) => text.clone(),
        other => other.as_object_id().expect("an id").to_string(),
    };
    values.iter().map(text).collect()
}
