//! Captures the responses and the log of every test shop in files, in the directory `FERROCART_CAPTURED`. After all tests
//! `cargo xtask test` searches them for leaks.

use axum::http::HeaderMap;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static DIRECTORY: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("FERROCART_CAPTURED").map(PathBuf::from));
static ANSWERS: LazyLock<Option<File>> = LazyLock::new(|| file("answers"));

/// The file that captures the log of this process.
pub(crate) fn log() -> Option<Arc<File>> {
    file("log").map(Arc::new)
}

/// Captures a response as one line: path, body, headers.
pub(crate) fn capture_response(path: &str, headers: &HeaderMap, body: &Value) {
    if let Some(mut file) = ANSWERS.as_ref() {
        // A single write, because tests run in parallel.
        let line = format!("{path} {body} {headers:?}\n");
        file.write_all(line.as_bytes()).expect("a captured response");
    }
}

fn file(extension: &str) -> Option<File> {
    let path = DIRECTORY.as_ref()?.join(format!("{}.{extension}", std::process::id()));
    Some(OpenOptions::new().create(true).append(true).open(path).expect("a file for captured output"))
}
