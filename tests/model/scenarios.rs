//! The scenarios, each with the goals that it must reach.

use crate::goals;
use crate::process::{Job, Program};
use crate::scenario::Scenario;
use crate::shop::{BUYERS, PRODUCTS, Quantities};

const fn buys(buyer: usize, key: u8) -> Program {
    Program::PlaceOrder { buyer, key: Some(key) }
}

const RECOVERY: Program = Program::Maintenance { jobs: &[Job::ReleaseStaleHolds] };
const EXPIRY: Program = Program::Maintenance { jobs: &[Job::RetryRefunds, Job::ExpireUnpaid, Job::ReconcilePayments] };
const EVENT: Program = Program::ReceiveEvent { order: 0 };
const CONFIRMED: Program = Program::ReceiveDebitEvent { order: 0, failed: false };
const FAILED: Program = Program::ReceiveDebitEvent { order: 0, failed: true };

const ONE_OF_EACH: Quantities = [1; PRODUCTS];
const NOTHING: Quantities = [0; PRODUCTS];

/// Two buyers want the last piece of each of two products.
pub(crate) fn last_pieces() -> Scenario {
    Scenario {
        stock: ONE_OF_EACH,
        carts: [ONE_OF_EACH; BUYERS],
        programs: vec![buys(0, 1), buys(1, 1), RECOVERY],
        faults: 1,
        suspensions: 1,
        goals: &[
            goals::SOLD_AND_REJECTED,
            goals::RESUMED_AFTER_RECOVERY,
            goals::LEFT_FOR_RECOVERY,
            goals::EXECUTED_LATE,
        ],
        ..Scenario::default()
    }
}

/// The same request is sent twice, for two products whose price may change.
pub(crate) fn one_key_twice() -> Scenario {
    Scenario {
        stock: [2, 2],
        carts: [ONE_OF_EACH, NOTHING],
        programs: vec![buys(0, 1), buys(0, 1), RECOVERY],
        price_changes: true,
        goals: &[goals::REPLAYED, goals::RESUMED_AFTER_RECOVERY, goals::LEFT_FOR_RECOVERY],
        ..last_pieces()
    }
}

/// The same request is sent three times. Only the requests themselves recover.
pub(crate) fn one_key_thrice() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        programs: vec![buys(0, 1), buys(0, 1), buys(0, 1)],
        price_changes: false,
        ..one_key_twice()
    }
}

/// The same cart is bought from two browser windows, with a key each.
pub(crate) fn two_keys_one_cart() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        programs: vec![buys(0, 1), buys(0, 2), RECOVERY],
        goals: &[goals::RESUMED_AFTER_RECOVERY],
        ..one_key_twice()
    }
}

/// Two keys for one cart, to which one more piece is added during the checkouts.
pub(crate) fn a_cart_that_changes() -> Scenario {
    Scenario { stock: [3, 0], additions: 1, price_changes: false, goals: &[goals::BOTH_BOUGHT], ..two_keys_one_cart() }
}

/// The same request is sent twice, and one more piece is added to the cart between them.
pub(crate) fn one_key_and_a_cart_that_changes() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), buys(0, 1)],
        suspensions: 0,
        goals: &[goals::REPLAYED],
        ..a_cart_that_changes()
    }
}

/// Two keys for one cart that changes, and the order of the first one is cancelled.
pub(crate) fn a_cart_that_changes_and_a_cancelled_order() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), buys(0, 2), Program::CancelOrder { order: 0, by_admin: false }],
        goals: &[goals::BOTH_BOUGHT, goals::BOUGHT_AGAIN],
        ..a_cart_that_changes()
    }
}

/// Two keys for one cart that changes, and a failover.
pub(crate) fn a_cart_that_changes_and_a_failover() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), buys(0, 2)],
        failovers: 1,
        goals: &[goals::BOTH_BOUGHT, goals::CART_RESTORED],
        ..a_cart_that_changes()
    }
}

/// Two keys for one cart that changes, with recovery, a failover, two faults and two suspensions.
pub(crate) fn everything_at_once() -> Scenario {
    Scenario {
        failovers: 1,
        faults: 2,
        suspensions: 2,
        goals: &[goals::BOTH_BOUGHT, goals::CART_RESTORED, goals::EXECUTED_LATE, goals::RESUMED_AFTER_RECOVERY],
        ..a_cart_that_changes()
    }
}

/// Three keys for one cart of two products that changes.
pub(crate) fn three_keys_one_cart() -> Scenario {
    Scenario {
        stock: [4, 2],
        carts: [ONE_OF_EACH, NOTHING],
        programs: vec![buys(0, 1), buys(0, 2), buys(0, 3)],
        suspensions: 0,
        goals: &[goals::BOTH_BOUGHT],
        ..a_cart_that_changes()
    }
}

/// Two requests without a key.
pub(crate) fn no_keys() -> Scenario {
    let buys = Program::PlaceOrder { buyer: 0, key: None };
    Scenario { programs: vec![buys, buys, RECOVERY], ..two_keys_one_cart() }
}

