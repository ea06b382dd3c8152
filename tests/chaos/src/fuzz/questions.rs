//! What is in a shop that is asked, and what schemathesis is told of it: who asks, and which ids there are.

use super::Role;
use crate::client::{Caller, PASSWORD};
use crate::world::{Product, World};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

const CONFIG: &str = include_str!("../../schemathesis/schemathesis.toml");
const HOOKS: &str = include_str!("../../schemathesis/hooks.py");

/// What the hooks are told, and what keeps Python from leaving files in the sources.
pub(super) const fn environment() -> [(&'static str, &'static str); 2] {
    [("STRIPE_WEBHOOK_SECRET", crate::stripe::WEBHOOK_SECRET), ("PYTHONDONTWRITEBYTECODE", "1")]
}

/// Fills the shop, and answers the path of a configuration that fits it.
pub(super) async fn prepare(world: &mut World, role: Role) -> PathBuf {
    let products = [world.stock("TEE", 1999, 100_000).await, world.stock("MUG", 950, 100_000).await];
    let admin = world.admin("admin").await;
    for (name, buyer) in
        [("admin", admin), ("customer", world.buyer("customer").await), ("bob", world.buyer("bob").await)]
    {
        live(world, name, &buyer, &products).await;
    }
    let mut config = CONFIG.to_owned();
    for (name, values) in dictionaries(world, &products).await {
        // An array of JSON strings is one of TOML, too.
        write!(config, "\n[dictionaries.{name}]\nvalues = {}\n", json!(values)).expect("room");
    }
    if role != Role::Nobody {
        let account = json!(format!("{}@example.com", role.name()));
        write!(
            config,
            "\n[auth.dynamic.openapi.bearer]\npath = \"/api/v1/auth/login\"\nextract_selector = \"/access_token\"\n\
             payload = {{ email = {account}, password = \"{PASSWORD}\" }}\n",
        )
        .expect("room");
    }
    let path = world.directory().join("schemathesis.toml");
    std::fs::write(world.directory().join("hooks.py"), HOOKS).expect("a file");
    let hooks = json!(world.directory().join("hooks.py"));
    std::fs::write(&path, config.replace("\"hooks.py\"", &hooks.to_string())).expect("a file");
    path
}

/// Has one of everything that can be owned: addresses, sessions, a cart, and orders in every state.
async fn live(world: &World, name: &str, buyer: &Caller, [tee, mug]: &[Product; 2]) {
    for street in ["1 Main Street", "2 Main Street", "3 Main Street"] {
        let address =
            json!({ "type": "shipping", "street": street, "city": "Springfield", "state": "IL", "zip": "62701" });
        buyer.post("/auth/me/addresses", address).await.done();
        world.front().log_in(name).await.expect("a session");
    }
    for (number, fate) in ["pending", "pending", "cancelled", "paid", "paid"].into_iter().enumerate() {
        buyer.fill_cart(&[tee.pieces(2), mug.pieces(1)]).await.done();
        let placed = buyer.place_order(&format!("{name}{number}"), &[(&tee.sku, 2), (&mug.sku, 1)]).await;
        match fate {
            "cancelled" => {
                buyer.cancel(&placed.text("/id")).await.done();
            }
            "paid" => {
                let (intent, secret) = (placed.text("/payment/intent_id"), placed.text("/payment/client_secret"));
                world.stripe.pay(&intent, &secret, "pm_card_visa").await;
            }
            _ => {}
        }
    }
    world.stripe.settle().await;
    buyer.fill_cart(&[tee.pieces(1)]).await.done();
}

/// The ids of what there is, by kind.
async fn dictionaries(world: &World, products: &[Product; 2]) -> Vec<(&'static str, Vec<String>)> {
    let mut addresses = Vec::new();
    let mut users = Vec::new();
    let mut found = world.database().collection::<Document>("users").find(doc! {}).await.expect("users");
    while found.advance().await.expect("users") {
        let user: Document = found.deserialize_current().expect("a user");
        // Who asks stays what they are, or the run would see nothing but refusals from there on.
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
        ("emails", text(&["bob@example.com", "BOB@example.com", "nobody@example.com"])),
        ("passwords", text(&[PASSWORD, "wrong horse"])),
    ]
}

async fn ids(world: &World, collection: &str) -> Vec<String> {
    let ids = world.database().collection::<Document>(collection).distinct("_id", doc! {}).await.expect("ids");
    assert!(!ids.is_empty(), "{collection} is empty");
    let shown = |id: &mongodb::bson::Bson| id.as_object_id().map_or_else(|| id.to_string(), |id| id.to_string());
    ids.iter().map(shown).map(|id| Value::from(id).as_str().unwrap_or_default().to_owned()).collect()
}
