//! Access tokens: JSON Web Tokens that are valid for 15 minutes and signed with Ed25519. The function `auth` has the private
//! key; the others can only verify: `docs/decisions/token-keys.md`.

use super::bearer::Bearer;
use super::verified_tokens::VerifiedTokens;
use crate::config::{TokenKeys, TokenPublicKey};
use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::error::Error;
use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an access token is valid.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(15);

const ISSUER: &str = "ferrocart";
const AUDIENCE: &str = "ferrocart-api";
/// Distinguishes access tokens from all other tokens that the shop may ever sign.
const TYPE: &str = "access";

/// Maximum length of a token in bytes: several times that of a token of the shop. A longer one is not decoded.
const MAX_TOKEN: usize = 2 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    role: Role,
    typ: String,
    jti: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What precedes the seed in a private key after RFC 8410 (PKCS #8, version 1).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Signs and verifies access tokens, as far as the function has the keys.
pub struct AccessTokens {
    signing_key: Option<(EncodingKey, Header)>,
    /// The public keys, with their ids.
    verification_keys: Vec<(String, DecodingKey)>,
    validation: Validation,
    verified: VerifiedTokens,
}

impl AccessTokens {
    /// Prepares the keys.
    pub(crate) fn new(keys: &TokenKeys) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The defaults accept a token without issuer or audience, ignore `nbf`, and have a leeway of one minute.
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 5;
        let signing_key = keys.private.as_ref().map(|key| {
            let mut header = Header::new(Algorithm::EdDSA);
            header.kid = Some(key_id(key.public_key()));
            (EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), key.expose_seed()].concat()), header)
        });
        let verification_key = |key: &TokenPublicKey| (key_id(*key), DecodingKey::from_ed_der(key.as_bytes()));
        let verification_keys = keys.public.iter().map(verification_key).collect();
        Self { signing_key, verification_keys, validation, verified: VerifiedTokens::new(ACCESS_TOKEN_LIFETIME) }
    }

    /// Signs a token for a user whose credentials were verified.
    ///
    /// # Errors
    /// [`Error::NotConfigured`] without a private key.
    pub fn sign(&self, user: UserId, role: Role, session: SessionId, now: Timestamp) -> Result<String, Error> {
        let (key, header) = self.signing_key.as_ref().ok_or(Error::NotConfigured("TOKEN_PRIVATE_KEY"))?;
        let seconds = now.as_seconds();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_string(),
            role,
            typ: TYPE.to_owned(),
            jti: bson::oid::ObjectId::new().to_hex(),
            sid: session.to_string(),
            iat: seconds,
            nbf: seconds,
            exp: now.plus(ACCESS_TOKEN_LIFETIME).as_seconds(),
        };
        Ok(jsonwebtoken::encode(header, &claims, key)?)
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`Error::TokenExpired`] for a token that was valid, [`Error::Unauthenticated`] for all others;
    /// [`Error::NotConfigured`] without a public key.
    pub(crate) fn verify(&self, token: &str) -> Result<Bearer, Error> {
        if self.verification_keys.is_empty() {
            return Err(Error::NotConfigured("TOKEN_PUBLIC_KEYS"));
        }
        if token.len() > MAX_TOKEN {
            return Err(Error::Unauthenticated);
        }
        if let Some(bearer) = self.verified.get(token, jiff::Timestamp::now().as_second()) {
            return Ok(bearer);
        }
        let key = self.verification_key(token).ok_or(Error::Unauthenticated)?;
        let claims = match jsonwebtoken::decode::<Claims>(token, key, &self.validation) {
            Ok(token) => token.claims,
            Err(error) if *error.kind() == ErrorKind::ExpiredSignature => {
                return Err(Error::TokenExpired);
            }
            Err(_) => return Err(Error::Unauthenticated),
        };
        match (claims.sub.parse(), claims.sid.parse()) {
            (Ok(user), Ok(session)) if claims.typ == TYPE => {
                let bearer = Bearer { user, session, role: claims.role };
                self.verified.insert(token, bearer, claims.exp);
                Ok(bearer)
            }
            _ => Err(Error::Unauthenticated),
        }
    }

    /// Returns the key that the token's `kid` names, or the first one if there is no `kid`. The `kid` is only compared.
    fn verification_key(&self, token: &str) -> Option<&DecodingKey> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid;
        let is_named = |id: &String| kid.as_ref().is_none_or(|kid| kid == id);
        self.verification_keys.iter().find(|(id, _)| is_named(id)).map(|(_, key)| key)
    }
}

