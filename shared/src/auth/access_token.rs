//! Access tokens: JSON Web Tokens that are valid for 15 minutes and signed with HMAC-SHA-256.

use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::error::Error;
use aws_lc_rs::hmac;
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

/// Signs and verifies access tokens.
pub struct AccessTokens {
    signing_key: EncodingKey,
    header: Header,
    /// The current and the previous key, with their ids.
    verification_keys: Vec<(String, DecodingKey)>,
    validation: Validation,
}

/// The claims of a valid access token.
#[derive(Debug, Clone, Copy)]
pub struct Bearer {
    /// The user.
    pub user: UserId,
    /// The session of the token.
    pub session: SessionId,
    /// The role of the user at the time of signing.
    pub role: Role,
}

impl AccessTokens {
    /// Creates the keys from the current and the previous secret. Only the current one signs.
    pub(crate) fn new(secret: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The defaults accept a token without issuer or audience, ignore `nbf`, and have a leeway of one minute.
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 5;
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(key_id(secret));
        let secrets = std::iter::once(secret).chain(previous);
        let verification_keys = secrets.map(|secret| (key_id(secret), DecodingKey::from_secret(secret))).collect();
        Self { signing_key: EncodingKey::from_secret(secret), header, verification_keys, validation }
    }

    /// Signs a token for a user whose credentials were verified.
    pub fn sign(&self, user: UserId, role: Role, session: SessionId, now: Timestamp) -> Result<String, Error> {
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
        Ok(jsonwebtoken::encode(&self.header, &claims, &self.signing_key)?)
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`Error::TokenExpired`] for a token that was valid, [`Error::Unauthenticated`] for all others.
    pub(crate) fn verify(&self, token: &str) -> Result<Bearer, Error> {
        if token.len() > MAX_TOKEN {
            return Err(Error::Unauthenticated);
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
            (Ok(user), Ok(session)) if claims.typ == TYPE => Ok(Bearer { user, session, role: claims.role }),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// Returns the key that the token's `kid` names, or the current one if there is no `kid`. The `kid` is only
    /// compared.
    fn verification_key(&self, token: &str) -> Option<&DecodingKey> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid;
        let is_named = |id: &String| kid.as_ref().is_none_or(|kid| kid == id);
        self.verification_keys.iter().find(|(id, _)| is_named(id)).map(|(_, key)| key)
    }
}

/// Derives the id of a key from its secret, so that ids need no configuration.
fn key_id(secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let digest = hmac::sign(&key, b"ferrocart key id");
    hex::encode(digest.as_ref().get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{AccessTokens, Header};
    use crate::db::users::Role;
    use crate::domain::id::{SessionId, UserId};
    use crate::domain::time::Timestamp;
    use proptest::prelude::*;

    fn token(tokens: &AccessTokens) -> String {
        let now = Timestamp::from_millis(bson::DateTime::now().timestamp_millis());
        tokens.sign(UserId::from_bytes([1; 12]), Role::Customer, SessionId::from_bytes([2; 12]), now).unwrap()
    }

    #[test]
    fn tokens_of_the_previous_key_stay_valid() {
        let (old, new) = (AccessTokens::new(b"old", None), AccessTokens::new(b"new", Some(b"old")));
        assert!(new.verify(&token(&old)).is_ok());
        assert!(new.verify(&token(&new)).is_ok());
        // The previous key does not sign, and a removed key verifies nothing.
        assert!(old.verify(&token(&new)).is_err());
        assert!(AccessTokens::new(b"new", None).verify(&token(&old)).is_err());
    }

    #[test]
    fn a_token_with_the_key_id_of_another_key_is_rejected() {
        let (ours, forged) = (AccessTokens::new(b"ours", None), AccessTokens::new(b"forged", None));
        let forged = token(&forged);
        let [header, rest] = [token(&ours), forged]
            .map(|token| token.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap());
        assert!(ours.verify(&format!("{}.{}", header.0, rest.1)).is_err());
    }

    #[test]
    fn a_token_that_is_too_long_is_rejected() {
        let tokens = AccessTokens::new(b"local", None);
        let mut header = tokens.header.clone();
        let original = token(&tokens);
        let claims =
            jsonwebtoken::decode::<super::Claims>(&original, &tokens.verification_keys[0].1, &tokens.validation);
        let claims = claims.unwrap().claims;
        let sign = |header: &Header| jsonwebtoken::encode(header, &claims, &tokens.signing_key).unwrap();
        let mut lengths = Vec::new();
        for length in 1000..1500 {
            header.x5u = Some("x".repeat(length));
            let token = sign(&header);
            assert_eq!(tokens.verify(&token).is_ok(), token.len() <= 2048, "{}", token.len());
            lengths.push(token.len());
        }
        assert!(lengths.contains(&2048));
    }

    proptest! {
        #[test]
        fn an_unsigned_token_is_rejected(text in ".*", header in "[A-Za-z0-9_=-]{0,60}", claims in "[A-Za-z0-9_=-]{0,80}") {
            let tokens = AccessTokens::new(b"local", Some(b"older"));
            prop_assert!(tokens.verify(&text).is_err());
            let assembled = [header, claims, text].join(".");
            prop_assert!(tokens.verify(&assembled).is_err());
        }

        #[test]
        fn a_token_with_one_byte_changed_is_rejected(position in 0_usize..300, byte in 0x20_u8..0x7f) {
            let tokens = AccessTokens::new(b"local", None);
            let original = token(&tokens);
            let mut bytes = original.clone().into_bytes();
            let position = position.checked_rem(bytes.len()).unwrap_or_default();
            bytes[position] = byte;
            let changed = String::from_utf8(bytes).unwrap();
            prop_assert!(changed == original || tokens.verify(&changed).is_err());
        }
    }
}
