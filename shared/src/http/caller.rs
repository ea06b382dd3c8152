//! From where a request comes, by API Gateway's account. What a client writes into `X-Forwarded-For`
//! and its kin is not read at all.

use super::endpoints::Argument;
use crate::domain::text::Device;
use crate::error::Error;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use lambda_http::request::RequestContext;
use std::net::{IpAddr, Ipv6Addr};

/// Who calls, as far as the connection tells.
#[derive(Debug, Clone)]
pub struct Caller {
    network: String,
    device: Option<Device>,
}

impl Caller {
    /// The network that the request comes from, as a keyed hash: it can be compared, and tells nobody
    /// where somebody was.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// What the client calls itself, for people to recognize it by.
    #[must_use]
    pub const fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

impl Argument for Caller {}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &AppState) -> Result<Self, Error> {
        let source = match parts.extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
            _ => None,
        };
        // Whoever comes without one shares one, so that nobody gets around the limits by it.
        let network = source.map_or_else(String::new, network);
        let device = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).and_then(device);
        std::future::ready(Ok(Self { network: shop.fingerprints.of(&["network", &network]), device })).await
    }
}

/// An IPv4 address, or the half of an IPv6 address that names a network: a household has 2^64 of the
/// other halves to choose from.
fn network(source: &str) -> String {
    match source.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
        Err(_) => source.to_owned(),
    }
}

fn device(user_agent: &str) -> Option<Device> {
    user_agent.chars().take(Device::MAX).collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{device, network};

    #[test]
    fn addresses_of_one_network_are_one() {
        assert_eq!(network("203.0.113.7"), network("::ffff:203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn a_client_may_call_itself_what_it_likes() {
        assert_eq!(device(" curl/8 ").unwrap().as_str(), "curl/8");
        assert_eq!(device(&"x".repeat(1000)).unwrap().as_str().len(), 200);
        assert_eq!(device(""), None);
    }
}
