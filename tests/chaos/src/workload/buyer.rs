//! A buyer. Whoever is left in doubt about a cart or an order comes back as somebody else, because
//! a request that sleeps somewhere may still change that cart.

use super::Place;
use crate::client::Caller;
use crate::history::{Deed, Outcome};
use fastrand::Rng;
use serde_json::Value;
use std::time::Duration;

/// How often the same request is sent again while nobody knows what came of it.
const RETRIES: usize = 5;

pub(super) struct Buyer {
    place: Place,
    number: u64,
    chance: Rng,
    account: Option<Caller>,
    lives: u64,
    rounds: u64,
}

impl Buyer {
    pub(super) const fn new(place: Place, number: u64, chance: Rng) -> Self {
        Self { place, number, chance, account: None, lives: 0, rounds: 0 }
    }

    pub(super) async fn shop(mut self) {
        while self.place.is_open() {
            let Some(caller) = self.account().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if !self.visit(&caller).await {
                self.account = None;
            }
        }
    }

    async fn account(&mut self) -> Option<Caller> {
        if self.account.is_none() {
            self.lives += 1;
            let name = format!("buyer{}x{}", self.number, self.lives);
            self.account = self.place.front.register(&name).await;
        }
        self.account.clone()
    }

    /// One visit; false when something remained in doubt.
    async fn visit(&mut self, caller: &Caller) -> bool {
        self.rounds += 1;
        let mut products: Vec<_> = self.place.products.iter().cloned().collect();
        self.chance.shuffle(&mut products);
        products.truncate(self.chance.usize(1..=3));
        let wanted: Vec<_> = products.iter().map(|product| product.pieces(self.chance.i64(1..=3))).collect();
        match caller.fill_cart(&wanted).await {
            Outcome::Ok(_) => {}
            Outcome::Refused { .. } => return true,
            Outcome::Unknown(_) => return false,
        }
        let lines: Vec<_> = wanted.iter().map(|(_, sku, quantity)| (*sku, *quantity)).collect();
        let tries = self.check_out(caller, &lines).await;
        if let Some(order) = tries.iter().find_map(Outcome::ok) {
            self.settle(caller, order).await;
        }
        !tries.iter().any(Outcome::is_unknown)
    }

    /// Buys: once, twice at the same time with one key, or with two.
    async fn check_out(&mut self, caller: &Caller, lines: &[(&str, i64)]) -> Vec<Outcome> {
        let key = format!("{}-{}", caller.name(), self.rounds);
        let mut tries = match self.chance.u8(0..10) {
            0 => {
                let (first, second) = tokio::join!(caller.place_order(&key, lines), caller.place_order(&key, lines));
                vec![first, second]
            }
            1 => {
                let other = format!("{key}b");
                let (first, second) = tokio::join!(caller.place_order(&key, lines), caller.place_order(&other, lines));
                // The second key is asked again, too, until it is known.
                let second =
                    if second.is_unknown() { caller.insist(&other, lines, RETRIES).await } else { vec![second] };
                [vec![first], second].concat()
            }
            _ => vec![caller.place_order(&key, lines).await],
        };
        if tries[0].is_unknown() || tries[0].code() == Some("idempotency_in_progress") {
            tries.extend(caller.insist(&key, lines, RETRIES).await);
        }
        tries
    }

    /// Pays, or not.
    async fn settle(&mut self, caller: &Caller, order: &Value) {
        let id = order["id"].as_str().unwrap_or_default();
        let choice = self.chance.u8(0..24);
        if choice < 3 {
            caller.cancel(id).await;
            return;
        }
        let Some((intent, secret)) = way_to_pay(caller, id, order).await else { return };
        match choice {
            3 | 4 => {
                // Two windows: one pays, one gives up.
                tokio::join!(self.pay(caller, &intent, &secret, "pm_card_visa"), caller.cancel(id));
            }
            5 | 6 => {
                self.pay(caller, &intent, &secret, "pm_card_chargeDeclined").await;
                self.pay(caller, &intent, &secret, "pm_card_mastercard").await;
            }
            7 | 8 => {
                self.pay(caller, &intent, &secret, "pm_usBankAccount_processing").await;
                let answer = if self.chance.bool() { "succeeded" } else { "failed" };
                self.place.till.answer_as_bank(&intent, answer).await;
            }
            // Walks away, and leaves the order to its time.
            9 => {}
            10 | 11 => self.pay_another_sum(caller, &intent, &secret).await,
            12..15 => {
                self.pay(caller, &intent, &secret, "pm_card_visa").await;
                self.quarrel(caller, &intent).await;
            }
            _ => {
                self.pay(caller, &intent, &secret, "pm_card_visa").await;
            }
        }
        if self.chance.bool() {
            caller.read(id).await;
        }
    }

    /// Pays what somebody else asks for on the intent.
    async fn pay_another_sum(&mut self, caller: &Caller, intent: &str, secret: &str) {
        let (what, value) = match self.chance.u8(0..3) {
            0 => ("currency", "eur".to_owned()),
            _ => ("amount", self.chance.u32(50..20_000).to_string()),
        };
        let changed = self.place.till.change_intent(intent, what, &value).await;
        caller.note(Deed::ChangeIntent { intent: intent.to_owned(), what: what.to_owned(), value }, changed);
        self.pay(caller, intent, secret, "pm_card_visa").await;
    }

    /// Tells the bank that the payment was none of its customer's, once or twice; the bank decides
    /// soon, later, or never.
    async fn quarrel(&mut self, caller: &Caller, intent: &str) {
        let mut disputes = Vec::new();
        for _ in 0..self.chance.u8(1..=2) {
            self.think().await;
            let opened = self.place.till.dispute(intent).await;
            let opened = caller.note(Deed::Dispute { intent: intent.to_owned() }, opened);
            disputes.extend(opened.ok().and_then(|dispute| dispute["id"].as_str()).map(str::to_owned));
        }
        self.chance.shuffle(&mut disputes);
        for dispute in disputes {
            let Some(outcome) = self.chance.choice([None, Some("lost"), Some("won"), Some("won")]).flatten() else {
                continue;
            };
            self.think().await;
            let decided = self.place.till.decide(&dispute, outcome).await;
            caller.note(Deed::Decide { dispute, outcome: outcome.to_owned() }, decided);
        }
    }

    /// Long enough for others to do something, or not.
    async fn think(&mut self) {
        let millis = self.chance.choice([0, 0, 30, 300]).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    async fn pay(&self, caller: &Caller, intent: &str, secret: &str, method: &str) -> Outcome {
        let outcome = self.place.till.pay(intent, secret, method).await;
        caller.note(Deed::Pay { intent: intent.to_owned(), method: method.to_owned() }, outcome)
    }
}

/// The intent and its secret, as the order has them or as the shop says when asked.
async fn way_to_pay(caller: &Caller, order: &str, told: &Value) -> Option<(String, String)> {
    let both = |payment: &Value| {
        Some((payment["intent_id"].as_str()?.to_owned(), payment["client_secret"].as_str()?.to_owned()))
    };
    if let Some(both) = both(&told["payment"]) {
        return Some(both);
    }
    for _ in 0..3 {
        if let Some(both) = caller.ask_for_payment(order).await.ok().and_then(both) {
            return Some(both);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
