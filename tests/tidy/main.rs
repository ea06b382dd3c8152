//! The repository keeps the rules of the house: `CONTRIBUTING.md` says why there are any.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod each_rule;
mod imports;
mod layers;
mod rules;
mod sources;
mod template;

use rules::{MANIFEST_RULES, RUST_RULES, Rule};
use sources::{Source, names, sources};

#[test]
fn rust_files_keep_the_rules() {
    let sources = sources(".rs");
    // So many that no folder of crates can have been missed.
    for folder in ["functions/", "shared/", "tests/", "tools/bench/", "tools/stripe-stand-in/", "tools/xtask/"] {
        assert!(sources.iter().any(|source| source.path.starts_with(folder)), "nothing in {folder} was read");
    }
    assert_kept(&RUST_RULES, &sources);
}

#[test]
fn manifests_keep_the_rules() {
    assert_kept(&MANIFEST_RULES, &sources("Cargo.toml"));
}

#[test]
fn every_function_has_a_sample_event() {
    let events = names("events");
    for function in names("functions") {
        let is_its_own =
            |event: &&String| **event == format!("{function}.json") || event.starts_with(&format!("{function}-"));
        assert!(events.iter().any(|event| is_its_own(&event)), "events/ has nothing for {function}");
    }
}

/// Tells everything that is wrong at once, and fails when a rule was about nothing.
fn assert_kept(rules: &[Rule], sources: &[Source]) {
    let mut complaints = Vec::new();
    for rule in rules {
        let mut concerned = sources.iter().filter(|source| (rule.is_about)(&source.path)).peekable();
        assert!(concerned.peek().is_some(), "{}: no file was looked at", rule.name);
        for source in concerned {
            if let Some(complaint) = (rule.complaint)(source) {
                complaints.push(format!("{}: {}: {complaint}", rule.name, source.path));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
