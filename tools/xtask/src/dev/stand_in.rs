//! The Stripe stand-in of a stack.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::ports::Ports;
use crate::processes::Processes;
use crate::root;
use crate::terminal::say;

/// How to reach it, as `dev.json` tells it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StandIn {
    pub(crate) base_url: String,
    pub(crate) secret_key: String,
    pub(crate) publishable_key: String,
    pub(crate) webhook_secret: String,
}

impl StandIn {
    /// Starts it and waits until it answers. Its keys are no secrets: it has no money.
    pub(super) async fn start(processes: &mut Processes, ports: Ports) -> Result<Self> {
        say(format_args!("starting the Stripe stand-in on port {}", ports.stripe));
        let stand_in = Self {
            base_url: format!("http://127.0.0.1:{}", ports.stripe),
            secret_key: "sk_test_ferrocart".to_owned(),
            publishable_key: "pk_test_ferrocart".to_owned(),
            webhook_secret: "whsec_ferrocart".to_owned(),
        };
        let webhook = format!("http://127.0.0.1:{}/api/v1/webhooks/stripe", ports.api);
        let mut command = processes.command(root::binaries()?.join("stripe-stand-in"));
        command.args(["--port", &ports.stripe.to_string(), "--webhook-url", &webhook]).envs(stand_in.settings());
        processes.start("stripe-stand-in", command)?;
        processes.during(stand_in.answer()).await?;
        Ok(stand_in)
    }

    /// What makes a program take it for Stripe.
    pub(super) fn settings(&self) -> [(&'static str, &str); 4] {
        [
            ("STRIPE_API_BASE", &self.base_url),
            ("STRIPE_SECRET_KEY", &self.secret_key),
            ("STRIPE_PUBLISHABLE_KEY", &self.publishable_key),
            ("STRIPE_WEBHOOK_SECRET", &self.webhook_secret),
        ]
    }

    async fn answer(&self) -> Result<()> {
        let health = format!("{}/_stand-in/health", self.base_url);
        let patience = async {
            while reqwest::get(&health).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), patience).await.context("the Stripe stand-in doesn't answer")
    }
}
