//! Reads settings one by one and collects the errors. The only file that reads the environment.

use secrecy::SecretString;

/// All missing or invalid settings.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    /// Returns whether an error is about the setting of that name.
    pub(crate) fn is_about(&self, name: &str) -> bool {
        let is_symbol = |symbol: char| symbol.is_ascii_alphanumeric() || symbol == '_';
        self.0.iter().any(|error| error.split(|symbol| !is_symbol(symbol)).any(|word| word == name))
    }
}

/// Returns a variable of the environment. An empty one counts as missing.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads settings and collects the errors.
pub(super) struct Settings<F> {
    lookup: F,
    errors: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) const fn new(lookup: F) -> Self {
        Self { lookup, errors: Vec::new() }
    }

    /// Records an error.
    pub(super) fn reject(&mut self, error: impl Into<String>) {
        self.errors.push(error.into());
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.errors.push(format!("{name} is not set"));
            String::new()
        })
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T) -> T {
        let Some(value) = self.optional(name) else {
            return default;
        };
        value.parse().unwrap_or_else(|_| {
            self.errors.push(format!("{name} has an invalid value"));
            default
        })
    }

    /// Reads a key of HMAC-SHA-256.
    pub(super) fn key(&mut self, name: &str) -> Option<SecretString> {
        let key = self.optional(name)?;
        if key.len() < 32 {
            self.errors.push(format!("{name} must have at least 32 bytes"));
        }
        Some(key.into())
    }

    pub(super) fn bcrypt_cost(&mut self) -> u32 {
        let cost = self.parsed("BCRYPT_COST", 12);
        if !(4..=31).contains(&cost) {
            self.errors.push("BCRYPT_COST must be from 4 to 31".to_owned());
        }
        cost
    }

    pub(super) fn limit(&mut self, name: &str, default: u32) -> u32 {
        let limit = self.parsed(name, default);
        // The time until the next attempt is admitted has a resolution of one millisecond.
        if !(1..=3_600_000).contains(&limit) {
            self.errors.push(format!("{name} must be from 1 to 3600000"));
        }
        limit
    }

    pub(super) fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        if self.errors.is_empty() { Ok(config) } else { Err(ConfigError(self.errors)) }
    }
}
