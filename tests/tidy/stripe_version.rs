//! The client, the stand-in, the guides and the sample event name one version of Stripe's API.

use crate::sources::sources;

/// Files that must name the version. Other files may.
const REQUIRED: [&str; 5] = [
    "docs/deploy.md",
    "shared/src/payments/client.rs",
    "tools/stripe-stand-in/README.md",
    "tools/stripe-stand-in/src/api.rs",
    "tools/stripe-stand-in/tests/official_sdk.py",
];
/// A test of requests that have another version.
const EXEMPT: &str = "tools/stripe-stand-in/tests/api/parameters.rs";

/// The versions in a text, such as `2025-09-30.clover`.
fn versions(text: &str) -> Vec<&str> {
    let is_version = |word: &&str| {
        word.split_once('.').is_some_and(|(date, name)| {
            date.len() == 10
                && date.bytes().enumerate().all(|(index, byte)| match index {
                    4 | 7 => byte == b'-',
                    _ => byte.is_ascii_digit(),
                })
                && !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').filter(is_version).collect()
}

#[test]
fn stripe_versions_are_recognized() {
    assert_eq!(versions("`2025-09-30.clover`, \"2026-10-28.endive\"."), ["2025-09-30.clover", "2026-10-28.endive"]);
    assert!(versions("2025-09-30 2025-09-30. 2025-09-30T10:00:00.000Z 1.2.3").is_empty());
}

#[test]
fn all_files_name_one_version_of_stripes_api() {
    let files = [".rs", ".md", ".json", ".py"].into_iter().flat_map(sources).filter(|source| source.path != EXEMPT);
    let mut found: Vec<(String, String)> = Vec::new();
    for source in files.filter(|source| source.path != "tests/tidy/stripe_version.rs") {
        found.extend(versions(&source.text).into_iter().map(|version| (version.to_owned(), source.path.clone())));
    }
    for required in REQUIRED {
        assert!(found.iter().any(|(_, path)| path == required), "{required} names no version");
    }
    let first = found.first().map(|(version, _)| version.clone());
    let others: Vec<_> = found.iter().filter(|(version, _)| Some(version) != first.as_ref()).collect();
    assert!(others.is_empty(), "{first:?} and {others:?}");
}
