//! A shop's day: buyers who fill carts, click twice, pay, fail to pay and change their minds, and
//! administrators who ship, send money back and edit the catalogue. What they decide follows from
//! a seed.

mod administrator;
mod buyer;

use crate::client::Shopfront;
use crate::stripe::Till;
use crate::world::{Product, World};
use administrator::Administrator;
use buyer::Buyer;
use fastrand::Rng;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Who comes to the shop, and what there is to buy.
#[derive(Debug)]
pub struct Workload {
    /// How many buyers there are at a time.
    pub buyers: u64,
    /// How many administrators.
    pub administrators: u64,
    products: Arc<Vec<Product>>,
}

/// What all who come need.
#[derive(Debug, Clone)]
struct Place {
    front: Shopfront,
    till: Till,
    products: Arc<Vec<Product>>,
    closes: Instant,
}

impl Workload {
    /// Stocks a shop: one thing that sells out soon, some that may, and one that never does.
    pub async fn stock(world: &mut World) -> Self {
        let mut products = Vec::new();
        for (sku, price, pieces) in
            [("RARE", 4999, 12), ("TEE", 1999, 80), ("MUG", 950, 80), ("CAP", 1450, 60), ("PEN", 120, 100_000)]
        {
            products.push(world.stock(sku, price, pieces).await);
        }
        Self { buyers: 7, administrators: 2, products: Arc::new(products) }
    }

    /// Lets people in until that moment, and returns when the last one has left.
    pub async fn run(&self, world: &World, seed: u64, closes: Instant) -> JoinSet<()> {
        let mut people = JoinSet::new();
        let products = Arc::clone(&self.products);
        let place = Place { front: world.front(), till: world.stripe.till(), products, closes };
        for number in 0..self.buyers {
            let chance = Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(number));
            people.spawn(Buyer::new(place.clone(), number, chance).shop());
        }
        for number in 0..self.administrators {
            let chance = Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(500 + number));
            let caller = world.admin(&format!("admin{number}")).await;
            people.spawn(Administrator::new(place.clone(), caller, chance).work());
        }
        people
    }
}

impl Place {
    fn is_open(&self) -> bool {
        Instant::now() < self.closes
    }
}
