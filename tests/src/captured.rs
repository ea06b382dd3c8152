//! What the shop tells during a run of all tests, in a directory that `cargo xtask test` names and
//! searches at the end.

use axum::http::HeaderMap;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static DIRECTORY: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("FERROCART_TOLD").map(PathBuf::from));
static ANSWERS: LazyLock<Option<File>> = LazyLock::new(|| file("answers"));

/// Where this process writes its log, if anybody wants it.
pub(crate) fn log() -> Option<Arc<File>> {
    file("log").map(Arc::new)
}

/// Notes an answer: the path in front, then headers and body.
pub(crate) fn note(path: &str, headers: &HeaderMap, body: &Value) {
    if let Some(mut file) = ANSWERS.as_ref() {
        // In one piece, because tests run side by side.
        let line = format!("{path} {body} {headers:?}\n");
        file.write_all(line.as_bytes()).expect("room for what was answered");
    }
}

fn file(kind: &str) -> Option<File> {
    let path = DIRECTORY.as_ref()?.join(format!("{}.{kind}", std::process::id()));
    Some(OpenOptions::new().create(true).append(true).open(path).expect("a file for what is told"))
}
