//! Who runs the shop from its first day.

use super::{ConfigError, Settings, environment};
use crate::domain::email::Email;
use secrecy::SecretString;

/// Who runs the shop from its first day, as the deployment says.
#[derive(Debug, Clone)]
pub struct FirstAdminConfig {
    /// `FIRST_ADMIN_EMAIL`: with what to log in.
    pub email: Email,
    /// `FIRST_ADMIN_PASSWORD`: the password until it is changed.
    pub password: SecretString,
    /// `BCRYPT_COST`, as for everybody.
    pub bcrypt_cost: u32,
}

impl FirstAdminConfig {
    /// Reads the environment; settings that are missing there are taken from `secrets`. `None` without an address.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn from_env(secrets: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        Self::read(|name| environment(name).or_else(|| secrets(name)))
    }

    /// Reads settings from wherever `lookup` finds them.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        let mut settings = Settings { lookup, errors: Vec::new() };
        let Some(email) = settings.optional("FIRST_ADMIN_EMAIL") else { return Ok(None) };
        let (password, bcrypt_cost) = (settings.required("FIRST_ADMIN_PASSWORD"), settings.bcrypt_cost());
        let config = match email.parse() {
            Ok(email) => Some(Self { email, password: password.into(), bcrypt_cost }),
            Err(_) => {
                settings.errors.push("FIRST_ADMIN_EMAIL is no e-mail address".to_owned());
                None
            }
        };
        settings.done(config)
    }
}
