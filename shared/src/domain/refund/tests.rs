//! Property tests of the ledger: any interleaving of the shop, Stripe, a bank and a user of Stripe's dashboard.

use super::{Ledger, RecordRefundError, Refund, RefundExceedsPaid, RefundRequest, RefundStatus, StripeRefund};
use crate::domain::dispute::{Dispute, DisputeStatus};
use crate::domain::id::RefundId;
use crate::domain::money::Money;
use crate::domain::order::Actor;
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;
use proptest::prelude::*;

mod cases;

const PAID: i64 = 1000;
const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// An operation on a payment. `usize` selects one of several refunds or states.
#[derive(Debug, Clone, Copy)]
enum Operation {
    /// The shop records a refund of an amount.
    Record(i64),
    /// The shop records a refund of the refundable amount.
    RecordRemaining,
    /// The shop sends a refund; the flag says whether the response arrives.
    Send(usize, bool),
    /// A user refunds an amount in Stripe's dashboard.
    RefundInDashboard(i64),
    /// A bank returns a refund.
    Fail(usize),
    /// The shop receives an event with the current or an earlier state of a refund.
    ReceiveEvent(usize),
    /// The shop lists all refunds at Stripe.
    List,
    /// A bank disputes an amount.
    Dispute(i64),
    /// A bank decides on a dispute.
    Decide(usize, DisputeStatus),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (-5..=PAID + 5).prop_map(Operation::Record),
        Just(Operation::RecordRemaining),
        (any::<usize>(), any::<bool>()).prop_map(|(index, responds)| Operation::Send(index, responds)),
        (1..=PAID).prop_map(Operation::RefundInDashboard),
        any::<usize>().prop_map(Operation::Fail),
        any::<usize>().prop_map(Operation::ReceiveEvent),
        Just(Operation::List),
        (1..=PAID).prop_map(Operation::Dispute),
        (any::<usize>(), prop::sample::select(DisputeStatus::ALL.to_vec()))
            .prop_map(|(index, status)| Operation::Decide(index, status)),
    ]
}

/// The refunds of the payment at Stripe, and every state that an event was sent about.
#[derive(Default)]
struct Stripe {
    refunds: Vec<StripeRefund>,
    events: Vec<StripeRefund>,
    disputes: Vec<Dispute>,
}

impl Stripe {
    /// What banks have taken.
    fn withheld(&self) -> i64 {
        let taken = self.disputes.iter().filter(|it| matches!(it.status, DisputeStatus::Open | DisputeStatus::Lost));
        taken.map(|it| it.amount.minor()).sum()
    }

    fn refunded(&self) -> i64 {
        self.refunds.iter().filter(|it| it.status != RefundStatus::Failed).map(|it| it.amount.minor()).sum()
    }

    fn refundable(&self) -> i64 {
        PAID.saturating_sub(self.refunded()).saturating_sub(self.withheld()).max(0)
    }

    /// Creates a refund: at most the refundable amount, and once per refund of the shop.
    fn create(&mut self, refund_id: Option<RefundId>, amount: Money) -> Option<StripeRefund> {
        if let Some(existing) = self.refunds.iter().find(|it| refund_id.is_some() && it.refund_id == refund_id) {
            return Some(existing.clone());
        }
        if amount.minor() > self.refundable() {
            return None;
        }
        let stripe_id = format!("re_{}", self.refunds.len());
        let (status, reason, failure) = (RefundStatus::Succeeded, None, None);
        let created = StripeRefund { stripe_id, refund_id, amount, status, reason, failure };
        self.refunds.push(created.clone());
        self.events.push(created.clone());
        Some(created)
    }
}

fn id(number: usize) -> RefundId {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    RefundId::from_bytes(bytes)
}

fn refund(number: usize, cents: i64) -> Refund {
    Refund { amount: Money::from_minor(cents), ..Refund::new(id(number), Actor::Admin, NOW) }
}

