//! The arithmetic of refunds, through any interleaving of what the shop, Stripe, a bank and somebody
//! at Stripe's dashboard do.

use super::{Ledger, RecordRefundError, Refund, RefundExceedsPaid, RefundStatus, StripeRefund};
use crate::domain::id::RefundId;
use crate::domain::money::Money;
use crate::domain::order::Actor;
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;
use proptest::prelude::*;

const PAID: i64 = 1000;
const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Something that happens to a payment. Where it picks one of several, it picks by a number.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The shop records a refund of that much.
    Begin(i64),
    /// The shop records a refund of the rest.
    BeginRest,
    /// The shop sends one; whether the answer arrives.
    Send(usize, bool),
    /// Somebody refunds that much at Stripe's dashboard.
    ByHand(i64),
    /// A bank sends one back.
    BankFails(usize),
    /// The shop hears of one, maybe of how it was a while ago.
    Hear(usize),
    /// The shop asks for all.
    Ask,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (-5..=PAID + 5).prop_map(Step::Begin),
        Just(Step::BeginRest),
        (any::<usize>(), any::<bool>()).prop_map(|(which, answered)| Step::Send(which, answered)),
        (1..=PAID).prop_map(Step::ByHand),
        any::<usize>().prop_map(Step::BankFails),
        any::<usize>().prop_map(Step::Hear),
        Just(Step::Ask),
    ]
}

/// Stripe's books of the payment, and everything that it has ever said of it.
#[derive(Default)]
struct Books {
    refunds: Vec<StripeRefund>,
    said: Vec<StripeRefund>,
}

impl Books {
    fn sent_back(&self) -> i64 {
        self.refunds.iter().filter(|it| it.status != RefundStatus::Failed).map(|it| it.amount.minor()).sum()
    }

    fn left(&self) -> i64 {
        PAID.saturating_sub(self.sent_back())
    }

