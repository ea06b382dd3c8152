//! `cargo xtask create-admin`: makes an administrator. Registration never does, so the first one comes
//! from whoever can write to the database.

use std::io::{BufRead as _, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::auth::{Password, RefreshToken};
use ferrocart::db::new_id;
use ferrocart::db::transaction;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::text::PersonName;
use futures_util::FutureExt as _;

use crate::seed;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Options {
    /// With what to log in. An account that has this address already becomes an administrator's.
    email: String,
    /// The name of a new account.
    #[arg(long, default_value = "Administrator")]
    name: String,
    /// Read the password of a new account from the first line of the standard input; without this, one
    /// is made and printed.
    #[arg(long)]
    password_stdin: bool,
    /// The data directory of the `cargo xtask dev` whose shop it is [default: the shop at
    /// `MONGODB_URI`, or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Makes an administrator of the shop at `MONGODB_URI`, or of the one that `cargo xtask dev` runs.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Options { email, name, password_stdin, data_dir } = options;
    let (email, name) = (email.parse::<Email>().context("the e-mail address")?, name.parse().context("the name")?);
    let shop = seed::shop(data_dir).await?;
    match shop.users.by_email(&email).await.context("looking for the account")? {
        Some(user) if user.role == Role::Admin => say("that account is an administrator's already"),
        Some(user) => {
            promote(&shop, user).await?;
            say("the account is an administrator's now; its sessions have ended");
        }
        None => create(&shop, email, name, password_stdin).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn promote(shop: &AppState, user: UserDoc) -> Result<()> {
    let promoted = transaction::run(&shop.database, (shop, user.id), |session, (shop, id)| {
        async move {
            let promoted = shop.users.set_role(session, *id, Role::Admin).await?;
            shop.sessions.end_all(session, *id, None).await?;
            Ok(promoted)
        }
        .boxed()
    });
    promoted.await.context("changing the role")?.map(drop).context("the account has gone")
}

async fn create(shop: &AppState, email: Email, name: PersonName, password_stdin: bool) -> Result<()> {
    let typed = if password_stdin { first_line()? } else { RefreshToken::generate()?.expose().to_owned() };
    let password: Password = typed.parse().context("the password")?;
    let admin = UserDoc {
        id: new_id(),
        name,
        email,
        password_hash: shop.passwords.hash(password).await?,
        role: Role::Admin,
        created_at: shop.now(),
        addresses: Vec::new(),
        credentials_version: 0,
    };
    shop.users.insert(&admin).await.context("storing the account")?;
    if password_stdin {
        say("made an administrator");
    } else {
        say(format_args!("made an administrator with the password {typed}"));
    }
    Ok(())
}

fn first_line() -> Result<String> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line).context("reading the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("there is no password on the standard input");
    }
    Ok(password.to_owned())
}
