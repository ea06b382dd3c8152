//! Single cases of the ledger: restocks, failures, and states that arrive late.

use super::{Ledger, Money, NOW, PAID, Refund, RefundRequest, RefundStatus, StripeRefund, Timestamp, id, refund};

#[test]
fn the_names_of_the_statuses_never_change() {
    assert_eq!(RefundStatus::ALL.map(RefundStatus::as_str), ["pending", "succeeded", "failed"]);
}

#[test]
fn a_refund_restocks_once_and_only_if_it_did_not_fail() {
    for (restock, restocked, status, awaits) in [
        (true, false, RefundStatus::Pending, true),
        (true, false, RefundStatus::Succeeded, true),
        (true, false, RefundStatus::Failed, false),
        (true, true, RefundStatus::Succeeded, false),
        (false, false, RefundStatus::Succeeded, false),
        (false, true, RefundStatus::Succeeded, false),
    ] {
        let refund = Refund { restock, restocked, status, ..refund(1, 1) };
        assert_eq!(refund.awaits_restock(), awaits, "{restock} {restocked} {status:?}");
    }
}

#[test]
fn the_first_accepted_refund_restocks_the_order() {
    let unsent = Refund { restock: true, ..refund(1, 1) };
    let sent = Refund { stripe_id: Some("re_2".to_owned()), ..Refund { restock: true, ..refund(2, 1) } };
    let succeeded = Refund { restock: true, status: RefundStatus::Succeeded, ..refund(3, 1) };
    let plain = Refund { status: RefundStatus::Succeeded, ..refund(4, 1) };
    let refunds = vec![unsent, sent, succeeded, plain];
    for (can_restock, restocks) in [(true, [false, true, false, false]), (false, [false; 4])] {
        let mut ledger = Ledger::new(Money::from_minor(PAID), refunds.clone());
        assert_eq!(ledger.assign_restock(can_restock), can_restock);
        let restocked: Vec<_> = ledger.refunds().iter().map(|refund| refund.restocked).collect();
        assert_eq!(restocked, restocks);
        let awaiting: Vec<_> = ledger.refunds().iter().map(Refund::awaits_restock).collect();
        assert_eq!(awaiting, [true, false, false, false], "the unsent refund keeps its request");
        assert!(!ledger.assign_restock(can_restock), "a second call changes nothing");
    }
}

#[test]
fn failed_refunds_are_owed_until_later_refunds_cover_them() {
    let at = |seconds: i64| Timestamp::from_millis(NOW.as_millis() + 1000 * seconds);
    let recorded =
        |number, cents, second| Refund { created_at: at(second), updated_at: at(second), ..refund(number, cents) };
    let failed = |number, cents, second, failure| Refund {
        status: RefundStatus::Failed,
        updated_at: at(failure),
        ..recorded(number, cents, second)
    };
    for (refunds, owes) in [
        (vec![], false),
        (vec![recorded(1, 300, 0)], false),
        (vec![failed(1, 300, 0, 5)], true),
        (vec![failed(1, 300, 0, 5), recorded(2, 299, 6)], true),
        (vec![failed(1, 300, 0, 5), recorded(2, 300, 6)], false),
        (vec![failed(1, 300, 0, 5), recorded(2, 300, 4)], true),
        (vec![failed(1, 300, 0, 5), failed(2, 300, 6, 7)], true),
        (vec![failed(1, 300, 0, 5), recorded(2, PAID, 4)], false),
    ] {
        let ledger = Ledger::new(Money::from_minor(PAID), refunds);
        assert_eq!(ledger.has_failed_refund().unwrap(), owes, "{ledger:?}");
    }
}

