//! `GET /v1/payment_intents/{id}`: retrieves a payment intent for a backend or the buyer's browser.

use super::Caller;
use crate::account::Account;
use crate::api::Operation;
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;

/// The request.
pub(crate) struct RetrievePaymentIntent {
    id: String,
    caller: Caller,
}

impl RetrievePaymentIntent {
    pub(crate) fn parse(id: &str, caller: Caller, params: &Params) -> Result<Self> {
        params.allow_only(&["client_secret"])?;
        Ok(Self { id: id.to_owned(), caller })
    }
}

impl Operation for RetrievePaymentIntent {
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get(&self.id, "intent", ObjectRole::Subject)?;
        self.caller.authorize(intent)?;
        Ok(intent.to_json_for(&self.caller))
    }
}
