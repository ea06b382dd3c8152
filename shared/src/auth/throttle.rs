//! Slows down whoever guesses: what is counted, against which limit, and what a right guess gives back.

use super::fingerprint::Fingerprints;
use crate::config::Limits;
use crate::db::throttles::Throttles;
use crate::error::Error;

/// What may not be tried without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottledAction {
    /// Logging in.
    LogIn,
    /// Opening an account.
    Register,
    /// Renewing a session.
    Refresh,
    /// Proving the password again, to change it or to delete the account.
    ProvePassword,
}

impl ThrottledAction {
    const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log in",
            Self::Register => "register",
            Self::Refresh => "refresh",
            Self::ProvePassword => "prove password",
        }
    }
}

/// Counts tries.
pub struct Throttle {
    throttles: Throttles,
    fingerprints: Fingerprints,
    limits: Limits,
}

/// A try that was admitted.
#[derive(Debug)]
pub struct ThrottledAttempt {
    key: String,
    per_hour: u32,
}

impl Throttle {
    pub(crate) const fn new(throttles: Throttles, fingerprints: Fingerprints, limits: Limits) -> Self {
        Self { throttles, fingerprints, limits }
    }

    /// Counts a try of a source address.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn address(&self, act: ThrottledAction, network: &str) -> Result<ThrottledAttempt, Error> {
        self.take(&["address", act.name(), network], self.limits.address_calls_per_hour).await
    }

    /// Counts a try of an account: `who` is what names it, and apart from whom it is counted.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn account(&self, act: ThrottledAction, who: &[&str]) -> Result<ThrottledAttempt, Error> {
        let per_hour = match act {
            ThrottledAction::LogIn | ThrottledAction::ProvePassword => self.limits.password_tries_per_hour,
            ThrottledAction::Register | ThrottledAction::Refresh => self.limits.account_calls_per_hour,
        };
        self.take(&[&["account", act.name()], who].concat(), per_hour).await
    }

    /// Gives a try back that was a right one.
    ///
    /// # Errors
    /// The database's.
    pub async fn restore(&self, right: &ThrottledAttempt) -> Result<(), Error> {
        Ok(self.throttles.restore(&right.key, right.per_hour).await?)
    }

    async fn take(&self, parts: &[&str], per_hour: u32) -> Result<ThrottledAttempt, Error> {
        let key = self.fingerprints.of(parts);
        let take = self.throttles.take(&key, per_hour).await?;
        if take.admitted {
            Ok(ThrottledAttempt { key, per_hour })
        } else {
            Err(Error::RateLimited { retry_after: take.retry_after_seconds() })
        }
    }
}
