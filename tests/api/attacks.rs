//! Attacks on every endpoint: query operators as values, fields that clients must not set, alternative spellings of
//! administrators' paths. Error responses carry the same security headers as all others.

use crate::operations::{Operation, document, operations};
use axum::http::Method;
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::product;
use ferrocart_tests::{MAIL, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Map, Value, json};

/// Values that MongoDB would read as operators in a query.
fn operators() -> [Value; 5] {
    [json!({ "$gt": "" }), json!({ "$ne": null }), json!({ "$where": "1" }), json!([{ "$gt": "" }]), json!([[]])]
}

/// Fields that no client may set.
const FORBIDDEN_FIELDS: [&str; 8] =
    ["_id", "id", "user_id", "is_admin", "password_hash", "credentials_version", "$set", "total_amount"];

/// The field names of an operation's JSON body; empty if it takes none.
fn fields(document: &Value, operation: &Operation) -> Vec<String> {
    let target = operation.spec.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
    let schema = target.and_then(|target| document.pointer(target.trim_start_matches('#')));
    let fields = schema.and_then(|schema| schema["properties"].as_object());
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

/// Fields of merge patches whose objects are merged: an unknown name with `null` removes nothing, and an option may have any
/// name, which is stored as a value.
const MERGED: [(&str, &str); 2] = [("PATCH /products/{id}", "seo"), ("PATCH /products/{id}/variants/{sku}", "options")];

/// The path of an operation: to a product that exists, if the operation merges its body into it.
fn path_of(operation: &Operation, tee: &ProductDoc) -> String {
    if operation.method == Method::PATCH && operation.path.starts_with("/products/") {
        operation.path.replace("{id}", &tee.id.to_string()).replace("{sku}", tee.variants[0].sku.as_str())
    } else {
        operation.probe_path()
    }
}

#[tokio::test]
async fn an_operator_in_any_field_is_rejected() {
    let shop = TestShop::open_with(MAIL).await;
    let (admin, document) = (shop.admin().await, document());
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mut tried = 0_usize;
    for operation in operations(&document) {
        for field in fields(&document, &operation) {
            for operator in operators() {
                let body = Map::from_iter([(field.clone(), operator.clone())]).into();
                let answer = admin.send(operation.method.clone(), &path_of(&operation, &tee), Some(body)).await;
                if MERGED.contains(&(operation.name().as_str(), field.as_str())) {
                    assert!([200, 422].contains(&answer.status.as_u16()), "{} {field}: {operator}", operation.name());
                    continue;
                }
                assert_eq!(answer.status, 422, "{} {field}: {operator}: {:#}", operation.name(), answer.body);
                let pointer = format!("/{field}");
                let errors = answer.at("/errors").as_array().expect("errors");
                let of_field = |error: &Value| error["pointer"].as_str().is_some_and(|it| it.starts_with(&pointer));
                assert!(errors.iter().any(of_field), "{} {field}: {operator}", operation.name());
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[tokio::test]
async fn an_operator_in_any_parameter_is_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for operation in operations(&document()) {
        for name in operation.parameters("query") {
            for query in [format!("{name}[$ne]=x"), format!("{name}%5B%24gt%5D="), format!("{name}[]=x")] {
                let answer = operation.probe(&admin, &format!("?{query}")).await;
                assert_eq!(answer.status, 400, "{} {query}", operation.name());
            }
            let twice = operation.probe(&admin, &format!("?{name}=x&{name}=y")).await;
            assert_eq!(twice.status, 400, "{} {name} twice", operation.name());
        }
    }
}

#[tokio::test]
async fn no_operation_accepts_a_field_that_clients_must_not_set() {
    let shop = TestShop::open_with(MAIL).await;
    let (admin, document) = (shop.admin().await, document());
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    for operation in operations(&document) {
        let fields = fields(&document, &operation);
        if fields.is_empty() {
            continue;
        }
        // An object that is sent back as it was read has an id, which must be the one in the path.
        for field in FORBIDDEN_FIELDS.into_iter().filter(|field| !fields.iter().any(|known| known == field)) {
            let body = Map::from_iter([(field.to_owned(), json!("0123456789abcdef01234567"))]).into();
            let answer = admin.send(operation.method.clone(), &path_of(&operation, &tee), Some(body)).await.expect(422);
            let errors = answer.at("/errors").as_array().expect("errors");
            let unknown = |error: &Value| error["pointer"] == format!("/{field}") && error["code"] == "unknown";
            assert!(errors.iter().any(unknown), "{} {field}: {:#}", operation.name(), answer.body);
        }
    }
}

#[tokio::test]
async fn no_alternative_spelling_of_an_admin_path_lets_a_customer_in() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let with_override = ada.with_header("x-http-method-override", "PUT").with_header("x-original-url", "/api/v1/cart");
    for path in [
        "/Admin/orders",
        "/ADMIN/ORDERS",
        "/ADMIN/stats",
        "//admin/orders",
        "/admin//orders",
        "/admin/orders/",
        "/admin%2forders",
        "/admin%2Forders",
        "/%61dmin/orders",
        "/products/../admin/orders",
        "/products/%2e%2e/admin/orders",
        "/cart/../admin/orders",
        "/cart/%2e%2e/admin/orders",
        "/admin/./orders",
        "/admin;x=1/orders",
        "/admin/orders;.json",
        "/admin/orders%00",
        "/admin/orders.json",
        "/admin/orders%20",
        "/admin/stats?role=admin",
    ] {
        for client in [&ada, &with_override] {
            let answer = client.get(path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
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
async fn error_responses_carry_the_security_headers() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let large = json!({ "name": "x".repeat(300_000) });
    let unreachable = TestShop::without_database("mongodb://127.0.0.1:9/").await;
    // The collection's validator would reject this document.
    let corrupted = shop.customer("bob").await;
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
        corrupted.get("/auth/me").await.expect(500),
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
