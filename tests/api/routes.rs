//! The routes: the same ones in the code, the OpenAPI document, `template.yaml` and `cargo lambda watch`.

use crate::operations::{document, operations};
use axum::http::Method;
use ferrocart::http::Endpoints;
use ferrocart_tests::TestShop;
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn the_document_lists_every_method_of_every_route() {
    let shop = TestShop::open().await;
    let document = document();
    let mut documented: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations(&document) {
        documented.entry(operation.probe_path()).or_default().insert(operation.method.to_string());
    }
    for (path, methods) in documented {
        let answer = shop.visitor().send(Method::OPTIONS, &path, None).await.expect(405);
        let allowed = answer.header("allow").split(',').filter(|&method| method != "HEAD").map(str::to_owned);
        assert_eq!(allowed.collect::<BTreeSet<_>>(), methods, "{path}");
        shop.visitor().get(&format!("{path}/")).await.expect(404);
        shop.visitor().get(&path.to_uppercase()).await.expect(404);
    }
}

/// The routes of each function, by the name of its binary.
fn routes_by_function() -> BTreeMap<String, BTreeSet<String>> {
    let routes = |endpoints: Endpoints| {
        let document = ferrocart::http::openapi::build_document(&endpoints).expect("JSON");
        let paths = document["paths"].as_object().expect("paths").clone();
        let routes = paths.into_iter().flat_map(|(path, item)| {
            let methods: Vec<String> =
                item.as_object().expect("operations").keys().map(|method| method.to_uppercase()).collect();
            methods.into_iter().map(move |method| format!("{method} /api/v1{path}"))
        });
        routes.collect()
    };
    let functions = [
        ("admin", routes(ferrocart_admin::endpoints())),
        ("auth", routes(ferrocart_auth::endpoints())),
        ("cart", routes(ferrocart_cart::endpoints())),
        ("docs", routes(ferrocart_docs::endpoints())),
        ("imports", routes(ferrocart_imports::endpoints())),
        ("orders", routes(ferrocart_orders::endpoints())),
        ("products", routes(ferrocart_products::endpoints())),
        ("stripe-webhook", routes(ferrocart_stripe_webhook::endpoints())),
    ];
    functions.map(|(name, routes)| (name.to_owned(), routes)).into()
}

/// The text between two markers in a line.
fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(line.split_once(before)?.1.split_once(after)?.0)
}

/// Returns the routes of each function in the template, as in an event of type `HttpApi`.
fn template_routes() -> BTreeMap<String, BTreeSet<String>> {
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut function = String::new();
    for line in include_str!("../../template.yaml").lines() {
        if let Some(binary) = between(line, "Binary: ", "}") {
            binary.clone_into(&mut function);
        }
        let route = match (between(line, "Method: ", ","), between(line, "Path: \"", "\"")) {
            (Some(method), Some(path)) => format!("{method} {path}"),
            _ if line.trim() == "Properties: {ApiId: !Ref Api}" => "$default".to_owned(),
            _ => continue,
        };
        assert!(routes.entry(function.clone()).or_default().insert(route), "duplicate route: {line}");
    }
    routes
}

#[test]
fn template_yaml_routes_every_request_to_its_function() {
    let mut routes = template_routes();
    routes.values_mut().for_each(|routes| routes.retain(|route| route != "$default" && !route.starts_with("ANY ")));
    assert_eq!(routes, routes_by_function());
}

#[test]
fn template_yaml_routes_all_other_methods_as_the_local_router() {
    // `HEAD`, preflights, and what is answered 404 or 405.
    let mut others: BTreeSet<(String, String)> = BTreeSet::new();
    for (function, routes) in template_routes() {
        let paths = routes.iter().filter_map(|route| route.strip_prefix("ANY "));
        others.extend(paths.map(|path| (path.replace("{proxy+}", "{*rest}"), function.clone())));
        // Of the paths without a function of their own, and of unknown ones.
        assert_eq!(routes.contains("$default"), function == "docs", "{function}");
    }
    let local = local_routes().into_iter().filter(|(_, function)| *function != "docs");
    assert_eq!(others, local.map(|(path, function)| (path.to_owned(), function.to_owned())).collect());
}

/// Returns the paths of the table in `Cargo.toml`, with their functions.
fn local_routes() -> Vec<(&'static str, &'static str)> {
    let manifest = include_str!("../../Cargo.toml");
    let section = between(manifest, "[workspace.metadata.lambda.watch.router]\n", "\n\n").expect("routes");
    let route = |line| (between(line, "\"", "\"").expect("a path"), between(line, "= \"", "\"").expect("a function"));
    section.lines().map(route).collect()
}

#[test]
fn cargo_lambda_watch_routes_every_request_to_its_function() {
    let patterns = local_routes();
    let matches = |pattern: &str, path: &str| match pattern.strip_suffix("{*rest}") {
        Some(prefix) => path.len() > prefix.len() && path.starts_with(prefix),
        None => path == pattern,
    };
    for (function, routes) in routes_by_function() {
        for route in routes {
            let (_, path) = route.split_once(' ').expect("a path");
            let (of_path, of_prefix): (Vec<_>, Vec<_>) = patterns
                .iter()
                .filter(|(pattern, _)| matches(pattern, path))
                .partition(|(pattern, _)| *pattern == path);
            // A path precedes the prefixes of it.
            let matching = if of_path.is_empty() { of_prefix } else { of_path };
            let targets: Vec<&str> = matching.iter().map(|(_, target)| *target).collect();
            assert_eq!(targets, [function.as_str()], "{route}");
        }
    }
}
