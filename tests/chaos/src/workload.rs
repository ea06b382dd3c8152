//! Random load: buyers fill carts, check out, pay, dispute and cancel; administrators ship, cancel, refund and edit
//! products; deployments are checked. Their decisions follow from a seed.

mod administrator;
mod buyer;
mod deployment_check;
mod mailer;

use crate::client::Api;
use crate::stripe::StripeClient;
use crate::world::{Product, World};
use administrator::Administrator;
use buyer::Buyer;
use deployment_check::DeploymentCheck;
use fastrand::Rng;
pub(crate) use mailer::run_mailers;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The number of clients, and the products.
#[derive(Debug)]
pub struct Workload {
    /// The number of concurrent buyers.
    pub buyers: u64,
    /// The number of concurrent administrators.
    pub administrators: u64,
    products: Arc<Vec<Product>>,
}

/// The dependencies of every client.
#[derive(Debug, Clone)]
struct Context {
    api: Api,
    stripe: StripeClient,
    products: Arc<Vec<Product>>,
    ends_at: Instant,
}

impl Workload {
    /// Adds the products: one that sells out soon, some that may sell out, and one that never does.
    pub async fn prepare(world: &mut World) -> Self {
        let mut products = Vec::new();
        for (sku, price, stock) in
            [("RARE", 4999, 12), ("TEE", 1999, 80), ("MUG", 950, 80), ("CAP", 1450, 60), ("PEN", 120, 100_000)]
        {
            products.push(world.add_product(sku, price, stock).await);
        }
        Self { buyers: 7, administrators: 2, products: Arc::new(products) }
    }

    /// Starts the clients. They begin nothing new after `ends_at`.
    pub async fn start(&self, world: &World, seed: u64, ends_at: Instant) -> JoinSet<()> {
        let mut clients = JoinSet::new();
        let products = Arc::clone(&self.products);
        let context = Context { api: world.api(), stripe: world.stripe.client(), products, ends_at };
        for number in 0..self.buyers {
            let rng = Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(number));
            clients.spawn(Buyer::new(context.clone(), number, rng).run());
        }
        for number in 0..self.administrators {
            let rng = Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(500 + number));
            let client = world.admin(&format!("admin{number}")).await;
            clients.spawn(Administrator::new(context.clone(), client, rng).run());
        }
        let rng = Rng::with_seed(seed.wrapping_mul(1_000).wrapping_add(900));
        clients.spawn(DeploymentCheck::new(context, world.state().clone(), rng).run());
        clients
    }
}

impl Context {
    fn is_running(&self) -> bool {
        Instant::now() < self.ends_at
    }
}
