//! Who may do what, and where: held against the OpenAPI document, so that no operation is forgotten.

use crate::openapi::{Operation, document, operations};
use axum::http::Method;
use ferrocart_tests::TestShop;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa_axum::router::OpenApiRouter;

/// What anybody may do. All else needs a token.
const PUBLIC: [&str; 11] = [
    "GET /api/v1/docs",
    "GET /api/v1/health",
    "GET /api/v1/openapi.json",
    "GET /api/v1/products",
    "GET /api/v1/products/categories",
    "GET /api/v1/products/{id}",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/register",
    "POST /api/v1/webhooks/stripe",
];

/// What administrators alone may do, outside `/admin`.
const ADMIN: [&str; 7] = [
    "DELETE /api/v1/products/{id}",
    "DELETE /api/v1/products/{id}/images/{image_id}",
    "POST /api/v1/products",
    "POST /api/v1/products/{id}/images",
    "POST /api/v1/products/{id}/images/{image_id}/complete",
    "POST /api/v1/products/{id}/stock",
    "PUT /api/v1/products/{id}",
];

fn is_public(operation: &Operation) -> bool {
    PUBLIC.contains(&operation.name().as_str())
}

fn is_admins(operation: &Operation) -> bool {
    operation.path.starts_with("/api/v1/admin/") || ADMIN.contains(&operation.name().as_str())
}

#[tokio::test]
async fn without_a_token_there_is_nothing_but_what_is_public() {
    let shop = TestShop::open().await;
    let forged = shop.visitor().with_token("eyJhbGciOiJub25lIn0.e30.");
    for operation in operations(&document()) {
        for (client, query) in [(shop.visitor(), ""), (&forged, ""), (shop.visitor(), "?unknown=1")] {
            let answer = operation.ask(client, query).await;
            if is_public(&operation) {
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
async fn a_customer_does_nothing_that_is_for_administrators() {
    let shop = TestShop::open().await;
    let (customer, admin) = (shop.customer("ada").await, shop.admin().await);
    for operation in operations(&document()) {
        let answer = operation.ask(&customer, "").await;
        let by_admin = operation.ask(&admin, "").await;
        if is_admins(&operation) {
            assert_eq!(answer.status.as_u16(), 403, "{}", operation.name());
            assert_eq!(operation.ask(&customer, "?unknown=1").await.status.as_u16(), 403, "{}", operation.name());
            assert_eq!(answer.text("/code"), "forbidden");
        } else {
            assert_ne!(answer.status.as_u16(), 403, "{}", operation.name());
        }
        assert!(![401, 403].contains(&by_admin.status.as_u16()), "{}", operation.name());
    }
}

#[tokio::test]
async fn an_administrator_who_is_one_no_more_is_refused_at_once() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let users = shop.database().collection::<mongodb::bson::Document>("users");
    let demoted = mongodb::bson::doc! { "$set": { "role": "customer" } };
    users.update_one(mongodb::bson::doc! { "email": "admin@example.com" }, demoted).await.expect("a role");
    for operation in operations(&document()).iter().filter(|operation| is_admins(operation)) {
        assert_eq!(operation.ask(&admin, "").await.status.as_u16(), 403, "{}", operation.name());
    }
}

#[test]
fn the_document_says_who_may_do_what() {
    let mut public = BTreeSet::new();
    for operation in operations(&document()) {
        let alternatives = operation.says.get("security").and_then(Value::as_array).cloned().unwrap_or_default();
        if alternatives.is_empty() || alternatives.contains(&json!({})) {
            public.insert(operation.name());
        }
        let scopes = if is_admins(&operation) { json!([{ "bearer": ["admin"] }]) } else { json!([{ "bearer": [] }]) };
        assert!(is_public(&operation) || json!(alternatives) == scopes, "{}: {alternatives:?}", operation.name());
    }
    assert_eq!(public, PUBLIC.map(str::to_owned).into());
}

#[tokio::test]
async fn the_document_has_every_method_of_every_route() {
    let shop = TestShop::open().await;
    let document = document();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let path = path.trim_start_matches("/api/v1").replace("{id}", "0123456789abcdef01234567");
        let answer = shop.visitor().send(Method::OPTIONS, &path, None).await.expect(405);
        let allowed: BTreeSet<&str> = answer.header("allow").split(',').filter(|&method| method != "HEAD").collect();
        let documented: Vec<String> =
            item.as_object().expect("operations").keys().map(|it| it.to_uppercase()).collect();
        assert_eq!(allowed, documented.iter().map(String::as_str).collect(), "{path}");
        shop.visitor().get(&format!("{path}/")).await.expect(404);
        shop.visitor().get(&path.to_uppercase()).await.expect(404);
    }
}

/// The routes of each function, by the name of its binary.
fn routers() -> BTreeMap<String, BTreeSet<String>> {
    let routes = |router: OpenApiRouter<_>| {
        let document = serde_json::to_value(router.into_openapi()).expect("JSON");
        let paths = document["paths"].as_object().expect("paths").clone();
        let operations = paths.into_iter().flat_map(|(path, item)| {
            let methods: Vec<String> =
                item.as_object().expect("operations").keys().map(|it| it.to_uppercase()).collect();
            methods.into_iter().map(move |method| format!("{method} {path}"))
        });
        operations.collect()
    };
    let functions = [
        ("admin", routes(ferrocart_admin::router())),
        ("auth", routes(ferrocart_auth::router())),
        ("cart", routes(ferrocart_cart::router())),
        ("docs", routes(ferrocart_docs::router())),
        ("orders", routes(ferrocart_orders::router())),
        ("products", routes(ferrocart_products::router())),
        ("stripe-webhook", routes(ferrocart_stripe_webhook::router())),
    ];
    functions.map(|(name, routes)| (name.to_owned(), routes)).into()
}

/// What stands between two marks.
fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(line.split_once(before)?.1.split_once(after)?.0)
}

#[test]
fn template_yaml_leads_every_route_to_the_function_that_serves_it() {
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut function = String::new();
    for line in include_str!("../../template.yaml").lines() {
        if let Some(binary) = between(line, "Binary: ", "}") {
            binary.clone_into(&mut function);
        }
        if let (Some(method), Some(path)) = (between(line, "Method: ", ","), between(line, "Path: \"", "\"")) {
            assert!(
                routes.entry(function.clone()).or_default().insert(format!("{method} {path}")),
                "{line} is there twice"
            );
        }
    }
    assert_eq!(routes, routers());
}

#[test]
fn cargo_lambda_watch_leads_every_route_to_the_function_that_serves_it() {
    let manifest = include_str!("../../Cargo.toml");
    let section = between(manifest, "[workspace.metadata.lambda.watch.router]\n", "\n\n").expect("routes");
    let patterns: Vec<(&str, &str)> = section
        .lines()
        .map(|line| (between(line, "\"", "\"").expect("a path"), between(line, "= \"", "\"").expect("a function")))
        .collect();
    let matches = |pattern: &str, path: &str| match pattern.strip_suffix("{*rest}") {
        Some(start) => path.len() > start.len() && path.starts_with(start),
        None => path == pattern,
    };
    for (function, routes) in routers() {
        for route in routes {
            let (_, path) = route.split_once(' ').expect("a path");
            let led_to: Vec<&str> = patterns.iter().filter(|(it, _)| matches(it, path)).map(|(_, to)| *to).collect();
            assert_eq!(led_to, [function.as_str()], "{route}");
        }
    }
}
