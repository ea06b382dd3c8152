//! The function that sends mail: every minute it sends what is due, and SNS reports bounces and complaints to it.
//! `docs/decisions/mail.md` explains the design.

mod account_link;
mod order_details;
mod prepare;
mod record_feedback;
mod render;
mod send_due;
mod ses;
mod texts;

pub use render::{MailContent, Message, render_mail};

use ferrocart::{AppState, Result};
use serde_json::Value;

/// Records the bounces and complaints of an event of SNS. Any other event, such as that of the schedule, sends what is due.
///
/// # Errors
/// When the database fails. A mail that cannot be sent is no error: a later run tries again.
pub async fn run(shop: AppState, event: Value) -> Result<Value> {
    match record_feedback::feedback(&event) {
        Some(feedback) => record_feedback::record_feedback(&shop, feedback).await,
        None => send_due::send_due(&shop).await,
    }
}