/// Derives the id of a key, so that ids need no configuration.
fn key_id(key: TokenPublicKey) -> String {
    hex::encode(digest(&SHA256, key.as_bytes()).as_ref().get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::AccessTokens;
    use crate::config::{TokenKeys, TokenPrivateKey};
    use crate::db::users::Role;
    use crate::domain::id::{SessionId, UserId};
    use crate::domain::time::Timestamp;
    use crate::error::Error;
    use proptest::prelude::*;

    /// The key of `auth` with the first of these seeds, and the public keys of all of them.
    fn tokens(seeds: &[u8]) -> AccessTokens {
        let key = |seed: &u8| TokenPrivateKey::from_seed([*seed; 32]).unwrap();
        let public = seeds.iter().map(|seed| key(seed).public_key()).collect();
        AccessTokens::new(&TokenKeys { private: seeds.first().map(key), public })
    }

    fn token(tokens: &AccessTokens) -> String {
        let now = Timestamp::from_millis(bson::DateTime::now().timestamp_millis());
        tokens.sign(UserId::from_bytes([1; 12]), Role::Customer, SessionId::from_bytes([2; 12]), now).unwrap()
    }

    #[test]
    fn tokens_of_every_public_key_are_valid() {
        let (old, new) = (tokens(&[1]), tokens(&[2, 1]));
        // The second time it is remembered.
        for token in [token(&old), token(&new)] {
            assert!(new.verify(&token).is_ok() && new.verify(&token).is_ok());
        }
        // The first key alone signs, and a removed key verifies nothing.
        assert!(old.verify(&token(&new)).is_err());
        assert!(tokens(&[2]).verify(&token(&old)).is_err());
    }

    #[test]
    fn a_function_without_the_private_key_verifies_but_does_not_sign() {
        let auth = tokens(&[1]);
        let public = vec![TokenPrivateKey::from_seed([1; 32]).unwrap().public_key()];
        let other = AccessTokens::new(&TokenKeys { private: None, public });
        assert!(other.verify(&token(&auth)).is_ok());
        let (user, session, now) =
            (UserId::from_bytes([1; 12]), SessionId::from_bytes([2; 12]), Timestamp::from_millis(0));
        assert!(matches!(other.sign(user, Role::Admin, session, now), Err(Error::NotConfigured(_))));
        let without_keys = AccessTokens::new(&TokenKeys::default());
        assert!(matches!(without_keys.verify(&token(&auth)), Err(Error::NotConfigured(_))));
    }

    #[test]
    fn a_token_with_the_key_id_of_another_key_is_rejected() {
        let (ours, forged) = (tokens(&[1]), tokens(&[2]));
        let forged = token(&forged);
        let [header, rest] = [token(&ours), forged]
            .map(|token| token.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap());
        assert!(ours.verify(&format!("{}.{}", header.0, rest.1)).is_err());
    }

    #[test]
    fn a_token_that_is_too_long_is_rejected() {
        let tokens = tokens(&[1]);
        let (key, mut header) = tokens.signing_key.clone().unwrap();
        let original = token(&tokens);
        let claims =
            jsonwebtoken::decode::<super::Claims>(&original, &tokens.verification_keys[0].1, &tokens.validation);
        let mut claims = claims.unwrap().claims;
        let mut lengths = Vec::new();
        // Base64 has no lengths of 4n + 1, so the claims have several.
        for _ in 0..3 {
            claims.jti.push('x');
            for length in 1000..1500 {
                header.x5u = Some("x".repeat(length));
                let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
                assert_eq!(tokens.verify(&token).is_ok(), token.len() <= 2048, "{}", token.len());
                lengths.push(token.len());
            }
        }
        assert!(lengths.contains(&2048));
    }

    proptest! {
        #[test]
        fn an_unsigned_token_is_rejected(text in ".*", header in "[A-Za-z0-9_=-]{0,60}", claims in "[A-Za-z0-9_=-]{0,80}") {
            let tokens = tokens(&[1, 2]);
            prop_assert!(tokens.verify(&text).is_err());
            let assembled = [header, claims, text].join(".");
            prop_assert!(tokens.verify(&assembled).is_err());
        }

        #[test]
        fn a_token_with_one_byte_changed_is_rejected(position in 0_usize..300, byte in 0x20_u8..0x7f) {
            let tokens = tokens(&[1]);
            let original = token(&tokens);
            let mut bytes = original.clone().into_bytes();
            let position = position.checked_rem(bytes.len()).unwrap_or_default();
            bytes[position] = byte;
            let changed = String::from_utf8(bytes).unwrap();
            prop_assert!(changed == original || tokens.verify(&changed).is_err());
        }
    }
}
