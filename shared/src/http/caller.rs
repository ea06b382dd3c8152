//! The origin of a request, as API Gateway or a trusted proxy reports it. `X-Forwarded-For` and similar headers of clients
//! are ignored.

use super::access::Argument;
use super::client_address::{client_address, has_wrong_secret};
use crate::auth::{ThrottledAction, ThrottledAttempt};
use crate::domain::text::Device;
use crate::error::Error;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use lambda_http::request::RequestContext;
use std::net::{IpAddr, Ipv6Addr};

/// The network and the device that a request comes from.
#[derive(Debug, Clone)]
pub struct Caller {
    network: String,
    /// A keyed hash of the secret of the proxy that has sent the address.
    proxy: Option<String>,
    device: Option<Device>,
}

/// An admitted attempt of a client.
#[derive(Debug)]
pub struct CallerAttempt {
    network: ThrottledAttempt,
    proxy: Option<ThrottledAttempt>,
}

impl Caller {
    /// Returns a keyed hash of the network: networks can be compared, but not traced back to addresses.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// Counts an attempt of the client's network, and of the proxy that has sent its address.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn throttle(&self, shop: &AppState, action: ThrottledAction) -> Result<CallerAttempt, Error> {
        let network = shop.throttle.address(action, &self.network).await?;
        let proxy = match &self.proxy {
            Some(proxy) => Some(shop.throttle.proxy(action, proxy).await?),
            None => None,
        };
        Ok(CallerAttempt { network, proxy })
    }

    /// Counts an attempt of the proxy that has sent the client's address, if any. For actions that are limited per address by
    /// other means: with the secret of a proxy that limit could be evaded.
    ///
    /// # Errors
    /// [`Error::RateLimited`]
    pub async fn throttle_proxy(&self, shop: &AppState, action: ThrottledAction) -> Result<(), Error> {
        if let Some(proxy) = &self.proxy {
            drop(shop.throttle.proxy(action, proxy).await?);
        }
        Ok(())
    }

    /// Returns the `User-Agent` of the client, by which its owner recognizes it.
    #[must_use]
    pub const fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

impl CallerAttempt {
    /// Uncounts an attempt that succeeded.
    pub async fn restore(&self, shop: &AppState) -> Result<(), Error> {
        for attempt in [Some(&self.network), self.proxy.as_ref()].into_iter().flatten() {
            shop.throttle.restore(attempt).await?;
        }
        Ok(())
    }
}

impl Argument for Caller {}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let fingerprints = shop.fingerprints()?;
        let client = client_address(&parts.headers, &shop.config.proxy_secrets);
        if has_wrong_secret(&parts.headers, &shop.config.proxy_secrets) {
            // All clients of that proxy share its limits until it sends the right one.
            tracing::warn!("a proxy has sent a wrong secret");
        }
        let source = match parts.extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
            _ => None,
        };
        // All callers without an address share one, so that none of them evades the limits.
        let network = match &client {
            Some(client) => network_of(client.address),
            None => source.map_or_else(String::new, network),
        };
        let device = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).and_then(device);
        let proxy = client.map(|client| fingerprints.of(&["proxy", client.secret]));
        std::future::ready(Ok(Self { network: fingerprints.of(&["network", &network]), proxy, device })).await
    }
}

fn network(source: &str) -> String {
    source.parse().map_or_else(|_| source.to_owned(), network_of)
}

/// Returns an IPv4 address, or the network half of an IPv6 address: a household can choose among 2^64 other halves.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
    }
}

fn device(user_agent: &str) -> Option<Device> {
    user_agent.chars().take(Device::MAX).collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{device, network};

    #[test]
    fn addresses_of_one_network_are_equal() {
        assert_eq!(network("203.0.113.7"), network("::ffff:203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn a_user_agent_is_trimmed_and_truncated() {
        assert_eq!(device(" curl/8 ").unwrap().as_str(), "curl/8");
        assert_eq!(device(&"x".repeat(1000)).unwrap().as_str().len(), 200);
        assert_eq!(device(""), None);
    }
}
