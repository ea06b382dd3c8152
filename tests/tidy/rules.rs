//! The rules of the house that no lint checks. Each returns the violation in a file, if there is one.

use crate::sources::Source;

/// The maximum length of a file, in lines.
const MAX_LINES: usize = 300;
/// The maximum length of a function's main file, in lines.
const MAX_MAIN_LINES: usize = 6;
/// File names that do not say what the file contains.
const UNSPECIFIC_NAMES: [&str; 9] =
    ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs", "manager.rs", "service.rs"];
/// Crates that the domain must not use: HTTP, the database and the runtime are outside of it.
const INFRASTRUCTURE: [&str; 10] =
    ["axum", "bson", "http", "hyper", "lambda_http", "lambda_runtime", "mongodb", "reqwest", "tokio", "utoipa"];
const CLOCKS_AND_IO: [&str; 7] = ["SystemTime", "Instant::", "now()", "std::env", "std::fs", "std::io", "std::net"];
/// The statuses that a handler may return itself; every other status comes from an error.
const SUCCESSES: [&str; 5] = ["ACCEPTED", "CREATED", "NO_CONTENT", "NOT_MODIFIED", "OK"];
const FLOAT_TYPES: [&str; 2] = ["f32", "f64"];
const BSON_FLOATS: [&str; 4] = ["Bson::Double", "$toDouble", "get_f64", "as_f64"];

/// A rule: its name, the files that it applies to, and the check that returns a violation.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) applies_to: fn(&str) -> bool,
    pub(crate) check: fn(&Source) -> Option<String>,
}

pub(crate) const RUST_RULES: [Rule; 10] = [
    Rule { name: "a file has 300 lines at most", applies_to: any, check: too_long },
    Rule { name: "a file has a specific name", applies_to: any, check: unspecific_name },
    Rule { name: "a file starts with a module comment", applies_to: any, check: no_module_comment },
    Rule { name: "the main file of a function has six lines at most", applies_to: is_function_main, check: long_main },
    Rule { name: "the domain is pure", applies_to: is_domain, check: impure },
    Rule { name: "amounts are never floats", applies_to: is_deployed, check: float },
    Rule { name: "only settings.rs reads the environment", applies_to: is_deployed, check: reads_environment },
    Rule { name: "only db.rs creates MongoDB clients", applies_to: is_deployed, check: creates_client },
    Rule { name: "only problem/kind.rs maps errors to statuses", applies_to: is_deployed, check: error_status },
    Rule { name: "lints are expected, not allowed", applies_to: any, check: allows_lint },
];

pub(crate) const TYPESCRIPT_RULES: [Rule; 2] = [
    Rule { name: "a file has 300 lines at most", applies_to: is_handwritten, check: too_long },
    Rule { name: "a file starts with a comment", applies_to: is_handwritten, check: no_leading_comment },
];

pub(crate) const MANIFEST_RULES: [Rule; 4] = [
    Rule { name: "every crate enables the workspace lints", applies_to: is_member, check: no_lints },
    Rule { name: "versions are declared in the workspace", applies_to: is_member, check: own_version },
    Rule { name: "only products contains the SDK for S3", applies_to: is_other_function, check: contains_s3 },
    Rule {
        name: "only the deployment check and the mailer contain other SDKs",
        applies_to: is_without_sdk,
        check: contains_sdk,
    },
];

fn any(_path: &str) -> bool {
    true
}

fn is_handwritten(path: &str) -> bool {
    path != "frontend/client/src/schema.ts"
}

fn is_function_main(path: &str) -> bool {
    path.starts_with("functions/") && path.ends_with("/src/main.rs")
}

fn is_domain(path: &str) -> bool {
    path.starts_with("shared/src/domain")
}

/// Whether the file is part of a deployed function, in contrast to tests, tools and build scripts.
fn is_deployed(path: &str) -> bool {
    path.starts_with("shared/src/") || path.starts_with("functions/") && !path.ends_with("/build.rs")
}

fn is_member(path: &str) -> bool {
    path != "Cargo.toml"
}

fn is_other_function(path: &str) -> bool {
    path.starts_with("functions/") && path != "functions/products/Cargo.toml"
}

