//! What goes wrong while people buy: one thing after the other, chosen by a seed.

use crate::mongo::{Fault, Times};
use crate::world::{FUNCTIONS, World};
use fastrand::Rng;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Commands that a checkout, an event or a cancellation is made of.
const COMMANDS: [&[&str]; 5] =
    [&["update"], &["insert"], &["findAndModify"], &["commitTransaction"], &["find", "delete", "abortTransaction"]];
const CALLS: [&str; 6] = [
    "/v1/payment_intents",
    "/v1/payment_intents/*",
    "/v1/payment_intents/*/cancel",
    "/v1/payment_intents/*/confirm",
    "/v1/refunds",
    "/v1/disputes",
];
const ACTIONS: [Option<&str>; 6] =
    [None, Some("error_before"), Some("error_after"), Some("rate_limit"), Some("drop_before"), Some("drop_after")];

/// Whoever makes things go wrong, and what has gone wrong so far.
#[derive(Debug)]
pub struct Nemesis {
    chance: Rng,
    done: BTreeMap<&'static str, u32>,
}

impl Nemesis {
    /// One whose deeds follow from that seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { chance: Rng::with_seed(seed), done: BTreeMap::new() }
    }

    /// How often which thing was done.
    #[must_use]
    pub const fn done(&self) -> &BTreeMap<&'static str, u32> {
        &self.done
    }

    /// Does one thing after the other until that moment. What is broken then stays so: it is for
    /// [`World::heal`] to end it.
    pub async fn rage(&mut self, world: &mut World, until: Instant) {
        while Instant::now() < until {
            let deed = tokio::time::timeout_at(until, self.strike(world)).await;
            if deed.is_ok() {
                self.wait(50..400, until).await;
            }
        }
    }

    async fn strike(&mut self, world: &mut World) {
        match self.chance.u8(0..20) {
            0..4 => self.kill_a_function(world),
            4 | 5 => self.pause_a_function(world).await,
            6 => self.kill_the_primary(world).await,
            7 => self.pause_the_primary(world).await,
            8 => {
                self.count("primary stepped down");
                world.mongo.step_down().await;
            }
            9..13 => self.fail_commands(world).await,
            13..17 => self.trouble_stripe(world).await,
            _ => self.trouble_events(world).await,
        }
    }

    fn kill_a_function(&mut self, world: &World) {
        let function = self.function();
        if self.chance.bool() {
            self.count("one environment of a function killed");
            world.lambda.kill_one(function, self.chance.usize(0..8));
        } else {
            self.count("all environments of a function killed");
            world.lambda.kill(function);
        }
    }

    async fn pause_a_function(&mut self, world: &World) {
        self.count("function paused");
        let function = self.function();
        world.lambda.pause(function);
        self.last(100..2_500).await;
        world.lambda.resume(function);
    }

    async fn kill_the_primary(&mut self, world: &mut World) {
        self.count("primary killed");
        let primary = world.mongo.primary().await;
        world.mongo.kill(primary);
        self.last(200..4_000).await;
        world.mongo.restart(primary);
    }

    async fn pause_the_primary(&mut self, world: &mut World) {
        self.count("primary paused");
        let primary = world.mongo.primary().await;
        world.mongo.pause(primary);
        self.last(200..5_000).await;
        world.mongo.resume(primary);
    }

    async fn fail_commands(&mut self, world: &World) {
        let commands = self.chance.choice(COMMANDS).unwrap_or(COMMANDS[0]);
        let fault = match self.chance.u8(0..8) {
            0..3 => Fault::LostBefore,
            3..6 => Fault::LostAfter,
            6 => Fault::Slow(self.chance.i64(50..1_500)),
            _ => Fault::Refused,
        };
        self.count(match fault {
            Fault::LostBefore => "commands lost before they took effect",
            Fault::LostAfter => "replies lost after the command took effect",
            Fault::Slow(_) => "commands slow",
            _ => "commands refused",
        });
        let times = if self.chance.bool() { Times::Next(self.chance.i32(1..6)) } else { Times::Percent(30) };
        world.mongo.fail(world.app_name(), commands, &fault, times).await;
        self.last(200..1_500).await;
        world.mongo.end_faults().await;
    }

    async fn trouble_stripe(&mut self, world: &World) {
        let path = self.chance.choice(CALLS).unwrap_or(CALLS[0]);
        let action = self.chance.choice(ACTIONS).flatten();
        self.count(match action {
            None => "Stripe late",
            Some("error_before" | "rate_limit" | "drop_before") => "Stripe failed",
            Some(_) => "Stripe's reply lost after the call took effect",
        });
        let mut fault = json!({ "path": path, "times": self.chance.u32(1..5) });
        if let Some(action) = action {
            fault["action"] = action.into();
        }
        if action.is_none() || self.chance.u8(0..3) == 0 {
            let late = if self.chance.bool() { "delay_before_ms" } else { "delay_after_ms" };
            fault[late] = self.chance.u64(100..7_000).into();
        }
        world.stripe.order_fault(&fault).await;
    }

    async fn trouble_events(&mut self, world: &World) {
        match self.chance.u8(0..3) {
            0 => {
                self.count("events held and reordered");
                world.stripe.hold_events().await;
                self.last(200..3_000).await;
                let order = self.chance.choice(["reversed", "shuffled", "given"]).unwrap_or("given");
                world.stripe.release_events(order).await;
            }
            1 => {
                self.count("events sent several times at once");
                world.stripe.send_events(self.chance.u32(2..6), 0).await;
            }
            _ => {
                self.count("events late");
                world.stripe.send_events(1, self.chance.u64(100..1_500)).await;
            }
        }
    }

    fn function(&mut self) -> &'static str {
        // Half of all trouble is where the money is.
        if self.chance.bool() { "orders" } else { self.chance.choice(FUNCTIONS).unwrap_or("stripe-webhook") }
    }

    fn count(&mut self, deed: &'static str) {
        *self.done.entry(deed).or_default() += 1;
    }

    async fn last(&mut self, millis: std::ops::Range<u64>) {
        sleep(Duration::from_millis(self.chance.u64(millis))).await;
    }

    async fn wait(&mut self, millis: std::ops::Range<u64>, until: Instant) {
        let millis = self.chance.u64(millis);
        sleep_until(until.min(Instant::now() + Duration::from_millis(millis))).await;
    }
}
