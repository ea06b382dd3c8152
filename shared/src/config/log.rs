//! The settings of logging, which are read before all others.

use super::settings::{Settings, environment};

/// The format and filter of log lines, and the namespace of metrics.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// `LOG_FORMAT`: `text` writes lines for people; by default JSON.
    pub text: bool,
    /// `RUST_LOG`: the filter, such as `debug` or `warn,ferrocart=debug`; by default `info`. Deployed binaries are
    /// compiled without lower levels.
    pub filter: Option<String>,
    /// `METRICS_NAMESPACE`: the namespace of metrics in CloudWatch; by default `Ferrocart`.
    pub namespace: String,
}

impl LogConfig {
    /// Reads the environment.
    #[must_use]
    pub fn from_env() -> Self {
        let settings = Settings::new(environment);
        Self {
            text: settings.optional("LOG_FORMAT").is_some_and(|format| format == "text"),
            filter: settings.optional("RUST_LOG"),
            namespace: settings.optional("METRICS_NAMESPACE").unwrap_or_else(|| "Ferrocart".to_owned()),
        }
    }
}
