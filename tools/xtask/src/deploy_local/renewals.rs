//! Renews each secret of the deployed shop, with a wrong value first: the shop sells with the previous value, and then with
//! the right one, without a deployment.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use aws_lc_rs::hmac;
use ferrocart::config::{TokenPrivateKey, TokenPublicKey};
use serde_json::{Map, Value, json};

use super::shop::Shop;
use super::stack::{Description, Stack};
use crate::terminal::print_status;

/// The time until every function has read a secret again, which is a second, and checked it.
const TIMEOUT: Duration = Duration::from_mins(2);
/// The log line of a function that rejects a value.
const REJECTED: &str = "a secret could not be renewed";
/// The log line of a function that uses a new value.
const IN_USE: &str = "a rolled secret is in use";
/// A second API key that the Stripe stand-in accepts.
pub(super) const ROLLED_STRIPE_KEY: &str = "sk_test_rolled";
/// The next signing secret of the webhook endpoint.
const NEXT_WEBHOOK_SECRET: &str = "whsec_next";

/// A change of a secret.
struct Renewal {
    /// The output of the stack with the ARN.
    output: &'static str,
    /// The log group of a function that has the secret.
    logs: &'static str,
    /// The setting in the secret.
    setting: &'static str,
    wrong: String,
    right: String,
    /// The right value remains valid beside this one.
    previous: Option<String>,
}

impl Renewal {
    fn wrong_value(&self) -> Value {
        json!({ self.setting: self.wrong })
    }

    fn right_value(&self) -> Value {
        match &self.previous {
            Some(previous) => json!({ self.setting: self.right, format!("{}_PREVIOUS", self.setting): previous }),
            None => json!({ self.setting: self.right }),
        }
    }
}

/// Renews all secrets.
pub(super) async fn renew_each(stack: &Stack, shop: &Shop) -> Result<()> {
    let description = stack.describe().await?;
    let secrets = Secrets { stack, description: &description };
    for renewal in renewals(&secrets).await? {
        print_status(format_args!("renewing {}", renewal.output));
        let is_webhook = renewal.output == "StripeWebhookSecretArn";
        if is_webhook {
            ensure!(!accepts_next_signature(shop).await?, "an unknown signature was accepted");
        }
        secrets.store(&renewal, &renewal.wrong_value(), shop, REJECTED).await?;
        secrets.store(&renewal, &renewal.right_value(), shop, IN_USE).await?;
        if is_webhook {
            ensure!(accepts_next_signature(shop).await?, "the new secret of the webhook is not in use");
        }
    }
    renew_migration_secret(&secrets, shop).await
}

async fn renewals(secrets: &Secrets<'_>) -> Result<Vec<Renewal>> {
    let uri = secrets.setting("DatabaseSecretArn", "MONGODB_URI").await?;
    let old_key = secrets.setting("TokenPublicKeysSecretArn", "TOKEN_PUBLIC_KEYS").await?;
    old_key.parse::<TokenPublicKey>().context("parsing the public key")?;
    let cursor_key = secrets.setting("CursorSecretArn", "CURSOR_KEY").await?;
    let order_token_key = secrets.setting("OrderTokenSecretArn", "ORDER_TOKEN_KEY").await?;
    let proxy_secret = secrets.setting("ProxySecretArn", "PROXY_SECRET").await?;
    let webhook = secrets.setting("StripeWebhookSecretArn", "STRIPE_WEBHOOK_SECRET").await?;
    let key = TokenPrivateKey::generate().context("generating a key")?;
    let public = key.public_key();

    let renewal = |output, logs, setting, wrong: &str, right: String| {
        let wrong = wrong.to_owned();
        Renewal { output, logs, setting, wrong, right, previous: None }
    };
    let token_keys = |right| renewal("TokenPublicKeysSecretArn", "OrdersLogs", "TOKEN_PUBLIC_KEYS", "mistyped", right);
    let long = |text: &str| format!("{text}, of at least 32 bytes");
    let with_password = uri.replace("mongodb://", "mongodb://shop:mistyped@");
    let mut cursors = renewal("CursorSecretArn", "ProductsLogs", "CURSOR_KEY", "short", long("the next key"));
    cursors.previous = Some(cursor_key);
    let mut order_tokens =
        renewal("OrderTokenSecretArn", "OrdersLogs", "ORDER_TOKEN_KEY", "short", long("the next key"));
    order_tokens.previous = Some(order_token_key);
    let mut proxy = renewal("ProxySecretArn", "OrdersLogs", "PROXY_SECRET", "short", long("the next secret"));
    proxy.previous = Some(proxy_secret);
    Ok(vec![
        renewal("DatabaseSecretArn", "OrdersLogs", "MONGODB_URI", &with_password, format!("{uri}&appName=rolled")),
        // The key of the tokens is rolled in three steps. After the last one only tokens of the new key are valid.
        token_keys(format!("{old_key},{public}")),
        renewal("TokenPrivateKeySecretArn", "AuthLogs", "TOKEN_PRIVATE_KEY", "mistyped", key.expose_text()),
        token_keys(public.to_string()),
        cursors,
        order_tokens,
        renewal("FingerprintSecretArn", "AuthLogs", "FINGERPRINT_KEY", "short", long("the next key")),
        proxy,
        renewal(
            "StripeKeySecretArn",
            "OrdersLogs",
            "STRIPE_SECRET_KEY",
            "sk_test_mistyped",
            ROLLED_STRIPE_KEY.to_owned(),
        ),
        renewal(
            "StripeWebhookSecretArn",
            "StripeWebhookLogs",
            "STRIPE_WEBHOOK_SECRET",
            "mistyped",
            format!("{NEXT_WEBHOOK_SECRET},{webhook}"),
        ),
    ])
}

