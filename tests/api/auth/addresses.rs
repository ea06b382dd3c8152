//! `POST /auth/me/addresses`, `PUT` and `DELETE /auth/me/addresses/{id}`

use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn address() -> Value {
    json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" })
}

fn address_with(name: &str, value: Value) -> Value {
    let mut address = address();
    address[name] = value;
    address
}

async fn stored_addresses(client: &Client) -> Vec<Value> {
    client.get("/auth/me").await.expect(200).at("/addresses").as_array().expect("addresses").clone()
}

#[tokio::test]
async fn an_address_is_stored_replaced_and_removed() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let home = ada.post("/auth/me/addresses", address()).await;
    assert_snapshot!(home.shown());
    let work = ada.post("/auth/me/addresses", address_with("type", json!("billing"))).await.expect(201);
    assert_eq!(stored_addresses(&ada).await, [home.body.clone(), work.body.clone()]);
    let path = format!("/auth/me/addresses/{}", home.text("/id"));
    let replacement = json!({
        "type": "billing", "street": " 2 Side Street ", "city": "Köln", "state": "NRW", "zip": "50667", "country": "de",
        "phone": "+49 221 1234",
    });
    let replaced = ada.put(&path, replacement).await;
    assert_snapshot!(replaced.shown());
    assert_eq!(replaced.at("/id"), home.at("/id"));
    assert_eq!(stored_addresses(&ada).await, [replaced.body.clone(), work.body.clone()]);
    assert_eq!(ada.delete(&path).await.expect(204).body, Value::Null);
    ada.delete(&path).await.expect(404);
    assert_eq!(stored_addresses(&ada).await, [work.body]);
}

#[tokio::test]
async fn every_invalid_field_is_reported() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let bad = json!({ "type": "home", "street": "", "city": 7, "zip": "x".repeat(101), "country": "XX", "id": "mine" });
    assert_snapshot!(ada.post("/auth/me/addresses", bad).await.shown());
    for country in ["", "U", "USA", "840", "us ", "🇺🇸", "ZZ"] {
        let rejected = ada.post("/auth/me/addresses", address_with("country", json!(country))).await.expect(422);
        assert_eq!(rejected.at("/errors/0/code"), "invalid_country", "{country}");
    }
    for bad in [json!(null), json!(["US"]), json!({ "$ne": "US" })] {
        ada.post("/auth/me/addresses", address_with("country", bad)).await.expect(422);
    }
    for phone in [json!(null), json!("+1 555 0100")] {
        ada.post("/auth/me/addresses", address_with("phone", phone)).await.expect(201);
    }
    ada.post("/auth/me/addresses", address_with("phone", json!(15_550_100))).await.expect(422);
    assert_eq!(stored_addresses(&ada).await.len(), 2);
}

#[tokio::test]
async fn a_state_is_required_in_countries_that_use_one() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let in_country = |country: &str, state: Option<Value>| {
        let mut address = json!({ "type": "shipping", "street": "1", "city": "C", "zip": "1", "country": country });
        if let Some(state) = state {
            address["state"] = state;
        }
        address
    };
    for country in ["US", "ca", "AU"] {
        for missing in [None, Some(Value::Null)] {
            let rejected = ada.post("/auth/me/addresses", in_country(country, missing)).await.expect(422);
            assert_eq!(
                rejected.at("/errors"),
                &json!([
                    { "pointer": "/state", "code": "required", "message": "is required in this country" },
                ])
            );
        }
        ada.post("/auth/me/addresses", in_country(country, Some(json!("X")))).await.expect(201);
    }
    for country in ["DE", "GB", "SG"] {
        let stored = ada.post("/auth/me/addresses", in_country(country, None)).await.expect(201);
        assert_eq!(stored.at("/state"), &Value::Null);
        ada.post("/auth/me/addresses", in_country(country, Some(json!("Kent")))).await.expect(201);
        ada.post("/auth/me/addresses", in_country(country, Some(json!("")))).await.expect(422);
    }
    // Without a country the store's applies, and all missing fields are reported at once.
    let rejected = ada.post("/auth/me/addresses", json!({ "type": "shipping", "street": "1", "city": "" })).await;
    let pointers: Vec<String> = (0..3).map(|index| rejected.text(&format!("/errors/{index}/pointer"))).collect();
    assert_eq!(pointers, ["/city", "/zip", "/state"]);
}

fn not_found(answer: &Answer) -> String {
    assert_eq!(answer.status, 404);
    answer.shown()
}

#[tokio::test]
async fn another_user_s_address_looks_like_an_unknown_one() {
    let shop = TestShop::open().await;
    let (ada, eve) = (shop.customer("ada").await, shop.customer("eve").await);
    let home = ada.post("/auth/me/addresses", address()).await.expect(201);
    let hers = format!("/auth/me/addresses/{}", home.text("/id"));
    let unknown = "/auth/me/addresses/000000000000000000000000";
    assert_eq!(not_found(&eve.put(&hers, address()).await), not_found(&eve.put(unknown, address()).await));
    assert_eq!(not_found(&eve.delete(&hers).await), not_found(&eve.delete(unknown).await));
    for malformed in ["me", "0", "%24ne", "zzzzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000000"] {
        let path = format!("/auth/me/addresses/{malformed}");
        assert_eq!(not_found(&eve.delete(&path).await), not_found(&eve.delete(unknown).await), "{malformed}");
    }
    shop.visitor().delete(&hers).await.expect(401);
    assert_eq!(stored_addresses(&ada).await, [home.body]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_add_at_most_20_addresses() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let tries = (0..30).map(|_| {
        let ada = ada.clone();
        tokio::spawn(async move { ada.post("/auth/me/addresses", address()).await })
    });
    let answers: Vec<_> = join_all(tries).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    let (added, rejected): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(added.len(), 20);
    for answer in rejected {
        assert_eq!(answer.expect(422).at("/errors/0/code"), "too_many");
    }
    assert_eq!(stored_addresses(&ada).await.len(), 20);
    // Removing one address makes room for one.
    ada.delete(&format!("/auth/me/addresses/{}", added[7].text("/id"))).await.expect(204);
    ada.post("/auth/me/addresses", address()).await.expect(201);
    ada.post("/auth/me/addresses", address()).await.expect(422);
}
