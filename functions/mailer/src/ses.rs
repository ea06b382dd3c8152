//! Sends messages through SES.

use crate::render::Message;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message as SesMessage, MessageTag};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ferrocart::config::{AwsAccess, MailConfig};
use ferrocart::domain::id::NotificationId;
use ferrocart::domain::notification::{NotificationOutcome, NotificationReason};
use ferrocart::telemetry::time_other;
use ferrocart::{Error, Result};
use secrecy::ExposeSecret;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The deadline of one attempt. All of them end before the lease of a notification.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// A failed call may have sent the mail: SES has no idempotency keys. The job repeats it a minute later, and counts that attempt.
const MAX_ATTEMPTS: u32 = 1;

/// A client of SES, with the sender.
pub(crate) struct Ses {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

impl Ses {
    pub(crate) fn new(mail: &MailConfig) -> Result<Self> {
        let access = mail.access.as_ref().ok_or(Error::NotConfigured("AWS"))?;
        let AwsAccess { region, access_key_id, secret_access_key, session_token } = access;
        let token = session_token.as_ref().map(|token| token.expose_secret().to_owned());
        let key = secret_access_key.expose_secret();
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.clone()))
            .credentials_provider(Credentials::new(access_key_id, key, token, None, "environment"))
            .timeout_config(timeouts.build())
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        config.set_endpoint_url(mail.endpoint.clone());
        let address = mail.from.to_ascii().ok_or(Error::NotConfigured("MAIL_FROM"))?;
        Ok(Self {
            client: Client::from_conf(config.build()),
            from: format!("{} <{address}>", encoded_word(&mail.store_name)),
            configuration_set: mail.configuration_set.clone(),
        })
    }

    /// Sends a message to an address in ASCII.
    pub(crate) async fn send(&self, id: NotificationId, to: &str, message: &Message) -> NotificationOutcome {
        // The tag is in SES's reports about the mail.
        let tag = MessageTag::builder().name("notification").value(id.to_string()).build();
        let (content, tag) = match content(message).and_then(|content| Ok((content, tag?))) {
            Ok(parts) => parts,
            Err(error) => {
                tracing::error!(%error, "a mail is incomplete");
                return NotificationOutcome::Failed(NotificationReason::Rejected);
            }
        };
        let call = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .email_tags(tag)
            .set_configuration_set_name(self.configuration_set.clone());
        match time_other(call.send()).await {
            Ok(_) => NotificationOutcome::Sent,
            Err(error) => {
                let is_final = error.as_service_error().is_some_and(SendEmailError::is_bad_request_exception);
                // The message may quote the address.
                let code = error.code().unwrap_or("no response");
                tracing::warn!(code, is_final, "SES did not accept a mail");
                if is_final {
                    NotificationOutcome::Failed(NotificationReason::Rejected)
                } else {
                    NotificationOutcome::FailedForNow
                }
            }
        }
    }
}

/// Returns the content of a message. SES encodes it, so that no text can become a header.
fn content(message: &Message) -> std::result::Result<EmailContent, BuildError> {
    let utf8 = |text: &str| Content::builder().charset("UTF-8").data(text).build();
    let body = Body::builder().html(utf8(&message.html)?).text(utf8(&message.text)?).build();
    let message = SesMessage::builder().subject(utf8(&message.subject)?).body(body).build();
    Ok(EmailContent::builder().simple(message).build())
}

/// Encodes a name for a header (RFC 2047). Each encoded word is at most 75 characters long and has whole characters.
fn encoded_word(name: &str) -> String {
    const MAX_BYTES: usize = 45;
    let mut words: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut push = |part: &str| words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(part)));
    for character in name.chars() {
        if part.len().saturating_add(character.len_utf8()) > MAX_BYTES {
            push(&part);
            part.clear();
        }
        part.push(character);
    }
    push(&part);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::encoded_word;

    #[test]
    fn a_name_cannot_become_a_header() {
        for (name, encoded) in [
            ("Harbor Goods", "=?UTF-8?B?SGFyYm9yIEdvb2Rz?="),
            ("Zoë & Söhne", "=?UTF-8?B?Wm/DqyAmIFPDtmhuZQ==?="),
            ("\"a\" <b@c>\r\nBcc: d@e", "=?UTF-8?B?ImEiIDxiQGM+DQpCY2M6IGRAZQ==?="),
        ] {
            assert_eq!(encoded_word(name), encoded);
        }
        let long = encoded_word(&"ä".repeat(100));
        assert!(long.split(' ').count() > 1 && long.split(' ').all(|word| word.len() <= 75), "{long}");
    }
}
