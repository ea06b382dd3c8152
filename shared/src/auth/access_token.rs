//! Access tokens: JSON Web Tokens of 15 minutes, signed with HMAC-SHA-256 by one of a fixed set of keys.

use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::error::Error;
use aws_lc_rs::hmac;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an access token is good.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_mins(15);

const ISSUER: &str = "ferrocart";
const AUDIENCE: &str = "ferrocart-api";
/// So that no other token of ours, now or later, passes for an access token.
const TYPE: &str = "access";

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

/// Signs and checks access tokens.
pub struct AccessTokens {
    signing: EncodingKey,
    header: Header,
    /// The key that signs, and the one that did before.
    checking: Vec<(String, DecodingKey)>,
    validation: Validation,
}

/// What a good token says.
#[derive(Debug, Clone, Copy)]
pub struct Bearer {
    /// The user.
    pub user: UserId,
    /// The session of the token.
    pub session: SessionId,
    /// The role of the user when the token was signed.
    pub role: Role,
}

impl AccessTokens {
    /// Signs with `secret`, and also checks what `previous` has signed.
    pub(crate) fn new(secret: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The defaults accept a token without issuer or audience, ignore `nbf`, and allow a minute.
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 5;
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(key_id(secret));
        let secrets = std::iter::once(secret).chain(previous);
        let checking = secrets.map(|secret| (key_id(secret), DecodingKey::from_secret(secret))).collect();
        Self { signing: EncodingKey::from_secret(secret), header, checking, validation }
    }

    /// Signs a token for a user who has just proved who it is.
    ///
    /// # Errors
    /// When it cannot be signed.
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
            exp: now.plus(ACCESS_TOKEN_LIFE).as_seconds(),
        };
        Ok(jsonwebtoken::encode(&self.header, &claims, &self.signing)?)
    }

    /// Checks a token.
    ///
    /// # Errors
    /// [`Error::TokenExpired`] for one that was good, [`Error::Unauthenticated`] for any other.
    pub(crate) fn check(&self, token: &str) -> Result<Bearer, Error> {
        let key = self.key_of(token).ok_or(Error::Unauthenticated)?;
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

    /// The key that a token names, if it is one of ours, or the one that signs, if it names none. The
    /// name is compared, and nothing else is done with it.
    fn key_of(&self, token: &str) -> Option<&DecodingKey> {
        let named = jsonwebtoken::decode_header(token).ok()?.kid;
        let is_named = |id: &String| named.as_ref().is_none_or(|named| named == id);
        self.checking.iter().find(|(id, _)| is_named(id)).map(|(_, key)| key)
    }
}

/// What tokens call a key, made from it, so that there is nothing to configure and to mix up.
fn key_id(secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let digest = hmac::sign(&key, b"ferrocart key id");
    hex::encode(digest.as_ref().get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::AccessTokens;
    use crate::db::users::Role;
    use crate::domain::id::{SessionId, UserId};
    use crate::domain::time::Timestamp;
    use proptest::prelude::*;

    fn token(tokens: &AccessTokens) -> String {
        let now = Timestamp::from_millis(bson::DateTime::now().timestamp_millis());
        tokens.sign(UserId::from_bytes([1; 12]), Role::Customer, SessionId::from_bytes([2; 12]), now).unwrap()
    }

    #[test]
    fn a_key_can_be_rolled_while_its_tokens_are_good() {
        let (old, new) = (AccessTokens::new(b"old", None), AccessTokens::new(b"new", Some(b"old")));
        assert!(new.check(&token(&old)).is_ok());
        assert!(new.check(&token(&new)).is_ok());
        // The previous key signs nothing any more, and a key that was removed checks nothing.
        assert!(old.check(&token(&new)).is_err());
        assert!(AccessTokens::new(b"new", None).check(&token(&old)).is_err());
    }

    #[test]
    fn a_key_with_the_name_of_another_does_not_check() {
        let (ours, forged) = (AccessTokens::new(b"ours", None), AccessTokens::new(b"forged", None));
        let forged = token(&forged);
        let [header, rest] = [token(&ours), forged]
            .map(|token| token.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap());
        assert!(ours.check(&format!("{}.{}", header.0, rest.1)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_but_our_own_is_a_token(text in ".*", header in "[A-Za-z0-9_=-]{0,60}", claims in "[A-Za-z0-9_=-]{0,80}") {
            let tokens = AccessTokens::new(b"local", Some(b"older"));
            prop_assert!(tokens.check(&text).is_err());
            let put_together = [header, claims, text].join(".");
            prop_assert!(tokens.check(&put_together).is_err());
        }

        #[test]
        fn a_token_with_one_byte_changed_is_refused(place in 0_usize..300, byte in 0x20_u8..0x7f) {
            let tokens = AccessTokens::new(b"local", None);
            let good = token(&tokens);
            let mut bytes = good.clone().into_bytes();
            let place = place.checked_rem(bytes.len()).unwrap_or_default();
            bytes[place] = byte;
            let changed = String::from_utf8(bytes).unwrap();
            prop_assert!(changed == good || tokens.check(&changed).is_err());
        }
    }
}
