//! The first administrator, which a deployment creates.

use super::settings::{ConfigError, Settings, environment};
use crate::domain::email::Email;
use secrecy::SecretString;

/// The account of the first administrator.
#[derive(Debug, Clone)]
pub struct FirstAdminConfig {
    /// `FIRST_ADMIN_EMAIL`: the e-mail address to log in with.
    pub email: Email,
    /// `FIRST_ADMIN_PASSWORD`: the initial password.
    pub password: SecretString,
    /// `BCRYPT_COST`, as in [`Config`](super::Config).
    pub bcrypt_cost: u32,
    /// `MAIL`, as in [`Config`](super::Config): whether the administrator is notified.
    pub sends_mail: bool,
}

impl FirstAdminConfig {
    /// Reads the environment; settings that are missing there are taken from `secrets`. `None` without an e-mail
    /// address.
    pub fn from_env(secrets: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        Self::read(|name| environment(name).or_else(|| secrets(name)))
    }

    /// Reads settings through `lookup`.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        let mut settings = Settings::new(lookup);
        let Some(email) = settings.optional("FIRST_ADMIN_EMAIL") else { return Ok(None) };
        let (password, bcrypt_cost) = (settings.required("FIRST_ADMIN_PASSWORD"), settings.bcrypt_cost());
        let sends_mail = settings.sends_mail();
        let config = match email.parse() {
            Ok(email) => Some(Self { email, password: password.into(), bcrypt_cost, sends_mail }),
            Err(_) => {
                settings.reject("FIRST_ADMIN_EMAIL must be an e-mail address");
                None
            }
        };
        settings.finish(config)
    }
}
