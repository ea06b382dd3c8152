//! Refresh tokens: the session's secret, of which only the hash is stored, and a tag of the token's generation, whose key
//! is stored. Neither a copy of the database nor a spent token suffices to compute the current token.

use super::random::random_bytes;
use crate::db::sessions::{SessionDoc, TokenVerifier};
use crate::domain::id::SessionId;
use crate::error::Error;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use std::time::Duration;

/// How long a refresh token is valid.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// Length of a session's secret, in bytes.
const SECRET_BYTES: usize = 32;
/// Length of a token, in characters: the session's id, the generation, the secret and the tag, in base64.
const TOKEN_CHARACTERS: usize = (12 + 8 + SECRET_BYTES + 32) * 4 / 3;

/// A refresh token: one generation of the token of a session.
#[derive(Debug)]
pub struct RefreshToken {
    session: SessionId,
    generation: i64,
    /// The same in all tokens of the session.
    secret: SecretSlice<u8>,
    tag: SecretSlice<u8>,
}

impl RefreshToken {
    /// Generates the first token of a session, and the verifier to store for all its tokens.
    pub fn first(session: SessionId) -> Result<(Self, TokenVerifier), Error> {
        let secret = random_bytes()?;
        let verifier = TokenVerifier { secret_hash: hash(&secret), tag_key: hex::encode(random_bytes()?) };
        let tag = tag(&verifier, session, 0, &secret);
        Ok((Self { session, generation: 0, secret: secret.to_vec().into(), tag }, verifier))
    }

    /// Parses a token; `None` for any other text. Only [`Self::is_of`] verifies it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TOKEN_CHARACTERS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (session, rest) = bytes.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (secret, tag) = rest.split_at_checked(SECRET_BYTES)?;
        Some(Self {
            session: SessionId::from_bytes(*session),
            generation: i64::from_be_bytes(*generation),
            secret: secret.to_vec().into(),
            tag: tag.to_vec().into(),
        })
    }

    /// Returns the id of the session that the token claims to belong to.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Returns the generation: 0 for the first token of a session.
    #[must_use]
    pub const fn generation(&self) -> i64 {
        self.generation
    }

    /// Returns the hash of the secret, under which the session is stored: SHA-256, in hex. A slow hash would add no
    /// protection, because 256 random bits cannot be guessed.
    #[must_use]
    pub fn secret_hash(&self) -> String {
        hash(self.secret.expose_secret())
    }

    /// Returns whether the token was issued for the session, in whichever generation.
    #[must_use]
    pub fn is_of(&self, session: &SessionDoc) -> bool {
        let verifier = &session.verifier;
        let tag = tag(verifier, session.id, self.generation, self.secret.expose_secret());
        let has_secret = verify_slices_are_equal(self.secret_hash().as_bytes(), verifier.secret_hash.as_bytes());
        let has_tag = verify_slices_are_equal(self.tag.expose_secret(), tag.expose_secret());
        has_secret.is_ok() && has_tag.is_ok() && self.session == session.id
    }

    /// Returns the token of another generation of the session.
    #[must_use]
    pub fn of_generation(&self, generation: i64, session: &SessionDoc) -> Self {
        let tag = tag(&session.verifier, session.id, generation, self.secret.expose_secret());
        Self { session: session.id, generation, secret: self.secret.clone(), tag }
    }

    /// Returns the text of the token, for its owner only.
    #[must_use]
    pub fn text(&self) -> SecretString {
        let (session, generation) = (self.session.to_bytes(), self.generation.to_be_bytes());
        let bytes = [&session[..], &generation, self.secret.expose_secret(), self.tag.expose_secret()].concat();
        URL_SAFE_NO_PAD.encode(bytes).into()
    }
}

fn hash(secret: &[u8]) -> String {
    hex::encode(digest(&SHA256, secret))
}