    /// Stripe refunds no more than was paid, and one of ours once.
    fn take(&mut self, refund_id: Option<RefundId>, amount: Money) -> Option<StripeRefund> {
        if let Some(known) = self.refunds.iter().find(|it| refund_id.is_some() && it.refund_id == refund_id) {
            return Some(known.clone());
        }
        if amount.minor() > self.refundable() {
            return None;
        }
        let stripe_id = format!("re_{}", self.refunds.len());
        let (status, reason, failure) = (RefundStatus::Succeeded, None, None);
        let taken = StripeRefund { stripe_id, refund_id, amount, status, reason, failure };
        self.refunds.push(taken.clone());
        self.said.push(taken.clone());
        Some(taken)
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

fn pick<T>(list: &[T], number: usize) -> Option<&T> {
    list.get(number.checked_rem(list.len())?)
}

fn send(ledger: &mut Ledger, books: &mut Books, refund: &Refund, answered: bool, fresh: RefundId) {
    match books.take(Some(refund.id), refund.amount) {
        Some(taken) if answered => ledger.reconcile(&taken, fresh, NOW),
        None if answered => ledger.fail(refund.id, "refused", NOW),
        _ => {}
    }
}

fn happen(ledger: &mut Ledger, books: &mut Books, step: Step, fresh: RefundId, number: usize) {
    match step {
        Step::Begin(cents) => {
            let left = ledger.refundable().unwrap().minor();
            let begun = ledger.record(refund(number, cents));
            assert_eq!(begun.is_ok(), cents > 0 && cents <= left);
        }
        Step::BeginRest => ledger.refund_remaining(refund(number, 0)).unwrap(),
        Step::Send(which, answered) => {
            let unsent: Vec<Refund> = ledger.refunds().iter().filter(|it| it.is_unsent()).cloned().collect();
            if let Some(refund) = pick(&unsent, which) {
                send(ledger, books, refund, answered, fresh);
            }
        }
        Step::ByHand(cents) => drop(books.take(None, Money::from_minor(cents))),
        Step::BankFails(which) => {
            let place = which.checked_rem(books.refunds.len());
            if let Some(refund) = place.and_then(|place| books.refunds.get_mut(place)) {
                refund.status = RefundStatus::Failed;
                books.said.push(refund.clone());
            }
        }
        Step::Hear(which) => {
            if let Some(said) = pick(&books.said, which) {
                ledger.reconcile(said, fresh, NOW);
            }
        }
        Step::Ask => books.refunds.iter().for_each(|it| ledger.reconcile(it, fresh, NOW)),
    }
}

proptest! {
    #[test]
    fn no_interleaving_sends_back_more_than_was_paid_and_in_the_end_the_books_agree(
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
        let mut books = Books::default();
        for ((number, step), fresh) in steps.into_iter().enumerate().zip(1000..) {
            happen(&mut ledger, &mut books, step, id(fresh), number);
            prop_assert!(books.sent_back() <= PAID);
            prop_assert!((0..=PAID).contains(&ledger.refundable().unwrap().minor()));
        }
        // What the scheduled function does: it asks, and sends what Stripe does not have.
        books.refunds.iter().for_each(|it| ledger.reconcile(it, id(5000), NOW));
        let unsent: Vec<Refund> = ledger.refunds().iter().filter(|it| it.is_unsent()).cloned().collect();
        for refund in &unsent {
            send(&mut ledger, &mut books, refund, true, id(6000));
        }
        prop_assert_eq!(ledger.refunded().unwrap().minor(), books.sent_back());
        prop_assert_eq!(ledger.refundable().unwrap().minor(), books.refundable());
        prop_assert!(!ledger.refunds().iter().any(Refund::is_unsent));
    }

    #[test]
    fn it_does_not_matter_in_which_order_news_arrive(
        cents in prop::collection::vec(1_i64..200, 1..5),
        failing in any::<[bool; 5]>(),
        order in prop::collection::vec(any::<usize>(), 0..30),
    ) {
        let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
        let mut books = Books::default();
        for (number, cents) in cents.iter().enumerate() {
            ledger.record(refund(number, *cents)).unwrap();
            books.take(Some(id(number)), Money::from_minor(*cents));
        }
        for (number, _) in failing.iter().enumerate().filter(|(number, fails)| **fails && *number < cents.len()) {
            happen(&mut ledger, &mut books, Step::BankFails(number), id(1000), 0);
        }
        for which in order {
            happen(&mut ledger, &mut books, Step::Hear(which), id(1000), 0);
        }
        happen(&mut ledger, &mut books, Step::Ask, id(1000), 0);
        prop_assert_eq!(ledger.refunds().len(), cents.len());
        prop_assert_eq!(ledger.refunded().unwrap().minor(), books.sent_back());
    }
}

#[test]
fn the_state_of_the_payment_follows_from_what_went_back() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    let mut books = Books::default();
    assert_eq!(ledger.payment_status().unwrap(), PaymentStatus::Succeeded);
    for (number, cents, status) in [(1, 1, PaymentStatus::PartiallyRefunded), (2, PAID - 1, PaymentStatus::Refunded)] {
        let wanted = refund(number, cents);
        let before = ledger.payment_status().unwrap();
        ledger.record(wanted.clone()).unwrap();
        assert_eq!(ledger.payment_status().unwrap(), before, "what is pending has not gone back");
        send(&mut ledger, &mut books, &wanted, true, id(9));
        assert_eq!(ledger.payment_status().unwrap(), status);
    }
    assert_eq!(Ledger::new(Money::ZERO, Vec::new()).payment_status().unwrap(), PaymentStatus::Succeeded);
}

#[test]
fn what_is_set_aside_cannot_be_refunded_twice_and_what_failed_can() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 700)).unwrap();
    let left = Money::from_minor(300);
    assert_eq!(ledger.record(refund(2, 301)), Err(RecordRefundError::Exceeds(RefundExceedsPaid { refundable: left })));
    ledger.fail(id(1), "charge_disputed", NOW);
    assert_eq!(ledger.get(id(1)).unwrap().failure.as_deref(), Some("charge_disputed"));
    ledger.record(refund(3, PAID)).unwrap();
    // A key is used up once, by however many runs.
    ledger.advance_idempotency_key(id(3), 0);
    ledger.advance_idempotency_key(id(3), 0);
    assert_eq!(ledger.get(id(3)).unwrap().idempotency_attempt, 1);
}

#[test]
fn a_second_effect_of_one_refund_is_not_hidden() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 400)).unwrap();
    for stripe_id in ["re_1", "re_2"] {
        let (amount, status) = (Money::from_minor(400), RefundStatus::Succeeded);
        let (stripe_id, refund_id) = (stripe_id.to_owned(), Some(id(1)));
        ledger.reconcile(
            &StripeRefund { stripe_id, refund_id, amount, status, reason: None, failure: None },
            id(7),
            NOW,
        );
    }
    assert_eq!(ledger.refunded().unwrap().minor(), 800);
}
