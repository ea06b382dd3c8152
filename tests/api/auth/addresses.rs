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
    for country in ["U", "USA", "840", "us ", "🇺🇸", "ZZ"] {
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

fn in_country(country: &str, fields: &Value) -> Value {
    let mut address = json!({ "type": "shipping", "street": "1", "country": country });
    for (name, value) in fields.as_object().expect("fields") {
        address[name] = value.clone();
    }
    address
}

#[tokio::test]
async fn fields_are_required_where_addresses_have_them() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let complete = json!({ "city": "C", "state": "X", "zip": "62701" });
    for (country, zip, missing) in [
        ("US", "62701", ["/city", "/zip", "/state"].as_slice()),
        ("ca", "H2K 3V7", ["/city", "/zip", "/state"].as_slice()),
        ("AU", "2060", ["/city", "/zip", "/state"].as_slice()),
        ("DE", "10115", ["/city", "/zip"].as_slice()),
        ("GB", "SW1Y 4LE", ["/city", "/zip"].as_slice()),
        ("JP", "100-0001", ["/zip", "/state"].as_slice()),
        ("SG", "546080", ["/zip"].as_slice()),
        ("IE", "", ["/city"].as_slice()),
        ("PA", "", ["/city"].as_slice()),
        ("HK", "", ["/city"].as_slice()),
        ("AE", "", ["/city"].as_slice()),
        ("MO", "", [].as_slice()),
    ] {
        for absent in
            [json!({}), json!({ "city": null, "state": null, "zip": null }), json!({ "city": "", "state": " " })]
        {
            let answer = ada.post("/auth/me/addresses", in_country(country, &absent)).await;
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            let pointers: Vec<&str> = errors.iter().filter_map(|error| error["pointer"].as_str()).collect();
            assert_eq!(pointers, missing, "{country} {absent}");
            assert!(errors.iter().all(|error| error["code"] == "required"), "{country} {errors:?}");
        }
        let mut complete = complete.clone();
        complete["zip"] = json!(zip);
        let stored = ada.post("/auth/me/addresses", in_country(country, &complete)).await.expect(201);
        ada.delete(&format!("/auth/me/addresses/{}", stored.text("/id"))).await.expect(204);
    }
}

#[tokio::test]
async fn hong_kong_and_the_emirates_need_no_postal_code() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for fields in [json!({ "city": "Kowloon" }), json!({ "state": "Kowloon" })] {
        for country in ["HK", "AE"] {
            let stored = ada.post("/auth/me/addresses", in_country(country, &fields)).await.expect(201);
            assert_eq!(stored.at("/zip"), &Value::Null, "{country}");
        }
    }
    // What a form asks for is kept, even where the country has none.
    let fields = json!({ "city": "Dubai", "zip": "00000", "state": "Dubai" });
    let stored = ada.post("/auth/me/addresses", in_country("AE", &fields)).await.expect(201);
    assert_eq!((stored.text("/zip"), stored.text("/state")), ("00000".to_owned(), "Dubai".to_owned()));
}

#[tokio::test]
async fn a_postal_code_is_stored_as_it_was_entered() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let stored = ada.post("/auth/me/addresses", address_with("zip", json!(" 62701 1234 "))).await.expect(201);
    assert_eq!(stored.text("/zip"), "62701 1234");
}

#[tokio::test]
async fn an_address_without_a_country_is_in_the_store_s() {
    let shop = TestShop::open_with(&[("STORE_COUNTRY", "de")]).await;
    let ada = shop.customer("ada").await;
    for country in [json!({}), json!({ "country": "" }), json!({ "country": " \u{AD}" })] {
        let mut home = json!({ "type": "shipping", "street": "Hafenstr. 8", "city": "Hamburg", "zip": "20359" });
        home.as_object_mut().expect("an object").extend(country.as_object().expect("fields").clone());
        assert_eq!(ada.post("/auth/me/addresses", home).await.expect(201).at("/country"), "DE", "{country}");
    }
}

#[tokio::test]
async fn an_empty_optional_field_is_absent() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for empty in ["", "  ", "\u{200B}"] {
        let mut home = address();
        for name in ["name", "company", "street2", "phone", "country"] {
            home[name] = json!(empty);
        }
        let stored = ada.post("/auth/me/addresses", home).await.expect(201);
        for name in ["name", "company", "street2", "phone"] {
            assert_eq!(stored.at(&format!("/{name}")), &Value::Null, "{name}");
        }
        assert_eq!(stored.at("/country"), "US");
    }
    for name in ["type", "street"] {
        ada.post("/auth/me/addresses", address_with(name, json!(""))).await.expect(422);
    }
}

#[tokio::test]
async fn an_address_can_be_sent_back_as_it_was_read() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let mut home = address_with("name", json!("علی\u{200C}رضا"));
    home["company"] = json!("Ferro Ltd");
    home["street2"] = json!("Apt 3");
    let home = ada.post("/auth/me/addresses", home).await.expect(201);
    let path = format!("/auth/me/addresses/{}", home.text("/id"));
    assert_eq!(ada.put(&path, home.body.clone()).await.expect(200).body, home.body);
    let other = ada.post("/auth/me/addresses", address()).await.expect(201);
    let rejected = ada.put(&path, other.body.clone()).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/id");
    assert_eq!(stored_addresses(&ada).await, [home.body.clone(), other.body]);
    // A new address has no id yet.
    let rejected = ada.post("/auth/me/addresses", home.body).await.expect(422);
    assert_eq!(rejected.at("/errors/0/code"), "unknown");
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
