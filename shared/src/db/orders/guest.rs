//! The guest who has placed an order.

use crate::domain::email::Email;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The guest who has placed an order. Until an account claims it, the order belongs to the id of the guest, under which no
/// account exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guest {
    /// The e-mail address.
    pub email: Email,
    /// Is part of the order's token. A higher version ends it.
    pub token_version: i64,
    /// When an account has claimed the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Timestamp>,
}

impl Guest {
    /// Returns the guest of a new order.
    #[must_use]
    pub const fn new(email: Email) -> Self {
        Self { email, token_version: 1, claimed_at: None }
    }

    /// Returns the e-mail address, unless an account has claimed the order.
    #[must_use]
    pub fn current_email(&self) -> Option<&Email> {
        if self.claimed_at.is_none() { Some(&self.email) } else { None }
    }
}