fn tag(verifier: &TokenVerifier, session: SessionId, generation: i64, secret: &[u8]) -> SecretSlice<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, verifier.tag_key.as_bytes()));
    context.update(&session.to_bytes());
    context.update(&generation.to_be_bytes());
    context.update(secret);
    context.sign().as_ref().to_vec().into()
}

#[cfg(test)]
mod tests {
    use super::{RefreshToken, URL_SAFE_NO_PAD};
    use crate::db::sessions::{SessionDoc, TokenVerifier};
    use crate::domain::id::{SessionId, UserId};
    use crate::domain::time::Timestamp;
    use base64::Engine;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    const ID: SessionId = SessionId::from_bytes([7; 12]);

    fn session(id: SessionId, verifier: TokenVerifier) -> SessionDoc {
        let now = Timestamp::from_millis(0);
        SessionDoc {
            id,
            user_id: UserId::from_bytes([1; 12]),
            verifier,
            generation: 0,
            spent: Vec::new(),
            credentials_version: 0,
            device: None,
            network: String::new(),
            created_at: now,
            last_used_at: now,
            expires_at: now,
        }
    }

    fn token_of_session() -> (RefreshToken, SessionDoc) {
        let (token, verifier) = RefreshToken::first(ID).unwrap();
        (token, session(ID, verifier))
    }

    fn text(token: &RefreshToken) -> String {
        token.text().expose_secret().to_owned()
    }

    #[test]
    fn tokens_of_all_generations_are_derived_alike() {
        let (first, session) = token_of_session();
        let third = first.of_generation(2, &session);
        assert_eq!((first.generation(), third.generation()), (0, 2));
        let parsed = RefreshToken::parse(&text(&third)).unwrap();
        assert!(parsed.is_of(&session) && parsed.session() == ID && parsed.generation() == 2);
        assert_eq!(text(&parsed.of_generation(0, &session)), text(&first));
        assert_ne!(text(&first), text(&third));
        assert_eq!(first.secret_hash(), session.verifier.secret_hash);
    }

    #[test]
    fn a_token_is_valid_for_its_own_session_only() {
        let (token, own) = token_of_session();
        let (other, other_session) = token_of_session();
        assert!(token.is_of(&own) && other.is_of(&other_session));
        assert!(!token.is_of(&other_session) && !other.is_of(&own));
        let moved = session(SessionId::from_bytes([8; 12]), own.verifier);
        assert!(!token.is_of(&moved));
    }

    #[test]
    fn a_copy_of_the_database_is_no_token() {
        let (token, session) = token_of_session();
        let TokenVerifier { secret_hash, tag_key } = &session.verifier;
        for known in [secret_hash, tag_key] {
            let secret = hex::decode(known).unwrap();
            let tag = super::tag(&session.verifier, ID, 0, &secret);
            let forged = RefreshToken { session: ID, generation: 0, secret: secret.into(), tag };
            assert!(!forged.is_of(&session));
        }
        assert!(!text(&token).contains(secret_hash) && !text(&token).contains(tag_key));
    }

    #[test]
    fn debug_output_contains_neither_secret_nor_tag() {
        let (token, _) = token_of_session();
        let printed = format!("{token:?}");
        for secret in [&token.secret, &token.tag] {
            assert!(!printed.contains(&format!("{:?}", secret.expose_secret())), "{printed}");
        }
    }

    proptest! {
        #[test]
        fn other_texts_are_no_tokens(text in ".{0,200}", similar in "[A-Za-z0-9_-]{112}") {
            prop_assert!(RefreshToken::parse(&text).is_none());
            let (_, session) = token_of_session();
            prop_assert!(RefreshToken::parse(&similar).is_none_or(|token| !token.is_of(&session)));
        }

        #[test]
        fn a_token_with_one_bit_changed_is_rejected(bit in 0_usize..84 * 8) {
            let (token, session) = token_of_session();
            let mut bytes = URL_SAFE_NO_PAD.decode(text(&token)).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = RefreshToken::parse(&URL_SAFE_NO_PAD.encode(bytes)).unwrap();
            prop_assert!(!changed.is_of(&session));
        }
    }
}
