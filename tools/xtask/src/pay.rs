//! `cargo xtask pay`: does at the Stripe stand-in what Stripe.js does in a customer's browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use reqwest::{Client, StatusCode, Url};
use serde_json::Value;

use crate::dev::{self, StandIn};
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Options {
    /// The `id` of an order: 24 hex digits.
    #[arg(value_parser = order_id)]
    order_id: String,
    /// The test card to pay with.
    #[arg(long, value_enum, default_value_t = Card::Visa)]
    card: Card,
    /// The data directory of the `cargo xtask dev` to pay at [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Card {
    Visa,
    Declined,
    InsufficientFunds,
}

impl Card {
    /// Stripe's name for it: <https://docs.stripe.com/testing>.
    fn payment_method(self) -> &'static str {
        match self {
            Self::Visa => "pm_card_visa",
            Self::Declined => "pm_card_chargeDeclined",
            Self::InsufficientFunds => "pm_card_visa_chargeDeclinedInsufficientFunds",
        }
    }
}

/// Finds the order's payment intent, confirms it, and says what came of it.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let stripe = Stripe { stand_in: dev::stand_in(options.data_dir)?, http: Client::new() };
    let intent = stripe.intent_of(&options.order_id).await?;
    let id = intent.get("id").and_then(Value::as_str).context("an intent without an id")?;
    match intent.get("status").and_then(Value::as_str) {
        Some("succeeded") => bail!("order {} is already paid ({id})", options.order_id),
        Some("canceled") => bail!("the payment of order {} was cancelled ({id})", options.order_id),
        _ => {}
    }
    say(stripe.confirm(id, options.card).await?);
    say(stripe.deliver().await?);
    Ok(ExitCode::SUCCESS)
}

struct Stripe {
    stand_in: StandIn,
    http: Client,
}

impl Stripe {
    async fn intent_of(&self, order_id: &str) -> Result<Value> {
        let url = format!("{}/v1/payment_intents/search", self.stand_in.base_url);
        let query = format!("metadata['order_id']:'{order_id}'");
        let url = Url::parse_with_params(&url, [("query", query)]).context("the search")?;
        let (status, mut answer) = self.send(self.http.get(url)).await?;
        if !status.is_success() {
            bail!("the stand-in refused the search: {}", message(&answer));
        }
        let found = answer.pointer_mut("/data/0").map(Value::take);
        found.with_context(|| {
            format!(
                "no payment of order {order_id}: check the id, or ask for a payment first \
                 (POST /api/v1/orders/{order_id}/payment)"
            )
        })
    }

    async fn confirm(&self, intent: &str, card: Card) -> Result<String> {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.stand_in.base_url);
        let form = [("payment_method", card.payment_method())];
        let (status, answer) = self.send(self.http.post(url).form(&form)).await?;
        if status.is_success() {
            let state = answer.get("status").and_then(Value::as_str).unwrap_or("unknown");
            return Ok(format!("Stripe says: {intent} {state}. The webhook payment_intent.{state} follows."));
        }
        if status == StatusCode::PAYMENT_REQUIRED {
            return Ok(format!("Stripe says: {} The webhook payment_intent.payment_failed follows.", message(&answer)));
        }
        bail!("the stand-in refused the payment: {}", message(&answer))
    }

    /// Waits until the shop has been told.
    async fn deliver(&self) -> Result<&'static str> {
        let url = format!("{}/_stand-in/settle?timeout_ms=10000", self.stand_in.base_url);
        let (_, settled) = self.send(self.http.post(url)).await?;
        let told = settled.get("settled").and_then(Value::as_bool).unwrap_or(false);
        Ok(if told { "the shop has been told" } else { "the shop has not taken the webhook yet; it is sent again" })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<(StatusCode, Value)> {
        let answer = request.bearer_auth(&self.stand_in.secret_key).send().await;
        let answer = answer
            .map_err(reqwest::Error::without_url)
            .with_context(|| format!("no answer from {}: has `cargo xtask dev` ended?", self.stand_in.base_url))?;
        let status = answer.status();
        Ok((status, answer.json().await.context("the stand-in's answer is no JSON")?))
    }
}

/// A card's refusal with its codes, or what else Stripe says about an error.
fn message(answer: &Value) -> String {
    let field = |name: &str| answer.pointer(&format!("/error/{name}")).and_then(Value::as_str);
    let message = field("message").unwrap_or("no reason given.");
    match (field("code"), field("decline_code")) {
        (Some(code), Some(decline)) => format!("{message} ({code}, {decline})"),
        (Some(code), None) => format!("{message} ({code})"),
        _ => message.to_owned(),
    }
}

/// Nothing else can get into the search query.
fn order_id(text: &str) -> Result<String, String> {
    if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("an order id has 24 hex digits".to_owned())
    }
}
