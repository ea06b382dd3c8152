//! The Stripe stand-in of a stack.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::ports::Ports;
use crate::processes::Processes;
use crate::terminal::print_status;
use crate::{ready, root};

/// The address and the keys of the stand-in, as `dev.json` has them.
#[derive(Serialize, Deserialize)]
pub(crate) struct StandIn {
    pub(crate) base_url: String,
    pub(crate) secret_key: String,
    pub(crate) publishable_key: String,
    pub(crate) webhook_secret: String,
}

impl StandIn {
    /// Starts the stand-in with the payments in a file, and waits until it responds. Its keys are not secret: it moves no money.
    pub(super) async fn start(processes: &mut Processes, ports: Ports, file: &Path) -> Result<Self> {
        print_status(format_args!("starting the Stripe stand-in on port {}", ports.stripe));
        let stand_in = Self {
            base_url: format!("http://127.0.0.1:{}", ports.stripe),
            secret_key: "sk_test_ferrocart".to_owned(),
            publishable_key: "pk_test_ferrocart".to_owned(),
            webhook_secret: "whsec_ferrocart".to_owned(),
        };
        let webhook = format!("http://127.0.0.1:{}/api/v1/webhooks/stripe", ports.api);
        let mut command = processes.command(root::binaries()?.join("stripe-stand-in"));
        command.args(["--port", &ports.stripe.to_string(), "--webhook-url", &webhook]).envs(stand_in.settings());
        command.arg("--state-file").arg(file);
        processes.start("stripe-stand-in", command)?;
        let health = format!("{}/_stand-in/health", stand_in.base_url);
        processes.during(ready::wait_for_http("the Stripe stand-in", &health, Duration::from_secs(30))).await?;
        Ok(stand_in)
    }

    /// The settings with which a program uses the stand-in as Stripe.
    pub(super) fn settings(&self) -> [(&'static str, &str); 4] {
        [
            ("STRIPE_API_BASE", &self.base_url),
            ("STRIPE_SECRET_KEY", &self.secret_key),
            ("STRIPE_PUBLISHABLE_KEY", &self.publishable_key),
            ("STRIPE_WEBHOOK_SECRET", &self.webhook_secret),
        ]
    }
}
