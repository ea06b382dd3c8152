//! The repository follows the rules of the house, which `CONTRIBUTING.md` explains.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod alarms;
mod deployments;
mod each_rule;
mod front_door;
mod green_checks;
mod guides;
mod imports;
mod layers;
mod parameters;
mod proof_on_aws;
mod restore_commands;
mod rules;
mod shells;
mod sources;
mod stack_commands;
mod stack_tests;
mod stripe_version;
mod template;
mod words;
mod workflows;

use rules::{MANIFEST_RULES, RUST_RULES, Rule, TYPESCRIPT_RULES};
use sources::{Source, names, sources};

#[test]
fn rust_files_follow_the_rules() {
    let sources = sources(".rs");
    // No folder of crates may be missed.
    for folder in ["functions/", "shared/", "tests/", "tools/bench/", "tools/stripe-stand-in/", "tools/xtask/"] {
        assert!(sources.iter().any(|source| source.path.starts_with(folder)), "no file in {folder} was read");
    }
    assert_followed(&RUST_RULES, &sources);
}

#[test]
fn typescript_files_follow_the_rules() {
    assert_followed(&TYPESCRIPT_RULES, &sources(".ts"));
}

#[test]
fn manifests_follow_the_rules() {
    assert_followed(&MANIFEST_RULES, &sources("Cargo.toml"));
}

#[test]
fn every_function_has_a_sample_event() {
    let events = names("events");
    for function in names("functions") {
        let belongs_to_it =
            |event: &&String| **event == format!("{function}.json") || event.starts_with(&format!("{function}-"));
        assert!(events.iter().any(|event| belongs_to_it(&event)), "events/ has no event for {function}");
    }
}

/// Reports all violations together. Fails also if a rule applies to no file.
fn assert_followed(rules: &[Rule], sources: &[Source]) {
    let mut violations = Vec::new();
    for rule in rules {
        let mut checked = sources.iter().filter(|source| (rule.applies_to)(&source.path)).peekable();
        assert!(checked.peek().is_some(), "{}: no file was checked", rule.name);
        for source in checked {
            if let Some(violation) = (rule.check)(source) {
                violations.push(format!("{}: {}: {violation}", rule.name, source.path));
            }
        }
    }
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
