//! Mail of a stack: the emulator of SES keeps it, and `cargo xtask mail` shows it.

use crate::s3::S3;

/// The sender.
pub(super) const FROM: &str = "orders@shop.example";

/// The settings with which a shop sends mail to the emulator.
pub(super) fn settings<'a>(emulator: &'a S3, storefront: &'a str, store_name: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("MAIL", "ses"),
        ("MAIL_FROM", FROM),
        ("STORE_NAME", store_name),
        ("STOREFRONT_URL", storefront),
        ("AWS_ENDPOINT_URL_SESV2", &emulator.url),
    ]
}
