//! What settings are read, and how wrong ones are told.

use super::Config;

fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
    let lookup = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Config::read(lookup).map_err(|error| error.to_string())
}

const GOOD: [(&str, &str); 2] =
    [("MONGODB_URI", "mongodb://localhost"), ("JWT_SECRET", "local-0123456789-0123456789-0123456789")];

#[test]
fn every_wrong_setting_is_named_at_once() {
    let error = read(&[
        ("JWT_SECRET", "short"),
        ("JWT_SECRET_PREVIOUS", "short"),
        ("STORE_CURRENCY", "gold"),
        ("BCRYPT_COST", "99"),
        ("SEARCH", "x"),
    ])
    .unwrap_err();
    let names = ["MONGODB_URI", "JWT_SECRET must", "JWT_SECRET_PREVIOUS", "STORE_CURRENCY", "BCRYPT_COST", "SEARCH"];
    for name in names {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_currency_that_stripe_counts_otherwise_is_refused() {
    for (code, good) in [("USD", true), ("jpy", true), ("KWD", true), ("ISK", false), ("ugx", false)] {
        let settings = [GOOD.as_slice(), &[("STORE_CURRENCY", code)]].concat();
        assert_eq!(read(&settings).is_ok(), good, "{code}");
    }
}

#[test]
fn an_environment_without_connections_is_refused() {
    for (size, good) in [("1", true), ("0", false), ("-1", false), ("many", false)] {
        assert_eq!(read(&[GOOD.as_slice(), &[("MONGODB_MAX_POOL_SIZE", size)]].concat()).is_ok(), good, "{size}");
    }
    assert_eq!(read(&GOOD).unwrap().database.max_pool_size, 4);
}

#[test]
fn secrets_do_not_print() {
    let stripe = [("STRIPE_SECRET_KEY", "sk_test_local"), ("STRIPE_WEBHOOK_SECRET", "whsec_a, whsec_b")];
    let config = read(&[GOOD.as_slice(), &stripe].concat()).unwrap();
    assert_eq!(config.stripe.as_ref().unwrap().webhook_secrets.len(), 2);
    let printed = format!("{config:?}");
    for secret in ["mongodb://", "0123456789", "sk_test", "whsec"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
