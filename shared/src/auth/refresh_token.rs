//! Refresh tokens: 256 random bits, of which only the hash is stored.

use crate::error::Error;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// How long a refresh token is valid.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// A refresh token.
#[derive(Debug, Clone)]
pub struct RefreshToken(SecretString);

impl RefreshToken {
    /// Generates a token.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        match aws_lc_rs::rand::fill(&mut bytes) {
            Ok(()) => Ok(Self(URL_SAFE_NO_PAD.encode(bytes).into())),
            Err(_) => Err(Error::System("no random numbers available")),
        }
    }

    /// Returns the token, for its owner only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the hash under which the token is stored: SHA-256, in hex. A slow hash would add no protection, because
    /// 256 random bits cannot be guessed.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(digest(&SHA256, self.expose().as_bytes()))
    }
}

impl From<String> for RefreshToken {
    fn from(token: String) -> Self {
        Self(token.into())
    }
}