/// Two buyers want the last piece, and two runs of `maintenance` overlap.
pub(crate) fn two_runs() -> Scenario {
    Scenario {
        stock: [1, 0],
        carts: [[1, 0]; BUYERS],
        programs: vec![buys(0, 1), buys(1, 1), RECOVERY, RECOVERY],
        ..last_pieces()
    }
}

/// Two buyers want the last piece, with two faults and two suspensions.
pub(crate) fn two_faults() -> Scenario {
    Scenario { stock: [1, 0], carts: [[1, 0]; BUYERS], faults: 2, suspensions: 2, ..last_pieces() }
}

/// Two buyers want the last piece, and a failover happens.
pub(crate) fn failover() -> Scenario {
    Scenario {
        stock: [1, 0],
        carts: [[1, 0]; BUYERS],
        failovers: 1,
        goals: &[goals::SOLD_AND_REJECTED, goals::CART_RESTORED],
        ..last_pieces()
    }
}

/// The same request is sent twice, and a failover happens.
pub(crate) fn one_key_and_a_failover() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        failovers: 1,
        price_changes: false,
        goals: &[goals::REPLAYED, goals::CART_RESTORED],
        ..one_key_twice()
    }
}

/// An order is paid, cancelled by its buyer, and overdue, while its event arrives twice.
pub(crate) fn paid_or_cancelled() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), Program::CancelOrder { order: 0, by_admin: false }, EVENT, EVENT, EXPIRY],
        stock: [1, 0],
        carts: [[1, 0], NOTHING],
        faults: 1,
        can_pay: true,
        can_ship: true,
        goals: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::REACQUIRED],
        ..Scenario::default()
    }
}

/// A paid order is cancelled by two administrators, while it is shipped, reconciled, and its event arrives.
pub(crate) fn refunded_or_shipped() -> Scenario {
    let cancel = Program::CancelOrder { order: 0, by_admin: true };
    Scenario {
        programs: vec![buys(0, 1), cancel, cancel, EVENT, EXPIRY],
        goals: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::REFUNDED],
        ..paid_or_cancelled()
    }
}

/// Two buyers want the last piece. The order of the first expires, the second buys the piece, and then the first pays.
pub(crate) fn late_payment() -> Scenario {
    Scenario {
        carts: [[1, 0]; BUYERS],
        programs: vec![buys(0, 1), buys(1, 1), EXPIRY, EVENT],
        goals: &[goals::REACQUIRED, goals::REFUNDED, goals::BOTH_PLACED],
        ..paid_or_cancelled()
    }
}

/// Two runs of `maintenance` expire the same order while it is being paid.
pub(crate) fn overdue_twice() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), EXPIRY, EXPIRY, EVENT],
        goals: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::INTENT_LEFT_OPEN],
        ..paid_or_cancelled()
    }
}

/// A bank debit is under way when its order is overdue, and then succeeds or fails.
pub(crate) fn bank_debit() -> Scenario {
    Scenario {
        programs: vec![buys(0, 1), CONFIRMED, FAILED, EXPIRY, EVENT],
        can_debit: true,
        goals: &[
            goals::CANCELLED_UNPAID,
            goals::SHIPPED,
            goals::WAITS_FOR_BANK,
            goals::DECLINED,
            goals::CONFIRMED_TOO_LATE,
        ],
        ..paid_or_cancelled()
    }
}

/// A bank debit is under way when its buyer, an administrator and the schedule cancel the order.
pub(crate) fn cancelled_debit() -> Scenario {
    let cancel = |by_admin| Program::CancelOrder { order: 0, by_admin };
    Scenario {
        programs: vec![buys(0, 1), cancel(false), cancel(true), CONFIRMED, EXPIRY],
        goals: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::DEBIT_CANCELLED, goals::CONFIRMED_TOO_LATE],
        ..bank_debit()
    }
}

/// The carts of a guest and a customer are merged while both check out.
pub(crate) fn merge_and_checkouts() -> Scenario {
    Scenario {
        stock: [3, 0],
        carts: [[1, 0], [1, 0]],
        programs: vec![buys(0, 1), buys(1, 1), Program::MergeCarts],
        goals: &[goals::BOTH_PLACED, goals::MERGED_AND_BOUGHT, goals::MERGED_AFTER_ORDER],
        ..last_pieces()
    }
}

/// The carts of a guest and a customer are merged while the guest's order is placed, cancelled and recovered.
pub(crate) fn merge_and_a_cancelled_order() -> Scenario {
    Scenario {
        programs: vec![buys(1, 1), Program::MergeCarts, Program::CancelOrder { order: 0, by_admin: false }, RECOVERY],
        carts: [[1, 0], [1, 0]],
        goals: &[],
        ..merge_and_checkouts()
    }
}

/// Two merges of the same carts, and a failover.
pub(crate) fn two_merges_and_a_failover() -> Scenario {
    Scenario {
        programs: vec![buys(1, 1), Program::MergeCarts, Program::MergeCarts],
        failovers: 1,
        goals: &[goals::CART_RESTORED, goals::MERGED_AFTER_ORDER],
        ..merge_and_checkouts()
    }
}
