//! The settings of the developer, from the environment and `.env`, and those of the functions.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::home::Home;
use super::mail;
use super::stand_in::StandIn;
use crate::origins::Origins;
use crate::root;
use crate::s3::S3;

/// Variables that replace a part of the local stack, or are passed to the functions.
pub(crate) struct Settings {
    /// Takes precedence over `.env`. Child processes inherit it.
    environment: BTreeMap<String, String>,
    dot_env: BTreeMap<String, String>,
}

impl Settings {
    pub(crate) fn read() -> Result<Self> {
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self::new(environment.collect(), dot_env(&root::root().join(".env"))?))
    }

    /// Ignores empty values: a line such as `STRIPE_SECRET_KEY=`, copied from an example, sets nothing.
    fn new(mut environment: BTreeMap<String, String>, mut dot_env: BTreeMap<String, String>) -> Self {
        environment.retain(|_, value| !value.is_empty());
        dot_env.retain(|_, value| !value.is_empty());
        Self { environment, dot_env }
    }

    /// The settings of a test.
    #[cfg(test)]
    pub(super) fn of(given: &[(&str, &str)]) -> Self {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::new(BTreeMap::new(), given.collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name).or_else(|| self.dot_env.get(name)).map(String::as_str)
    }

    /// The URI of the developer's own MongoDB.
    pub(crate) fn mongodb_uri(&self) -> Option<&str> {
        self.get("MONGODB_URI")
    }

    /// The name of the database, by the same rules as in the functions.
    pub(crate) fn mongodb_database(&self) -> &str {
        let set = self.get("MONGODB_DATABASE");
        set.or_else(|| database_in(self.mongodb_uri()?)).unwrap_or("ferrocart")
    }

    /// Whether the developer uses Stripe itself, or a stand-in of their own.
    pub(super) fn has_stripe(&self) -> Result<bool> {
        let key = self.get("STRIPE_SECRET_KEY").is_some();
        if !key && self.get("STRIPE_API_BASE").is_none() {
            return Ok(false);
        }
        if !key || self.get("STRIPE_WEBHOOK_SECRET").is_none() {
            bail!(
                "to use Stripe itself, set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET \
                 (`stripe listen --forward-to localhost:9000/api/v1/webhooks/stripe` prints it)"
            );
        }
        Ok(true)
    }

    /// Whether the developer uses a bucket of their own for images.
    pub(super) fn has_bucket(&self) -> bool {
        self.get("IMAGE_BUCKET").is_some()
    }

    /// Whether the developer sends mail by SES itself.
    pub(super) fn has_mail(&self) -> bool {
        self.get("MAIL_FROM").is_some()
    }

    /// The origins of frontends: those of the command line, or those of the settings, or the default ones, and that of the
    /// storefront.
    pub(super) fn origins(&self, given: &[String], storefront: Option<String>) -> Result<Origins> {
        if !given.is_empty() {
            return Origins::or_default(given.to_vec(), storefront);
        }
        let set = ["ALLOWED_ORIGINS", "ALLOWED_ORIGIN_PATTERNS"].into_iter().filter_map(|name| self.get(name));
        let set = set.flat_map(|list| list.split(',')).map(str::trim).filter(|origin| !origin.is_empty());
        Origins::or_default(set.map(str::to_owned).collect(), storefront)
    }

    /// The variables of the functions, beside those that they inherit from the environment.
    pub(super) fn for_functions(
        &self,
        home: &Home,
        mongodb_uri: &str,
        (origins, storefront): (&Origins, Option<&str>),
        stand_in: Option<&StandIn>,
        s3: Option<&S3>,
    ) -> Result<BTreeMap<String, String>> {
        let mut variables = BTreeMap::from([
            ("LOG_FORMAT".to_owned(), "text".to_owned()),
            // All requests on this machine come from one address.
            ("ADDRESS_CALLS_PER_HOUR".to_owned(), "10000".to_owned()),
            ("MAX_UNPAID_ORDERS_PER_ADDRESS".to_owned(), "10000".to_owned()),
            ("MONGODB_DATABASE".to_owned(), self.mongodb_database().to_owned()),
        ]);
        let product_url = origins.first().map(|origin| format!("{origin}/products/{{slug}}"));
        variables.extend(product_url.map(|url| ("STOREFRONT_PRODUCT_URL".to_owned(), url)));
        variables.extend(home.keys()?.map(|(name, value)| (name.to_owned(), value)));
        variables.extend(self.dot_env.clone());
        variables.retain(|name, _| !self.environment.contains_key(name));
        variables.insert("MONGODB_URI".to_owned(), mongodb_uri.to_owned());
        variables.extend(origins.settings().map(|(name, value)| (name.to_owned(), value)));
        if let Some(stand_in) = stand_in {
            let own = stand_in.settings().map(|(name, value)| (name.to_owned(), value.to_owned()));
            variables.extend(own);
        }
        if let Some(s3) = s3 {
            let own = s3.settings().map(|(name, value)| (name.to_owned(), value.to_owned()));
            variables.extend(own);
        }
        let emulator = s3.filter(|_| !self.has_mail());
        if let (Some(s3), Some(storefront)) = (emulator, storefront.or_else(|| origins.first())) {
            let name = self.get("STORE_NAME").unwrap_or("Ferrocart");
            let own = mail::settings(s3, storefront, name).map(|(name, value)| (name.to_owned(), value.to_owned()));
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

    #[test]
    fn the_environment_precedes_dot_env_and_empty_values_are_ignored() {
        let environment = map(&[("MONGODB_URI", "from the environment"), ("EMPTY", "")]);
        let dot_env = map(&[("MONGODB_URI", "from the file"), ("EMPTY", "no"), ("NONE", "")]);
        let settings = Settings::new(environment, dot_env);
        assert_eq!(settings.mongodb_uri(), Some("from the environment"));
        assert_eq!(settings.get("EMPTY"), Some("no"));
        assert_eq!(settings.get("NONE"), None);
    }

    #[test]
    fn the_database_is_the_setting_or_in_the_uri_or_the_default() {
        let uri = |uri| ("MONGODB_URI", uri);
        let cases = [
            (vec![], "ferrocart"),
            (vec![uri("mongodb://host/?replicaSet=rs0")], "ferrocart"),
            (vec![uri("mongodb://user:word@host:1,host:2/shop?replicaSet=rs0")], "shop"),
            (vec![uri("mongodb+srv://host/shop"), ("MONGODB_DATABASE", "other")], "other"),
        ];
        for (given, expected) in cases {
            assert_eq!(Settings::of(&given).mongodb_database(), expected);
        }
    }

    #[test]
    fn origins_of_the_command_line_precede_those_of_the_settings() {
        let origins = [("ALLOWED_ORIGINS", "https://a.example, https://b.example"), ("ALLOWED_ORIGIN_PATTERNS", "")];
        let listed = |given: &[&str]| {
            let given: Vec<String> = given.iter().map(|&origin| origin.to_owned()).collect();
            let storefront = Some("http://localhost:9001".to_owned());
            let [(_, listed), _] = Settings::of(&origins).origins(&given, storefront).unwrap().settings();
            listed
        };
        assert_eq!(listed(&[]), "https://a.example,https://b.example,http://localhost:9001");
        assert_eq!(listed(&["https://c.example"]), "https://c.example,http://localhost:9001");
    }

    #[test]
    fn using_stripe_requires_a_key_and_a_webhook_secret() {
        assert!(!Settings::of(&[]).has_stripe().unwrap());
        let both = [("STRIPE_SECRET_KEY", "sk"), ("STRIPE_WEBHOOK_SECRET", "whsec")];
        assert!(Settings::of(&both).has_stripe().unwrap());
        for one in [("STRIPE_SECRET_KEY", "sk"), ("STRIPE_API_BASE", "http://localhost:1")] {
            Settings::of(&[one]).has_stripe().unwrap_err();
        }
    }

    #[test]
    fn dot_env_may_be_missing_but_not_malformed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".env");
        assert!(dot_env(&path).unwrap().is_empty());
        std::fs::write(&path, "# comment\nMONGODB_URI='mongodb://example/?a=b'\n").unwrap();
        assert_eq!(dot_env(&path).unwrap()["MONGODB_URI"], "mongodb://example/?a=b");
        std::fs::write(&path, "no assignment\n").unwrap();
        dot_env(&path).unwrap_err();
    }
}
