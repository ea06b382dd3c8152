//! An administrator: ships, cancels, sends money back, and edits the catalogue while it sells.

use super::Place;
use crate::client::Caller;
use crate::history::Deed;
use fastrand::Rng;
use std::time::Duration;

pub(super) struct Administrator {
    place: Place,
    caller: Caller,
    chance: Rng,
    deeds: u64,
}

impl Administrator {
    pub(super) const fn new(place: Place, caller: Caller, chance: Rng) -> Self {
        Self { place, caller, chance, deeds: 0 }
    }

    pub(super) async fn work(mut self) {
        while self.place.is_open() {
            tokio::time::sleep(Duration::from_millis(self.chance.u64(10..150))).await;
            self.deeds += 1;
            match self.chance.u8(0..10) {
                0 | 1 => self.edit().await,
                _ => self.look_after_an_order().await,
            }
        }
        // Nothing stays off sale that somebody has still to pay for.
        for product in self.place.products.iter() {
            self.caller.put(&format!("/products/{}", product.id), product.details(product.price, true)).await;
        }
    }

    async fn look_after_an_order(&mut self) {
        let orders = self.place.front.history().told_orders();
        let Some(order) = self.chance.choice(&orders) else { return };
        match self.chance.u8(0..12) {
            0..4 => drop(self.caller.move_order(order, "shipped").await),
            4 => drop(self.caller.move_order(order, "delivered").await),
            5..8 => drop(self.caller.move_order(order, "cancelled").await),
            8 => {
                // Two who have read the same complaint.
                let key = self.key();
                let again = format!("{key}-again");
                tokio::join!(
                    self.caller.refund(order, &key, None, false),
                    self.caller.refund(order, &again, Some(100), false)
                );
            }
            choice => {
                // A part goes back more often than all; and two times of three the goods come back.
                let amount = (self.chance.u8(0..3) > 0).then(|| self.chance.i64(50..2_000));
                let (key, restock) = (self.key(), choice < 11);
                let refund = self.caller.refund(order, &key, amount, restock).await;
                if refund.is_unknown() {
                    self.caller.refund(order, &key, amount, restock).await;
                }
            }
        }
    }

    async fn edit(&mut self) {
        let Some(product) = self.chance.choice(self.place.products.iter()).cloned() else { return };
        let (what, outcome) = if self.chance.u8(0..4) == 0 {
            let off = self.caller.delete(&format!("/products/{}", product.id)).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.caller.put(&format!("/products/{}", product.id), product.details(product.price, true)).await;
            ("off sale for a moment", off)
        } else {
            let price = product.price + self.chance.i64(-20..=20);
            let path = format!("/products/{}", product.id);
            ("another price", self.caller.put(&path, product.details(price, true)).await)
        };
        self.caller.note(Deed::Edit { product: product.sku, what: what.to_owned() }, outcome);
    }

    fn key(&self) -> String {
        format!("{}-{}", self.caller.name(), self.deeds)
    }
}
