//! `POST /auth/register`: creates an account.

use crate::resend_verification::throttle_own_address;
use crate::session::Session;
use crate::session_cookie::{SessionOptions, SessionResponse};
use crate::verify_email::taken;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::{Password, ThrottledAction};
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::db::{new_id, transaction};
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::text::PersonName;
use ferrocart::http::{Caller, Json, Query};
use ferrocart::lambda::start_mailer;
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
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
/// The address receives a link that verifies it, unless it has received too many within the hour.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    tag = "auth",
    params(SessionOptions),
    request_body = RegisterUser,
    responses(
        (status = 201, description = "The account and its first session", body = Session, headers(
            ("Set-Cookie" = Option<String>, description = "The refresh token in the cookie `__Secure-ferrocart-refresh`; only with `?session=cookie`"),
        )),
        (status = 403, description = "`origin_not_allowed`: a session in a cookie requires an `Origin` that the shop lists"),
        (status = 429, description = "`rate_limited`: too many accounts from one address, or of one e-mail address; see `Retry-After`"),
        (status = 409, description = "`email_taken`: an account with this e-mail address exists"),
    )
)]
pub(crate) async fn register_user(
    State(shop): State<AppState>,
    caller: Caller,
    Query(options): Query<SessionOptions>,
    request: Request,
) -> Result<(StatusCode, SessionResponse)> {
    let carrier = options.carrier(&shop, request.headers())?;
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
        email_verified_at: None,
        pending_email: None,
        email_restored_at: None,
    };
    transaction::run(&shop.database, (&shop, &user), |transaction, &(shop, user)| {
        insert_account(shop, transaction, user).boxed()
    })
    .await?;
    start_mailer(shop.config.mailer.as_ref()).await;
    let session = Session::open(&shop, user, &caller).await?;
    Ok((StatusCode::CREATED, SessionResponse::new(session, carrier)?))
}

/// Stores an account, with the mail that verifies its address. Without the limit of such mails, an account that is registered and
/// deleted again and again would send any number of them.
async fn insert_account(shop: &AppState, transaction: &mut ClientSession, user: &UserDoc) -> Result<()> {
    shop.users.insert_in(transaction, user).await.map_err(taken)?;
    if !shop.config.sends_mail {
        return Ok(());
    }
    // After the insert: a registration of a taken address must not use up the mails of its account.
    match throttle_own_address(shop, &user.email).await {
        Ok(()) => {
            let kind = NotificationKind::VerifyEmail;
            Ok(shop.account_mails.record(Some(transaction), kind, Some(user.id), &user.email, user.created_at).await?)
        }
        Err(Error::RateLimited { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
