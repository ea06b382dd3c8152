//! The bank and the buyer: what happens to payments, refunds and disputes outside of the API.

use super::{change, parse_body, unknown_url};
use crate::api::Request;
use crate::disputes::{CloseDispute, OpenDispute, close_dispute, escalate_dispute, open_dispute, respond_to_dispute};
use crate::errors::Result;
use crate::payment_intents::{
    AuthenticatePaymentIntent, SettlePaymentIntent, authenticate_payment_intent, settle_payment_intent,
};
use crate::refunds::{SettleRefund, fail_refund, settle_refund};
use crate::store::ServerState;
use serde_json::Value;

pub(super) fn dispatch(state: &ServerState, segments: &[&str], request: &Request) -> Result<Value> {
    match segments {
        ["disputes"] => {
            let body: OpenDispute = parse_body(request)?;
            change(state, |account| open_dispute(account, &body))
        }
        ["disputes", id, "respond"] => change(state, |account| respond_to_dispute(account, id)),
        ["disputes", id, "escalate"] => change(state, |account| escalate_dispute(account, id)),
        ["disputes", id, "close"] => {
            let body: CloseDispute = parse_body(request)?;
            change(state, |account| close_dispute(account, id, &body))
        }
        ["refunds", id, "fail"] => change(state, |account| fail_refund(account, id)),
        ["refunds", id, "settle"] => {
            let body: SettleRefund = parse_body(request)?;
            change(state, |account| settle_refund(account, id, &body))
        }
        ["payment_intents", id, "settle"] => {
            let body: SettlePaymentIntent = parse_body(request)?;
            change(state, |account| settle_payment_intent(account, id, &body))
        }
        ["payment_intents", id, "authenticate"] => {
            let body: AuthenticatePaymentIntent = parse_body(request)?;
            change(state, |account| authenticate_payment_intent(account, id, &body))
        }
        _ => Err(unknown_url(request)),
    }
}
