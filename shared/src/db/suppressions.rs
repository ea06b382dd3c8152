//! The collection `mail_suppressions`: addresses that get no mail, because mail to them has bounced or their owners have complained.

use super::MAX_TIME;
use super::schema::{Declaration, validator};
use crate::domain::email::Email;
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};

/// Why an address gets no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// Its server does not accept mail to it.
    Bounce,
    /// Its owner has marked a mail as unwanted.
    Complaint,
}

impl SuppressionReason {
    /// Returns the name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SuppressionDoc {
    #[serde(rename = "_id")]
    email: Email,
    reason: SuppressionReason,
    at: Timestamp,
}

/// The collection `mail_suppressions`.
#[derive(Clone)]
pub struct Suppressions(Collection<SuppressionDoc>);

impl Suppressions {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("mail_suppressions"))
    }

    /// Suppresses an address.
    pub async fn add(&self, email: &Email, reason: SuppressionReason, now: Timestamp) -> Result<(), Error> {
        let set = doc! { "$set": { "reason": reason.as_str(), "at": now } };
        self.0.update_one(doc! { "_id": email.as_str() }, set).upsert(true).await.map(drop)
    }

    /// Returns whether an address is suppressed.
    pub async fn contains(&self, email: &Email) -> Result<bool, Error> {
        let found = self.0.find_one(doc! { "_id": email.as_str() }).max_time(MAX_TIME).await?;
        Ok(found.is_some())
    }
}

pub(super) fn declaration() -> Declaration {
    let reasons = [SuppressionReason::Bounce, SuppressionReason::Complaint].map(SuppressionReason::as_str);
    let properties = doc! {
        "_id": { "bsonType": "string" }, "reason": { "enum": reasons.to_vec() }, "at": { "bsonType": "date" },
    };
    Declaration { name: "mail_suppressions", validator: validator(&["reason", "at"], properties), indexes: Vec::new() }
}
