//! Access tokens: JSON Web Tokens of 15 minutes, signed with HMAC-SHA-256.

use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::error::Error;
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
    checking: DecodingKey,
    validation: Validation,
}

/// What a good token says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearer {
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) role: Role,
}

impl AccessTokens {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The defaults accept a token without issuer or audience, ignore `nbf`, and allow a minute.
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        validation.leeway = 5;
        Self { signing: EncodingKey::from_secret(secret), checking: DecodingKey::from_secret(secret), validation }
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
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)?)
    }

    /// Checks a token.
    ///
    /// # Errors
    /// [`Error::TokenExpired`] for one that was good, [`Error::Unauthenticated`] for any other.
    pub(super) fn check(&self, token: &str) -> Result<Bearer, Error> {
        let claims = match jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation) {
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
}
