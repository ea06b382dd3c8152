//! Tests of reading settings, and of the errors for invalid ones.

use super::{Config, TokenPrivateKey};
use crate::domain::search::Language;

fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
    let lookup = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Config::read(lookup).map_err(|error| error.to_string())
}

const VALID: [(&str, &str); 2] =
    [("MONGODB_URI", "mongodb://localhost"), ("CURSOR_KEY", "local-0123456789-0123456789-0123456789")];

#[test]
fn all_invalid_settings_are_reported_at_once() {
    let error = read(&[
        ("TOKEN_PRIVATE_KEY", "short"),
        ("TOKEN_PUBLIC_KEYS", "short"),
        ("CURSOR_KEY", "short"),
        ("CURSOR_KEY_PREVIOUS", "short"),
        ("FINGERPRINT_KEY", "short"),
        ("PROXY_SECRET", "short"),
        ("PROXY_SECRET_PREVIOUS", "short"),
        ("PROXY_CALLS_PER_HOUR", "0"),
        ("STORE_CURRENCY", "gold"),
        ("BCRYPT_COST", "99"),
        ("MINIMUM_TOTAL", "-1"),
        ("MAX_UNPAID_ORDERS", "many"),
        ("MAX_UNPAID_ORDERS_PER_ADDRESS", "-1"),
    ])
    .unwrap_err();
    let names =
        ["MONGODB_URI", "CURSOR_KEY must", "CURSOR_KEY_PREVIOUS", "FINGERPRINT_KEY", "STORE_CURRENCY", "BCRYPT_COST"];
    let token_keys = ["TOKEN_PRIVATE_KEY", "TOKEN_PUBLIC_KEYS"];
    let proxy = ["PROXY_SECRET must", "PROXY_SECRET_PREVIOUS", "PROXY_CALLS_PER_HOUR"];
    let limits = ["MINIMUM_TOTAL", "MAX_UNPAID_ORDERS has", "MAX_UNPAID_ORDERS_PER_ADDRESS"];
    for name in names.into_iter().chain(token_keys).chain(proxy).chain(limits) {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn the_country_of_the_store_is_an_iso_3166_1_code() {
    for (code, country) in [("", Some("US")), ("DE", Some("DE")), ("hk", Some("HK")), ("ZZ", None), ("Germany", None)] {
        let config = read(&[VALID.as_slice(), &[("STORE_COUNTRY", code)]].concat());
        assert_eq!(config.ok().as_ref().map(|config| config.country.code()), country, "{code}");
    }
}

#[test]
fn only_currencies_that_stripe_charges_are_accepted() {
    for code in ["USD", "jpy", "KWD", "IDR"] {
        assert!(read(&[VALID.as_slice(), &[("STORE_CURRENCY", code)]].concat()).is_ok(), "{code}");
    }
    // Currencies with other decimals at Stripe, and currencies that Stripe does not charge.
    for code in ["ISK", "MGA", "ugx", "IQD", "CLF", "XAU", "XXX"] {
        assert!(read(&[VALID.as_slice(), &[("STORE_CURRENCY", code)]].concat()).is_err(), "{code}");
    }
}

#[test]
fn the_minimum_total_is_that_of_stripe_by_default() {
    for (currency, setting, minimum) in [
        ("USD", None, 50),
        ("GBP", None, 30),
        ("JPY", None, 50),
        ("KWD", None, 0),
        ("USD", Some("1.25"), 125),
        ("USD", Some("0"), 0),
        ("JPY", Some("120"), 120),
    ] {
        let minimum_total = setting.map(|minimum| ("MINIMUM_TOTAL", minimum));
        let settings: Vec<_> = VALID.into_iter().chain([("STORE_CURRENCY", currency)]).chain(minimum_total).collect();
        assert_eq!(read(&settings).unwrap().minimum_total.minor(), minimum, "{currency} {setting:?}");
    }
    for invalid in ["0.5", "-1", "much", "1000000000"] {
        let settings = [VALID.as_slice(), &[("STORE_CURRENCY", "JPY"), ("MINIMUM_TOTAL", invalid)]].concat();
        assert!(read(&settings).unwrap_err().contains("MINIMUM_TOTAL must be an amount"), "{invalid}");
    }
}

#[test]
fn the_refresh_leeway_is_at_most_five_minutes() {
    assert_eq!(read(&VALID).unwrap().refresh_leeway.as_secs(), 30);
    for (seconds, is_valid) in [("0", true), ("300", true), ("301", false), ("-1", false), ("soon", false)] {
        let settings = [VALID.as_slice(), &[("REFRESH_LEEWAY_SECONDS", seconds)]].concat();
        assert_eq!(read(&settings).is_ok(), is_valid, "{seconds}");
    }
}

#[test]
fn a_language_without_rules_is_rejected() {
    let with = |code| read(&[VALID.as_slice(), &[("CATALOGUE_LANGUAGE", code)]].concat());
    assert_eq!(with("de").unwrap().catalogue_language, Language::German);
    assert_eq!(with("").unwrap().catalogue_language, Language::English);
    for code in ["xx", "EN", "german"] {
        assert!(with(code).unwrap_err().starts_with("CATALOGUE_LANGUAGE must be one of ar, da, de"), "{code}");
    }
}

#[test]
fn a_role_authenticates_only_in_builds_with_the_feature() {
    let with = |authentication| read(&[VALID.as_slice(), &[("MONGODB_AUTHENTICATION", authentication)]].concat());
    for default in ["", "uri"] {
        assert!(!with(default).unwrap().database.uses_role);
    }
    let aws = with("aws").map(|config| config.database.uses_role);
    if cfg!(feature = "mongodb-aws") {
        assert_eq!(aws, Ok(true));
    } else {
        assert!(aws.unwrap_err().contains("requires a build with the feature mongodb-aws"));
    }
    assert!(with("AWS").unwrap_err().contains("MONGODB_AUTHENTICATION must be uri or aws"));
}

#[test]
fn a_pool_without_connections_is_rejected() {
    for (size, is_valid) in [("1", true), ("0", false), ("-1", false), ("many", false)] {
        assert_eq!(read(&[VALID.as_slice(), &[("MONGODB_MAX_POOL_SIZE", size)]].concat()).is_ok(), is_valid, "{size}");
    }
    assert_eq!(read(&VALID).unwrap().database.max_pool_size, 4);
}

#[test]
fn mistyped_keys_of_stripe_are_rejected() {
    for (key, is_valid) in [
        ("sk_test_1aB", true),
        ("rk_live_1aB", true),
        ("sk_test_", false),
        ("pk_test_1aB", false),
        ("sk_tset_1aB", false),
        ("sk_test_1aB\n", false),
        (" sk_test_1aB", false),
    ] {
        let config = read(&[VALID.as_slice(), &[("STRIPE_SECRET_KEY", key)]].concat());
        assert_eq!(config.is_ok(), is_valid, "{key:?}");
        assert!(config.err().is_none_or(|error| error.contains("STRIPE_SECRET_KEY") && !error.contains("1aB")));
    }
    let stripe = [VALID.as_slice(), &[("STRIPE_SECRET_KEY", "sk_test_1aB")]].concat();
    for (secrets, is_valid) in [
        ("whsec_1aB", true),
        ("whsec_1a+/B=, whsec_2", true),
        ("", true),
        ("sk_test_1aB", false),
        ("whsec_", false),
        ("whsec_1aB;whsec_2", false),
        ("whsec_1aB, wsec_2", false),
    ] {
        let config = read(&[stripe.as_slice(), &[("STRIPE_WEBHOOK_SECRET", secrets)]].concat());
        assert_eq!(config.is_ok(), is_valid, "{secrets:?}");
        assert!(config.err().is_none_or(|error| error.contains("STRIPE_WEBHOOK_SECRET") && !error.contains("1aB")));
    }
}

#[test]
fn a_previous_key_requires_a_current_one() {
    let key = "0123456789-0123456789-0123456789";
    for (name, current) in [("CURSOR_KEY_PREVIOUS", "CURSOR_KEY"), ("PROXY_SECRET_PREVIOUS", "PROXY_SECRET")] {
        let error = read(&[("MONGODB_URI", "mongodb://localhost"), (name, key)]).unwrap_err();
        assert_eq!(error, format!("{current} is not set"));
    }
}

#[test]
fn the_public_keys_contain_that_of_the_private_key() {
    let key = |seed| TokenPrivateKey::from_seed([seed; 32]).unwrap();
    let public = |seed| key(seed).public_key().to_string();
    let with = |public_keys: &str| {
        let private = key(1).expose_text();
        let keys = [("TOKEN_PRIVATE_KEY", private.as_str()), ("TOKEN_PUBLIC_KEYS", public_keys)];
        read(&[VALID.as_slice(), &keys].concat())
    };
    let config = with(&format!("{}, {}", public(2), public(1))).unwrap();
    assert_eq!(config.token_keys.public, [key(2).public_key(), key(1).public_key()]);
    for others in [String::new(), public(2)] {
        assert!(with(&others).unwrap_err().contains("must contain the public key of TOKEN_PRIVATE_KEY"));
    }
    assert!(with(&format!("{},mistyped", public(1))).unwrap_err().contains("TOKEN_PUBLIC_KEYS must be"));
}

#[test]
fn debug_output_contains_no_secret() {
    let stripe = [("STRIPE_SECRET_KEY", "sk_test_local"), ("STRIPE_WEBHOOK_SECRET", "whsec_a, whsec_b")];
    let config = read(&[VALID.as_slice(), &stripe].concat()).unwrap();
    assert_eq!(config.stripe.as_ref().unwrap().webhook_secrets.len(), 2);
    let printed = format!("{config:?}");
    for secret in ["mongodb://", "0123456789", "sk_test", "whsec"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn image_urls_start_with_the_bucket_or_the_base_url() {
    let access = [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")];
    let endpoint = ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9/");
    for (settings, expected) in [
        (vec![], "https://pictures.s3.eu-central-1.amazonaws.com"),
        (vec![endpoint], "http://127.0.0.1:9/pictures"),
        (vec![endpoint, ("IMAGE_BASE_URL", "https://images.example.com/")], "https://images.example.com"),
    ] {
        let settings = [VALID.as_slice(), &access, &[("IMAGE_BUCKET", "pictures")], &settings].concat();
        assert_eq!(read(&settings).unwrap().images.unwrap().base_url, expected);
    }
}

#[test]
fn mail_requires_a_sender_and_a_storefront() {
    let without = read(&VALID).unwrap();
    assert!(without.mail.is_none() && !without.sends_mail);
    let with = |settings: &[(&str, &str)]| read(&[VALID.as_slice(), settings].concat());
    let (from, storefront) =
        (("MAIL_FROM", "orders@shop.example.com"), ("STOREFRONT_URL", "https://shop.example.com/"));
    assert!(with(&[("MAIL", "ses")]).unwrap().sends_mail);
    assert_eq!(with(&[("MAIL", "smtp")]).unwrap_err(), "MAIL must be ses or none");
    // Without a sender the others are ignored.
    assert!(with(&[storefront, ("STORE_ACCENT", "red")]).unwrap().mail.is_none());
    let mail = with(&[from, storefront]).unwrap().mail.unwrap();
    assert_eq!(mail.storefront_url, "https://shop.example.com");
    assert_eq!((mail.store_name.as_str(), mail.color.as_str()), ("shop.example.com", "#1f2937"));
    assert_eq!(with(&[from]).unwrap_err(), "STOREFRONT_URL is not set");
    for (name, bad) in [
        ("MAIL_FROM", "orders@shop.example.com\r\nBcc: all@example.com"),
        ("MAIL_FROM", "Shop <orders@shop.example.com>"),
        ("STOREFRONT_URL", "shop.example.com"),
        ("STOREFRONT_URL", "https://shop.example.com/?a=b"),
        ("STORE_ACCENT", "red"),
        ("STORE_ACCENT", "#12345g"),
        ("STORE_NAME", "Harbor\r\nGoods\u{7}"),
    ] {
        let settings: Vec<_> = [from, storefront].into_iter().filter(|(other, _)| *other != name).collect();
        let error = with(&[settings.as_slice(), &[(name, bad)]].concat()).unwrap_err();
        assert!(error.starts_with(name), "{bad:?}: {error}");
    }
}

#[test]
fn verified_addresses_can_be_required_only_by_a_shop_that_sends_mail() {
    let requires = |settings: &[(&str, &str)]| {
        read(&[VALID.as_slice(), settings].concat()).map(|config| config.requires_verified_email)
    };
    let (mail, required) = (("MAIL", "ses"), ("REQUIRE_VERIFIED_EMAIL", "true"));
    assert_eq!(requires(&[mail]), Ok(false));
    assert_eq!(requires(&[mail, required]), Ok(true));
    assert_eq!(requires(&[("REQUIRE_VERIFIED_EMAIL", "false")]), Ok(false));
    assert_eq!(requires(&[required]).unwrap_err(), "REQUIRE_VERIFIED_EMAIL requires MAIL");
    assert!(requires(&[mail, ("REQUIRE_VERIFIED_EMAIL", "yes")]).unwrap_err().contains("REQUIRE_VERIFIED_EMAIL has"));
}
