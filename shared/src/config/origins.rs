//! The origins whose pages may use the API in a browser: those of a list, and those that match a pattern.

use super::settings::{ConfigError, Settings};

/// The settings.
const ORIGINS: &str = "ALLOWED_ORIGINS";
const PATTERNS: &str = "ALLOWED_ORIGIN_PATTERNS";

/// The origins whose pages may use the API in a browser. [`crate::http`] decides what each of them may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedOrigins {
    listed: Vec<String>,
    patterns: Vec<OriginPattern>,
}

/// A pattern such as `https://*.preview.example.com`. Its `*` stands for a part of one label of the host name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OriginPattern {
    before: String,
    after: String,
}

impl AllowedOrigins {
    /// Parses the values of `ALLOWED_ORIGINS` and `ALLOWED_ORIGIN_PATTERNS`.
    ///
    /// # Errors
    /// [`ConfigError`], which names the invalid setting.
    pub fn parse(origins: &str, patterns: &str) -> Result<Self, ConfigError> {
        let lookup = |name: &str| match name {
            ORIGINS => Some(origins.to_owned()),
            PATTERNS => Some(patterns.to_owned()),
            _ => None,
        };
        let mut settings = Settings::new(lookup);
        let allowed = settings.allowed_origins();
        settings.finish(allowed)
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.patterns.is_empty()
    }

    /// Returns whether the origin itself is in the list.
    #[must_use]
    pub fn lists(&self, origin: &[u8]) -> bool {
        self.listed.iter().any(|listed| listed.as_bytes() == origin)
    }

    /// Returns whether the origin is in the list or matches a pattern.
    #[must_use]
    pub fn allows(&self, origin: &[u8]) -> bool {
        self.lists(origin) || self.patterns.iter().any(|pattern| pattern.matches(origin))
    }
}

impl OriginPattern {
    /// Parses a pattern. Behind the label with the `*` there must be two more, so that no pattern permits a top-level domain.
    fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once('*')?;
        let label = before.strip_prefix("https://")?;
        let (host, _port) = after.split_once(':').unwrap_or((after, ""));
        let is_narrow = !label.contains('.') && host.matches('.').count() >= 2;
        let pattern = Self { before: before.to_owned(), after: after.to_owned() };
        (is_narrow && is_origin(&format!("{before}x{after}"))).then_some(pattern)
    }

    fn matches(&self, origin: &[u8]) -> bool {
        let rest =
            origin.strip_prefix(self.before.as_bytes()).and_then(|rest| rest.strip_suffix(self.after.as_bytes()));
        rest.is_some_and(|part| !part.is_empty() && part.iter().copied().all(is_of_label))
    }
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    /// Reads `ALLOWED_ORIGINS` and `ALLOWED_ORIGIN_PATTERNS`.
    pub(super) fn allowed_origins(&mut self) -> AllowedOrigins {
        let listed: Vec<_> = self.list(ORIGINS);
        if !listed.iter().all(|origin| is_origin(origin)) {
            self.reject(format!(
                "{ORIGINS} must be origins as browsers send them, such as https://shop.example.com, separated by commas"
            ));
        }
        let patterns: Option<_> = self.list(PATTERNS).iter().map(|pattern| OriginPattern::parse(pattern)).collect();
        let patterns = patterns.unwrap_or_else(|| {
            self.reject(format!(
                "{PATTERNS} must be patterns such as https://*.preview.example.com, separated by commas: one `*` in the \
                first label, and two more labels"
            ));
            Vec::new()
        });
        AllowedOrigins { listed, patterns }
    }

    fn list(&self, name: &str) -> Vec<String> {
        let values = self.optional(name).unwrap_or_default();
        values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }
}

/// Returns whether a text is an origin as browsers send it: in lower case, without a path and without the default port.
fn is_origin(text: &str) -> bool {
    let (authority, default_port) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(authority), _) => (authority, 443),
        (None, Some(authority)) => (authority, 80),
        (None, None) => return false,
    };
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_of_label);
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port != default_port);
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

const fn is_of_label(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::AllowedOrigins;

    #[test]
    fn a_listed_origin_is_compared_as_a_whole() {
        let allowed = AllowedOrigins::parse("https://shop.example.com, http://localhost:3000,", "").unwrap();
        for origin in ["https://shop.example.com", "http://localhost:3000"] {
            assert!(allowed.lists(origin.as_bytes()) && allowed.allows(origin.as_bytes()), "{origin}");
        }
        for origin in [
            "http://shop.example.com",
            "https://shop.example.com:8443",
            "https://shop.example.com.evil.example",
            "https://evil.shop.example.com",
            "https://SHOP.example.com",
            "https://shop.example.com/",
            "http://localhost",
            "null",
            "",
        ] {
            assert!(!allowed.allows(origin.as_bytes()), "{origin}");
        }
        assert!(!allowed.is_empty() && AllowedOrigins::parse("", " , ").unwrap().is_empty());
    }

    #[test]
    fn a_pattern_matches_one_label_and_lists_nothing() {
        let allowed =
            AllowedOrigins::parse("", "https://*.preview.example.com,https://shop-*-team.example.app:8443").unwrap();
        for origin in
            ["https://a.preview.example.com", "https://x-7.preview.example.com", "https://shop-7-team.example.app:8443"]
        {
            assert!(allowed.allows(origin.as_bytes()) && !allowed.lists(origin.as_bytes()), "{origin}");
        }
        for origin in [
            "https://.preview.example.com",
            "https://preview.example.com",
            "https://a.b.preview.example.com",
            "http://a.preview.example.com",
            "https://a.preview.example.com.evil.example",
            "https://a.preview.example.com:8443",
            "https://evil.example/.preview.example.com",
            "https://evil.example:80#.preview.example.com",
            "https://A.preview.example.com",
            "https://*.preview.example.com",
            "https://shop--team.example.app",
        ] {
            assert!(!allowed.allows(origin.as_bytes()), "{origin}");
        }
    }

    #[test]
    fn other_texts_are_rejected_with_the_name_of_the_setting() {
        for origin in [
            "*",
            "null",
            "shop.example.com",
            "https://",
            "https://shop.example.com/",
            "https://*.example.com",
            "https://shop.example.com:443",
            "http://localhost:80",
            "https://Shop.example.com",
            "https://shop.example.com:99999",
            "ftp://shop.example.com",
            "https://user@shop.example.com",
        ] {
            let error = AllowedOrigins::parse(origin, "").unwrap_err().to_string();
            assert!(error.starts_with("ALLOWED_ORIGINS must be "), "{origin}: {error}");
        }
        for pattern in [
            "*",
            "https://*",
            "https://*.com",
            "https://*.*.example.com",
            "https://shop.*.example.com",
            "http://*.preview.example.com",
            "https://a.preview.example.com",
            "https://*.preview.example.com/",
            "https://*.preview.example.com:443",
        ] {
            let error = AllowedOrigins::parse("", pattern).unwrap_err().to_string();
            assert!(error.starts_with("ALLOWED_ORIGIN_PATTERNS must be "), "{pattern}: {error}");
        }
    }
}
