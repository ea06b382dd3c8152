//! A buyer. After an unknown outcome it continues with a new account, because a suspended request may still change the
//! cart of the old one.

use super::Context;
use crate::client::ApiClient;
use crate::history::{Operation, Outcome};
use fastrand::Rng;
use serde_json::Value;
use std::time::Duration;

/// The maximum number of times that a checkout is repeated while its outcome is unknown.
const RETRIES: usize = 5;

pub(super) struct Buyer {
    context: Context,
    number: u64,
    rng: Rng,
    account: Option<ApiClient>,
    /// The number of accounts so far.
    accounts: u64,
    /// The number of purchases so far.
    purchases: u64,
}

impl Buyer {
    pub(super) const fn new(context: Context, number: u64, rng: Rng) -> Self {
        Self { context, number, rng, account: None, accounts: 0, purchases: 0 }
    }

    pub(super) async fn run(mut self) {
        while self.context.is_running() {
            let Some(client) = self.account().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if !self.buy(&client).await {
                self.account = None;
            }
        }
    }

    /// Returns the account, or in one of four cases a guest without one.
    async fn account(&mut self) -> Option<ApiClient> {
        if self.account.is_none() {
            self.accounts += 1;
            let name = format!("buyer{}x{}", self.number, self.accounts);
            let is_guest = self.rng.u8(0..4) == 0;
            let api = &self.context.api;
            self.account = if is_guest { api.guest(&name).await } else { api.register(&name).await };
            // The mailer creates the link, or finds no account.
            if self.rng.u8(0..3) == 0 {
                api.request_password_reset(&name).await;
            }
        }
        self.account.clone()
    }

    /// Fills the cart, checks out, and pays or cancels. Returns whether all outcomes are known.
    async fn buy(&mut self, client: &ApiClient) -> bool {
        self.purchases += 1;
        let mut products: Vec<_> = self.context.products.iter().cloned().collect();
        self.rng.shuffle(&mut products);
        products.truncate(self.rng.usize(1..=3));
        let items: Vec<_> = products.iter().map(|product| product.item(self.rng.i64(1..=3))).collect();
        match client.fill_cart(&items).await {
            Outcome::Ok(_) => {}
            Outcome::Rejected { .. } => return true,
            Outcome::Unknown(_) => return false,
        }
        let lines: Vec<_> = items.iter().map(|(_, sku, quantity)| (*sku, *quantity)).collect();
        if !client.is_guest() && self.rng.u8(0..5) == 0 {
            return self.merge_and_buy(client, &items).await;
        }
        let outcomes = self.check_out(client, &lines).await;
        if let Some(order) = outcomes.iter().find_map(Outcome::ok) {
            self.pay_or_cancel(client, order).await;
            if client.is_guest() && self.rng.bool() {
                self.claim(client, order["id"].as_str().unwrap_or_default()).await;
            }
        }
        !outcomes.iter().any(Outcome::is_unknown)
    }

    /// Makes the order of a guest that of a new account. In one of two cases another account claims it at the same time.
    async fn claim(&mut self, guest: &ApiClient, order: &str) {
        let name = |letter| format!("{}{letter}{}", guest.name(), self.purchases);
        let Some(account) = self.context.api.register(&name('c')).await else { return };
        let rival = if self.rng.bool() { self.context.api.register(&name('d')).await } else { None };
        match rival {
            Some(rival) => drop(tokio::join!(account.claim(guest, order), rival.claim(guest, order))),
            None => drop(account.claim(guest, order).await),
        }
        // A repetition has the same result.
        account.claim(guest, order).await;
        account.read(order).await;
    }

    /// Merges the cart of a guest with the same lines into the filled one, while the guest may check out, and buys the result.
    /// Returns whether all outcomes are known.
    async fn merge_and_buy(&mut self, client: &ApiClient, items: &[(&str, &str, i64)]) -> bool {
        let name = format!("{}g{}", client.name(), self.purchases);
        let Some(guest) = self.context.api.guest(&name).await else { return true };
        match guest.fill_cart(items).await {
            Outcome::Ok(_) => {}
            Outcome::Rejected { .. } | Outcome::Unknown(_) => return true,
        }
        let lines: Vec<_> = items.iter().map(|(_, sku, quantity)| (*sku, *quantity)).collect();
        let keys = [format!("{name}-1"), format!("{}-{}", client.name(), self.purchases)];
        let mode = if self.rng.bool() { "sum" } else { "replace" };
        let merge = client.merge(&guest, mode);
        let merged = if self.rng.bool() {
            let (merged, ordered) = tokio::join!(merge, guest.place_order(&keys[0], &lines));
            if ordered.is_unknown() {
                guest.place_order_until_known(&keys[0], &lines, RETRIES).await;
            }
            merged
        } else {
            merge.await
        };
        // A repetition has the same result.
        let merged = if merged.is_unknown() { client.merge(&guest, mode).await } else { merged };
        let both = items.iter().map(|(_, sku, quantity)| ((*sku).to_owned(), quantity * 2)).collect();
        let merged = client.record(Operation::Merge { lines: both, keys: keys.clone() }, merged);
        let Some(cart) = merged.ok().map(|merged| merged["cart"].clone()) else { return false };
        let items = cart["items"].as_array().into_iter().flatten();
        let lines =
            items.filter_map(|item| Some((item["id"].as_str()?, item["quantity"].as_i64()?))).collect::<Vec<_>>();
        if lines.is_empty() {
            return true;
        }
        let outcomes = client.place_order_until_known(&keys[1], &lines, RETRIES).await;
        !outcomes.iter().any(Outcome::is_unknown)
    }

