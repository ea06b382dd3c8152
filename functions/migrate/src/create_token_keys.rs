//! Generates the keys of access tokens with the first deployment. This function can write the private key, but not read it.

use ferrocart::config::{SecretsConfig, TokenKeySecrets, TokenPrivateKey};
use ferrocart::lambda::Error;
use ferrocart::secrets::{Secrets, put_secret};

/// Generates the keys and stores them in their secrets, unless there is a public key.
///
/// # Errors
/// When Secrets Manager cannot be reached or rejects a request.
pub async fn create_token_keys(config: &SecretsConfig, secrets: &TokenKeySecrets) -> Result<(), Error> {
    let public_keys = SecretsConfig { arns: vec![secrets.public_keys.clone()], ..config.clone() };
    let stored = Secrets::read(&public_keys).await?;
    if stored.get("TOKEN_PUBLIC_KEYS").is_some_and(|keys| !keys.is_empty()) {
        return Ok(());
    }
    let key = TokenPrivateKey::generate()?;
    // The public key last: if storing it fails, the next attempt replaces both.
    put_secret(config, &secrets.private_key, "TOKEN_PRIVATE_KEY", &key.expose_text()).await?;
    put_secret(config, &secrets.public_keys, "TOKEN_PUBLIC_KEYS", &key.public_key().to_string()).await?;
    tracing::info!("generated the keys of access tokens");
    Ok(())
}
