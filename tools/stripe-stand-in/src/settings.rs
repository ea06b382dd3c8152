//! The settings of a stand-in.

use reqwest::Url;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use thiserror::Error;

/// The settings of a stand-in. The default is a free port, a key `sk_test_local`, `pk_test_local`, `sk_live_local` and
/// `pk_live_local`, no webhooks, 6 retries within 19 seconds, and no file.
#[derive(Clone)]
pub struct Settings {
    /// The port on 127.0.0.1; 0 selects a free one.
    pub port: u16,
    /// The API keys of the shop's backend. A key that starts with `sk_live_` is of live mode, every other of test mode.
    pub secret_keys: Vec<String>,
    /// The API keys of browsers, by their start of one mode as well.
    pub publishable_keys: Vec<String>,
    /// The endpoint that receives events. [`crate::Running::set_webhook`] sets it later.
    pub webhook: Option<WebhookEndpoint>,
    /// The waits between the attempts to deliver an event. After the last one, the delivery has failed.
    pub webhook_retry_waits: Vec<Duration>,
    /// The file that keeps the account until the next start: it is read at the start, and written by
    /// [`crate::Running::shutdown`].
    pub state_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            secret_keys: ["sk_test_local", "sk_live_local"].map(str::to_owned).to_vec(),
            publishable_keys: ["pk_test_local", "pk_live_local"].map(str::to_owned).to_vec(),
            webhook: None,
            webhook_retry_waits: [200, 500, 1_000, 2_000, 5_000, 10_000].map(Duration::from_millis).to_vec(),
            state_file: None,
        }
    }
}

/// An endpoint that receives events.
#[derive(Clone)]
pub struct WebhookEndpoint {
    /// The URL, on this machine.
    pub url: WebhookUrl,
    /// The signing secret, `whsec_...` at Stripe.
    pub secret: String,
    /// What its events contain.
    pub payload: WebhookPayload,
}

/// What the events of an endpoint contain (<https://docs.stripe.com/event-destinations#payload-style>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookPayload {
    /// The changed object.
    #[default]
    Snapshot,
    /// The type and the id of the changed object.
    Thin,
}

/// An `http` or `https` URL with a loopback host.
#[derive(Clone, Debug)]
pub struct WebhookUrl(Url);

/// An error in the URL of a webhook endpoint.
#[derive(Debug, Error)]
pub enum WebhookUrlError {
    /// The text is not a URL.
    #[error("not a URL: {0}")]
    Malformed(String),
    /// The scheme is neither `http` nor `https`.
    #[error("webhooks are sent over http or https, not {0}")]
    Scheme(String),
    /// The host is not loopback. A stand-in sends nothing to other machines.
    #[error("webhooks are sent to loopback only, not to {0}")]
    NotLoopback(String),
}

impl FromStr for WebhookUrl {
    type Err = WebhookUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|error| WebhookUrlError::Malformed(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(WebhookUrlError::Scheme(url.scheme().to_owned()));
        }
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if host == "localhost" || address.is_ok_and(|address| address.is_loopback()) {
            Ok(Self(url))
        } else {
            Err(WebhookUrlError::NotLoopback(host.to_owned()))
        }
    }
}

impl WebhookUrl {
    pub(crate) fn as_url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_urls_must_be_loopback() {
        for url in ["http://127.0.0.1:9000/api/v1/webhooks/stripe", "http://localhost:1/hook", "http://[::1]:80/"] {
            assert!(url.parse::<WebhookUrl>().is_ok(), "{url}");
        }
        for (url, message) in [
            ("http://192.0.2.1/", "webhooks are sent to loopback only, not to 192.0.2.1"),
            ("http://127.0.0.1.example/", "to loopback only, not to 127.0.0.1.example"),
            ("http://localhost@example.com/", "to loopback only, not to example.com"),
            ("ftp://127.0.0.1/", "over http or https, not ftp"),
            ("127.0.0.1:9000", "not a URL"),
        ] {
            let error = url.parse::<WebhookUrl>().unwrap_err().to_string();
            assert!(error.contains(message), "{url}: {error}");
        }
    }
}