#[test]
fn states_of_a_refund_are_never_reverted() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 400)).unwrap();
    let state = |status, failure: Option<&str>| StripeRefund {
        stripe_id: "re_1".to_owned(),
        refund_id: Some(id(1)),
        amount: Money::from_minor(400),
        status,
        reason: None,
        failure: failure.map(str::to_owned),
    };
    let later = Timestamp::from_millis(NOW.as_millis() + 1);
    ledger.reconcile(&state(RefundStatus::Succeeded, None), id(7), later);
    assert_eq!(ledger.get(id(1)).unwrap().updated_at, later);
    ledger.reconcile(&state(RefundStatus::Failed, Some("expired_card")), id(8), later);
    ledger.reconcile(&state(RefundStatus::Succeeded, None), id(9), NOW);
    // A failure of a refund that is unknown here changes nothing.
    ledger.reconcile(
        &StripeRefund { stripe_id: "re_2".to_owned(), refund_id: None, ..state(RefundStatus::Failed, None) },
        id(9),
        NOW,
    );
    let [refund] = ledger.refunds() else { panic!("one refund is recorded: {ledger:?}") };
    assert_eq!((refund.status, refund.failure.as_deref()), (RefundStatus::Failed, Some("expired_card")));
    assert_eq!((refund.updated_at, refund.stripe_id.as_deref()), (later, Some("re_1")));
    // A refund that was sent can neither be failed nor sent again here.
    ledger.fail(id(1), "rejected", NOW);
    ledger.advance_idempotency_key(id(1), 0);
    assert_eq!(ledger.get(id(1)).unwrap().idempotency_attempt, 0);
}

#[test]
fn the_remaining_payment_is_refunded_once() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    ledger.record(refund(1, 400)).unwrap();
    ledger.refund_remaining(refund(2, 0)).unwrap();
    assert_eq!(ledger.get(id(2)).unwrap().amount, Money::from_minor(600));
    ledger.refund_remaining(refund(3, 0)).unwrap();
    assert_eq!(ledger.refunds().len(), 2, "nothing is refundable");
}

#[test]
fn refunds_of_the_dashboard_keep_their_reason() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    let refunded = StripeRefund {
        stripe_id: "re_1".to_owned(),
        refund_id: None,
        amount: Money::from_minor(100),
        status: RefundStatus::Pending,
        reason: Some("fraudulent".parse().unwrap()),
        failure: None,
    };
    ledger.reconcile(&refunded, id(7), NOW);
    let recorded = ledger.get(id(7)).unwrap();
    assert_eq!((recorded.reason.clone(), recorded.amount), (refunded.reason, refunded.amount));
}

#[test]
fn only_the_named_unsent_refund_fails() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), Vec::new());
    for number in [1, 2] {
        ledger.record(refund(number, 100)).unwrap();
    }
    ledger.fail(id(2), "rejected", NOW);
    let statuses: Vec<_> = ledger.refunds().iter().map(|refund| refund.status).collect();
    assert_eq!(statuses, [RefundStatus::Pending, RefundStatus::Failed]);
}

#[test]
fn the_same_state_again_changes_nothing() {
    let mut ledger = Ledger::new(Money::from_minor(PAID), vec![refund(1, 1)]);
    let stripe = StripeRefund {
        stripe_id: "re_1".to_owned(),
        refund_id: Some(id(1)),
        amount: Money::from_minor(1),
        status: RefundStatus::Succeeded,
        reason: None,
        failure: None,
    };
    ledger.reconcile(&stripe, id(9), NOW);
    let before = ledger.refunds().to_vec();
    ledger.reconcile(&stripe, id(9), Timestamp::from_millis(NOW.as_millis().saturating_add(1)));
    assert_eq!(ledger.refunds(), before);
}

#[test]
fn erasing_the_reason_keeps_everything_else() {
    let reason = Some("too small".parse().unwrap());
    let request = RefundRequest {
        key: "key".to_owned(),
        amount: Some(Money::from_minor(1)),
        reason: reason.clone(),
        restock: true,
    };
    let refund = Refund { reason, request: Some(request.clone()), restock: true, ..refund(1, 1) };
    let erased = Refund { reason: None, request: Some(RefundRequest { reason: None, ..request }), ..refund.clone() };
    assert_eq!(refund.without_reason(), erased);
}
