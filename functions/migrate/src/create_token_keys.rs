//! Generates the keys of access tokens with the first deployment. This function can write the private key, but not read it.

use ferrocart::config::{SecretsConfig, TokenKeySecrets, TokenPrivateKey};
use ferrocart::db::lease::Lease;
use ferrocart::lambda::Error;
use ferrocart::secrets::{Secrets, put_secret};
use mongodb::Database;

/// The lease of generating the keys, and its version: the keys of all releases are of the same kind.
const LEASE: &str = "token_keys";
const LEASE_VERSION: i32 = 1;

/// Generates the keys and stores them in their secrets, unless there is a public key. Of two runs at the same time one
/// generates them: otherwise the keys of one might be stored as the private key, and those of the other as the public key.
///
/// # Errors
/// When Secrets Manager cannot be reached or rejects a request, or the database fails.
pub async fn create_token_keys(
    database: &Database,
    config: &SecretsConfig,
    secrets: &TokenKeySecrets,
) -> Result<(), Error> {
    if has_public_key(config, secrets).await? {
        return Ok(());
    }
    let lease = Lease::acquire(database, LEASE, LEASE_VERSION).await?;
    let lease = lease.ok_or("a newer release generates the keys of access tokens")?;
    let generated = generate_unless_stored(config, secrets).await;
    lease.release().await?;
    generated
}

/// Generates the keys, unless the previous holder of the lease has stored them.
async fn generate_unless_stored(config: &SecretsConfig, secrets: &TokenKeySecrets) -> Result<(), Error> {
    if has_public_key(config, secrets).await? {
        return Ok(());
    }
    let key = TokenPrivateKey::generate()?;
    // The public key last: if storing it fails, the next attempt replaces both.
    put_secret(config, &secrets.private_key, "TOKEN_PRIVATE_KEY", &key.expose_text()).await?;
    put_secret(config, &secrets.public_keys, "TOKEN_PUBLIC_KEYS", &key.public_key().to_string()).await?;
    tracing::info!("generated the keys of access tokens");
    Ok(())
}

async fn has_public_key(config: &SecretsConfig, secrets: &TokenKeySecrets) -> Result<bool, Error> {
    let public_keys = SecretsConfig { arns: vec![secrets.public_keys.clone()], ..config.clone() };
    let stored = Secrets::read(&public_keys).await?;
    Ok(stored.get("TOKEN_PUBLIC_KEYS").is_some_and(|keys| !keys.is_empty()))
}