fn pick<T>(list: &[T], index: usize) -> Option<&T> {
    list.get(index.checked_rem(list.len())?)
}

fn unsent(ledger: &Ledger) -> Vec<Refund> {
    ledger.refunds().iter().filter(|it| it.is_unsent()).cloned().collect()
}

fn send(ledger: &mut Ledger, stripe: &mut Stripe, refund: &Refund, responds: bool, new_id: RefundId) {
    match stripe.create(Some(refund.id), refund.amount) {
        Some(created) if responds => ledger.reconcile(&created, new_id, NOW),
        None if responds => ledger.fail(refund.id, "rejected", NOW),
        _ => {}
    }
}

fn apply(ledger: &mut Ledger, stripe: &mut Stripe, operation: Operation, new_id: RefundId, number: usize) {
    match operation {
        Operation::Record(cents) => {
            let refundable = ledger.refundable().unwrap().minor();
            let recorded = ledger.record(refund(number, cents));
            assert_eq!(recorded.is_ok(), cents > 0 && cents <= refundable);
        }
        Operation::RecordRemaining => ledger.refund_remaining(refund(number, 0)).unwrap(),
        Operation::Send(index, responds) => {
            if let Some(refund) = pick(&unsent(ledger), index) {
                send(ledger, stripe, refund, responds, new_id);
            }
        }
        Operation::RefundInDashboard(cents) => drop(stripe.create(None, Money::from_minor(cents))),
        Operation::Fail(index) => {
            let index = index.checked_rem(stripe.refunds.len());
            if let Some(refund) = index.and_then(|index| stripe.refunds.get_mut(index)) {
                refund.status = RefundStatus::Failed;
                stripe.events.push(refund.clone());
            }
        }
        Operation::ReceiveEvent(index) => {
            if let Some(event) = pick(&stripe.events, index) {
                ledger.reconcile(event, new_id, NOW);
            }
        }
        Operation::List => stripe.refunds.iter().for_each(|it| ledger.reconcile(it, new_id, NOW)),
        Operation::Dispute(cents) => {
            let (id, amount) = (format!("du_{number}"), Money::from_minor(cents));
            stripe.disputes.push(Dispute { id, amount, status: DisputeStatus::Open, as_of: NOW });
            *ledger = ledger.clone().with_disputes(&stripe.disputes);
        }
        Operation::Decide(index, status) => {
            let index = index.checked_rem(stripe.disputes.len());
            if let Some(dispute) = index.and_then(|index| stripe.disputes.get_mut(index)) {
                dispute.status = status;
            }
            *ledger = ledger.clone().with_disputes(&stripe.disputes);
        }
    }
}

proptest! {
    #[test]
    fn refunds_never_exceed_the_payment_and_finally_match_stripe(
        operations in prop::collection::vec(operation(), 0..40),
    ) {
        let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
        let mut stripe = Stripe::default();
        for ((number, operation), new_id) in operations.into_iter().enumerate().zip(1000..) {
            apply(&mut ledger, &mut stripe, operation, id(new_id), number);
            prop_assert!(stripe.refunded() <= PAID);
            prop_assert!((0..=PAID).contains(&ledger.refundable().unwrap().minor()));
        }
        // `maintenance` reconciles with Stripe and sends what is still unsent.
        stripe.refunds.iter().for_each(|it| ledger.reconcile(it, id(5000), NOW));
        for refund in &unsent(&ledger) {
            send(&mut ledger, &mut stripe, refund, true, id(6000));
        }
        prop_assert_eq!(ledger.refunded().unwrap().minor(), stripe.refunded());
        prop_assert_eq!(ledger.refundable().unwrap().minor(), stripe.refundable());
        prop_assert!(!ledger.refunds().iter().any(Refund::is_unsent));
    }

    #[test]
    fn the_order_of_events_does_not_matter(
        cents in prop::collection::vec(1_i64..200, 1..5),
        failing in any::<[bool; 5]>(),
        order in prop::collection::vec(any::<usize>(), 0..30),
    ) {
        let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
        let mut stripe = Stripe::default();
        for (number, cents) in cents.iter().enumerate() {
            ledger.record(refund(number, *cents)).unwrap();
            stripe.create(Some(id(number)), Money::from_minor(*cents));
        }
        for (number, _) in failing.iter().enumerate().filter(|(number, fails)| **fails && *number < cents.len()) {
            apply(&mut ledger, &mut stripe, Operation::Fail(number), id(1000), 0);
        }
        for index in order {
            apply(&mut ledger, &mut stripe, Operation::ReceiveEvent(index), id(1000), 0);
        }
        apply(&mut ledger, &mut stripe, Operation::List, id(1000), 0);
        prop_assert_eq!(ledger.refunds().len(), cents.len());
        prop_assert_eq!(ledger.refunded().unwrap().minor(), stripe.refunded());
    }
}

