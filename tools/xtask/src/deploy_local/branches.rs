//! The deployments that show each branch of the template's parameters: each condition is true once and false once.

/// A deployment: what it shows, and the parameters that it changes.
pub(super) struct Branch {
    pub(super) name: &'static str,
    pub(super) changes: &'static [(&'static str, &'static str)],
}

/// The origin that CORS always allows.
pub(super) const ORIGIN: &str = "https://shop.example.com";
/// The origin that it allows as long as it is a parameter.
pub(super) const OTHER_ORIGIN: &str = "https://admin.example.com";
/// The origin of a preview deployment, which it allows as long as a pattern is a parameter.
pub(super) const PREVIEW: &str = "https://change-7.preview.example.com";
/// Stands for the connection string of the functions.
pub(super) const SAME_URI: &str = "the connection string of the functions";

/// The first deployment, as a new customer would do it.
pub(super) const FIRST: Branch = Branch {
    name: "the required parameters and a first administrator",
    changes: &[
        ("StripeSecretKey", "sk_test_ferrocart"),
        ("StripePublishableKey", "pk_test_ferrocart"),
        ("AllowedOrigin", ORIGIN),
        ("FirstAdminEmail", "owner@example.com"),
        ("SecretsMaxAgeSeconds", "1"),
        // The emulator has no CodeDeploy.
        ("Deployments", "at-once"),
    ],
};

pub(super) const CLOSED: Branch = Branch { name: "a closed shop", changes: &[("ShopState", "closed")] };

/// Every option that the emulator supports.
pub(super) const OPTIONS: Branch = Branch {
    name: "an open shop with every option, and images from the bucket",
    changes: &[
        ("ShopState", "open"),
        ("ReservationMinutes", "1"),
        ("Pictures", "s3"),
        ("ReserveConcurrency", "true"),
        ("OtherAllowedOrigin", OTHER_ORIGIN),
        ("AllowedOriginPattern", "https://*.preview.example.com"),
        ("StorefrontProductUrl", "https://shop.example.com/products/{slug}"),
        ("Mail", "ses"),
        ("MailFrom", "orders@example.com"),
        ("StorefrontUrl", ORIGIN),
        ("StoreName", "Harbor Goods"),
        ("StoreAccent", "#0f766e"),
        ("AlarmEmail", "alarms@example.com"),
        ("MongoDbMigrationUri", SAME_URI),
        ("FirstAdminEmail", ""),
    ],
};

/// The resources of the front door. The emulator does not route requests through them.
pub(super) const FRONT_DOOR: Branch = Branch {
    name: "a front door with a firewall, the storefront and the admin pages",
    changes: &[
        ("Frontend", "cloudfront"),
        ("OtherImageOrigins", "https://cdn.example.com"),
        // The host of ORIGIN.
        ("DomainName", "shop.example.com"),
        ("CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/front-door"),
        ("RegionalCertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/front-door"),
        ("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1"),
    ],
};

/// No option but those that later steps need.
pub(super) const NO_IMAGES: Branch = Branch {
    name: "no images, and the other options no more",
    changes: &[
        ("DomainName", ""),
        ("CertificateArn", ""),
        ("RegionalCertificateArn", ""),
        ("WebAclArn", ""),
        ("Frontend", "none"),
        ("OtherImageOrigins", ""),
        ("DefaultEndpoint", "enabled"),
        ("ReservationMinutes", "30"),
        ("Pictures", "none"),
        ("ReserveConcurrency", "false"),
        ("OtherAllowedOrigin", ""),
        ("AllowedOriginPattern", ""),
        ("StorefrontProductUrl", ""),
        ("Mail", "none"),
        ("MailFrom", ""),
        ("StorefrontUrl", ""),
        ("StoreName", ""),
        ("StoreAccent", ""),
        ("AlarmEmail", ""),
        ("CatalogueLanguage", "en"),
    ],
};

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::conditions::{Conditions, parameters};
    use super::{CLOSED, FIRST, FRONT_DOOR, NO_IMAGES, OPTIONS};

    const TEMPLATE: &str = include_str!("../../../../template.yaml");
    const GUIDE: &str = include_str!("../../../../docs/deploy-local.md");

    /// The conditions and values of parameters that the emulator cannot show: it has neither budgets in templates nor a
    /// CloudFront that sends a secret nor CodeDeploy, Atlas has to authenticate roles, the functions are those of this
    /// machine, and the buyers of the sales open no mail.
    const NOT_EMULATED: [&str; 6] = [
        "HasBudget",
        "HasProxySecretVersion",
        "MongoDbAuthentication=aws",
        "Deployments=canary",
        "Architecture",
        "RequireVerifiedEmail=true",
    ];
    /// A parameter with more permitted values is a scale, such as the retention of logs, or a language.
    const MAX_BRANCHES: usize = 4;

    /// Returns the values of all parameters after each deployment.
    fn deployed() -> Vec<BTreeMap<String, String>> {
        let mut values: BTreeMap<String, String> =
            parameters(TEMPLATE).into_iter().map(|it| (it.name, it.default.unwrap_or("given".to_owned()))).collect();
        let mut all = Vec::new();
        for branch in [FIRST, CLOSED, OPTIONS, FRONT_DOOR, NO_IMAGES] {
            for (name, value) in branch.changes {
                let previous = values.insert((*name).to_owned(), (*value).to_owned());
                assert!(previous.is_some(), "the template has no parameter {name}");
            }
            all.push(values.clone());
        }
        all
    }

    #[test]
    fn each_condition_is_true_once_and_false_once() {
        let conditions = Conditions::parse(TEMPLATE);
        let mut shown: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
        for values in &deployed() {
            for name in conditions.names() {
                shown.entry(name).or_default().insert(conditions.evaluate(name, values));
            }
        }
        assert!(shown.len() >= 10, "{shown:?}");
        let missing: Vec<_> = shown.iter().filter(|(_, values)| values.len() < 2).map(|(name, _)| *name).collect();
        let excused: Vec<_> = NOT_EMULATED.into_iter().filter(|name| shown.contains_key(name)).collect();
        assert_eq!(missing, excused, "add a deployment to branches.rs, or list the condition as not emulated");
    }

    #[test]
    fn each_value_of_a_choice_is_deployed() {
        let deployed = deployed();
        let mut checked = 0;
        for parameter in parameters(TEMPLATE).iter().filter(|it| it.allowed.len() <= MAX_BRANCHES) {
            for value in &parameter.allowed {
                let is_deployed = deployed.iter().any(|values| values[&parameter.name] == *value);
                let is_excused = NOT_EMULATED.contains(&parameter.name.as_str())
                    || NOT_EMULATED.contains(&format!("{}={value}", parameter.name).as_str());
                assert!(is_deployed || is_excused, "no deployment has {}={value}", parameter.name);
                checked += 1;
            }
        }
        assert!(checked >= 9, "{checked}");
    }

    #[test]
    fn the_guide_lists_what_is_not_emulated() {
        let (_, lacks) = GUIDE.split_once("\n## What the emulator lacks\n").expect("a section");
        for name in NOT_EMULATED {
            assert!(lacks.contains(&format!("`{name}`")), "docs/deploy-local.md does not mention {name}");
        }
    }
}
