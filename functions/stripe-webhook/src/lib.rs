//! The webhook that Stripe posts its events to.

mod receive_event;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoint under `/api/v1/webhooks`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![receive_event::receive_event]
}
