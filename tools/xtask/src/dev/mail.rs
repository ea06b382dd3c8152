//! Mail of a stack: the emulator of SES keeps it, and `cargo xtask mail` shows it.

use crate::s3::{S3, SENDER};

/// The settings with which a shop sends mail to the emulator.
pub(super) fn settings<'a>(emulator: &'a S3, storefront: &'a str, store_name: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("MAIL", "ses"),
        ("MAIL_FROM", SENDER),
        ("STORE_NAME", store_name),
        ("STOREFRONT_URL", storefront),
        ("AWS_ENDPOINT_URL_SESV2", &emulator.url),
    ]
}
