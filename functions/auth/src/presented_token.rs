//! The refresh token that a client presents: in the body, or in a cookie.

use crate::session_cookie::{Carrier, cookie_of, header_required, require_own_page};
use axum::extract::{FromRequest, Request};
use ferrocart::auth::RefreshToken;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{FromInput, Input, Json, SESSION_HEADER, ValidationErrors};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The refresh token of a session; an empty object if it is in a cookie.
#[derive(Debug, ToSchema)]
pub(crate) struct PresentedToken {
    #[schema(value_type = Option<String>)]
    refresh_token: Option<RefreshTokenInput>,
}

from_fields!(PresentedToken { refresh_token });

/// A refresh token to verify. Text of another form is an unknown token, not an invalid field.
#[derive(Debug)]
struct RefreshTokenInput(Option<RefreshToken>);

impl FromInput for RefreshTokenInput {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(Self(RefreshToken::parse(&input.text()?)))
    }
}

/// Returns the token of a request, `None` for a text that is none, and where the client keeps it. With the header
/// `X-Ferrocart-Session` it is in the cookie; without it, cookies are ignored.
///
/// # Errors
/// Those of [`require_own_page`] for a request with the header, or with a cookie and no other token.
pub(crate) async fn presented_token(shop: &AppState, request: Request) -> Result<(Option<RefreshToken>, Carrier)> {
    let headers = request.headers();
    let is_in_cookie = headers.contains_key(SESSION_HEADER);
    if is_in_cookie {
        require_own_page(shop, headers)?;
    }
    let cookie = cookie_of(headers);
    let Json(PresentedToken { refresh_token }) = Json::from_request(request, shop).await?;
    match (refresh_token, is_in_cookie) {
        (Some(token), false) => Ok((token.0, Carrier::Body)),
        (None, true) => {
            let token = cookie?.and_then(|value| RefreshToken::parse(&value));
            Ok((token, Carrier::Cookie))
        }
        (Some(_), true) => Err(invalid(ValidationError::new("conflict", "must be absent: the session is in a cookie"))),
        (None, false) if cookie?.is_some() => Err(header_required()),
        (None, false) => Err(invalid(ValidationError::new("required", "is required"))),
    }
}

fn invalid(error: ValidationError) -> Error {
    Error::field("/refresh_token", error)
}
