//! A function that sleeps where it likes least, and wakes up when everything has gone on.

use crate::TIMEOUT;
use crate::cases::Case;
use crate::fixture::Fixture;
use crate::flow::Flow;
use std::time::Duration;

/// How long others may work beside an open transaction before it goes on: some wait for its end.
const BESIDE: Duration = Duration::from_secs(1);

/// Lets a function fall asleep at a point, and others do what it was at and buy what is left. Then
/// it wakes up.
pub(crate) async fn suspend(mut fixture: Fixture, case: Case) {
    case.flow.prepare(&mut fixture).await;
    let function = case.flow.function();
    fixture.world.lambda.next_environment(function, [("CHAOS_POINT", format!("stop:{}", case.at()))]);
    let meanwhile = async {
        let stopped = tokio::time::timeout(TIMEOUT, fixture.world.lambda.stopped(function)).await;
        stopped.unwrap_or_else(|_| panic!("{case}: {function} has not come to the point"));
        let overtaking = run_others(&fixture, case);
        tokio::pin!(overtaking);
        let patience = if case.is_in_transaction() { BESIDE } else { TIMEOUT };
        let overtaken = tokio::time::timeout(patience, &mut overtaking).await;
        fixture.world.lambda.resume(function);
        if overtaken.is_err() {
            overtaking.await;
        }
    };
    tokio::join!(case.flow.execute(&fixture), meanwhile);
    fixture.world.stripe.wait_for_deliveries().await;
    fixture.world.assert_invariants().await;
}

/// What the others do meanwhile.
async fn run_others(fixture: &Fixture, case: Case) {
    fixture.world.stripe.release_events("given").await;
    fixture.make_due(!case.is_repeated_before_recovery).await;
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
        Flow::CancelUnpaid | Flow::CancelPaid | Flow::CancelMismatchedPayment => {
            fixture.admin.update_order_status(&fixture.order().await, "cancelled").await;
        }
        _ => {}
    }
    fixture.bob_buys_the_rest().await;
}
