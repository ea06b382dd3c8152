//! The rules of the house that no lint knows. Each tells what is wrong with a file, if anything.

use crate::sources::Source;

/// The longest that a file may be, in lines.
const MAX_LINES: usize = 300;
/// Names that say nothing about what is in a file.
const EMPTY_NAMES: [&str; 9] =
    ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs", "manager.rs", "service.rs"];
/// Whatever the domain would need these for is not its business.
const OUTSIDE_OF_THE_DOMAIN: [&str; 10] =
    ["axum", "bson", "http", "hyper", "lambda_http", "lambda_runtime", "mongodb", "reqwest", "tokio", "utoipa"];
const CLOCKS_AND_IO: [&str; 7] = ["SystemTime", "Instant::", "now()", "std::env", "std::fs", "std::io", "std::net"];
/// What a handler may answer by itself; every other status comes from an error.
const SUCCESSES: [&str; 5] = ["ACCEPTED", "CREATED", "NO_CONTENT", "NOT_MODIFIED", "OK"];
const FLOATS: [&str; 2] = ["f32", "f64"];
const FLOATS_OF_BSON: [&str; 4] = ["Bson::Double", "$toDouble", "get_f64", "as_f64"];

/// A rule: what it is called, which files it is about, and what is wrong with one of them.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) is_about: fn(&str) -> bool,
    pub(crate) complaint: fn(&Source) -> Option<String>,
}

pub(crate) const RUST_RULES: [Rule; 10] = [
    Rule { name: "a file has 300 lines at most", is_about: any, complaint: too_long },
    Rule { name: "the name of a file says what is in it", is_about: any, complaint: empty_name },
    Rule { name: "a file opens by saying what it is for", is_about: any, complaint: no_header },
    Rule { name: "the main file of a function has six lines", is_about: is_main_of_function, complaint: long_main },
    Rule { name: "the domain knows nothing of the world", is_about: is_domain, complaint: impure },
    Rule { name: "no amount is ever a float", is_about: has_amounts, complaint: float },
    Rule { name: "one file reads the environment", is_about: is_product, complaint: reads_environment },
    Rule { name: "one file makes the client of MongoDB", is_about: is_product, complaint: makes_client },
    Rule { name: "one file turns errors into statuses", is_about: is_product, complaint: names_failure },
    Rule { name: "no lint is switched off without a reason", is_about: any, complaint: allows },
];

pub(crate) const MANIFEST_RULES: [Rule; 2] = [
    Rule { name: "every crate is held to the lints", is_about: is_member, complaint: no_lints },
    Rule { name: "versions are named once, in the workspace", is_about: is_member, complaint: own_version },
];

fn any(_path: &str) -> bool {
    true
}

fn is_main_of_function(path: &str) -> bool {
    path.starts_with("functions/") && path.ends_with("/src/main.rs")
}

fn is_domain(path: &str) -> bool {
    path.starts_with("shared/src/domain")
}

/// All that is deployed but the decoder, which has to know what kinds of values serde knows.
fn has_amounts(path: &str) -> bool {
    is_product(path) && path != "shared/src/db/decode.rs"
}

/// What runs on Lambda, as opposed to tests and tools.
fn is_product(path: &str) -> bool {
    path.starts_with("shared/src/") || path.starts_with("functions/")
}

fn is_member(path: &str) -> bool {
    path != "Cargo.toml"
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MAX_LINES).then(|| format!("{lines} lines"))
}

fn empty_name(source: &Source) -> Option<String> {
    let name = source.path.rsplit('/').next()?;
    EMPTY_NAMES.contains(&name).then(|| "a name that would fit any file".to_owned())
}

fn no_header(source: &Source) -> Option<String> {
    (!source.text.starts_with("//! ")).then(|| "no `//!` on the first line".to_owned())
}

fn long_main(source: &Source) -> Option<String> {
    (source.text.lines().count() > 6).then(|| "what it does belongs into lib.rs".to_owned())
}

fn impure(source: &Source) -> Option<String> {
    line(source, |code| {
        paths(code).flat_map(|path| path.split("::")).any(|part| OUTSIDE_OF_THE_DOMAIN.contains(&part))
            || CLOCKS_AND_IO.iter().any(|name| code.contains(name))
            || code.match_indices("crate::").any(|(at, _)| !code[at..].starts_with("crate::domain"))
    })
}

fn float(source: &Source) -> Option<String> {
    line(source, |code| {
        words(code).any(|word| FLOATS.contains(&word)) || FLOATS_OF_BSON.iter().any(|name| code.contains(name))
    })
}

fn reads_environment(source: &Source) -> Option<String> {
    unless("shared/src/config.rs", source, |code| code.contains("env::var"))
}

fn makes_client(source: &Source) -> Option<String> {
    unless("shared/src/db.rs", source, |code| {
        ["Client::with_options", "Client::with_uri_str", "ClientOptions::parse"].iter().any(|name| code.contains(name))
    })
}

fn names_failure(source: &Source) -> Option<String> {
    unless("shared/src/http/problem.rs", source, |code| {
        code.split("StatusCode::").skip(1).any(|rest| words(rest).next().is_some_and(|name| !SUCCESSES.contains(&name)))
    })
}

fn allows(source: &Source) -> Option<String> {
    line(source, |code| code.starts_with("#[allow(") || code.starts_with("#![allow("))
}

fn no_lints(source: &Source) -> Option<String> {
    (!source.text.contains("[lints]\nworkspace = true\n")).then(|| "no `[lints] workspace = true`".to_owned())
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

/// The first line of code that is not as it should be. Comments may talk about anything.
fn line(source: &Source, is_wrong: impl Fn(&str) -> bool) -> Option<String> {
    let mut lines = source.text.lines().map(str::trim).zip(1..);
    let (code, number) = lines.find(|(code, _)| !code.starts_with("//") && is_wrong(code))?;
    Some(format!("line {number}: `{code}`"))
}

/// [`line`] in every file but one.
fn unless(file: &str, source: &Source, is_wrong: impl Fn(&str) -> bool) -> Option<String> {
    if source.path == file { None } else { line(source, is_wrong) }
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What is written with `::`, such as `axum::http::StatusCode`.
fn paths(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').filter(|path| path.contains("::"))
}
