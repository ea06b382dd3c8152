//! Orders of customers and guests: checkout, history, receipt, payment, cancellation.

mod cancel_order;
mod claim_order;
mod get_order;
mod list_orders;
mod place_order;
mod request_payment;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints under `/api/v1/orders`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        list_orders::list_orders,
        place_order::place_order,
        get_order::get_order,
        request_payment::request_payment,
        cancel_order::cancel_order,
        claim_order::claim_order,
    ]
}
