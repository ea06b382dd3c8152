//! `GET /v1/payment_intents`, newest first.

use super::PaymentIntent;
use crate::errors::Result;
use crate::pages::{List, PAGE_PARAMS};
use crate::params::Params;

/// All intents, a page at a time.
pub(crate) fn list_payment_intents(params: &Params) -> Result<List<PaymentIntent>> {
    params.allow_only(&PAGE_PARAMS)?;
    List::parse(params, |_: &PaymentIntent| true)
}
