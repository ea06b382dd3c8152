//! A function that sleeps where it likes least, and wakes up when everything has gone on.

use crate::PATIENCE;
use crate::cases::Case;
use crate::flow::Flow;
use crate::scene::Scene;
use std::time::Duration;

/// How long others may work beside an open transaction before it goes on: some wait for its end.
const BESIDE: Duration = Duration::from_secs(1);

/// Lets a function fall asleep at a point, and others do what it was at and buy what is left. Then
/// it wakes up.
pub(crate) async fn sleep(mut scene: Scene, case: Case) {
    case.flow.prepare(&mut scene).await;
    let function = case.flow.function();
    scene.world.lambda.next_environment(function, [("CHAOS_POINT", format!("stop:{}", case.at()))]);
    let meanwhile = async {
        let stopped = tokio::time::timeout(PATIENCE, scene.world.lambda.stopped(function)).await;
        stopped.unwrap_or_else(|_| panic!("{case}: {function} has not come to the point"));
        let overtaking = overtake(&scene, case);
        tokio::pin!(overtaking);
        let patience = if case.is_in_transaction() { BESIDE } else { PATIENCE };
        let overtaken = tokio::time::timeout(patience, &mut overtaking).await;
        scene.world.lambda.resume(function);
        if overtaken.is_err() {
            overtaking.await;
        }
    };
    tokio::join!(case.flow.act(&scene), meanwhile);
    scene.world.stripe.settle().await;
    scene.world.assert_sound().await;
}

/// What the others do meanwhile.
async fn overtake(scene: &Scene, case: Case) {
    scene.world.stripe.release_events("given").await;
    scene.make_due(!case.asked_again_at_once).await;
    if case.asked_again_at_once {
        case.flow.act(scene).await;
    } else {
        scene.expire().await;
    }
    match case.flow {
        Flow::Payment
        | Flow::LatePayment
        | Flow::LatePaymentSoldOut
        | Flow::OtherAmount
        | Flow::Dispute
        | Flow::CancelledAtStripe => {
            scene.world.stripe.resend_all().await;
        }
        Flow::CancelUnpaid | Flow::CancelPaid | Flow::CancelOtherAmount => {
            scene.admin.move_order(&scene.order().await, "cancelled").await;
        }
        _ => {}
    }
    scene.bob_buys_the_rest().await;
}
