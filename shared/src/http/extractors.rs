//! The extractors that authenticate a request. Their fields are private, so a handler with a `Customer` or an `Admin`
//! among its arguments is called only for one.
//!
//! An access token can outlive its session, so the session is read from the database with every request. A session ends
//! with its account, and with a change of the password or the role. The role of an administrator is read as well.

use super::access::{Access, Argument};
use super::single_header;
use crate::auth::Bearer;
use crate::db::orders::OwnOrders;
use crate::db::users::Role;
use crate::domain::id::{SessionId, UserId};
use crate::error::Error;
use crate::state::AppState;
use crate::telemetry;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// A user with a valid access token of a live session, in any role.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    id: UserId,
    session: SessionId,
}

/// An administrator with a valid access token of a live session.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    id: UserId,
}

/// Whether the caller is an administrator, at endpoints that are public.
#[derive(Debug, Clone, Copy)]
pub struct MaybeAdmin(Option<Admin>);

impl Customer {
    /// Returns the id of the user, whose data this request may access.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Returns the session that the access token belongs to.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Returns the orders of this customer. They give no access to orders of others.
    #[must_use]
    pub fn orders<'a>(&self, shop: &'a AppState) -> OwnOrders<'a> {
        shop.orders.of_user(self.id)
    }
}

impl Argument for Customer {
    const ACCESS: Access = Access::Customer;
}

impl Argument for Admin {
    const ACCESS: Access = Access::Admin;
}

impl Argument for MaybeAdmin {
    const ACCESS: Access = Access::Optional;
}

impl Admin {
    /// Returns the id of the administrator.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }
}

impl MaybeAdmin {
    /// Returns whether the caller is an administrator.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.0.is_some()
    }
}

impl FromRequestParts<AppState> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, shop)?.ok_or(Error::Unauthenticated)?;
        if shop.sessions.is_active(bearer.session, bearer.user, shop.now()).await? {
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
        let session = shop.sessions.is_active(bearer.session, bearer.user, shop.now());
        match futures_util::try_join!(shop.users.get(bearer.user), session)? {
            // The session of a demoted administrator has ended, too, but the missing role is the reason.
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

/// Verifies the access token of a request; `None` if it has none.
fn bearer(parts: &Parts, shop: &AppState) -> Result<Option<Bearer>, Error> {
    let Ok(header) = single_header(&parts.headers, AUTHORIZATION.as_str()) else {
        return Err(Error::Unauthenticated);
    };
    let Some(header) = header else {
        return Ok(None);
    };
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            shop.tokens.verify(token.trim()).inspect(|bearer| telemetry::record_user(bearer.user)).map(Some)
        }
        _ => Err(Error::Unauthenticated),
    }
}
