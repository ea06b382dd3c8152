//! The worlds that are explored, each with what has to come about in it somewhere.

use crate::goals;
use crate::process::{Job, Part};
use crate::scenario::Scenario;
use crate::shop::{BUYERS, PRODUCTS, Pieces};

const fn buys(buyer: usize, key: u8) -> Job {
    Job::PlaceOrder { buyer, key: Some(key) }
}

const RECOVERY: Job = Job::Maintenance { parts: &[Part::ClearHolds] };
const ENDING: Job = Job::Maintenance { parts: &[Part::SendRefunds, Part::CancelOverdue, Part::AskStripe] };
const EVENT: Job = Job::ReceiveEvent { order: 0 };

const ONE_OF_EACH: Pieces = [1; PRODUCTS];
const NOTHING: Pieces = [0; PRODUCTS];

/// Two buyers of the last piece of each of two products.
pub(crate) fn last_pieces() -> Scenario {
    Scenario {
        stock: ONE_OF_EACH,
        carts: [ONE_OF_EACH; BUYERS],
        jobs: vec![buys(0, 1), buys(1, 1), RECOVERY],
        misfortunes: 1,
        sleeps: 1,
        reaches: &[goals::SOLD_AND_REFUSED, goals::UNDONE_AND_AWAKE, goals::LEFT_FOR_RECOVERY, goals::CAME_LATE],
        ..Scenario::default()
    }
}

/// The same request twice, about two products whose price may change.
pub(crate) fn one_key_twice() -> Scenario {
    Scenario {
        stock: [2, 2],
        carts: [ONE_OF_EACH, NOTHING],
        jobs: vec![buys(0, 1), buys(0, 1), RECOVERY],
        fickle: true,
        reaches: &[goals::REPLAYED, goals::UNDONE_AND_AWAKE, goals::LEFT_FOR_RECOVERY],
        ..last_pieces()
    }
}

/// The same request three times. Nobody but they themselves recovers.
pub(crate) fn one_key_thrice() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        jobs: vec![buys(0, 1), buys(0, 1), buys(0, 1)],
        fickle: false,
        ..one_key_twice()
    }
}

/// Two windows with one cart.
pub(crate) fn two_keys_one_cart() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        jobs: vec![buys(0, 1), buys(0, 2), RECOVERY],
        reaches: &[goals::UNDONE_AND_AWAKE],
        ..one_key_twice()
    }
}

/// The same, and one more piece is put into the cart meanwhile.
pub(crate) fn a_cart_that_changes() -> Scenario {
    Scenario { stock: [3, 0], additions: 1, fickle: false, reaches: &[goals::MADE_WAY], ..two_keys_one_cart() }
}

/// The same request twice, and one more piece is put into the cart meanwhile.
pub(crate) fn one_key_and_a_cart_that_changes() -> Scenario {
    Scenario { jobs: vec![buys(0, 1), buys(0, 1)], sleeps: 0, reaches: &[goals::REPLAYED], ..a_cart_that_changes() }
}

/// Two windows with one cart into which one more piece is put, and the first one's order is cancelled.
pub(crate) fn a_cart_that_changes_and_a_cancelled_order() -> Scenario {
    Scenario {
        jobs: vec![buys(0, 1), buys(0, 2), Job::CancelOrder { order: 0, by_admin: false }],
        reaches: &[goals::MADE_WAY, goals::BOUGHT_AGAIN],
        ..a_cart_that_changes()
    }
}

/// Two windows with one cart into which one more piece is put, and a failover.
pub(crate) fn a_cart_that_changes_and_a_failover() -> Scenario {
    Scenario {
        jobs: vec![buys(0, 1), buys(0, 2)],
        failovers: 1,
        reaches: &[goals::MADE_WAY, goals::CART_REFILLED],
        ..a_cart_that_changes()
    }
}

