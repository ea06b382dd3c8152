//! Checkout, step by step: `wish` reads the cart, `take` takes the stock, `place` makes the order,
//! `earlier` tells what others have to do with it, and `request_payment` asks for the money.
//! ARCHITECTURE.md tells why it is safe.

mod earlier;
mod order_number;
mod place;
mod request_payment;
mod take;
mod wish;

pub(crate) use request_payment::request_payment;
pub(crate) use wish::Wish;

use earlier::{make_way, refuse};
use ferrocart::auth::Customer;
use ferrocart::db::orders::OrderDoc;
use ferrocart::telemetry::elsewhere;
use ferrocart::{AppState, Error, Result};
use place::place;
use std::time::Duration;
use take::{Taken, Taking, give_back, take_all};
use wish::begin;

/// How often a request begins again because another one buys the same cart, and how long it waits
/// for that one in between: two seconds in all.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// What a try has come to.
#[derive(Debug)]
enum Step {
    /// To this order, which it has made.
    Placed(Box<OrderDoc>),
    /// To this order, which an earlier request has made.
    Earlier(Box<OrderDoc>),
    /// To nothing; what was in its way is gone.
    Again,
    /// To nothing, because another request is at work.
    Wait,
}

/// The order for what is in the cart, and whether an earlier request has made it.
pub(crate) async fn check_out(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<(OrderDoc, bool)> {
    for _ in 0..TRIES {
        match try_once(shop, customer, wish).await? {
            Step::Placed(order) => return Ok((*order, false)),
            Step::Earlier(order) => return Ok((*order, true)),
            Step::Again => {}
            Step::Wait => elsewhere(tokio::time::sleep(PAUSE)).await,
        }
    }
    Err(Error::IdempotencyInProgress)
}

async fn try_once(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<Step> {
    let of = match begin(shop, customer, wish).await {
        Ok(of) => of,
        Err(error @ Error::Database(_)) => return Err(error),
        // The same request may have emptied the cart before.
        Err(error) => return refuse(shop, customer.id(), wish, None, error).await,
    };
    let mut taken = Taken::default();
    let taking = take_all(shop, &of, &mut taken).await;
    if !matches!(taking, Ok(Taking::Done)) {
        give_back(shop, of.order, &taken).await;
    }
    match taking? {
        Taking::Done => place(shop, wish, &of, &taken).await,
        Taking::OtherTry(order) => make_way(shop, wish, &of, order).await,
        Taking::Refused(error) => refuse(shop, of.user, wish, Some(&of), error).await,
    }
}