/// Renews the secret that `migrate` alone reads, with each invocation.
async fn renew_migration_secret(secrets: &Secrets<'_>, shop: &Shop) -> Result<()> {
    let output = "MigrationSecretArn";
    print_status(format_args!("renewing {output}"));
    let uri = secrets.setting(output, "MONGODB_URI").await?;
    secrets.put(output, &json!({ "MONGODB_URI": "mongodb://shop:mistyped@127.0.0.1:9/" })).await?;
    ensure!(
        secrets.invoke_migrate().await?.get("errorMessage").is_some(),
        "migrate has used a wrong connection string"
    );
    shop.sell().await?;
    secrets.put(output, &json!({ "MONGODB_URI": uri })).await?;
    let migrated = secrets.invoke_migrate().await?;
    ensure!(migrated.get("schema_version").is_some(), "migrate failed with the right connection string: {migrated}");
    Ok(())
}

/// Sends an event that is signed with the next secret of the webhook endpoint. Its type needs no action.
async fn accepts_next_signature(shop: &Shop) -> Result<bool> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let event = json!({ "id": format!("evt_{time}"), "object": "event", "type": "customer.created", "livemode": false,
        "created": time, "data": { "object": { "id": "cus_1", "object": "customer" } } });
    let event = event.to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, NEXT_WEBHOOK_SECRET.as_bytes());
    let signature = hex::encode(hmac::sign(&key, format!("{time}.{event}").as_bytes()));
    Ok(shop.send_event(&event, &format!("t={time},v1={signature}")).await?.is_success())
}

/// The secrets of the stack.
struct Secrets<'a> {
    stack: &'a Stack,
    description: &'a Description,
}

impl Secrets<'_> {
    /// Stores a value, and sells until a function has logged what it did with it. Each sale must succeed.
    async fn store(&self, renewal: &Renewal, value: &Value, shop: &Shop, message: &str) -> Result<()> {
        let Renewal { output, logs, .. } = renewal;
        let start = Instant::now();
        let since = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        self.put(output, value).await?;
        let (arn, group) = (self.arn(output)?, lookup(&self.description.resources, logs)?);
        loop {
            shop.sell().await.with_context(|| format!("the shop does not sell after a change of {output}"))?;
            if self.stack.has_logged(group, &[message, arn], since).await? {
                return Ok(());
            }
            if start.elapsed() > TIMEOUT {
                bail!("{output}: {logs} has no line {message:?}");
            }
        }
    }

    async fn setting(&self, output: &str, name: &str) -> Result<String> {
        let request = json!({ "SecretId": self.arn(output)? });
        let found = self.stack.cloud.call("secretsmanager", "secretsmanager.GetSecretValue", &request).await?;
        let value = found.get("SecretString").and_then(Value::as_str).context("no value")?;
        let value: BTreeMap<String, String> = serde_json::from_str(value).context("parsing a secret")?;
        value.get(name).cloned().with_context(|| format!("{output} has no {name}"))
    }

    async fn put(&self, output: &str, value: &Value) -> Result<()> {
        let request = json!({ "SecretId": self.arn(output)?, "SecretString": value.to_string(),
            "ClientRequestToken": format!("{:032x}", fastrand::u128(..)) });
        self.stack.cloud.call("secretsmanager", "secretsmanager.PutSecretValue", &request).await.map(drop)
    }

    async fn invoke_migrate(&self) -> Result<Value> {
        let name = lookup(&self.description.outputs, "MigrateFunctionName")?;
        self.stack.cloud.invoke(name, &Value::Object(Map::new())).await
    }

    fn arn(&self, output: &str) -> Result<&str> {
        lookup(&self.description.outputs, output)
    }
}

fn lookup<'a>(names: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str> {
    names.get(name).map(String::as_str).with_context(|| format!("the stack has no {name}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_secret_of_the_template_is_renewed() {
        let (_, outputs) = include_str!("../../../../template.yaml").split_once("\nOutputs:\n").unwrap();
        let names = outputs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix("SecretArn:"));
        // The initial password of the first administrator has no effect later.
        let renewed = names.filter(|name| *name != "FirstAdmin");
        let (code, _) = include_str!("renewals.rs").split_once("#[cfg(test)]").unwrap();
        let mut checked = 0;
        for name in renewed {
            assert!(code.contains(&format!("\"{name}SecretArn\"")), "{name}SecretArn is not renewed");
            checked += 1;
        }
        assert!(checked >= 9, "{checked}");
    }
}
