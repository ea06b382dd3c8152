//! The settings of the deployment check.

use super::aws::AwsAccess;
use super::settings::{ConfigError, Settings, environment};

/// The new versions of the functions, and the access to AWS.
#[derive(Debug, Clone)]
pub struct DeploymentCheckConfig {
    /// The ARNs of the new versions.
    pub versions: FunctionVersions,
    /// `SHOP_STATE`: whether it is `closed`. Then no function runs, and nothing is checked.
    pub is_closed: bool,
    /// `AWS_ENDPOINT_URL`: the endpoint of Lambda and CodeDeploy; by default those of the region.
    pub endpoint: Option<String>,
    /// The credentials.
    pub access: AwsAccess,
}

/// The ARNs of the new versions of the functions.
#[derive(Debug, Clone)]
pub struct FunctionVersions {
    /// `ADMIN_VERSION`
    pub admin: String,
    /// `AUTH_VERSION`
    pub auth: String,
    /// `CART_VERSION`
    pub cart: String,
    /// `DOCS_VERSION`
    pub docs: String,
    /// `IMPORTS_VERSION`
    pub imports: String,
    /// `ORDERS_VERSION`
    pub orders: String,
    /// `PRODUCTS_VERSION`
    pub products: String,
    /// `STRIPE_WEBHOOK_VERSION`
    pub stripe_webhook: String,
}

impl DeploymentCheckConfig {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(environment)
    }

    /// Reads settings through `lookup`.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut settings = Settings::new(lookup);
        let versions = FunctionVersions {
            admin: settings.required("ADMIN_VERSION"),
            auth: settings.required("AUTH_VERSION"),
            cart: settings.required("CART_VERSION"),
            docs: settings.required("DOCS_VERSION"),
            imports: settings.required("IMPORTS_VERSION"),
            orders: settings.required("ORDERS_VERSION"),
            products: settings.required("PRODUCTS_VERSION"),
            stripe_webhook: settings.required("STRIPE_WEBHOOK_VERSION"),
        };
        let is_closed = settings.optional("SHOP_STATE").is_some_and(|state| state == "closed");
        let endpoint = settings.optional("AWS_ENDPOINT_URL").map(|url| url.trim_end_matches('/').to_owned());
        let access = settings.aws_access();
        settings.finish(Self { versions, is_closed, endpoint, access })
    }
}
