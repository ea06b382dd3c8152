//! `ferrocart create-admin`: creates an administrator. Registration creates customers only.

use std::io::{BufRead as _, stdin};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::auth::Password;
use ferrocart::db::new_id;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::db::{migration, transaction};
use ferrocart::domain::email::Email;
use ferrocart::domain::text::PersonName;
use futures_util::FutureExt as _;

use crate::shop::DatabaseOptions;
use crate::terminal::print_status;

/// Create an administrator, or make an existing account one.
///
/// If no account has the e-mail address, a new one is created with a random password, which is
/// printed once. If an account exists, it becomes an administrator, keeps its password, and its
/// sessions end.
#[derive(Args)]
pub(crate) struct Options {
    /// E-mail address to log in with.
    email: String,
    /// Name of a new account.
    #[arg(long, default_value = "Administrator")]
    name: String,
    /// Read the password of a new account from the first line of the standard input instead of
    /// generating one.
    #[arg(long)]
    password_stdin: bool,
    /// bcrypt cost of the password's hash, from 4 to 31.
    #[arg(long, value_name = "COST", env = "BCRYPT_COST", default_value = "12")]
    bcrypt_cost: String,
    /// `ses` if the shop sends mail, which notifies the new administrator; must be the `MAIL` of the
    /// shop's deployment.
    #[arg(long, value_name = "ses|none", env = "MAIL", default_value = "none")]
    mail: String,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Creates or promotes the account. The collections are created first: the unique index on
/// e-mail addresses has to exist.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Options { email, name, password_stdin, bcrypt_cost, mail, database } = options;
    let (email, name) = (email.parse::<Email>().context("e-mail address")?, name.parse().context("name")?);
    let shop = database.open([("BCRYPT_COST", bcrypt_cost), ("MAIL", mail)]).await?;
    migration::migrate(&shop.database, shop.config.catalogue_language)
        .await
        .context("cannot prepare the collections")?;
    match shop.users.by_email(&email).await.context("cannot look up the account")? {
        Some(user) if user.role == Role::Admin => {
            print_status(format_args!("{} is already an administrator", email.as_str()));
        }
        Some(user) => {
            promote(&shop, user).await?;
            print_status(format_args!("{} is now an administrator; all its sessions have ended", email.as_str()));
        }
        None => create(&shop, email, name, password_stdin).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn promote(shop: &AppState, user: UserDoc) -> Result<()> {
    let promoted = transaction::run(&shop.database, (shop, user.id), |session, (shop, id)| {
        async move {
            let promoted = shop.users.set_role(session, &shop.account_mails, *id, Role::Admin, shop.now()).await?;
            shop.sessions.end_all(session, *id, None).await?;
            Ok(promoted)
        }
        .boxed()
    });
    promoted.await.context("cannot change the role")?.map(drop).context("the account has been deleted")
}

async fn create(shop: &AppState, email: Email, name: PersonName, password_stdin: bool) -> Result<()> {
    let password = if password_stdin { read_password()?.parse().context("password")? } else { Password::generate()? };
    let text = password.expose().to_owned();
    let admin = UserDoc {
        id: new_id(),
        name,
        email,
        password_hash: shop.passwords.hash(password).await?,
        role: Role::Admin,
        created_at: shop.now(),
        addresses: Vec::new(),
        credentials_version: 0,
        email_verified_at: None,
        pending_email: None,
        email_restored_at: None,
    };
    let created = transaction::run(&shop.database, (shop, &admin), |session, (shop, admin)| {
        async move { Ok(shop.users.insert_admin(session, &shop.account_mails, admin).await?) }.boxed()
    });
    created.await.context("cannot store the account")?;
    let email = admin.email.as_str();
    if password_stdin {
        print_status(format_args!("created the administrator {email}"));
    } else {
        print_status(format_args!("created the administrator {email} with the password {text}"));
    }
    Ok(())
}

/// Reads the first line of the standard input.
fn read_password() -> Result<String> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line).context("cannot read the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("the standard input contains no password");
    }
    Ok(password.to_owned())
}
