//! `POST /auth/login`: opens a session.

use crate::session::Session;
use axum::extract::State;
use ferrocart::domain::email::Email;
use ferrocart::http::{FromInput, Input, Json, Refusal};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// Who wants to log in.
#[derive(Debug, ToSchema)]
pub(crate) struct LogIn {
    email: Email,
    #[schema(value_type = String)]
    password: Typed,
}

from_fields!(LogIn { email, password });

/// What somebody typed as a password: the rules for new ones do not matter here.
#[derive(Debug)]
struct Typed(secrecy::SecretString);

impl FromInput for Typed {
    fn from_input(input: &Input<'_>) -> Result<Self, Refusal> {
        Ok(Self(input.text()?.into_owned().into()))
    }
}

/// Logs in
///
/// An unknown e-mail address and a wrong password are answered alike, in the same time.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    tag = "auth",
    request_body = LogIn,
    responses(
        (status = 200, description = "A new session", body = Session),
        (status = 401, description = "`invalid_credentials`: the e-mail address or the password is wrong"),
    )
)]
pub(crate) async fn log_in(State(shop): State<AppState>, Json(request): Json<LogIn>) -> Result<Json<Session>> {
    let user = shop.users.by_email(&request.email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = shop.passwords.check(request.password.0, hash).await?;
    match user {
        Some(user) if right => Ok(Json(Session::open(&shop, user).await?)),
        _ => Err(Error::InvalidCredentials),
    }
}
