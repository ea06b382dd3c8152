//! The extractors through which a handler learns who is asking. Their fields are private: a
//! handler that has a `Customer` or an `Admin` was reached by one, as of this moment: a token
//! outlives its session, so that is looked up; it ends with the user, the password and the role. Of an
//! administrator the role is looked up, too.

use super::access_token::Bearer;
use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::error::Error;
use crate::http::only_value;
use crate::state::AppState;
use crate::telemetry;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// Somebody with a valid access token of a session that goes on, in whatever role.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    id: UserId,
    session: SessionId,
}

/// Somebody who runs the shop.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    id: UserId,
}

/// Whether an administrator is asking, where anybody may.
#[derive(Debug, Clone, Copy)]
pub struct MaybeAdmin(Option<Admin>);

impl Customer {
    /// Whose data this request may touch.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Through which login this request came.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }
}

impl Admin {
    /// Who is asking.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }
}

impl MaybeAdmin {
    /// Whether it is one.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.0.is_some()
    }
}

impl FromRequestParts<AppState> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, shop)?.ok_or(Error::Unauthenticated)?;
        if shop.sessions.is_live(bearer.session, bearer.user, shop.now()).await? {
            Ok(Self { id: bearer.user, session: bearer.session })
        } else {
            Err(Error::Unauthenticated)
        }
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, shop)?.ok_or(Error::Unauthenticated)?;
        if bearer.role != Role::Admin {
            return Err(Error::Forbidden);
        }
        let session = shop.sessions.is_live(bearer.session, bearer.user, shop.now());
        match futures_util::try_join!(shop.users.get(bearer.user), session)? {
            // The session of a demoted administrator is over, too, but what is missing is the role.
            (Some(user), _) if user.role != Role::Admin => Err(Error::Forbidden),
            (Some(_), true) => Ok(Self { id: bearer.user }),
            _ => Err(Error::Unauthenticated),
        }
    }
}

impl FromRequestParts<AppState> for MaybeAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        match Admin::from_request_parts(parts, shop).await {
            Ok(admin) => Ok(Self(Some(admin))),
            Err(Error::Unauthenticated | Error::TokenExpired | Error::Forbidden) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

fn bearer(parts: &Parts, shop: &AppState) -> Result<Option<Bearer>, Error> {
    let Ok(header) = only_value(&parts.headers, AUTHORIZATION.as_str()) else {
        return Err(Error::Unauthenticated);
    };
    let Some(header) = header else {
        return Ok(None);
    };
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            shop.tokens.check(token.trim()).inspect(|bearer| telemetry::user(bearer.user)).map(Some)
        }
        _ => Err(Error::Unauthenticated),
    }
}
