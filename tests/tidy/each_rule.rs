//! Each rule rejects the violations that it exists for, and accepts correct files.

use crate::rules::{MANIFEST_RULES, RUST_RULES, Rule, TYPESCRIPT_RULES};
use crate::sources::Source;

const HEADER: &str = "//! A cart.\n";

/// Returns the names of the rules that the file violates.
fn violated(path: &str, text: &str) -> Vec<&'static str> {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let rules = match path.rsplit('.').next() {
        Some("rs") => RUST_RULES.as_slice(),
        Some("ts") => TYPESCRIPT_RULES.as_slice(),
        _ => MANIFEST_RULES.as_slice(),
    };
    let is_violated = |rule: &&Rule| (rule.applies_to)(path) && (rule.check)(&source).is_some();
    rules.iter().filter(is_violated).map(|rule| rule.name).collect()
}

#[test]
fn each_rule_for_rust_files_rejects_its_violations() {
    let long = "\n".repeat(300);
    let cases = [
        ("a file has 300 lines at most", "shared/src/order.rs", long.as_str()),
        ("a file has a specific name", "tools/xtask/src/utils.rs", ""),
        ("a file has a specific name", "shared/src/db/mod.rs", ""),
        ("the main file of a function has six lines at most", "functions/cart/src/main.rs", "\n\n\n\n\n\n"),
        ("the domain is pure", "shared/src/domain/cart.rs", "use bson::Document;"),
        ("the domain is pure", "shared/src/domain/cart.rs", "use axum::http::StatusCode;"),
        ("the domain is pure", "shared/src/domain/cart.rs", "use crate::db::carts::CartDoc;"),
        ("the domain is pure", "shared/src/domain.rs", "let now = jiff::Timestamp::now();"),
        ("the domain is pure", "shared/src/domain/a/b.rs", "std::time::SystemTime::UNIX_EPOCH"),
        ("amounts are never floats", "shared/src/views/order.rs", "    let total: f64 = 0.into();"),
        ("amounts are never floats", "functions/admin/src/stats.rs", "doc! { \"$toDouble\": \"$total\" }"),
        (
            "only settings.rs reads the environment",
            "functions/auth/src/lib.rs",
            "if std::env::var(\"DEBUG\").is_ok() {",
        ),
        ("only db.rs creates MongoDB clients", "functions/auth/src/lib.rs", "Client::with_uri_str(uri).await"),
        (
            "only problem/kind.rs maps errors to statuses",
            "functions/cart/src/get_cart.rs",
            "Err(StatusCode::NOT_FOUND)",
        ),
        ("only problem/kind.rs maps errors to statuses", "shared/src/http/body.rs", "StatusCode::from_u16(418)"),
        ("lints are expected, not allowed", "tools/xtask/src/main.rs", "#![allow(dead_code)]"),
        ("lints are expected, not allowed", "tools/xtask/src/main.rs", "    #[allow(unused)]"),
    ];
    for (rule, path, text) in cases {
        assert_eq!(violated(path, &format!("{HEADER}{text}")), [rule], "{path}: {text}");
    }
    assert_eq!(violated("shared/src/order.rs", "use std::fmt;\n"), ["a file starts with a module comment"]);
}

#[test]
fn each_rule_for_typescript_files_rejects_its_violations() {
    let long = format!("// A cart.\n{}", "\n".repeat(300));
    assert_eq!(violated("frontend/client/src/cart.ts", &long), ["a file has 300 lines at most"]);
    assert_eq!(violated("frontend/client/src/cart.ts", "export {};"), ["a file starts with a comment"]);
    assert_eq!(violated("frontend/client/src/cart.ts", "// A cart.\n"), [""; 0]);
    assert_eq!(violated("frontend/client/src/schema.ts", &format!("/** {long}")), [""; 0]);
}

#[test]
fn no_rule_for_rust_files_rejects_correct_files() {
    let longest = "\n".repeat(299);
    for (path, text) in [
        ("shared/src/order.rs", longest.as_str()),
        ("functions/cart/src/main.rs", "\n\n\n\n\n"),
        ("shared/src/domain/cart.rs", "use crate::domain::money::Money;\nfn expires(now: Timestamp) {}"),
        ("shared/src/domain/order.rs", "// Unlike mongodb, f64 or http::StatusCode::NOT_FOUND.\n"),
        ("shared/src/domain/url.rs", "scheme == \"http\" || scheme == \"https\""),
        ("shared/src/config/settings.rs", "std::env::var(name).ok()"),
        ("shared/src/db.rs", "let client = Client::with_options(options)?;"),
        ("shared/src/http/problem/kind.rs", "Self::NotFound => StatusCode::NOT_FOUND,"),
        ("functions/auth/src/register_user.rs", "Ok((StatusCode::CREATED, Json(session)))"),
        ("tests/src/shop.rs", "std::env::var(\"MONGODB_URI\")"),
        ("tools/xtask/src/main.rs", "#[expect(dead_code, reason = \"..\")]"),
    ] {
        assert_eq!(violated(path, &format!("{HEADER}{text}")), [""; 0], "{path}: {text}");
    }
}

#[test]
fn each_rule_for_manifests_rejects_its_violations() {
    let correct = "[dependencies]\nserde = { workspace = true, features = [\"rc\"] }\n\n[lints]\nworkspace = true\n";
    assert_eq!(violated("shared/Cargo.toml", correct), [""; 0]);
    let no_lints = correct.replace("[lints]\nworkspace = true\n", "");
    assert_eq!(violated("shared/Cargo.toml", &no_lints), ["every crate enables the workspace lints"]);
    let own_version = correct.replace("{ workspace = true,", "{ version = \"1\",");
    assert_eq!(violated("shared/Cargo.toml", &own_version), ["versions are declared in the workspace"]);
    assert_eq!(violated("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n"), [""; 0]);
    let images = correct.replace("serde", "ferrocart").replace("\"rc\"", "\"images\"");
    assert_eq!(violated("functions/products/Cargo.toml", &images), [""; 0]);
    let (sdk, products) = (correct.replace("serde", "aws-sdk-s3"), correct.replace("serde", "ferrocart-products"));
    for manifest in [images, sdk, products] {
        assert_eq!(violated("functions/cart/Cargo.toml", &manifest), ["only products contains the SDK for S3"]);
    }
    let sdk = correct.replace("serde", "aws-sdk-lambda");
    assert_eq!(violated("functions/deployment-check/Cargo.toml", &sdk), [""; 0]);
    for path in ["functions/cart/Cargo.toml", "shared/Cargo.toml"] {
        assert_eq!(violated(path, &sdk), ["only the deployment check and the mailer contain other SDKs"]);
    }
}
