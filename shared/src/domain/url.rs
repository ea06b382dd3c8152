//! URLs that the browsers of buyers and administrators open.

use super::validation::ValidationError;

/// Maximum length that all browsers support.
const MAX_BYTES: usize = 2048;

/// An absolute `https` or `http` URL. Other schemes, such as `javascript:`, are rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(String);

impl WebUrl {
    /// Returns the URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> Self {
        url.0
    }
}

impl std::str::FromStr for WebUrl {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let text = text.trim();
        if text.len() > MAX_BYTES {
            Err(ValidationError::new("too_long", format!("must have at most {MAX_BYTES} bytes")))
        } else if is_web_url(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValidationError::new("invalid_url", "must be a URL such as https://example.com/track/1"))
        }
    }
}

fn is_web_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        && is_host(host)
        && port.parse::<u16>().is_ok()
        && text.bytes().all(is_url_byte)
}

/// Accepts domain names and IPv4 addresses. A user name before the host is rejected with its `@`: it can make one site
/// look like another.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(label)
}

/// Returns whether RFC 3986 permits a byte in a URL. All others must be percent-encoded.
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use super::WebUrl;

    #[test]
    fn absolute_web_urls_are_accepted() {
        for good in [
            "https://example.com",
            "HTTP://localhost:9000/a?b=c#d",
            " https://ups.example/track?n=1Z%20A ",
            "https://127.0.0.1/x",
        ] {
            let url: WebUrl = good.parse().unwrap();
            assert_eq!((url.as_str(), String::from(url.clone()).as_str()), (good.trim(), good.trim()));
        }
        let longest = format!("https://example.com/{}", "a".repeat(2028));
        assert!(longest.parse::<WebUrl>().is_ok());
        assert!(format!("{longest}a").parse::<WebUrl>().is_err());
    }

    #[test]
    fn unsafe_and_malformed_urls_are_rejected() {
        for bad in [
            "",
            "example.com",
            "/relative",
            "//example.com",
            "javascript:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "data:text/html,hi",
            "ftp://example.com",
            "https://",
            "https:///path",
            "https://.example.com",
            "https://example..com",
            "https://-example.com",
            "https://example-.com",
            "https://exa_mple.com",
            "https://user@example.com",
            "https://user:secret@example.com",
            "https://example.com:port",
            "https://example.com:99999",
            "https://exam ple.com",
            "https://example.com/<script>",
            "https://example.com/a\nb",
            "https://exämple.com",
        ] {
            assert!(bad.parse::<WebUrl>().is_err(), "{bad}");
        }
        for bad in ['"', '<', '>', '\\', '^', '`', '{', '|', '}', ' ', '\u{7f}'] {
            assert!(format!("https://example.com/{bad}x").parse::<WebUrl>().is_err(), "{bad}");
        }
    }
}
