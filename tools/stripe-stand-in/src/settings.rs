//! What a stand-in is started with.

use reqwest::Url;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;
use thiserror::Error;

/// What a stand-in is started with. The default needs no account: a free port, keys that are plainly
/// local, and no webhooks.
#[derive(Clone)]
pub struct Settings {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The key that a backend calls with.
    pub secret_key: String,
    /// The key that a browser calls with; without one, only the secret key is known.
    pub publishable_key: Option<String>,
    /// Where events are sent; can be set later with [`crate::Running::set_webhook`].
    pub webhook: Option<WebhookEndpoint>,
    /// The waits between the tries to deliver an event. When they are used up, it is given up.
    pub webhook_retry_waits: Vec<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            secret_key: "sk_test_local".to_owned(),
            publishable_key: Some("pk_test_local".to_owned()),
            webhook: None,
            webhook_retry_waits: [200, 500, 1_000, 2_000, 5_000, 10_000].map(Duration::from_millis).to_vec(),
        }
    }
}

/// Where events are sent, and the secret that they are signed with.
#[derive(Clone)]
pub struct WebhookEndpoint {
    /// A URL on this machine.
    pub url: WebhookUrl,
    /// The endpoint's signing secret, `whsec_...` at Stripe.
    pub secret: String,
}

/// An `http` or `https` URL whose host is this machine's loopback.
#[derive(Clone, Debug)]
pub struct WebhookUrl(Url);

/// Why a webhook URL is refused.
#[derive(Debug, Error)]
pub enum WebhookUrlError {
    /// It cannot be read as a URL.
    #[error("not a URL: {0}")]
    Malformed(String),
    /// Its scheme is neither `http` nor `https`.
    #[error("webhooks are sent over http or https, not {0}")]
    Scheme(String),
    /// Its host is not this machine. A stand-in has no business elsewhere.
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
    fn webhooks_go_to_loopback_alone() {
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
