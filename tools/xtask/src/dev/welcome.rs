//! What a developer wants to know of a stack that has just become ready.

use super::Options;
use super::state::State;
use crate::root::shown;

/// One block, with lines to copy.
pub(super) fn text(state: &State, options: &Options, port: u16) -> String {
    let api = format!("http://localhost:{port}/api/v1");
    let mongodb = if state.pids.contains_key("mongod") {
        state.mongodb_uri.as_str()
    } else {
        // It may hold a password.
        "the one of MONGODB_URI"
    };
    let stripe = match &state.stripe {
        Some(stand_in) => {
            format!("stand-in at {} (cargo xtask pay ORDER_ID)", stand_in.base_url)
        }
        None => "the one of STRIPE_SECRET_KEY".to_owned(),
    };
    let s3 = match &state.s3 {
        Some(s3) => format!("emulator at {}", s3.url),
        None => "the bucket of IMAGE_BUCKET".to_owned(),
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

  API       {api}
  Accounts  {accounts}
  Stripe    {stripe}
  S3        {s3}
  MongoDB   {mongodb}, database {database}
  Logs      {logs}

  curl {api}/health
  curl '{api}/products?limit=3'
  curl -H 'content-type: application/json' {session}"password":"ferrocart-demo"}}'

Ctrl-C ends it all. The functions' log:
"#,
        database = state.mongodb_database,
        logs = shown(&state.logs),
    )
}
