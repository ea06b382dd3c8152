//! The nemesis, Jepsen's term for the process that injects faults during a test: one after the other, chosen by a seed,
//! in functions, database and Stripe.

use crate::mongo::{Fault, Times};
use crate::world::{FUNCTIONS, World};
use fastrand::Rng;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The MongoDB commands that fail, in groups that fail together.
const COMMANDS: [&[&str]; 5] =
    [&["update"], &["insert"], &["findAndModify"], &["commitTransaction"], &["find", "delete", "abortTransaction"]];
/// The Stripe endpoints that fail.
const ENDPOINTS: [&str; 6] = [
    "/v1/payment_intents",
    "/v1/payment_intents/*",
    "/v1/payment_intents/*/cancel",
    "/v1/payment_intents/*/confirm",
    "/v1/refunds",
    "/v1/disputes",
];
/// The actions of a fault of the Stripe stand-in; `None` only delays.
const ACTIONS: [Option<&str>; 6] =
    [None, Some("error_before"), Some("error_after"), Some("rate_limit"), Some("drop_before"), Some("drop_after")];

/// Injects random faults and counts them.
#[derive(Debug)]
pub struct Nemesis {
    rng: Rng,
    faults: BTreeMap<&'static str, u32>,
}

impl Nemesis {
    /// Creates a nemesis whose decisions follow from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), faults: BTreeMap::new() }
    }

    /// Returns the number of injected faults by kind.
    #[must_use]
    pub const fn faults(&self) -> &BTreeMap<&'static str, u32> {
        &self.faults
    }

    /// Injects one fault after the other until that moment. [`World::heal`] has to end the last one.
    pub async fn run(&mut self, world: &mut World, ends_at: Instant) {
        while Instant::now() < ends_at {
            let injected = tokio::time::timeout_at(ends_at, self.inject_fault(world)).await;
            if injected.is_ok() {
                self.sleep_until_at_most(50..400, ends_at).await;
            }
        }
    }

    async fn inject_fault(&mut self, world: &mut World) {
        match self.rng.u8(0..20) {
            0..4 => self.kill_function(world),
            4 | 5 => self.suspend_function(world).await,
            6 => self.kill_primary(world).await,
            7 => self.suspend_primary(world).await,
            8 => {
                self.count("primary stepped down");
                world.mongo.step_down().await;
            }
            9..13 => self.fail_commands(world).await,
            13..16 => self.fail_stripe_calls(world).await,
            16 => self.reject_stripe_calls(world).await,
            _ => self.disturb_events(world).await,
        }
    }

    fn kill_function(&mut self, world: &World) {
        let function = self.function();
        if self.rng.bool() {
            self.count("one environment of a function killed");
            world.lambda.kill_one(function, self.rng.usize(0..8));
        } else {
            self.count("all environments of a function killed");
            world.lambda.kill(function);
        }
    }

    async fn suspend_function(&mut self, world: &World) {
        self.count("function suspended");
        let function = self.function();
        world.lambda.suspend(function);
        self.sleep(100..2_500).await;
        world.lambda.resume(function);
    }

    async fn kill_primary(&mut self, world: &mut World) {
        self.count("primary killed");
        let primary = world.mongo.primary().await;
        world.mongo.kill(primary);
        self.sleep(200..4_000).await;
        world.mongo.restart(primary);
    }

    async fn suspend_primary(&mut self, world: &mut World) {
        self.count("primary suspended");
        let primary = world.mongo.primary().await;
        world.mongo.suspend(primary);
        self.sleep(200..5_000).await;
        world.mongo.resume(primary);
    }

    async fn fail_commands(&mut self, world: &World) {
        let commands = self.rng.choice(COMMANDS).unwrap_or(COMMANDS[0]);
        let fault = match self.rng.u8(0..8) {
            0..3 => Fault::LostBefore,
            3..6 => Fault::LostAfter,
            6 => Fault::Slow(self.rng.i64(50..1_500)),
            _ => Fault::Error,
        };
        self.count(match fault {
            Fault::LostBefore => "commands lost before their effect",
            Fault::LostAfter => "replies lost after the command's effect",
            Fault::Slow(_) => "commands slow",
            _ => "commands failed with an error",
        });
        let times = if self.rng.bool() { Times::Next(self.rng.i32(1..6)) } else { Times::Percent(30) };
        world.mongo.fail(world.app_name(), commands, &fault, times).await;
        self.sleep(200..1_500).await;
        world.mongo.end_faults().await;
    }

    async fn fail_stripe_calls(&mut self, world: &World) {
        let path = self.rng.choice(ENDPOINTS).unwrap_or(ENDPOINTS[0]);
        let action = self.rng.choice(ACTIONS).flatten();
        self.count(match action {
            None => "Stripe calls delayed",
            Some("error_before" | "rate_limit" | "drop_before") => "Stripe calls failed",
            Some(_) => "Stripe's replies lost after the call's effect",
        });
        let mut fault = json!({ "path": path, "times": self.rng.u32(1..5) });
        if let Some(action) = action {
            fault["action"] = action.into();
        }
        if action.is_none() || self.rng.u8(0..3) == 0 {
            let delay = if self.rng.bool() { "delay_before_ms" } else { "delay_after_ms" };
            fault[delay] = self.rng.u64(100..7_000).into();
        }
        world.stripe.inject_fault(&fault).await;
    }

    /// Refuses payments for good, or revokes a permission of the shop's key for a while.
    async fn reject_stripe_calls(&mut self, world: &World) {
        if self.rng.bool() {
            self.count("payments refused by Stripe");
            let refusal = json!({
                "path": "/v1/payment_intents", "method": "POST", "times": self.rng.u32(1..3), "action": "reject",
                "message": "Amount must be no more than $999,999.99", "code": "amount_too_large",
            });
            world.stripe.inject_fault(&refusal).await;
        } else {
            self.count("permission to list disputes revoked");
            world.stripe.permit_disputes(false).await;
            self.sleep(200..3_000).await;
            world.stripe.permit_disputes(true).await;
        }
    }

    async fn disturb_events(&mut self, world: &World) {
        match self.rng.u8(0..3) {
            0 => {
                self.count("events held and reordered");
                world.stripe.hold_events().await;
                self.sleep(200..3_000).await;
                let order = self.rng.choice(["reversed", "shuffled", "given"]).unwrap_or("given");
                world.stripe.release_events(order).await;
            }
            1 => {
                self.count("events sent in several copies");
                world.stripe.set_event_delivery(self.rng.u32(2..6), 0).await;
            }
            _ => {
                self.count("events delayed");
                world.stripe.set_event_delivery(1, self.rng.u64(100..1_500)).await;
            }
        }
    }

    fn function(&mut self) -> &'static str {
        // Half of all faults hit the function with the most steps.
        if self.rng.bool() { "orders" } else { self.rng.choice(FUNCTIONS).unwrap_or("stripe-webhook") }
    }

    fn count(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }

    async fn sleep(&mut self, millis: std::ops::Range<u64>) {
        sleep(Duration::from_millis(self.rng.u64(millis))).await;
    }

    async fn sleep_until_at_most(&mut self, millis: std::ops::Range<u64>, ends_at: Instant) {
        let millis = self.rng.u64(millis);
        sleep_until(ends_at.min(Instant::now() + Duration::from_millis(millis))).await;
    }
}
