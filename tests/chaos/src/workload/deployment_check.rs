//! A deployment check, which buys its own product while the shop is under load and faults. Some checks die before they
//! clean up.

use super::Context;
use fastrand::Rng;
use ferrocart::AppState;
use ferrocart::checkout::{SyntheticPurchase, cancel_order, prepare_synthetic_purchase, remove_synthetic_purchase};
use ferrocart::domain::order::Actor;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) struct DeploymentCheck {
    context: Context,
    state: AppState,
    rng: Rng,
}

impl DeploymentCheck {
    pub(super) const fn new(context: Context, state: AppState, rng: Rng) -> Self {
        Self { context, state, rng }
    }

    pub(super) async fn run(mut self) {
        while self.context.is_running() {
            tokio::time::sleep(Duration::from_millis(self.rng.u64(50..400))).await;
            // While the database is down, there is nothing to check.
            let Ok(purchase) = prepare_synthetic_purchase(&self.state).await else { continue };
            let order = self.buy(&purchase).await;
            let (cancels, removes) = (self.rng.u8(0..4) > 0, self.rng.u8(0..4) > 0);
            if cancels && let Some(id) = order.as_ref().and_then(|order| order["id"].as_str()?.parse().ok()) {
                let placed = self.state.orders.get(id).await.ok().flatten();
                if let Some(placed) = placed {
                    cancel_order(&self.state, &placed, Actor::Admin).await.ok();
                }
            }
            if removes {
                remove_synthetic_purchase(&self.state, purchase.user).await.ok();
            }
        }
    }

    /// Buys the product, unless a fault prevents it. It is not recorded in the history: its order is removed.
    async fn buy(&self, purchase: &SyntheticPurchase) -> Option<Value> {
        let anonymous = self.context.api.anonymous("deployment-check");
        let login = json!({ "email": purchase.email, "password": purchase.password.expose() });
        let session = anonymous.post("/auth/login", login).await;
        let token = session.ok()?["access_token"].as_str()?.to_owned();
        let buyer = self.context.api.client("deployment-check", &token);
        let product = purchase.product.to_string();
        buyer.fill_cart(&[(&product, purchase.sku.as_str(), 1)]).await.ok()?;
        let address = json!({
            "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
        });
        buyer.post("/orders", json!({ "shipping_address": address })).await.ok().cloned()
    }
}
