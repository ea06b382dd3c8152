//! Makes the account of whoever runs the shop first. Registration never makes an administrator, and who
//! has registered is never made one here.

use ferrocart::auth::{Password, Passwords};
use ferrocart::config::FirstAdminConfig;
use ferrocart::db::new_id;
use ferrocart::db::users::{Role, UserDoc, Users};
use ferrocart::domain::time::Timestamp;
use ferrocart::lambda::Error;
use mongodb::Database;
use mongodb::bson::DateTime;
use secrecy::ExposeSecret;

/// Makes the account, unless somebody runs the shop already: the last administrator stays, so that is
/// so from the first time on, and this changes nothing ever after.
///
/// # Errors
/// When a customer has that e-mail address: anybody could have registered it. When the password or the
/// database refuses.
pub async fn make_first_admin(database: &Database, first: &FirstAdminConfig) -> Result<(), Error> {
    let users = Users::new(database);
    if users.has_admin().await? {
        return Ok(());
    }
    if users.by_email(&first.email).await?.is_some() {
        return Err("FirstAdminEmail is a customer's: name another address, or use `cargo xtask create-admin`".into());
    }
    let password: Password = first.password.expose_secret().parse()?;
    let admin = UserDoc {
        id: new_id(),
        name: "Administrator".parse()?,
        email: first.email.clone(),
        password_hash: Passwords::new(first.bcrypt_cost).hash(password).await?,
        role: Role::Admin,
        created_at: Timestamp::from_millis(DateTime::now().timestamp_millis()),
        addresses: Vec::new(),
        credentials_version: 0,
    };
    users.insert(&admin).await?;
    tracing::info!(user_id = %admin.id, "the first administrator is made");
    Ok(())
}