fn is_without_sdk(path: &str) -> bool {
    let may_have_one = ["functions/deployment-check/Cargo.toml", "functions/mailer/Cargo.toml"].contains(&path);
    path.starts_with("shared/") || path.starts_with("functions/") && !may_have_one
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MAX_LINES).then(|| format!("{lines} lines"))
}

fn unspecific_name(source: &Source) -> Option<String> {
    let name = source.path.rsplit('/').next()?;
    UNSPECIFIC_NAMES.contains(&name).then(|| "rename it after its content".to_owned())
}

fn no_module_comment(source: &Source) -> Option<String> {
    (!source.text.starts_with("//! ")).then(|| "no `//! ` on the first line".to_owned())
}

fn no_leading_comment(source: &Source) -> Option<String> {
    (!source.text.starts_with("// ")).then(|| "no `// ` on the first line".to_owned())
}

fn long_main(source: &Source) -> Option<String> {
    (source.text.lines().count() > MAX_MAIN_LINES).then(|| "move the code to lib.rs".to_owned())
}

fn impure(source: &Source) -> Option<String> {
    find_line(source, |code| {
        paths(code).flat_map(|path| path.split("::")).any(|part| INFRASTRUCTURE.contains(&part))
            || CLOCKS_AND_IO.iter().any(|name| code.contains(name))
            || code.match_indices("crate::").any(|(at, _)| !code[at..].starts_with("crate::domain"))
    })
}

fn float(source: &Source) -> Option<String> {
    find_line(source, |code| {
        words(code).any(|word| FLOAT_TYPES.contains(&word)) || BSON_FLOATS.iter().any(|name| code.contains(name))
    })
}

fn reads_environment(source: &Source) -> Option<String> {
    find_line_unless_in("shared/src/config/settings.rs", source, |code| code.contains("env::var"))
}

fn creates_client(source: &Source) -> Option<String> {
    find_line_unless_in("shared/src/db.rs", source, |code| {
        ["Client::with_options", "Client::with_uri_str", "ClientOptions::parse"].iter().any(|name| code.contains(name))
    })
}

fn error_status(source: &Source) -> Option<String> {
    find_line_unless_in("shared/src/http/problem/kind.rs", source, |code| {
        code.split("StatusCode::").skip(1).any(|rest| words(rest).next().is_some_and(|name| !SUCCESSES.contains(&name)))
    })
}

fn allows_lint(source: &Source) -> Option<String> {
    find_line(source, |code| code.starts_with("#[allow(") || code.starts_with("#![allow("))
}

fn no_lints(source: &Source) -> Option<String> {
    (!source.text.contains("[lints]\nworkspace = true\n")).then(|| "no `[lints] workspace = true`".to_owned())
}

fn contains_s3(source: &Source) -> Option<String> {
    let mut lines = source.text.lines();
    let line = lines.find(|line| ["\"images\"", "aws-sdk-s3", "ferrocart-products"].iter().any(|it| line.contains(it)));
    line.map(|line| format!("`{line}` adds megabytes to the binary"))
}

fn contains_sdk(source: &Source) -> Option<String> {
    let mut lines = source.text.lines().filter(|line| line.starts_with("aws-sdk-") && !line.starts_with("aws-sdk-s3"));
    lines.next().map(|line| format!("`{line}` adds megabytes to the binary"))
}

fn own_version(source: &Source) -> Option<String> {
    let mut in_dependencies = false;
    for line in source.text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]");
        } else if in_dependencies && line.contains('=') && !line.contains("workspace = true") {
            return Some(format!("`{line}`"));
        }
    }
    None
}

/// Finds the first line of code that violates a rule. Comments are exempt.
fn find_line(source: &Source, is_violation: impl Fn(&str) -> bool) -> Option<String> {
    let mut lines = source.text.lines().map(str::trim).zip(1..);
    let (code, number) = lines.find(|(code, _)| !code.starts_with("//") && is_violation(code))?;
    Some(format!("line {number}: `{code}`"))
}

/// [`find_line`], except in one file.
fn find_line_unless_in(file: &str, source: &Source, is_violation: impl Fn(&str) -> bool) -> Option<String> {
    if source.path == file { None } else { find_line(source, is_violation) }
}

/// The words and identifiers of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The paths in a line of code, such as `axum::http::StatusCode`.
fn paths(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').filter(|path| path.contains("::"))
}
