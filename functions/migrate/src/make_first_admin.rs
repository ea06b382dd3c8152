//! Creates the account of the first administrator. Registration never creates administrators, and a registered customer is
//! never promoted here.

use ferrocart::auth::{Password, PasswordHasher};
use ferrocart::config::FirstAdminConfig;
use ferrocart::db::account_mails::AccountMails;
use ferrocart::db::users::{Role, UserDoc, Users};
use ferrocart::db::{new_id, transaction};
use ferrocart::domain::time::Timestamp;
use ferrocart::lambda::Error;
use futures_util::FutureExt;
use mongodb::Database;
use mongodb::bson::DateTime;
use secrecy::ExposeSecret;

/// Creates the account, unless there is an administrator. The last administrator cannot be removed, so this has an effect
/// only once.
///
/// # Errors
/// When a customer has the e-mail address, which anyone could have registered; when the password is invalid.
pub async fn make_first_admin(database: &Database, first: &FirstAdminConfig) -> Result<(), Error> {
    let users = Users::new(database);
    if users.has_admin().await? {
        return Ok(());
    }
    if users.by_email(&first.email).await?.is_some() {
        return Err("FirstAdminEmail belongs to a customer: use another address, or `ferrocart create-admin`".into());
    }
    let password: Password = first.password.expose_secret().parse()?;
    let admin = UserDoc {
        id: new_id(),
        name: "Administrator".parse()?,
        email: first.email.clone(),
        password_hash: PasswordHasher::new(first.bcrypt_cost).hash(password).await?,
        role: Role::Admin,
        created_at: Timestamp::from_millis(DateTime::now().timestamp_millis()),
        addresses: Vec::new(),
        credentials_version: 0,
        email_verified_at: None,
        pending_email: None,
        email_restored_at: None,
    };
    let mails = AccountMails::new(database, first.sends_mail);
    transaction::run(database, (&users, &mails, &admin), |session, &(users, mails, admin)| {
        async move { Ok(users.insert_admin(session, mails, admin).await?) }.boxed()
    })
    .await?;
    tracing::info!(user_id = %admin.id, "created the first administrator");
    Ok(())
}