#[test]
fn the_payment_status_follows_from_the_refunds() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    let mut stripe = Stripe::default();
    assert_eq!(ledger.payment_status().unwrap(), PaymentStatus::Succeeded);
    for (number, cents, status) in [(1, 1, PaymentStatus::PartiallyRefunded), (2, PAID - 1, PaymentStatus::Refunded)] {
        let refund = refund(number, cents);
        let before = ledger.payment_status().unwrap();
        ledger.record(refund.clone()).unwrap();
        assert_eq!(ledger.payment_status().unwrap(), before, "a pending refund changes nothing");
        send(&mut ledger, &mut stripe, &refund, true, id(9));
        assert_eq!(ledger.payment_status().unwrap(), status);
    }
    assert_eq!(Ledger::new(Money::ZERO, Vec::new()).payment_status().unwrap(), PaymentStatus::Succeeded);
}

#[test]
fn pending_amounts_are_reserved_and_failed_ones_refundable() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 700)).unwrap();
    let refundable = Money::from_minor(300);
    assert_eq!(ledger.record(refund(2, 301)), Err(RecordRefundError::Exceeds(RefundExceedsPaid { refundable })));
    ledger.fail(id(1), "charge_disputed", NOW);
    assert_eq!(ledger.get(id(1)).unwrap().failure.as_deref(), Some("charge_disputed"));
    ledger.record(refund(3, PAID)).unwrap();
    // Concurrent runs advance an idempotency key once.
    ledger.advance_idempotency_key(id(3), 0);
    ledger.advance_idempotency_key(id(3), 0);
    assert_eq!(ledger.get(id(3)).unwrap().idempotency_attempt, 1);
}

#[test]
fn a_refund_that_stripe_made_twice_counts_twice() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 400)).unwrap();
    for stripe_id in ["re_1", "re_2"] {
        let (amount, status) = (Money::from_minor(400), RefundStatus::Succeeded);
        let (stripe_id, refund_id) = (stripe_id.to_owned(), Some(id(1)));
        let created = StripeRefund { stripe_id, refund_id, amount, status, reason: None, failure: None };
        ledger.reconcile(&created, id(7), NOW);
    }
    assert_eq!(ledger.refunded().unwrap().minor(), 800);
}

#[test]
fn what_a_dispute_took_is_not_refundable_until_it_is_won() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 200)).unwrap();
    for (status, refundable) in [
        (DisputeStatus::Inquiry, 800),
        (DisputeStatus::Open, 300),
        (DisputeStatus::Won, 800),
        (DisputeStatus::Lost, 300),
    ] {
        let (id, amount) = ("du_1".to_owned(), Money::from_minor(500));
        ledger = ledger.with_disputes(&[Dispute { id, amount, status, as_of: NOW }]);
        assert_eq!(ledger.refundable().unwrap().minor(), refundable, "{status:?}");
        assert_eq!(ledger.remaining().unwrap().minor(), 800, "{status:?}");
        assert!(ledger.clone().record(refund(2, refundable + 1)).is_err(), "{status:?}");
    }
}
