//! The file that keeps the account between two runs of the program. A shop for development has orders of earlier runs, and
//! their payments can be refunded.

use crate::account::Account;
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::{fs, io};

/// The account in both modes. Deliveries that are pending, idempotency keys and faults are not stored.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct StoredState {
    pub(crate) test: Account,
    pub(crate) live: Account,
}

/// Reads a file; `None` if there is none yet.
///
/// # Errors
/// When the file cannot be read, or another version has written it.
pub(crate) fn read(path: &Path) -> io::Result<Option<StoredState>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    // Objects refer to texts of the program, such as codes of errors. Those that are read have to live as long.
    Ok(Some(serde_json::from_str(Box::leak(text.into_boxed_str()))?))
}

/// Writes a file, by replacing the former one.
///
/// # Errors
/// When the directory cannot be written.
pub(crate) fn write(path: &Path, store: &mut Store) -> io::Result<()> {
    #[derive(Serialize)]
    struct State<'a> {
        test: &'a Account,
        live: &'a Account,
    }
    let [test, live] = store.accounts();
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(&State { test, live })?)?;
    fs::rename(new, path)
}
