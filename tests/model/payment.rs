//! What buyers and banks do at Stripe: a payment succeeds at once, or is under way until the bank decides.

use crate::model::State;
use crate::money::Intent;
use crate::process::Command;
use crate::scenario::Scenario;
use crate::shop::{ORDERS, OrderId, Shop};

/// A change of a payment intent that the shop does not request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentStep {
    /// The buyer pays, for example by card.
    Pay,
    /// The buyer confirms a bank debit.
    ConfirmDebit,
    /// The bank pays.
    DebitSucceeds,
    /// The bank declines, and the intent can be paid in another way.
    DebitFails,
}

/// Returns the steps that are possible in a state. Debits are confirmed with a client secret, which is returned after the
/// intent was attached.
pub(crate) fn possible_steps(scenario: &Scenario, state: &State) -> impl Iterator<Item = (PaymentStep, OrderId)> {
    let steps = |id: OrderId| match state.shop.intents[id] {
        Intent::Open if scenario.can_debit && state.shop.orders[id].has_intent => {
            vec![PaymentStep::Pay, PaymentStep::ConfirmDebit]
        }
        Intent::Open if scenario.can_pay => vec![PaymentStep::Pay],
        Intent::Processing { .. } => vec![PaymentStep::DebitSucceeds, PaymentStep::DebitFails],
        _ => Vec::new(),
    };
    (0..ORDERS).flat_map(move |id| steps(id).into_iter().map(move |step| (step, id)))
}

impl State {
    pub(crate) fn change_payment(&mut self, step: PaymentStep, id: OrderId) {
        let is_cancelling = |next: Command| matches!(next, Command::CancelIntent(request) if request.order == id);
        self.shop.intents[id] = match step {
            PaymentStep::Pay | PaymentStep::DebitSucceeds => Intent::Succeeded,
            PaymentStep::DebitFails => Intent::Open,
            PaymentStep::ConfirmDebit => {
                let during_cancellation = self.processes.iter().any(|process| is_cancelling(process.next));
                Intent::Processing { during_cancellation }
            }
        };
    }
}

/// Whether Stripe may reject the command, although it may also execute it.
pub(crate) fn may_be_rejected(shop: &Shop, command: Command) -> bool {
    matches!(command, Command::CancelIntent(request) if shop.intents[request.order].is_under_way())
}
