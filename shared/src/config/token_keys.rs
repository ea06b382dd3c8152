//! The keys of access tokens (Ed25519). Their texts contain a checksum, so that a mistyped key is no key.

use super::settings::Settings;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretBox};
use std::fmt::{self, Display};
use std::str::FromStr;

const KEY_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 4;
/// Enter the checksums, so that neither kind of key can be taken for the other.
const PRIVATE: &[u8] = b"ferrocart token private key";
const PUBLIC: &[u8] = b"ferrocart token public key";

/// The keys of access tokens that a function has.
#[derive(Debug, Default)]
pub struct TokenKeys {
    /// `TOKEN_PRIVATE_KEY`: signs access tokens. Only the function `auth` has it.
    pub private: Option<TokenPrivateKey>,
    /// `TOKEN_PUBLIC_KEYS`: verify access tokens; several are separated by commas while they are rolled.
    pub public: Vec<TokenPublicKey>,
}

/// A key that signs access tokens.
#[derive(Debug)]
pub struct TokenPrivateKey {
    seed: SecretBox<[u8; KEY_BYTES]>,
    public: TokenPublicKey,
}

/// A key that verifies access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPublicKey([u8; KEY_BYTES]);

/// A text that is no key of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a key of `ferrocart create-token-key`")]
pub struct InvalidTokenKey;

impl TokenPrivateKey {
    /// Generates a key.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn generate() -> Result<Self, InvalidTokenKey> {
        let mut seed = [0; KEY_BYTES];
        match aws_lc_rs::rand::fill(&mut seed) {
            Ok(()) => Self::from_seed(seed),
            Err(_) => Err(InvalidTokenKey),
        }
    }

    /// Creates the key from its seed (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// None for any seed.
    pub fn from_seed(seed: [u8; KEY_BYTES]) -> Result<Self, InvalidTokenKey> {
        let Ok(pair) = Ed25519KeyPair::from_seed_unchecked(&seed) else { return Err(InvalidTokenKey) };
        let Ok(public) = pair.public_key().as_ref().try_into() else { return Err(InvalidTokenKey) };
        Ok(Self { seed: SecretBox::new(Box::new(seed)), public: TokenPublicKey(public) })
    }

    /// Returns the seed.
    #[must_use]
    pub fn expose_seed(&self) -> &[u8; KEY_BYTES] {
        self.seed.expose_secret()
    }

    /// Returns the public key.
    #[must_use]
    pub const fn public_key(&self) -> TokenPublicKey {
        self.public
    }

    /// Returns the value of `TOKEN_PRIVATE_KEY`.
    #[must_use]
    pub fn expose_text(&self) -> String {
        encode(PRIVATE, self.expose_seed())
    }
}

impl TokenPublicKey {
    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl FromStr for TokenPrivateKey {
    type Err = InvalidTokenKey;

    fn from_str(text: &str) -> Result<Self, InvalidTokenKey> {
        Self::from_seed(decode(PRIVATE, text)?)
    }
}

impl FromStr for TokenPublicKey {
    type Err = InvalidTokenKey;

    fn from_str(text: &str) -> Result<Self, InvalidTokenKey> {
        decode(PUBLIC, text).map(Self)
    }
}

impl Display for TokenPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(PUBLIC, &self.0))
    }
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) fn token_keys(&mut self) -> TokenKeys {
        let private = self.optional("TOKEN_PRIVATE_KEY").map(|text| text.parse::<TokenPrivateKey>());
        let public = self.optional("TOKEN_PUBLIC_KEYS").unwrap_or_default();
        let public = public.split(',').map(str::trim).filter(|text| !text.is_empty());
        let public: Result<Vec<TokenPublicKey>, _> = public.map(str::parse).collect();
        if let Some(Err(error)) = &private {
            self.reject(format!("TOKEN_PRIVATE_KEY {error}"));
        }
        match (&private, &public) {
            (_, Err(_)) => {
                self.reject("TOKEN_PUBLIC_KEYS must be keys of `ferrocart create-token-key`, separated by commas")
            }
            // Other functions would reject the tokens that this one signs.
            (Some(Ok(private)), Ok(public)) if !public.contains(&private.public) => {
                self.reject("TOKEN_PUBLIC_KEYS must contain the public key of TOKEN_PRIVATE_KEY");
            }
            _ => {}
        }
        TokenKeys { private: private.and_then(Result::ok), public: public.unwrap_or_default() }
    }
}

/// Returns a key and its checksum in base64.
fn encode(kind: &[u8], key: &[u8; KEY_BYTES]) -> String {
    URL_SAFE_NO_PAD.encode([key.as_slice(), &checksum(kind, key)].concat())
}

fn decode(kind: &[u8], text: &str) -> Result<[u8; KEY_BYTES], InvalidTokenKey> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return Err(InvalidTokenKey) };
    let (key, stored) = bytes.split_first_chunk().ok_or(InvalidTokenKey)?;
    if checksum(kind, key) == stored { Ok(*key) } else { Err(InvalidTokenKey) }
}

fn checksum(kind: &[u8], key: &[u8]) -> Vec<u8> {
    let hash = digest(&SHA256, &[kind, key].concat());
    hash.as_ref().iter().copied().take(CHECKSUM_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::{InvalidTokenKey, TokenPrivateKey, TokenPublicKey};

    #[test]
    fn a_key_is_read_from_its_text() {
        let key = TokenPrivateKey::generate().unwrap();
        let read: TokenPrivateKey = key.expose_text().parse().unwrap();
        assert_eq!((read.expose_seed(), read.public_key()), (key.expose_seed(), key.public_key()));
        assert_eq!(key.public_key().to_string().parse(), Ok(key.public_key()));
        assert_ne!(TokenPrivateKey::generate().unwrap().public_key(), key.public_key());
    }

    #[test]
    fn the_public_key_is_that_of_rfc_8032() {
        // Section 7.1, test 1.
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let public = TokenPrivateKey::from_seed(seed.try_into().unwrap()).unwrap().public_key();
        assert_eq!(hex::encode(public.as_bytes()), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    #[test]
    fn a_mistyped_key_is_rejected() {
        let key = TokenPrivateKey::from_seed([7; 32]).unwrap();
        let (private, public) = (key.expose_text(), key.public_key().to_string());
        for text in [&private, &public] {
            for position in 0..text.len() {
                let mut changed = text.clone();
                let new = if &text[position..=position] == "A" { "B" } else { "A" };
                changed.replace_range(position..=position, new);
                assert!(changed.parse::<TokenPublicKey>().is_err() && changed.parse::<TokenPrivateKey>().is_err());
            }
        }
        // One kind is not taken for the other.
        assert_eq!(private.parse::<TokenPublicKey>(), Err(InvalidTokenKey));
        assert!(public.parse::<TokenPrivateKey>().is_err());
        for text in ["", "A", &public[1..], &format!("{public}AAAA"), &format!("{public}=")] {
            assert_eq!(text.parse::<TokenPublicKey>(), Err(InvalidTokenKey), "{text:?}");
        }
    }

    #[test]
    fn a_private_key_is_not_printed() {
        let key = TokenPrivateKey::from_seed([7; 32]).unwrap();
        let printed = format!("{key:?}");
        assert!(!printed.contains("7, 7") && !printed.contains(&key.expose_text()), "{printed}");
    }
}
