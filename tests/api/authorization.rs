//! Authorization: the API enforces exactly the access that each operation declares.
//!
//! The access of an endpoint is declared once, by the arguments of its handler: `Customer` needs an access token, `Admin`
//! needs an administrator's. The `security` of each operation in `openapi.json` is generated from them. The tests here
//! read it and call every operation in every role, so a new endpoint needs no entry. Two guards catch a handler with the
//! wrong argument, on which document and API would agree:
//!
//! - [`PUBLIC`] lists the operations that need no token. Only another one of these adds a line here.
//! - Everything under `/admin` and every write under `/products` must be for administrators, and nothing else.
//!
//! The requests are those of `sample_requests.rs`. It needs an entry only for an endpoint that takes a body or whose
//! `{id}` is not an order's. `walk.rs` calls every operation with the same requests.

use crate::operations::{Access, Operation, document, operations};
use crate::sample_requests::{Caller, Scene};
use axum::http::Method;
use ferrocart_tests::TestShop;
use mongodb::bson::{Document, doc};
use std::collections::BTreeSet;

/// The operations that need no token, whether or not they accept one.
const PUBLIC: [&str; 22] = [
    "GET /docs",
    "GET /docs/{file}",
    "GET /health",
    "GET /openapi.json",
    "GET /products",
    "GET /products/by-slug/{slug}",
    "GET /products/categories",
    "GET /products/facets",
    "GET /products/feed.xml",
    "GET /products/sitemap.xml",
    "GET /products/sitemap/{start}",
    "GET /products/{id}",
    "POST /auth/email/undo",
    "POST /auth/email/verify",
    "POST /auth/login",
    "POST /auth/logout",
    "POST /auth/password-reset",
    "POST /auth/password-reset/confirm",
    "POST /auth/refresh",
    "POST /auth/register",
    "POST /carts",
    "POST /webhooks/stripe",
];

#[test]
fn only_the_listed_operations_are_declared_public() {
    let document = document();
    let public = operations(&document).into_iter().filter(|operation| operation.access() == Access::Public);
    let names: BTreeSet<String> = public.map(|operation| operation.name()).collect();
    assert_eq!(names, PUBLIC.map(str::to_owned).into());
}

#[test]
fn administration_and_catalogue_writes_are_declared_for_administrators() {
    for operation in operations(&document()) {
        let writes_catalogue = operation.path.starts_with("/products") && operation.method != Method::GET;
        let for_admins = operation.path.starts_with("/admin/") || writes_catalogue;
        assert_eq!(operation.access() == Access::Admin, for_admins, "{}", operation.name());
    }
}

#[tokio::test]
async fn without_a_valid_token_only_public_operations_answer() {
    let shop = TestShop::open().await;
    let forged = shop.visitor().with_token("eyJhbGciOiJub25lIn0.e30.");
    for operation in operations(&document()) {
        for (client, query) in [(shop.visitor(), ""), (&forged, ""), (shop.visitor(), "?unknown=1")] {
            let answer = operation.probe(client, query).await;
            if operation.access() == Access::Public {
                assert_ne!(answer.status.as_u16(), 401, "{}", operation.name());
            } else {
                assert_eq!(answer.status.as_u16(), 401, "{}", operation.name());
                assert_eq!(answer.text("/code"), "unauthenticated");
                assert_eq!(answer.header("www-authenticate"), "Bearer");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
    }
}

#[tokio::test]
async fn the_role_is_checked_before_the_request_is_validated() {
    let shop = TestShop::open().await;
    let (customer, admin) = (shop.customer("ada").await, shop.admin().await);
    for operation in operations(&document()) {
        let answer = operation.probe(&customer, "").await;
        let by_admin = operation.probe(&admin, "").await;
        if operation.access() == Access::Admin {
            assert_eq!(answer.status.as_u16(), 403, "{}", operation.name());
            assert_eq!(operation.probe(&customer, "?unknown=1").await.status.as_u16(), 403, "{}", operation.name());
            assert_eq!(answer.text("/code"), "forbidden");
        } else {
            assert_ne!(answer.status.as_u16(), 403, "{}", operation.name());
        }
        assert!(![401, 403].contains(&by_admin.status.as_u16()), "{}", operation.name());
    }
}

#[tokio::test]
async fn a_demoted_administrator_loses_access_immediately() {
    let shop = TestShop::open().await;
    let (admin, ada) = (shop.admin().await, shop.customer("ada").await);
    admin.get("/admin/orders").await.expect(200);
    let users = shop.database().collection::<Document>("users");
    let demotion = doc! { "$set": { "role": "customer" } };
    users.update_one(doc! { "email": "admin@example.com" }, demotion).await.expect("an update");
    let document = document();
    for operation in operations(&document).iter().filter(|operation| operation.access() == Access::Admin) {
        let by_customer = operation.probe(&ada, "").await.expect(403);
        let by_demoted = operation.probe(&admin, "").await.expect(403);
        assert_eq!(by_customer.shown(), by_demoted.shown(), "{}", operation.name());
    }
    users.delete_one(doc! { "email": "admin@example.com" }).await.expect("a deletion");
    admin.get("/admin/orders").await.expect(401);
}

/// The status that an operation's sample request gets by its declared access.
fn expected_status(operation: &Operation, caller: Caller) -> u16 {
    let belongs_to_owner = operation.access() == Access::Customer && !operation.path_parameters().is_empty();
    match (operation.access(), caller) {
        (Access::Customer | Access::Admin, Caller::Visitor) => 401,
        (Access::Admin, Caller::Owner | Caller::OtherCustomer) => 403,
        (Access::Customer, Caller::OtherCustomer | Caller::Admin) if belongs_to_owner => 404,
        _ => status_once_authorized(operation, caller),
    }
}

/// The declared success, or the error of a sample request that cannot succeed.
fn status_once_authorized(operation: &Operation, caller: Caller) -> u16 {
    match (operation.name().as_str(), caller) {
        // The image was never announced.
        ("DELETE /products/{id}/images/{image_id}" | "POST /products/{id}/images/{image_id}/complete", _) => 404,
        // The order is unpaid.
        ("POST /admin/orders/{id}/refunds", _) => 409,
        // The cart is empty.
        ("POST /orders", Caller::OtherCustomer | Caller::Admin) => 422,
        // The event has no signature.
        ("POST /webhooks/stripe", _) => 400,
        _ => operation.success_status(),
    }
}

#[tokio::test]
async fn every_operation_answers_every_role_as_declared() {
    let (shop, _stripe) = TestShop::open_whole().await;
    let document = document();
    let operations = operations(&document);
    let calls = operations.iter().flat_map(|operation| Caller::ALL.map(|caller| (operation, caller)));
    let mut wrong = Vec::new();
    for (number, (operation, caller)) in calls.enumerate() {
        let answer = Scene::new(&shop, number).await.send(operation, caller).await;
        let (name, expected) = (operation.name(), expected_status(operation, caller));
        if answer.status.as_u16() != expected {
            wrong.push(format!("{name} by {caller:?}: {} instead of {expected}", answer.shown()));
        }
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(answer.header(header), value, "{name}");
        }
        for header in ["cache-control", "x-request-id"] {
            assert!(answer.headers.contains_key(header), "{name}: {header}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
