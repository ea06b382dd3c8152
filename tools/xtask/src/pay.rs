//! `cargo xtask pay`: confirms a payment at the Stripe stand-in, as Stripe.js does in a customer's browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::dev::{self, StandIn};
use crate::terminal::print_status;

#[derive(Args)]
pub(crate) struct Options {
    /// The `id` of the order: 24 hex digits.
    #[arg(value_parser = order_id)]
    order_id: String,
    /// The test card to pay with.
    #[arg(long, value_enum, default_value_t = Card::Visa)]
    card: Card,
    /// Data directory of the `cargo xtask dev` that has the order [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Where Stripe would send the buyer after an authentication outside of the shop. No test card here needs it.
const RETURN_URL: &str = "http://127.0.0.1/return";

#[derive(Clone, Copy, ValueEnum)]
enum Card {
    Visa,
    Declined,
    InsufficientFunds,
}

impl Card {
    /// Stripe's id of the test card: <https://docs.stripe.com/testing>.
    fn payment_method(self) -> &'static str {
        match self {
            Self::Visa => "pm_card_visa",
            Self::Declined => "pm_card_chargeDeclined",
            Self::InsufficientFunds => "pm_card_visa_chargeDeclinedInsufficientFunds",
        }
    }
}

/// Finds the order's payment intent, confirms it, and prints the outcome.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let stripe = Stripe { stand_in: dev::stand_in(options.data_dir)?, http: Client::new() };
    let intent = stripe.find_intent(&options.order_id).await?;
    let id = intent.get("id").and_then(Value::as_str).context("the payment intent has no id")?;
    match intent.get("status").and_then(Value::as_str) {
        Some("succeeded") => bail!("order {} is already paid ({id})", options.order_id),
        Some("canceled") => bail!("the payment of order {} was cancelled ({id})", options.order_id),
        _ => {}
    }
    print_status(stripe.confirm(id, options.card).await?);
    print_status(stripe.wait_for_webhook().await?);
    Ok(ExitCode::SUCCESS)
}

struct Stripe {
    stand_in: StandIn,
    http: Client,
}

impl Stripe {
    /// Finds the intent in the list of all: a search does not find a new one at once.
    async fn find_intent(&self, order_id: &str) -> Result<Value> {
        let url = format!("{}/v1/payment_intents?limit=100", self.stand_in.base_url);
        let mut page = url.clone();
        loop {
            let (status, answer) = self.send(self.http.get(&page)).await?;
            if !status.is_success() {
                bail!("the stand-in rejected the list: {}", message(&answer));
            }
            let intents = answer.get("data").and_then(Value::as_array).context("the list has no data")?;
            let text = |intent: &Value, path: &str| intent.pointer(path).and_then(Value::as_str).map(str::to_owned);
            let belongs = |intent: &&Value| text(intent, "/metadata/order_id").as_deref() == Some(order_id);
            if let Some(found) = intents.iter().find(belongs) {
                return Ok(found.clone());
            }
            match intents.last().and_then(|last| text(last, "/id")) {
                Some(last) => page = format!("{url}&starting_after={last}"),
                None => bail!(
                    "no payment for order {order_id}: check the id, or request a payment first \
                     (POST /api/v1/orders/{order_id}/payment)"
                ),
            }
        }
    }

    async fn confirm(&self, intent: &str, card: Card) -> Result<String> {
        let url = format!("{}/v1/payment_intents/{intent}/confirm", self.stand_in.base_url);
        let form = [("payment_method", card.payment_method()), ("return_url", RETURN_URL)];
        let (status, answer) = self.send(self.http.post(url).form(&form)).await?;
        if status.is_success() {
            let state = answer.get("status").and_then(Value::as_str).unwrap_or("unknown");
            return Ok(format!("payment intent {intent} is {state}; the webhook payment_intent.{state} follows"));
        }
        if status == StatusCode::PAYMENT_REQUIRED {
            return Ok(format!(
                "payment declined: {} The webhook payment_intent.payment_failed follows.",
                message(&answer)
            ));
        }
        bail!("the stand-in rejected the payment: {}", message(&answer))
    }

    /// Waits up to 10 s until the shop has accepted the webhook.
    async fn wait_for_webhook(&self) -> Result<&'static str> {
        let url = format!("{}/_stand-in/settle?timeout_ms=10000", self.stand_in.base_url);
        let (_, settled) = self.send(self.http.post(url)).await?;
        let settled = settled.get("settled").and_then(Value::as_bool).unwrap_or(false);
        Ok(if settled {
            "the shop has processed the webhook"
        } else {
            "the shop has not accepted the webhook yet; it will be sent again"
        })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<(StatusCode, Value)> {
        let response = request.bearer_auth(&self.stand_in.secret_key).send().await;
        let response = response
            .map_err(reqwest::Error::without_url)
            .with_context(|| format!("no response from {}: has `cargo xtask dev` ended?", self.stand_in.base_url))?;
        let status = response.status();
        Ok((status, response.json().await.context("the stand-in's response is not JSON")?))
    }
}

/// Formats Stripe's error message with its codes.
fn message(answer: &Value) -> String {
    let field = |name: &str| answer.pointer(&format!("/error/{name}")).and_then(Value::as_str);
    let message = field("message").unwrap_or("no reason given.");
    match (field("code"), field("decline_code")) {
        (Some(code), Some(decline)) => format!("{message} ({code}, {decline})"),
        (Some(code), None) => format!("{message} ({code})"),
        _ => message.to_owned(),
    }
}

/// Validates an order id.
fn order_id(text: &str) -> Result<String, String> {
    if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("must have 24 hex digits".to_owned())
    }
}
