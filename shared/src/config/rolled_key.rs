//! Keys of HMAC-SHA-256 that remain valid while they are rolled.

use super::settings::Settings;
use secrecy::SecretString;

/// A key, and the previous one that is accepted while it is rolled.
#[derive(Debug, Clone)]
pub struct RolledKey {
    /// The key; at least 32 bytes.
    pub current: SecretString,
    /// The previous key; by default none.
    pub previous: Option<SecretString>,
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    /// Reads a key by the names of both settings.
    pub(super) fn rolled_key(&mut self, name: &str, previous_name: &str) -> Option<RolledKey> {
        let previous = self.key(previous_name);
        match self.key(name) {
            Some(current) => Some(RolledKey { current, previous }),
            None if previous.is_some() => {
                self.reject(format!("{name} is not set"));
                None
            }
            None => None,
        }
    }
}
