//! `ferrocart create-token-key`: the files and texts that roll the key of access tokens.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use ferrocart::config::{TokenPrivateKey, TokenPublicKey};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};
use tempfile::TempDir;

fn create(file: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ferrocart")).arg("create-token-key").arg(file).output().expect("an output")
}

#[test]
fn a_new_key_is_written_to_a_private_file_and_not_printed() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("key.json");
    let output = create(&file);
    assert!(output.status.success(), "{output:?}");
    let secret: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
    let text = secret["TOKEN_PRIVATE_KEY"].as_str().expect("a key");
    let key: TokenPrivateKey = text.parse().expect("a private key");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("text");
    let public = printed.split_whitespace().last().expect("a key");
    assert_eq!(public.parse::<TokenPublicKey>(), Ok(key.public_key()));
    assert!(!printed.contains(text));
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // An existing key is not overwritten.
    assert_eq!(create(&file).status.code(), Some(1));
}
