//! Refresh tokens: 256 random bits, of which only a hash is stored.

use crate::error::Error;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;

/// How long a refresh token is good.
pub const REFRESH_TOKEN_LIFE: Duration = Duration::from_hours(30 * 24);

/// A refresh token. It never prints.
#[derive(Clone)]
pub struct RefreshToken(String);

impl RefreshToken {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        match aws_lc_rs::rand::fill(&mut bytes) {
            Ok(()) => Ok(Self(URL_SAFE_NO_PAD.encode(bytes))),
            Err(_) => Err(Error::System("there is no randomness")),
        }
    }

    /// The token, for its owner alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// By what it is found: SHA-256, in hex. A slow hash would protect nothing here, because
    /// nobody can guess 256 random bits.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(digest(&SHA256, self.0.as_bytes()))
    }
}

impl From<String> for RefreshToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}