/// All of it: two windows with one cart that changes, recovery, a failover, two misfortunes and two sleepers.
pub(crate) fn a_bad_day() -> Scenario {
    Scenario {
        failovers: 1,
        misfortunes: 2,
        sleeps: 2,
        reaches: &[goals::MADE_WAY, goals::CART_REFILLED, goals::CAME_LATE, goals::UNDONE_AND_AWAKE],
        ..a_cart_that_changes()
    }
}

/// Three windows with one cart of two products that changes.
pub(crate) fn three_keys_one_cart() -> Scenario {
    Scenario {
        stock: [4, 2],
        carts: [ONE_OF_EACH, NOTHING],
        jobs: vec![buys(0, 1), buys(0, 2), buys(0, 3)],
        sleeps: 0,
        reaches: &[goals::MADE_WAY],
        ..a_cart_that_changes()
    }
}

/// Two requests without a key.
pub(crate) fn no_keys() -> Scenario {
    let buys = Job::PlaceOrder { buyer: 0, key: None };
    Scenario { jobs: vec![buys, buys, RECOVERY], ..two_keys_one_cart() }
}

/// Two buyers of the last piece, and two runs at once.
pub(crate) fn two_runs() -> Scenario {
    Scenario {
        stock: [1, 0],
        carts: [[1, 0]; BUYERS],
        jobs: vec![buys(0, 1), buys(1, 1), RECOVERY, RECOVERY],
        ..last_pieces()
    }
}

/// Two buyers of the last piece, who may both fall asleep, with two misfortunes.
pub(crate) fn two_misfortunes() -> Scenario {
    Scenario { stock: [1, 0], carts: [[1, 0]; BUYERS], misfortunes: 2, sleeps: 2, ..last_pieces() }
}

/// Two buyers of the last piece, and a failover.
pub(crate) fn failover() -> Scenario {
    Scenario {
        stock: [1, 0],
        carts: [[1, 0]; BUYERS],
        failovers: 1,
        reaches: &[goals::SOLD_AND_REFUSED, goals::CART_REFILLED],
        ..last_pieces()
    }
}

/// The same request twice, and a failover.
pub(crate) fn one_key_and_a_failover() -> Scenario {
    Scenario {
        stock: [2, 0],
        carts: [[1, 0], NOTHING],
        failovers: 1,
        fickle: false,
        reaches: &[goals::REPLAYED, goals::CART_REFILLED],
        ..one_key_twice()
    }
}

/// An order that is paid, cancelled by its buyer, found overdue, and told of twice at once.
pub(crate) fn paid_or_cancelled() -> Scenario {
    Scenario {
        jobs: vec![buys(0, 1), Job::CancelOrder { order: 0, by_admin: false }, EVENT, EVENT, ENDING],
        stock: [1, 0],
        carts: [[1, 0], NOTHING],
        misfortunes: 1,
        pay: true,
        ship: true,
        reaches: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::REVIVED],
        ..Scenario::default()
    }
}

/// A paid order that two administrators cancel, while it is shipped, asked about and told of.
pub(crate) fn refunded_or_shipped() -> Scenario {
    let cancel = Job::CancelOrder { order: 0, by_admin: true };
    Scenario {
        jobs: vec![buys(0, 1), cancel, cancel, EVENT, ENDING],
        reaches: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::MONEY_SENT_BACK],
        ..paid_or_cancelled()
    }
}

/// Two buyers of the last piece: the order of the first is cancelled, the second has it, and then the
/// first one's money comes.
pub(crate) fn money_that_comes_late() -> Scenario {
    Scenario {
        carts: [[1, 0]; BUYERS],
        jobs: vec![buys(0, 1), buys(1, 1), ENDING, EVENT],
        reaches: &[goals::REVIVED, goals::MONEY_SENT_BACK, goals::BOTH_PLACED],
        ..paid_or_cancelled()
    }
}

/// Two runs that find the same order overdue while it is paid.
pub(crate) fn overdue_twice() -> Scenario {
    Scenario {
        jobs: vec![buys(0, 1), ENDING, ENDING, EVENT],
        reaches: &[goals::CANCELLED_UNPAID, goals::SHIPPED, goals::INTENT_LEFT_OPEN],
        ..paid_or_cancelled()
    }
}
