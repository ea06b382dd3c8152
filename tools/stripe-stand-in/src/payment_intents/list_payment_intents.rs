//! `GET /v1/payment_intents`: lists payment intents, newest first.

use super::PaymentIntent;
use crate::errors::Result;
use crate::list::{List, PAGE_PARAMS};
use crate::params::Params;

/// Parses the request.
pub(crate) fn list_payment_intents(params: &Params) -> Result<List<PaymentIntent>> {
    params.allow_only(&PAGE_PARAMS)?;
    List::parse(params, |_: &PaymentIntent| true)
}
