//! `POST /auth/register`: creates an account.

use crate::session::Session;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::{Password, ThrottledAction};
use ferrocart::db::users::{EMAIL_UNIQUE, Role, UserDoc};
use ferrocart::db::{new_id, violated_index};
use ferrocart::domain::email::Email;
use ferrocart::domain::text::PersonName;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The new account. Its role is always `customer`.
#[derive(Debug, ToSchema)]
pub(crate) struct RegisterUser {
    name: PersonName,
    email: Email,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, min_length = 8, max_length = 71)]
    password: Password,
}

from_fields!(RegisterUser { name, email, password });

/// Creates an account and its first session
///
/// The new account has the role `customer`. The response contains the tokens of its first session, so that no login is needed.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    tag = "auth",
    request_body = RegisterUser,
    responses(
        (status = 201, description = "The account and its first session", body = Session),
        (status = 429, description = "`rate_limited`: too many accounts from one address, or of one e-mail address; see `Retry-After`"),
        (status = 409, description = "`email_taken`: an account with this e-mail address exists"),
    )
)]
pub(crate) async fn register_user(
    State(shop): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Session>)> {
    drop(caller.throttle(&shop, ThrottledAction::Register).await?);
    let Json(request): Json<RegisterUser> = Json::from_request(request, &shop).await?;
    drop(shop.throttle.account(ThrottledAction::Register, &[request.email.as_str()]).await?);
    let user = UserDoc {
        id: new_id(),
        name: request.name,
        email: request.email,
        password_hash: shop.passwords.hash(request.password).await?,
        role: Role::Customer,
        created_at: shop.now(),
        addresses: Vec::new(),
        credentials_version: 0,
    };
    match shop.users.insert(&user).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(Session::open(&shop, user, &caller).await?))),
        Err(error) if violated_index(&error) == Some(EMAIL_UNIQUE) => Err(Error::EmailTaken),
        Err(error) => Err(error.into()),
    }
}
