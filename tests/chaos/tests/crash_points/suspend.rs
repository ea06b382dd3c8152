//! The suspension of a function at a fail point, until other requests have overtaken it.

use crate::TIMEOUT;
use crate::cases::Case;
use crate::fixture::Fixture;
use crate::flow::Flow;
use std::time::Duration;

/// The time for other requests while a transaction is suspended. Some of them wait for its end.
const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(1);

/// Suspends a function at a fail point, runs the other requests, resumes the function, and checks the invariants.
pub(crate) async fn suspend(mut fixture: Fixture, case: Case) {
    case.flow.prepare(&mut fixture).await;
    let function = case.flow.function();
    fixture.world.lambda.next_environment(function, [("CHAOS_POINT", format!("stop:{}", case.location()))]);
    let others = async {
        let stopped = tokio::time::timeout(TIMEOUT, fixture.world.lambda.stopped(function)).await;
        stopped.unwrap_or_else(|_| panic!("{case}: {function} has not reached the fail point"));
        let overtaking = run_others(&fixture, case);
        tokio::pin!(overtaking);
        let limit = if case.is_in_transaction() { TRANSACTION_TIMEOUT } else { TIMEOUT };
        let overtaken = tokio::time::timeout(limit, &mut overtaking).await;
        fixture.world.lambda.resume(function);
        if overtaken.is_err() {
            overtaking.await;
        }
    };
    tokio::join!(case.flow.execute(&fixture), others);
    fixture.world.stripe.wait_for_deliveries().await;
    fixture.world.assert_invariants().await;
}

/// Repeats the request or runs `maintenance`, repeats the events, and lets Bob buy the remaining stock.
async fn run_others(fixture: &Fixture, case: Case) {
    fixture.world.stripe.release_events("given").await;
    fixture.world.make_due(!case.is_repeated_before_recovery).await;
    if case.is_repeated_before_recovery {
        case.flow.execute(fixture).await;
    } else {
        fixture.run_maintenance().await;
    }
    match case.flow {
        Flow::Payment
        | Flow::LatePayment
        | Flow::LatePaymentSoldOut
        | Flow::MismatchedPayment
        | Flow::Dispute
        | Flow::CancelledAtStripe => {
            fixture.world.stripe.resend_all().await;
        }
        Flow::MergeAndCheckout => fixture.guest_checks_out().await,
        Flow::CancelUnpaid | Flow::CancelPaid | Flow::CancelMismatchedPayment => {
            fixture.admin.update_order_status(&fixture.order().await, "cancelled").await;
        }
        _ => {}
    }
    fixture.bob_buys_remaining().await;
}
