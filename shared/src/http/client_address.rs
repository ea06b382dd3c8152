//! The address of a client that a proxy or a frontend server sends. It is trusted only together with a secret, and only for
//! throttling: `docs/decisions/throttling.md`.

use super::single_header;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use std::net::{IpAddr, SocketAddr};

/// The secret of the proxy. Browsers may send none of these headers from other origins.
const SECRET: &str = "x-ferrocart-proxy-secret";
/// The secret of a frontend server behind CloudFront, which overwrites the header above.
const CLIENT_SECRET: &str = "x-ferrocart-client-secret";
/// The address and port of the viewer, which CloudFront sets
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html>).
const VIEWER: &str = "cloudfront-viewer-address";
/// The address of the client of a frontend server.
const CLIENT: &str = "x-ferrocart-client-address";

/// An address from a proxy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClientAddress<'a> {
    pub(super) address: IpAddr,
    /// The secret of the proxy.
    pub(super) secret: &'a str,
}

/// Returns the address that a proxy has sent with one of the secrets.
///
/// CloudFront adds its own secret and the address of the viewer to every request, and passes on the other two headers. So an
/// address that a viewer sends counts only with the viewer's secret. Without exactly one valid address there is none.
pub(super) fn client_address<'a>(headers: &HeaderMap, secrets: &'a [SecretString]) -> Option<ClientAddress<'a>> {
    let secret = |name| header(headers, name).and_then(|presented| matching(secrets, presented));
    let client = || header(headers, CLIENT)?.parse().ok();
    if let Some(secret) = secret(CLIENT_SECRET)
        && let Some(address) = client()
    {
        return Some(ClientAddress { address, secret });
    }
    let secret = secret(SECRET)?;
    let address = if headers.contains_key(VIEWER) { viewer_address(header(headers, VIEWER)?)? } else { client()? };
    Some(ClientAddress { address, secret })
}

/// Returns whether a request contains a secret that is none of these, such as one that was rolled at one side only.
pub(super) fn has_wrong_secret(headers: &HeaderMap, secrets: &[SecretString]) -> bool {
    [SECRET, CLIENT_SECRET].into_iter().any(|name| {
        let is_right = || header(headers, name).and_then(|presented| matching(secrets, presented)).is_some();
        headers.contains_key(name) && !is_right()
    })
}

/// Returns a header that is present exactly once.
fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    single_header(headers, name).ok().flatten()
}

/// Returns the secret that equals the presented one. The time depends on none of their characters.
fn matching<'a>(secrets: &'a [SecretString], presented: &str) -> Option<&'a str> {
    secrets.iter().map(ExposeSecret::expose_secret).fold(None, |found, secret| {
        let is_equal = verify_slices_are_equal(secret.as_bytes(), presented.as_bytes()).is_ok();
        found.or_else(|| is_equal.then_some(secret))
    })
}

