//! Keyed hashes of values that are compared but must not be stored, such as source addresses.

use aws_lc_rs::hmac;

/// Computes fingerprints with a key that is derived for this purpose alone. IPv4 addresses are so few that a plain hash
/// could be reversed by trying all of them.
#[derive(Debug, Clone)]
pub struct Fingerprints(hmac::Key);

impl Fingerprints {
    /// Derives the key from the secret that signs access tokens.
    pub(crate) fn derive(secret: &[u8]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&master, b"ferrocart fingerprints").as_ref()))
    }

    /// Returns the fingerprint of several texts, in 64 hex digits. NUL separates them; none of them may contain it.
    #[must_use]
    pub fn of(&self, parts: &[&str]) -> String {
        hex::encode(hmac::sign(&self.0, parts.join("\0").as_bytes()))
    }
}
