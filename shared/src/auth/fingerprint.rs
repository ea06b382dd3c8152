//! Keyed hashes of values that are compared but must not be stored, such as source addresses.

use aws_lc_rs::hmac;

/// The setting with the key.
pub(crate) const FINGERPRINT_KEY: &str = "FINGERPRINT_KEY";

/// Computes fingerprints with a secret key. IPv4 addresses are so few that a plain hash could be reversed by trying all of
/// them.
#[derive(Debug, Clone)]
pub struct Fingerprints(hmac::Key);

impl Fingerprints {
    /// Prepares the key.
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Returns the fingerprint of several texts, in 64 hex digits. NUL separates them; none of them may contain it.
    #[must_use]
    pub fn of(&self, parts: &[&str]) -> String {
        hex::encode(hmac::sign(&self.0, parts.join("\0").as_bytes()))
    }
}
