//! Each rule is seen to fail: on the worst that it is there for, and on nothing that is right.

use crate::rules::{MANIFEST_RULES, RUST_RULES};
use crate::sources::Source;

const HEADER: &str = "//! What it is for.\n";

/// The rules that complain about a file.
fn broken(path: &str, text: &str) -> Vec<&'static str> {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let rules = if path.ends_with(".rs") { RUST_RULES.as_slice() } else { MANIFEST_RULES.as_slice() };
    let broken = |rule: &&crate::rules::Rule| (rule.is_about)(path) && (rule.complaint)(&source).is_some();
    rules.iter().filter(broken).map(|rule| rule.name).collect()
}

#[test]
fn each_rule_about_rust_fails_on_what_it_is_there_for() {
    let long = "\n".repeat(300);
    let cases = [
        ("a file has 300 lines at most", "shared/src/order.rs", long.as_str()),
        ("the name of a file says what is in it", "tools/xtask/src/utils.rs", ""),
        ("the name of a file says what is in it", "shared/src/db/mod.rs", ""),
        ("the main file of a function has six lines", "functions/cart/src/main.rs", "\n\n\n\n\n\n"),
        ("the domain knows nothing of the world", "shared/src/domain/cart.rs", "use bson::Document;"),
        ("the domain knows nothing of the world", "shared/src/domain/cart.rs", "use axum::http::StatusCode;"),
        ("the domain knows nothing of the world", "shared/src/domain/cart.rs", "use crate::db::carts::CartDoc;"),
        ("the domain knows nothing of the world", "shared/src/domain.rs", "let now = jiff::Timestamp::now();"),
        ("the domain knows nothing of the world", "shared/src/domain/a/b.rs", "std::time::SystemTime::UNIX_EPOCH"),
        ("no amount is ever a float", "shared/src/show/order.rs", "    let total: f64 = 0.into();"),
        ("no amount is ever a float", "functions/admin/src/stats.rs", "doc! { \"$toDouble\": \"$total\" }"),
        ("one file reads the environment", "functions/auth/src/lib.rs", "if std::env::var(\"DEBUG\").is_ok() {"),
        ("one file makes the client of MongoDB", "functions/auth/src/lib.rs", "Client::with_uri_str(uri).await"),
        ("one file turns errors into statuses", "functions/cart/src/get_cart.rs", "Err(StatusCode::NOT_FOUND)"),
        ("one file turns errors into statuses", "shared/src/http/body.rs", "StatusCode::from_u16(418)"),
        ("no lint is switched off without a reason", "tools/xtask/src/main.rs", "#![allow(dead_code)]"),
        ("no lint is switched off without a reason", "tools/xtask/src/main.rs", "    #[allow(unused)]"),
    ];
    for (rule, path, text) in cases {
        assert_eq!(broken(path, &format!("{HEADER}{text}")), [rule], "{path}: {text}");
    }
    assert_eq!(broken("shared/src/order.rs", "use std::fmt;\n"), ["a file opens by saying what it is for"]);
}

#[test]
fn no_rule_about_rust_fails_on_what_is_right() {
    let just_short_enough = "\n".repeat(299);
    for (path, text) in [
        ("shared/src/order.rs", just_short_enough.as_str()),
        ("functions/cart/src/main.rs", "\n\n\n\n\n"),
        ("shared/src/domain/cart.rs", "use crate::domain::money::Money;\nfn expires(now: Timestamp) {}"),
        ("shared/src/domain/order.rs", "// Unlike mongodb, f64 or http::StatusCode::NOT_FOUND.\n"),
        ("shared/src/domain/url.rs", "scheme == \"http\" || scheme == \"https\""),
        ("shared/src/config.rs", "std::env::var(name).ok()"),
        ("shared/src/db.rs", "let client = Client::with_options(options)?;"),
        ("shared/src/http/problem.rs", "Error::NotFound => StatusCode::NOT_FOUND,"),
        ("functions/auth/src/register_user.rs", "Ok((StatusCode::CREATED, Json(session)))"),
        ("tests/src/shop.rs", "std::env::var(\"MONGODB_URI\")"),
        ("tools/xtask/src/main.rs", "#[expect(dead_code, reason = \"..\")]"),
    ] {
        assert_eq!(broken(path, &format!("{HEADER}{text}")), [""; 0], "{path}: {text}");
    }
}

#[test]
fn each_rule_about_manifests_fails_on_what_it_is_there_for() {
    let right = "[dependencies]\nserde = { workspace = true, features = [\"rc\"] }\n\n[lints]\nworkspace = true\n";
    assert_eq!(broken("shared/Cargo.toml", right), [""; 0]);
    let no_lints = right.replace("[lints]\nworkspace = true\n", "");
    assert_eq!(broken("shared/Cargo.toml", &no_lints), ["every crate is held to the lints"]);
    let own_version = right.replace("{ workspace = true,", "{ version = \"1\",");
    assert_eq!(broken("shared/Cargo.toml", &own_version), ["versions are named once, in the workspace"]);
    assert_eq!(broken("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n"), [""; 0]);
}
