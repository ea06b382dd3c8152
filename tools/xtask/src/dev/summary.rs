//! The summary that `cargo xtask dev` prints when the stack is ready.

use super::Options;
use super::settings::Settings;
use super::state::State;
use crate::root::shown;

/// Formats the summary: addresses, accounts and commands to copy.
pub(super) fn format(state: &State, options: &Options, settings: &Settings, port: u16) -> String {
    let api = format!("http://localhost:{port}/api/v1");
    let is_local = state.pids.contains_key("mongod");
    // A URI that the developer has set may contain a password.
    let mongodb = if is_local { state.mongodb_uri.as_str() } else { "the one at MONGODB_URI" };
    let stripe = match &state.stripe {
        Some(stand_in) => format!("stand-in at {} (cargo xtask pay ORDER_ID)", stand_in.base_url),
        None => "the account of STRIPE_SECRET_KEY".to_owned(),
    };
    let s3 = match &state.s3 {
        Some(s3) => format!("emulator at {}", s3.url),
        None => "the bucket IMAGE_BUCKET".to_owned(),
    };
    let mail = match &state.s3 {
        _ if settings.has_mail() => "SES, from MAIL_FROM".to_owned(),
        Some(_) => "cargo xtask mail lists what the shop has sent, and shows a mail by its number".to_owned(),
        None => "none, because MAIL_FROM is not set".to_owned(),
    };
    let (storefront, admin) = match &state.storefront {
        Some(origin) if options.frontend => {
            (format!("{origin}/ follows changes in frontend"), format!("{origin}/admin/"))
        }
        Some(origin) => (format!("{origin}/"), format!("{origin}/admin/")),
        None => ("not served: the reason is above".to_owned(), "not served".to_owned()),
    };
    let (accounts, session) = if options.no_demo_data {
        ("none yet", format!(r#"{api}/auth/register -d '{{"name":"Ada","email":"ada@example.com","#))
    } else {
        (
            "admin@example.com and ada@example.com, password ferrocart-demo",
            format!(r#"{api}/auth/login -d '{{"email":"ada@example.com","#),
        )
    };
    format!(
        r#"
Ferrocart is ready.

  Storefront  {storefront}
  Admin       {admin}
  API         {api}
  Accounts    {accounts}
  Stripe      {stripe}
  S3          {s3}
  Mail        {mail}
  MongoDB     {mongodb}, database {database}
  Logs        {logs}

  curl {api}/health
  curl '{api}/products?limit=3'
  curl -H 'content-type: application/json' {session}"password":"ferrocart-demo"}}'

Catalogue and administrators (the first command compiles):

  export {environment}
  cargo run -p ferrocart-cli -- import FILE
  cargo run -p ferrocart-cli -- create-admin EMAIL

Press Ctrl-C to stop. The log of the functions follows, without idle runs of jobs:
"#,
        database = state.mongodb_database,
        logs = shown(&state.logs),
        environment = cli_environment(state, settings, is_local),
    )
}

/// The variables that point the operators' command line `ferrocart` at this shop.
fn cli_environment(state: &State, settings: &Settings, is_local: bool) -> String {
    let uri = if is_local { format!("'{}'", state.mongodb_uri) } else { "...".to_owned() };
    let mut assignments = vec![format!("MONGODB_URI={uri}")];
    // `import` requires the currency, also if it is the default of the functions.
    assignments.push(format!("STORE_CURRENCY={}", settings.get("STORE_CURRENCY").unwrap_or("USD")));
    for name in ["MONGODB_DATABASE", "CATALOGUE_LANGUAGE"] {
        assignments.extend(settings.get(name).map(|value| format!("{name}={value}")));
    }
    assignments.join(" ")
}
