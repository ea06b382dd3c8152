//! `GET /v1/payment_intents/{id}`, for a backend or for the buyer's browser.

use super::Caller;
use crate::account::Account;
use crate::api::Operation;
use crate::errors::{Mention, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;

/// A look at one intent.
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
    fn perform(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get(&self.id, "intent", Mention::Subject)?;
        self.caller.check(intent)?;
        Ok(intent.show_to(&self.caller))
    }
}
