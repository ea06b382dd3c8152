//! Throttles guessing: counts the attempts of each account and source address against their limits.

use super::fingerprint::{FINGERPRINT_KEY, Fingerprints};
use crate::config::Limits;
use crate::db::throttles::Throttles;
use crate::error::Error;

/// An action whose attempts are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottledAction {
    /// A login.
    LogIn,
    /// The registration of an account.
    Register,
    /// The refresh of a session.
    Refresh,
    /// The verification of the password before it is changed or the account is deleted.
    VerifyPassword,
    /// The creation of a guest's cart.
    CreateCart,
    /// A request for a mail with a link to set a new password.
    ResetPassword,
    /// A request for a mail with a link that verifies an e-mail address.
    VerifyEmail,
    /// The use of a link in a mail.
    UseLink,
    /// A checkout. Those of customers are counted only behind a proxy, because their unpaid orders are limited per source address.
    PlaceOrder,
}

impl ThrottledAction {
    /// Returns the name that is part of the stored keys.
    const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log in",
            Self::Register => "register",
            Self::Refresh => "refresh",
            Self::VerifyPassword => "prove password",
            Self::CreateCart => "create cart",
            Self::ResetPassword => "reset password",
            Self::VerifyEmail => "verify email",
            Self::UseLink => "use link",
            Self::PlaceOrder => "place order",
        }
    }
}

/// Counts attempts.
pub struct Throttle {
    throttles: Throttles,
    fingerprints: Option<Fingerprints>,
    limits: Limits,
}

/// An admitted attempt.
#[derive(Debug)]
pub struct ThrottledAttempt {
    key: String,
    per_hour: u32,
}

impl Throttle {
    pub(crate) const fn new(throttles: Throttles, fingerprints: Option<Fingerprints>, limits: Limits) -> Self {
        Self { throttles, fingerprints, limits }
    }

    /// Counts an attempt of a source address.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn address(&self, action: ThrottledAction, network: &str) -> Result<ThrottledAttempt, Error> {
        self.take(&["address", action.name(), network], self.limits.address_calls_per_hour).await
    }

    /// Counts an attempt whose source address a proxy has sent. The owner of a proxy's secret can send any address, so
    /// this limits all of them together.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn proxy(&self, action: ThrottledAction, proxy: &str) -> Result<ThrottledAttempt, Error> {
        self.take(&["proxy", action.name(), proxy], self.limits.proxy_calls_per_hour).await
    }

    /// Counts an attempt on an account. `scope` identifies the account, and the callers that are counted separately.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn account(&self, action: ThrottledAction, scope: &[&str]) -> Result<ThrottledAttempt, Error> {
        let per_hour = match action {
            ThrottledAction::LogIn | ThrottledAction::VerifyPassword => self.limits.password_tries_per_hour,
            ThrottledAction::ResetPassword | ThrottledAction::VerifyEmail => self.limits.account_mails_per_hour,
            ThrottledAction::Register
            | ThrottledAction::Refresh
            | ThrottledAction::CreateCart
            | ThrottledAction::UseLink
            | ThrottledAction::PlaceOrder => self.limits.account_calls_per_hour,
        };
        self.take(&[&["account", action.name()], scope].concat(), per_hour).await
    }

    /// Uncounts an attempt that succeeded.
    pub async fn restore(&self, attempt: &ThrottledAttempt) -> Result<(), Error> {
        Ok(self.throttles.restore(&attempt.key, attempt.per_hour).await?)
    }

    async fn take(&self, parts: &[&str], per_hour: u32) -> Result<ThrottledAttempt, Error> {
        let key = self.fingerprints.as_ref().ok_or(Error::NotConfigured(FINGERPRINT_KEY))?.of(parts);
        let take = self.throttles.take(&key, per_hour).await?;
        if take.admitted {
            Ok(ThrottledAttempt { key, per_hour })
        } else {
            Err(Error::RateLimited { retry_after: take.retry_after_seconds() })
        }
    }
}
