//! Connects to a database without quoting the connection string, as errors of the driver may: its password is in it.

use anyhow::{Context as _, Result, bail};
use ferrocart::config::DatabaseConfig;
use mongodb::Database;
use mongodb::error::ErrorKind;

/// Why a connection string is malformed, as far as an error can say without quoting it.
pub(crate) const MALFORMED: &str = "its form is not mongodb+srv://USER:PASSWORD@HOST/, or the password has a special \
                                    character that is not percent-encoded";

/// Returns whether special characters of the password are percent-encoded. Otherwise the driver may take a part of the
/// password for the name of a host or of an option, and quote it in any later error.
pub(crate) fn is_password_encoded(uri: &str) -> bool {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.matches('@').count() {
        0 => !rest.contains('@'),
        count => count == 1,
    }
}

/// Creates the client of a database. The connection string is that of the environment variable `MONGODB_URI`.
pub(crate) async fn connect(uri: &str, config: &DatabaseConfig) -> Result<Database> {
    if !is_password_encoded(uri) {
        bail!("MONGODB_URI is malformed: {MALFORMED}");
    }
    match ferrocart::db::connect(config).await {
        Err(error) if matches!(*error.kind, ErrorKind::InvalidArgument { .. }) => {
            bail!("MONGODB_URI is malformed: {MALFORMED}")
        }
        connected => connected.context("cannot use the MongoDB URI"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_password_encoded;

    #[test]
    fn a_special_character_in_the_password_is_noticed() {
        for (uri, is_encoded) in [
            ("mongodb://host/", true),
            ("mongodb://host:27017,other/shop?replicaSet=rs0", true),
            ("mongodb+srv://shop:p%40ss@host/?appName=a@b", true),
            ("mongodb://shop:p@ss@host/", false),
            ("mongodb://shop:p?ss@host/", false),
            ("mongodb://shop:1?a=b@host/", false),
            ("mongodb://shop:1/a@host/", false),
            ("mongodb://shop:1#a@host/", false),
            ("shop:1?a@host", false),
        ] {
            assert_eq!(is_password_encoded(uri), is_encoded, "{uri}");
        }
    }
}
