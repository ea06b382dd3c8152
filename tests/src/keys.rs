//! The keys of test shops.

use ferrocart::config::TokenPrivateKey;

/// The seed of the key that signs access tokens.
pub const TOKEN_SEED: [u8; 32] = [7; 32];

/// Returns the key of access tokens with a seed.
///
/// # Panics
/// Never: every seed is valid.
#[must_use]
pub fn token_key(seed: [u8; 32]) -> TokenPrivateKey {
    TokenPrivateKey::from_seed(seed).expect("a valid seed")
}