/// Parses an address with a port. IPv6 addresses may have no brackets.
fn viewer_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let (address, port) = text.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{client_address, has_wrong_secret};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use secrecy::SecretString;

    const CURRENT: &str = "current-current-current-current-";
    const PREVIOUS: &str = "previous-previous-previous-previ";

    type Pair = (&'static str, &'static str);

    fn header_map(headers: &[Pair]) -> HeaderMap {
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn address(headers: &[Pair]) -> Option<String> {
        let secrets = [CURRENT, PREVIOUS].map(SecretString::from);
        client_address(&header_map(headers), &secrets).map(|client| format!("{} {}", client.address, client.secret))
    }

    #[test]
    fn both_secrets_are_accepted_while_one_is_rolled() {
        for secret in [CURRENT, PREVIOUS] {
            let headers = [("x-ferrocart-proxy-secret", secret), ("x-ferrocart-client-address", "203.0.113.7")];
            assert_eq!(address(&headers), Some(format!("203.0.113.7 {secret}")));
        }
    }

    #[test]
    fn without_a_valid_secret_there_is_no_address() {
        let client = ("x-ferrocart-client-address", "203.0.113.7");
        let viewer = ("cloudfront-viewer-address", "203.0.113.7:46532");
        for headers in [
            vec![client],
            vec![viewer],
            vec![client, ("x-ferrocart-proxy-secret", "")],
            vec![client, ("x-ferrocart-proxy-secret", "current-current-current-current")],
            vec![client, ("x-ferrocart-proxy-secret", "current-current-current-current-x")],
            vec![client, ("x-ferrocart-proxy-secret", "CURRENT-current-current-current-")],
            vec![client, ("x-ferrocart-proxy-secret", CURRENT), ("x-ferrocart-proxy-secret", CURRENT)],
            // As API Gateway joins repeated headers.
            vec![client, ("x-ferrocart-proxy-secret", "wrong,current-current-current-current-")],
        ] {
            assert_eq!(address(&headers), None, "{headers:?}");
        }
        // Without secrets not even an empty one is accepted.
        assert_eq!(client_address(&header_map(&[("x-ferrocart-proxy-secret", ""), client]), &[]), None);
    }

    #[test]
    fn exactly_one_valid_address_is_accepted() {
        let secret = ("x-ferrocart-proxy-secret", CURRENT);
        for (name, value, expected) in [
            ("x-ferrocart-client-address", "203.0.113.7", Some("203.0.113.7")),
            ("x-ferrocart-client-address", "2001:db8::7", Some("2001:db8::7")),
            ("x-ferrocart-client-address", "203.0.113.7,203.0.113.8", None),
            ("x-ferrocart-client-address", "203.0.113.7, 203.0.113.8", None),
            ("x-ferrocart-client-address", "203.0.113.7:443", None),
            ("x-ferrocart-client-address", "[2001:db8::7]", None),
            ("x-ferrocart-client-address", "203.0.113.7/24", None),
            ("x-ferrocart-client-address", "localhost", None),
            ("x-ferrocart-client-address", "", None),
            ("cloudfront-viewer-address", "203.0.113.7:46532", Some("203.0.113.7")),
            ("cloudfront-viewer-address", "[2001:db8::7]:46532", Some("2001:db8::7")),
            ("cloudfront-viewer-address", "2001:db8:0:0:0:0:0:7:46532", Some("2001:db8::7")),
            ("cloudfront-viewer-address", "2001:db8::7:46532", Some("2001:db8::7")),
            ("cloudfront-viewer-address", "203.0.113.7", None),
            ("cloudfront-viewer-address", "203.0.113.7:46532,203.0.113.8:1", None),
            ("cloudfront-viewer-address", "203.0.113.7:99999", None),
            ("cloudfront-viewer-address", "", None),
        ] {
            let expected = expected.map(|address| format!("{address} {CURRENT}"));
            assert_eq!(address(&[secret, (name, value)]), expected, "{name}: {value}");
        }
        let twice = [("x-ferrocart-client-address", "203.0.113.7"), ("x-ferrocart-client-address", "203.0.113.7")];
        assert_eq!(address(&[&[secret], twice.as_slice()].concat()), None);
    }

    #[test]
    fn a_viewer_of_cloudfront_cannot_choose_its_address() {
        let sent = [("x-ferrocart-proxy-secret", CURRENT), ("x-ferrocart-client-address", "198.51.100.1")];
        let valid = ("cloudfront-viewer-address", "203.0.113.7:46532");
        assert_eq!(address(&[&sent, [valid].as_slice()].concat()), Some(format!("203.0.113.7 {CURRENT}")));
        let invalid = ("cloudfront-viewer-address", "unknown");
        assert_eq!(address(&[&sent, [invalid].as_slice()].concat()), None);
    }

    #[test]
    fn a_frontend_server_behind_cloudfront_sends_its_own_secret() {
        let cloudfront =
            [("x-ferrocart-proxy-secret", CURRENT), ("cloudfront-viewer-address", "192.0.2.1:46532")].as_slice();
        let from = |headers: &[Pair]| address(&[cloudfront, headers].concat());
        let client = ("x-ferrocart-client-address", "203.0.113.7");
        let own = ("x-ferrocart-client-secret", PREVIOUS);
        assert_eq!(from(&[client, own]), Some(format!("203.0.113.7 {PREVIOUS}")));
        // Otherwise the server itself is the client.
        let server = Some(format!("192.0.2.1 {CURRENT}"));
        for headers in [
            vec![own],
            vec![client],
            vec![client, ("x-ferrocart-client-secret", "wrong-wrong-wrong-wrong-wrong-wr")],
            vec![client, ("x-ferrocart-client-secret", "")],
            vec![client, own, own],
            vec![own, client, client],
            vec![own, ("x-ferrocart-client-address", "203.0.113.7, 203.0.113.8")],
        ] {
            assert_eq!(from(&headers), server, "{headers:?}");
        }
        // Without CloudFront either header will do.
        assert_eq!(address(&[client, own]), Some(format!("203.0.113.7 {PREVIOUS}")));
    }

    #[test]
    fn a_wrong_secret_is_noticed() {
        let secrets = [SecretString::from(CURRENT)];
        let is_wrong = |headers: &[Pair]| has_wrong_secret(&header_map(headers), &secrets);
        for name in ["x-ferrocart-proxy-secret", "x-ferrocart-client-secret"] {
            assert!(is_wrong(&[(name, PREVIOUS)]) && is_wrong(&[(name, "")]) && !is_wrong(&[(name, CURRENT)]));
        }
        assert!(!is_wrong(&[("x-ferrocart-client-address", "203.0.113.7")]));
    }
}
