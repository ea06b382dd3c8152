//! Sessions as clients receive them, and the passwords that clients send.

use crate::view::UserView;
use ferrocart::auth::{ACCESS_TOKEN_LIFETIME, NormalizedPassword, REFRESH_TOKEN_LIFETIME, RefreshToken};
use ferrocart::db::sessions::SessionDoc;
use ferrocart::db::users::UserDoc;
use ferrocart::db::{new_id, transaction};
use ferrocart::http::{Caller, FromInput, Input, ValidationErrors};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

/// The tokens of a session, and its user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    user: UserView,
    /// A JSON Web Token to send as `Authorization: Bearer ...`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Lifetime of the access token in seconds.
    expires_in: u64,
    /// For the next `POST /auth/refresh`, within 30 days. It replaces the refresh token that the client has stored. Null if it
    /// is in a cookie.
    pub(crate) refresh_token: Option<String>,
}

/// A password to verify. The rules for new passwords do not apply.
#[derive(Debug)]
pub(crate) struct PasswordInput(pub(crate) NormalizedPassword);

impl FromInput for PasswordInput {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(Self(input.text()?.as_ref().into()))
    }
}

impl Session {
    /// Opens a session for a user whose credentials were verified.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] when the password or the role has changed since.
    pub(crate) async fn open(shop: &AppState, user: UserDoc, caller: &Caller) -> Result<Self> {
        let id = new_id();
        let (token, verifier) = RefreshToken::first(id)?;
        let now = shop.now();
        let session = SessionDoc {
            id,
            user_id: user.id,
            verifier,
            generation: token.generation(),
            spent: Vec::new(),
            credentials_version: user.credentials_version,
            device: caller.device().cloned(),
            network: caller.network().to_owned(),
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(REFRESH_TOKEN_LIFETIME),
        };
        transaction::run(&shop.database, (shop, &user, &session), |transaction, &(shop, user, session)| {
            async move {
                // A change of the credentials ends all sessions that it finds. Without the lock this one could be stored
                // concurrently and survive it.
                let is_current = shop.users.lock_credentials(transaction, user.id, user.credentials_version).await?;
                if !is_current {
                    return Err(Error::InvalidCredentials);
                }
                Ok(shop.sessions.insert(transaction, session).await?)
            }
            .boxed()
        })
        .await?;
        Self::show(shop, user, &token)
    }

    /// Renders a session with its current refresh token.
    pub(crate) fn show(shop: &AppState, user: UserDoc, token: &RefreshToken) -> Result<Self> {
        Ok(Self {
            access_token: shop.tokens.sign(user.id, user.role, token.session(), shop.now())?,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            refresh_token: Some(token.text().expose_secret().to_owned()),
            user: user.into(),
        })
    }
}
