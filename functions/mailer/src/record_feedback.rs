//! Records bounces and complaints, which SES reports through SNS
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>). No mail is sent to such an address again.

use ferrocart::db::suppressions::SuppressionReason;
use ferrocart::domain::email::Email;
use ferrocart::{AppState, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// What happened to a mail.
#[derive(Deserialize)]
pub(crate) struct Feedback {
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complained_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

/// Returns the feedback in an event of SNS; `None` for any other event.
pub(crate) fn feedback(event: &Value) -> Option<Vec<Feedback>> {
    let records = event.get("Records")?.as_array()?;
    let message = |record: &Value| record.pointer("/Sns/Message").and_then(Value::as_str).map(str::to_owned);
    // SNS confirms a new topic by a message that is no JSON.
    let parse =
        |message: String| serde_json::from_str(&message).inspect_err(|_| tracing::warn!("ignored a message of SNS"));
    Some(records.iter().filter_map(message).filter_map(|message| parse(message).ok()).collect())
}

/// Suppresses the addresses that have bounced for good, and those whose owners have complained.
pub(crate) async fn record_feedback(shop: &AppState, feedback: Vec<Feedback>) -> Result<Value> {
    let mut suppressed = 0_u32;
    for Feedback { bounce, complaint } in feedback {
        // Mail to a full mailbox may arrive tomorrow.
        let bounced = bounce.filter(|bounce| bounce.bounce_type == "Permanent").map(|bounce| bounce.bounced_recipients);
        let complained = complaint.map(|complaint| complaint.complained_recipients);
        for (recipients, reason) in [(bounced, SuppressionReason::Bounce), (complained, SuppressionReason::Complaint)] {
            for recipient in recipients.into_iter().flatten() {
                let Ok(email) = recipient.email_address.parse::<Email>() else { continue };
                shop.suppressions.add(&email, reason, shop.now()).await?;
                suppressed = suppressed.saturating_add(1);
            }
        }
    }
    Ok(json!({ "addresses_suppressed": suppressed }))
}
