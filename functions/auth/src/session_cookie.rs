//! Sessions of browsers whose refresh token is in a cookie, which no script can read: `docs/decisions/browser-sessions.md`.
//!
//! A browser adds the cookie also to requests that another site causes. So a request counts as one of the shop's own pages only
//! with an origin that the shop lists and with a header that other sites cannot send.

use crate::session::Session;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite};
use ferrocart::auth::REFRESH_TOKEN_LIFETIME;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{FromInput, Input, Json, ValidationErrors, single_header};
use ferrocart::{AppState, Error, Result, from_parameters};
use utoipa::ToSchema;

/// Browsers accept a cookie with this prefix only if it is `Secure`.
const NAME: &str = "__Secure-ferrocart-refresh";
/// The paths that the browser sends the cookie to.
const PATH: &str = "/api/v1/auth";
/// The value of the header `X-Ferrocart-Session` and of the parameter `session`.
const IN_COOKIE: &str = "cookie";

/// Where a client keeps the refresh token of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In the bodies of requests and responses.
    Body,
    /// In a cookie.
    Cookie,
}

/// The only value of the parameter `session`.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case", as = SessionCarrier)]
pub(crate) enum InCookie {
    /// In a cookie.
    Cookie,
}

/// How to keep the session.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionOptions {
    /// `cookie` for a page in a browser: the refresh token is then in an `HttpOnly` cookie and not in the body. The request
    /// needs the header `X-Ferrocart-Session: cookie` and an `Origin` that the shop lists.
    #[param(inline, value_type = Option<InCookie>)]
    session: Option<InCookie>,
}

from_parameters!(SessionOptions { session });

impl FromInput for InCookie {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        match input.text()?.as_ref() {
            IN_COOKIE => Ok(Self::Cookie),
            _ => Err(input.error(ValidationError::invalid_choice(&[IN_COOKIE]))),
        }
    }
}

impl SessionOptions {
    /// Returns where the client keeps the new session.
    ///
    /// # Errors
    /// Those of [`require_own_page`] for a session in a cookie.
    pub(crate) fn carrier(&self, shop: &AppState, headers: &HeaderMap) -> Result<Carrier> {
        if self.session.is_none() {
            return Ok(Carrier::Body);
        }
        require_own_page(shop, headers).map(|()| Carrier::Cookie)
    }
}

/// Checks that a request comes from a page of the shop.
///
/// # Errors
/// [`Error::MalformedHeader`], [`Error::OriginNotAllowed`]
pub(crate) fn require_own_page(shop: &AppState, headers: &HeaderMap) -> Result<()> {
    if single_header(headers, "x-ferrocart-session")? != Some(IN_COOKIE) {
        return Err(header_required());
    }
    let origin = single_header(headers, "origin")?;
    let is_listed = origin.is_some_and(|origin| shop.config.origins.lists(origin.as_bytes()));
    if is_listed { Ok(()) } else { Err(Error::OriginNotAllowed) }
}

/// Returns the error of a request that lacks the header.
pub(crate) const fn header_required() -> Error {
    Error::MalformedHeader { name: "X-Ferrocart-Session", reason: "must be `cookie`" }
}

/// Returns the value of the cookie of a request, if there is one.
///
/// # Errors
/// [`Error::MalformedHeader`] if there are several. A browser sends a second one if another host of the site has set it for the
/// whole site; which of them is the shop's own is unknown.
pub(crate) fn cookie_of(headers: &HeaderMap) -> Result<Option<String>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).flatten();
    let mut own = cookies.filter(|cookie| cookie.name() == NAME).map(|cookie| cookie.value().to_owned());
    match (own.next(), own.next()) {
        (found, None) => Ok(found),
        (_, Some(_)) => Err(Error::MalformedHeader { name: "Cookie", reason: "must contain the session only once" }),
    }
}

/// A session for its client, with the refresh token in the body or in a cookie.
pub(crate) struct SessionResponse {
    session: Session,
    cookie: Option<HeaderValue>,
}

impl SessionResponse {
    /// Moves the refresh token to where the client keeps it.
    ///
    /// # Errors
    /// [`Error::System`] if the token cannot be a cookie.
    pub(crate) fn new(mut session: Session, carrier: Carrier) -> Result<Self> {
        let token = match carrier {
            Carrier::Body => None,
            Carrier::Cookie => session.refresh_token.take(),
        };
        let cookie = token.map(|token| set_cookie(token, REFRESH_TOKEN_LIFETIME.as_secs())).transpose()?;
        Ok(Self { session, cookie })
    }
}

impl IntoResponse for SessionResponse {
    fn into_response(self) -> Response {
        let mut response = Json(self.session).into_response();
        if let Some(cookie) = self.cookie {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

/// Returns the header that removes the cookie from the browser.
///
/// # Errors
/// [`Error::System`]
pub(crate) fn removed_cookie() -> Result<HeaderValue> {
    set_cookie(String::new(), 0)
}

/// A cookie is replaced or removed only by one with the same name, path and domain.
fn set_cookie(value: String, seconds: u64) -> Result<HeaderValue> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let cookie = Cookie::build((NAME, value))
        .path(PATH)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .max_age(cookie::time::Duration::seconds(seconds));
    match HeaderValue::from_str(&cookie.to_string()) {
        Ok(header) => Ok(header),
        Err(_) => Err(Error::System("a cookie could not be formatted")),
    }
}
