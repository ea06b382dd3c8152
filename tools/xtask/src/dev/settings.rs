//! What the developer has set, in the environment or in `.env`, and what is set for the rest.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::home::Home;
use super::stand_in::StandIn;
use crate::root;
use crate::s3::S3;

/// The variables that replace a part of the local stack, or go to the functions as they are.
pub(crate) struct Settings {
    /// Goes before `.env`. Processes have it without being told.
    environment: BTreeMap<String, String>,
    dot_env: BTreeMap<String, String>,
}

impl Settings {
    pub(crate) fn read() -> Result<Self> {
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self::new(environment.collect(), dot_env(&root::root().join(".env"))?))
    }

    /// A line such as `STRIPE_SECRET_KEY=`, left empty in a copied example, sets nothing.
    fn new(mut environment: BTreeMap<String, String>, mut dot_env: BTreeMap<String, String>) -> Self {
        environment.retain(|_, value| !value.is_empty());
        dot_env.retain(|_, value| !value.is_empty());
        Self { environment, dot_env }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name).or_else(|| self.dot_env.get(name)).map(String::as_str)
    }

    /// The developer's own MongoDB.
    pub(crate) fn mongodb_uri(&self) -> Option<&str> {
        self.get("MONGODB_URI")
    }

    /// As the functions choose it.
    pub(crate) fn mongodb_database(&self) -> &str {
        let set = self.get("MONGODB_DATABASE");
        set.or_else(|| database_in(self.mongodb_uri()?)).unwrap_or("ferrocart")
    }

    /// Whether Stripe itself, or another stand-in, takes the place of ours.
    pub(super) fn has_stripe(&self) -> Result<bool> {
        let key = self.get("STRIPE_SECRET_KEY").is_some();
        if !key && self.get("STRIPE_API_BASE").is_none() {
            return Ok(false);
        }
        if !key || self.get("STRIPE_WEBHOOK_SECRET").is_none() {
            bail!(
                "for Stripe itself set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET \
                 (`stripe listen --forward-to localhost:9000/api/v1/webhooks/stripe` prints it)"
            );
        }
        Ok(true)
    }

    /// Whether pictures go into a bucket of the developer.
    pub(super) fn has_bucket(&self) -> bool {
        self.get("IMAGE_BUCKET").is_some()
    }

    /// What the functions need beyond the environment that they inherit.
    pub(super) fn for_functions(
        &self,
        home: &Home,
        mongodb_uri: &str,
        stand_in: Option<&StandIn>,
        s3: Option<&S3>,
    ) -> Result<BTreeMap<String, String>> {
        let mut variables = BTreeMap::from([
            ("JWT_SECRET".to_owned(), home.jwt_secret()?),
            ("LOG_FORMAT".to_owned(), "text".to_owned()),
            // On this machine everybody comes from one address.
            ("ADDRESS_CALLS_PER_HOUR".to_owned(), "10000".to_owned()),
            ("MONGODB_DATABASE".to_owned(), self.mongodb_database().to_owned()),
        ]);
        variables.extend(self.dot_env.clone());
        variables.retain(|name, _| !self.environment.contains_key(name));
        variables.insert("MONGODB_URI".to_owned(), mongodb_uri.to_owned());
        if let Some(stand_in) = stand_in {
            let own = stand_in.settings().map(|(name, value)| (name.to_owned(), value.to_owned()));
            variables.extend(own);
        }
        if let Some(s3) = s3 {
            let own = s3.settings().map(|(name, value)| (name.to_owned(), value.to_owned()));
            variables.extend(own);
        }
        Ok(variables)
    }
}

/// The `shop` of `mongodb://host/shop?option=value`.
fn database_in(mongodb_uri: &str) -> Option<&str> {
    let (_scheme, rest) = mongodb_uri.split_once("://")?;
    let (_hosts, path) = rest.split_once('/')?;
    path.split('?').next().filter(|name| !name.is_empty())
}

fn dot_env(path: &Path) -> Result<BTreeMap<String, String>> {
    match dotenvy::from_path_iter(path) {
        Ok(lines) => lines.collect::<Result<_, _>>().context("reading .env"),
        Err(dotenvy::Error::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).context("reading .env"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Settings, dot_env};

    fn map(given: &[(&str, &str)]) -> BTreeMap<String, String> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn settings(given: &[(&str, &str)]) -> Settings {
        Settings::new(BTreeMap::new(), map(given))
    }

    #[test]
    fn the_environment_goes_before_dot_env_and_what_is_empty_counts_as_absent() {
        let environment = map(&[("MONGODB_URI", "from the environment"), ("EMPTY", "")]);
        let dot_env = map(&[("MONGODB_URI", "from the file"), ("EMPTY", "no"), ("NONE", "")]);
        let settings = Settings::new(environment, dot_env);
        assert_eq!(settings.mongodb_uri(), Some("from the environment"));
        assert_eq!(settings.get("EMPTY"), Some("no"));
        assert_eq!(settings.get("NONE"), None);
    }

    #[test]
    fn the_database_is_the_one_that_is_set_or_the_one_in_the_uri_or_ours() {
        let uri = |uri| ("MONGODB_URI", uri);
        let cases = [
            (vec![], "ferrocart"),
            (vec![uri("mongodb://host/?replicaSet=rs0")], "ferrocart"),
            (vec![uri("mongodb://user:word@host:1,host:2/shop?replicaSet=rs0")], "shop"),
            (vec![uri("mongodb+srv://host/shop"), ("MONGODB_DATABASE", "other")], "other"),
        ];
        for (given, expected) in cases {
            assert_eq!(settings(&given).mongodb_database(), expected);
        }
    }

    #[test]
    fn stripe_is_replaced_by_a_key_with_its_webhook_secret() {
        assert!(!settings(&[]).has_stripe().unwrap());
        let both = [("STRIPE_SECRET_KEY", "sk"), ("STRIPE_WEBHOOK_SECRET", "whsec")];
        assert!(settings(&both).has_stripe().unwrap());
        for one in [("STRIPE_SECRET_KEY", "sk"), ("STRIPE_API_BASE", "http://localhost:1")] {
            settings(&[one]).has_stripe().unwrap_err();
        }
    }

    #[test]
    fn dot_env_may_be_absent_but_not_wrong() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".env");
        assert!(dot_env(&path).unwrap().is_empty());
        std::fs::write(&path, "# comment\nMONGODB_URI='mongodb://example/?a=b'\n").unwrap();
        assert_eq!(dot_env(&path).unwrap()["MONGODB_URI"], "mongodb://example/?a=b");
        std::fs::write(&path, "no assignment\n").unwrap();
        dot_env(&path).unwrap_err();
    }
}
