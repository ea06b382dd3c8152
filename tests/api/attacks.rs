//! What is tried at every door: operators for values, fields that are not the client's, other spellings of
//! an administrator's path; and what every refusal carries.

use crate::openapi::{Operation, document, operations};
use axum::http::Method;
use ferrocart_tests::TestShop;
use mongodb::bson::{Document, doc};
use serde_json::{Map, Value, json};

/// What a query would be made of if a value were ever taken for one.
fn operators() -> [Value; 5] {
    [json!({ "$gt": "" }), json!({ "$ne": null }), json!({ "$where": "1" }), json!([{ "$gt": "" }]), json!([[]])]
}

/// Nobody may write these, whatever else is in the body.
const SMUGGLED: [&str; 8] =
    ["_id", "id", "user_id", "is_admin", "password_hash", "credentials_version", "$set", "total_amount"];

fn path(operation: &Operation) -> String {
    operation.path.trim_start_matches("/api/v1").replace("{id}", "0123456789abcdef01234567")
}

/// The names of the fields of an operation's body, if it has one of ours.
fn fields(document: &Value, operation: &Operation) -> Vec<String> {
    let target = operation.says.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
    let schema = target.and_then(|target| document.pointer(target.trim_start_matches('#')));
    let fields = schema.and_then(|schema| schema["properties"].as_object());
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn an_operator_in_any_field_is_refused() {
    let shop = TestShop::open().await;
    let (admin, document) = (shop.admin().await, document());
    let mut tried = 0_usize;
    for operation in operations(&document) {
        for field in fields(&document, &operation) {
            for operator in operators() {
                let body = Map::from_iter([(field.clone(), operator.clone())]).into();
                let method: Method = operation.method.parse().expect("a method");
                let answer = admin.send(method, &path(&operation), Some(body)).await;
                assert_eq!(answer.status, 422, "{} {field}: {operator}: {:#}", operation.name(), answer.body);
                let pointer = format!("/{field}");
                let errors = answer.at("/errors").as_array().expect("errors");
                let its = |error: &&Value| error["pointer"].as_str().is_some_and(|it| it.starts_with(&pointer));
                assert!(errors.iter().any(|error| its(&error)), "{} {field}: {operator}", operation.name());
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[tokio::test]
async fn an_operator_in_any_parameter_is_refused() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for operation in operations(&document()) {
        let parameters = operation.says["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().expect("a name");
            for query in [format!("{name}[$ne]=x"), format!("{name}%5B%24gt%5D="), format!("{name}[]=x")] {
                let answer = operation.ask(&admin, &format!("?{query}")).await;
                assert_eq!(answer.status, 400, "{} {query}", operation.name());
            }
            let twice = operation.ask(&admin, &format!("?{name}=x&{name}=y")).await;
            assert_eq!(twice.status, 400, "{} {name} twice", operation.name());
        }
    }
}

#[tokio::test]
async fn a_field_that_is_not_the_client_s_is_refused_by_every_call() {
    let shop = TestShop::open().await;
    let (admin, document) = (shop.admin().await, document());
    for operation in operations(&document) {
        if fields(&document, &operation).is_empty() {
            continue;
        }
        for field in SMUGGLED {
            let body = Map::from_iter([(field.to_owned(), json!("0123456789abcdef01234567"))]).into();
            let method: Method = operation.method.parse().expect("a method");
            let answer = admin.send(method, &path(&operation), Some(body)).await.expect(422);
            let errors = answer.at("/errors").as_array().expect("errors");
            let its = |error: &Value| error["pointer"] == format!("/{field}") && error["code"] == "unknown";
            assert!(errors.iter().any(its), "{} {field}: {:#}", operation.name(), answer.body);
        }
    }
}

#[tokio::test]
async fn another_spelling_of_an_administrator_s_path_lets_nobody_in() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for path in [
        "/Admin/orders",
        "/ADMIN/ORDERS",
        "//admin/orders",
        "/admin//orders",
        "/admin/orders/",
        "/admin%2forders",
        "/admin%2Forders",
        "/%61dmin/orders",
        "/products/../admin/orders",
        "/products/%2e%2e/admin/orders",
        "/admin/./orders",
        "/admin;x=1/orders",
        "/admin/orders%00",
        "/admin/orders.json",
        "/admin/orders%20",
    ] {
        let answer = ada.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let disguised = ada.with_header(header, "GET");
        let answer = disguised.post("/admin/orders", json!({})).await;
        assert!([403, 405].contains(&answer.status.as_u16()), "{header}: {}", answer.status);
    }
    for header in ["x-original-url", "x-rewrite-url", "x-forwarded-prefix"] {
        let answer = ada.with_header(header, "/api/v1/admin/orders").get("/auth/me").await.expect(200);
        assert_eq!(answer.at("/role"), "customer", "{header}");
    }
}

#[tokio::test]
async fn every_refusal_carries_the_headers_of_every_answer() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let large = json!({ "name": "x".repeat(300_000) });
    let unreachable = TestShop::without_database("mongodb://127.0.0.1:9/").await;
    // What no writer of ours could store: the validator would refuse it.
    let defective = shop.customer("bob").await;
    let users = shop.database().collection::<Document>("users");
    let bob = users.update_one(doc! { "email": "bob@example.com" }, doc! { "$set": { "name": 7 } });
    bob.bypass_document_validation(true).await.expect("a broken document");
    let answers = [
        ada.get("/orders?page=1").await.expect(400),
        shop.visitor().get("/orders").await.expect(401),
        ada.get("/admin/orders").await.expect(403),
        ada.get("/nowhere").await.expect(404),
        ada.get("/orders/0123456789abcdef01234567").await.expect(404),
        ada.delete("/orders").await.expect(405),
        ada.patch("/auth/me", large).await.expect(413),
        ada.send(Method::POST, "/cart/items", None).await.expect(415),
        ada.patch("/auth/me", json!({})).await.expect(422),
        defective.get("/auth/me").await.expect(500),
        unreachable.get("/products").await.expect(503),
    ];
    for answer in answers {
        let shown = answer.shown();
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
        ] {
            assert_eq!(answer.header(header), value, "{shown}");
        }
        assert_eq!(answer.header("x-request-id"), answer.text("/request_id"), "{shown}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{shown}");
    }
}
