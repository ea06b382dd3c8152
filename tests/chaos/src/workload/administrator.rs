//! An administrator, who ships, cancels and refunds random orders, and edits products while they are sold.

use super::Context;
use crate::client::ApiClient;
use crate::history::Operation;
use fastrand::Rng;
use std::time::Duration;

pub(super) struct Administrator {
    context: Context,
    client: ApiClient,
    rng: Rng,
    /// The number of the current round, which makes idempotency keys unique.
    round: u64,
}

impl Administrator {
    pub(super) const fn new(context: Context, client: ApiClient, rng: Rng) -> Self {
        Self { context, client, rng, round: 0 }
    }

    pub(super) async fn run(mut self) {
        while self.context.is_running() {
            tokio::time::sleep(Duration::from_millis(self.rng.u64(10..150))).await;
            self.round += 1;
            match self.rng.u8(0..10) {
                0 | 1 => self.edit_product().await,
                2 => self.change_slug().await,
                _ => self.process_order().await,
            }
        }
        // Every product ends active.
        for product in self.context.products.iter() {
            self.client.put(&format!("/products/{}", product.id), product.details(product.price, true)).await;
        }
    }

    async fn process_order(&mut self) {
        let orders = self.context.api.history().observed_orders();
        let Some(order) = self.rng.choice(&orders) else { return };
        match self.rng.u8(0..12) {
            0..4 => drop(self.client.update_order_status(order, "shipped").await),
            4 => drop(self.client.update_order_status(order, "delivered").await),
            5..8 => drop(self.client.update_order_status(order, "cancelled").await),
            8 => {
                // Two concurrent refunds with different keys, of all and of a part.
                let key = self.key();
                let second_key = format!("{key}-again");
                tokio::join!(
                    self.client.refund(order, &key, None, false),
                    self.client.refund(order, &second_key, Some(100), false)
                );
            }
            choice => {
                // Two of three refunds are partial, and two of three restock.
                let amount = (self.rng.u8(0..3) > 0).then(|| self.rng.i64(50..2_000));
                let (key, restock) = (self.key(), choice < 11);
                let refund = self.client.refund(order, &key, amount, restock).await;
                if refund.is_unknown() {
                    self.client.refund(order, &key, amount, restock).await;
                }
            }
        }
    }

    async fn edit_product(&mut self) {
        let Some(product) = self.rng.choice(self.context.products.iter()).cloned() else { return };
        let path = format!("/products/{}", product.id);
        let (edit, outcome) = if self.rng.u8(0..4) == 0 {
            let deactivated = self.client.delete(&path).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.client.put(&path, product.details(product.price, true)).await;
            ("deactivate for 50 ms", deactivated)
        } else {
            let price = product.price + self.rng.i64(-20..=20);
            ("change the price", self.client.put(&path, product.details(price, true)).await)
        };
        self.client.record(Operation::EditProduct { product: product.sku, edit: edit.to_owned() }, outcome);
    }

    /// Two administrators compete for few slugs, of which products return to their former ones.
    async fn change_slug(&mut self) {
        let Some(product) = self.rng.choice(self.context.products.iter()) else { return };
        self.client.change_slug(&product.id, &format!("slug-{}", self.rng.u8(0..20))).await;
    }

    fn key(&self) -> String {
        format!("{}-{}", self.client.name(), self.round)
    }
}
