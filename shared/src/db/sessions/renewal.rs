//! Renews a session: one conditional update either spends the refresh token or finds it recently spent.

use super::{SessionDoc, Sessions};
use crate::db::MAX_TIME;
use crate::domain::id::SessionId;
use crate::domain::text::Device;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use std::time::Duration;

/// Maximum number of spent tokens that are stored per session. The limit of refreshes per session and hour is lower.
const MAX_SPENT: i32 = 100;

/// The use of a refresh token.
#[derive(Debug)]
pub struct Renewal<'a> {
    /// The session.
    pub session: SessionId,
    /// The generation of the presented token, whose tag was verified.
    pub presented: i64,
    /// How long a spent token may be presented again.
    pub leeway: Duration,
    /// When the session expires.
    pub expires_at: Timestamp,
    /// The name of the client.
    pub device: Option<&'a Device>,
    /// Fingerprint of the client's network.
    pub network: &'a str,
}

/// A renewed session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewed {
    /// The generation of the current refresh token.
    pub generation: i64,
    /// Whether an earlier request has spent the presented token.
    pub is_repeated: bool,
}

impl Sessions {
    /// Spends the current refresh token. A token that was spent within the leeway changes no generation, so that all
    /// requests that present it receive the same current token. `None` for a token that was spent earlier, and for a
    /// session that has ended.
    ///
    /// A generation above the stored one was issued before the database lost its newest writes, for example because it
    /// was restored from a backup. It counts as current.
    pub async fn renew(&self, renewal: &Renewal<'_>, now: Timestamp) -> Result<Option<Renewed>, Error> {
        let Renewal { session, presented, leeway, .. } = *renewal;
        let leeway_start = now.minus(leeway);
        let was_spent_recently = doc! { "generation": presented, "spent_at": { "$gt": leeway_start } };
        let filter = doc! {
            "_id": session,
            "expires_at": { "$gt": now },
            "$or": [{ "generation": { "$lte": presented } }, { "spent": { "$elemMatch": was_spent_recently } }],
        };
        let update = self.0.find_one_and_update(filter, vec![renewal.update(leeway_start, now)]);
        let before = update.return_document(ReturnDocument::Before).max_time(MAX_TIME).await?;
        Ok(before.map(|SessionDoc { generation, .. }| Renewed {
            generation: generation.max(presented.saturating_add(1)),
            is_repeated: generation > presented,
        }))
    }
}

impl Renewal<'_> {
    /// Returns the update. All its expressions read the document as it was before.
    fn update(&self, leeway_start: Timestamp, now: Timestamp) -> Document {
        let is_current = doc! { "$lte": ["$generation", self.presented] };
        let recent = doc! { "$filter": { "input": "$spent", "cond": { "$gt": ["$$this.spent_at", leeway_start] } } };
        let spent_now = doc! { "generation": self.presented, "spent_at": now };
        let spent = doc! { "$slice": [{ "$concatArrays": [recent, [spent_now]] }, MAX_SPENT.saturating_neg()] };
        // The client writes this text: without `$literal`, a leading `$` would make it an expression.
        let device = self.device.map_or(Bson::Null, |device| doc! { "$literal": device.as_str() }.into());
        doc! { "$set": {
            "generation": { "$max": ["$generation", self.presented.saturating_add(1)] },
            "spent": { "$cond": [is_current, spent, "$spent"] },
            "expires_at": self.expires_at,
            "last_used_at": now,
            "network": self.network,
            "device": device,
        } }
    }
}