    /// Checks out: once, twice at the same time with one idempotency key, or twice with two keys.
    async fn check_out(&mut self, client: &ApiClient, lines: &[(&str, i64)]) -> Vec<Outcome> {
        let key = format!("{}-{}", client.name(), self.purchases);
        let mut outcomes = match self.rng.u8(0..10) {
            0 => {
                let (first, second) = tokio::join!(client.place_order(&key, lines), client.place_order(&key, lines));
                vec![first, second]
            }
            1 => {
                let other = format!("{key}b");
                let (first, second) = tokio::join!(client.place_order(&key, lines), client.place_order(&other, lines));
                let second = match second {
                    Outcome::Unknown(_) => client.place_order_until_known(&other, lines, RETRIES).await,
                    known => vec![known],
                };
                [vec![first], second].concat()
            }
            _ => vec![client.place_order(&key, lines).await],
        };
        if outcomes[0].is_unknown() || outcomes[0].code() == Some("idempotency_in_progress") {
            outcomes.extend(client.place_order_until_known(&key, lines, RETRIES).await);
        }
        outcomes
    }

    /// Cancels the order, pays it in one of several ways, or abandons it.
    async fn pay_or_cancel(&mut self, client: &ApiClient, order: &Value) {
        let id = order["id"].as_str().unwrap_or_default();
        let choice = self.rng.u8(0..24);
        if choice < 3 {
            client.cancel(id).await;
            return;
        }
        let Some((intent, secret)) = payment_intent(client, id, order).await else { return };
        match choice {
            3 | 4 => {
                tokio::join!(self.pay(client, &intent, &secret, "pm_card_visa"), client.cancel(id));
            }
            5 | 6 => {
                self.pay(client, &intent, &secret, "pm_card_chargeDeclined").await;
                self.pay(client, &intent, &secret, "pm_card_mastercard").await;
            }
            7 | 8 => {
                self.pay(client, &intent, &secret, "pm_usBankAccount_processing").await;
                // The buyer may try to cancel it in between, and the bank may not decide before the end of the run.
                if self.rng.bool() {
                    client.cancel(id).await;
                }
                if let Some(decision) = self.rng.choice([None, Some("succeeded"), Some("failed")]).flatten() {
                    self.context.stripe.settle_as_bank(&intent, decision).await;
                }
            }
            // Abandons the order, which becomes overdue.
            9 => {}
            10 | 11 => self.pay_mismatched(client, &intent, &secret).await,
            12..15 => {
                self.pay(client, &intent, &secret, "pm_card_visa").await;
                self.dispute(client, &intent).await;
            }
            _ => {
                self.pay(client, &intent, &secret, "pm_card_visa").await;
            }
        }
        if self.rng.bool() {
            client.read(id).await;
        }
    }

    /// Changes amount or currency of the intent at Stripe, and pays that.
    async fn pay_mismatched(&mut self, client: &ApiClient, intent: &str, secret: &str) {
        let (field, value) = match self.rng.u8(0..3) {
            0 => ("currency", "eur".to_owned()),
            _ => ("amount", self.rng.u32(50..20_000).to_string()),
        };
        let changed = self.context.stripe.change_intent(intent, field, &value).await;
        let operation = Operation::ChangeIntent { intent: intent.to_owned(), field: field.to_owned(), value };
        client.record(operation, changed);
        self.pay(client, intent, secret, "pm_card_visa").await;
    }

    /// Opens one or two disputes of a payment. The bank decides each one soon, later, or never.
    async fn dispute(&mut self, client: &ApiClient, intent: &str) {
        let mut disputes = Vec::new();
        for _ in 0..self.rng.u8(1..=2) {
            self.pause().await;
            let opened = self.context.stripe.dispute(intent).await;
            let opened = client.record(Operation::Dispute { intent: intent.to_owned() }, opened);
            disputes.extend(opened.ok().and_then(|dispute| dispute["id"].as_str()).map(str::to_owned));
        }
        self.rng.shuffle(&mut disputes);
        for dispute in disputes {
            let Some(outcome) = self.rng.choice([None, Some("lost"), Some("won"), Some("won")]).flatten() else {
                continue;
            };
            self.pause().await;
            let closed = self.context.stripe.close_dispute(&dispute, outcome).await;
            client.record(Operation::CloseDispute { dispute, outcome: outcome.to_owned() }, closed);
        }
    }

    /// Waits for up to 300 ms, so that other requests may come in between.
    async fn pause(&mut self) {
        let millis = self.rng.choice([0, 0, 30, 300]).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    async fn pay(&self, client: &ApiClient, intent: &str, secret: &str, method: &str) -> Outcome {
        let outcome = self.context.stripe.pay(intent, secret, method).await;
        client.record(Operation::Pay { intent: intent.to_owned(), method: method.to_owned() }, outcome)
    }
}

/// Returns id and client secret of the order's payment intent. If the order was received without one, requests it.
async fn payment_intent(client: &ApiClient, id: &str, order: &Value) -> Option<(String, String)> {
    let intent = |payment: &Value| {
        Some((payment["intent_id"].as_str()?.to_owned(), payment["client_secret"].as_str()?.to_owned()))
    };
    if let Some(intent) = intent(&order["payment"]) {
        return Some(intent);
    }
    for _ in 0..3 {
        if let Some(intent) = client.request_payment(id).await.ok().and_then(intent) {
            return Some(intent);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
