//! `ferrocart complete-restore`: brings a database that was restored from a backup up to date.

mod deleted_accounts;
mod events;
mod lost_orders;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use ferrocart::AppState;
use ferrocart::db::users::{Role, UserFilter};
use ferrocart::domain::time::Timestamp;

use self::deleted_accounts::delete_accounts;
use self::events::apply_events;
use self::lost_orders::settle_lost_orders;
use crate::secret::{STRIPE_KEY, read_secret};
use crate::shop::DatabaseOptions;
use crate::terminal::print_status;

/// How many administrators are listed.
const MAX_LISTED: i64 = 100;

/// Bring a restored database up to date.
///
/// A database that was restored from a backup lacks what happened afterwards. Close the shop before the
/// restore, run this command, and open the shop again. The command
///
/// 1. ends all sessions, because their owners may have ended them since then, and the mails that were due then;
/// 2. applies Stripe's events since then: payments, refunds and disputes of the orders in the database;
/// 3. lists the payments of orders that are lost, and refunds or cancels those that --refund names;
/// 4. deletes the accounts again that were deleted since then, and erases the personal data in their orders;
/// 5. lists the administrators, because roles may have been changed since then.
///
/// Changed passwords are lost: the previous ones are valid again. The Stripe key needs the additional
/// permission *Events: Read*. It is in the environment variable `STRIPE_SECRET_KEY`. Running the command
/// again continues an interrupted run, or changes nothing.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Time to which the database was restored, such as 2026-11-28T10:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Timestamp,
    /// Log lines of the function `auth` since that time, which name the deleted accounts, as `deleted_accounts`
    /// of tools/restore.sh prints them; `-` for the standard input.
    #[arg(long, value_name = "FILE")]
    auth_log: PathBuf,
    /// Ids of payments to refund or cancel, separated by commas. They must be in the list of the payments of lost orders,
    /// which may contain payments of another shop on the same Stripe account: name only those of this shop.
    #[arg(long, value_name = "PAYMENTS", value_delimiter = ',')]
    refund: Vec<String>,
    /// Base URL of Stripe's API.
    #[arg(long, value_name = "URL", env = "STRIPE_API_BASE", default_value = "https://api.stripe.com")]
    stripe_api_base: String,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Completes a restore. The exit code is a failure if something is left to do.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let since = options.since;
    let deleted = deleted_accounts::read_log(&options.auth_log)?;
    let key = read_secret("STRIPE_SECRET_KEY", STRIPE_KEY)?;
    let stripe = [("STRIPE_SECRET_KEY", key), ("STRIPE_API_BASE", options.stripe_api_base)];
    let shop = options.database.open(stripe).await?;
    ensure!(since <= shop.now(), "--since is in the future");
    // Everything is lost in a wrong database.
    let name = shop.database.name();
    shop.verify_schema().await.with_context(|| format!("the database {name} cannot be used"))?;
    print_status(format_args!("database: {name}"));
    let ended = shop.sessions.end_everywhere().await.context("cannot end the sessions")?;
    print_status(format_args!("ended sessions: {ended}"));
    let links = shop.account_tokens.remove_everywhere().await.context("cannot end the links in mails")?;
    print_status(format_args!("ended links in mails: {links}"));
    let mails = end_mails(&shop, since).await.context("cannot end the mails")?;
    print_status(format_args!("orders and accounts with mails that are not sent again: {mails}"));
    let refunds = BTreeSet::from_iter(options.refund);
    let steps = [
        apply_events(&shop, since).await?,
        settle_lost_orders(&shop, since, &refunds).await?,
        delete_accounts(&shop, deleted).await?,
    ];
    list_administrators(&shop).await?;
    Ok(if steps.iter().all(|is_complete| *is_complete) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends the mails that were due at the time of the backup. Most were sent a moment later, and would be sent again.
async fn end_mails(shop: &AppState, since: Timestamp) -> Result<u64> {
    let orders = shop.orders.end_notifications(since, shop.now()).await?;
    Ok(orders.saturating_add(shop.account_mails.end_all(since, shop.now()).await?))
}

async fn list_administrators(shop: &AppState) -> Result<()> {
    let filter = UserFilter { role: Some(Role::Admin), email: None };
    let admins = shop.users.list(&filter, None, MAX_LISTED).await.context("cannot list the administrators")?;
    let emails: Vec<_> = admins.iter().map(|admin| admin.email.as_str()).collect();
    print_status(format_args!("administrators: {}", emails.join(", ")));
    Ok(())
}
