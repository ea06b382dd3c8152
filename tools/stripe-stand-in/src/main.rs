//! The stand-in for Stripe as a program, for local development.

use clap::Parser;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use stripe_stand_in::{Settings, StandIn, WebhookEndpoint, WebhookPayload, WebhookUrl};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A stand-in for Stripe's API on 127.0.0.1
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port on 127.0.0.1; 0 selects a free one
    #[arg(long, default_value_t = 12_111)]
    port: u16,
    /// An API key of the shop's backend, of test mode or live mode; may be repeated
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true, required = true)]
    secret_key: Vec<String>,
    /// An API key of browsers; may be repeated
    #[arg(long, env = "STRIPE_PUBLISHABLE_KEY")]
    publishable_key: Vec<String>,
    /// The URL that receives events; its host must be loopback
    #[arg(long, requires = "webhook_secret")]
    webhook_url: Option<WebhookUrl>,
    /// The signing secret of the webhook endpoint
    #[arg(long, env = "STRIPE_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// The waits between attempts to deliver an event, in milliseconds
    #[arg(long, value_delimiter = ',', default_value = "200,500,1000,2000,5000,10000")]
    webhook_retry_ms: Vec<u64>,
    /// A file that keeps payments until the next start; it is written when the program ends
    #[arg(long)]
    state_file: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the stand-in cannot start");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Installed before the log line "ready", so that a process that waits for that line can send SIGTERM at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let running = StandIn::start(arguments.into_settings()).await?;
    tracing::info!(base_url = running.base_url(), "ready");
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    running.shutdown().await?;
    Ok(())
}

impl Arguments {
    fn into_settings(self) -> Settings {
        let webhook = self.webhook_url.zip(self.webhook_secret);
        Settings {
            port: self.port,
            secret_keys: self.secret_key,
            publishable_keys: self.publishable_key,
            webhook: webhook.map(|(url, secret)| WebhookEndpoint { url, secret, payload: WebhookPayload::Snapshot }),
            webhook_retry_waits: self.webhook_retry_ms.into_iter().map(Duration::from_millis).collect(),
            state_file: self.state_file,
        }
    }
}
