//! Routes requests to operations, and limits requests with the publishable key.

use super::Operation;
use super::authenticate::KeyType;
use crate::charges::{Charge, list_charges};
use crate::disputes::{Dispute, list_disputes};
use crate::errors::{ApiError, Result};
use crate::events::{Event, RetrieveThinEvent, list_events};
use crate::params::Params;
use crate::payment_intents::{
    Caller, CancelPaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent, RetrievePaymentIntent,
    SearchPaymentIntents, UpdatePaymentIntent, list_payment_intents,
};
use crate::payment_methods::{CreatePaymentMethod, PaymentMethod};
use crate::refunds::{CancelRefund, CreateRefund, Refund, list_refunds};
use crate::retrieve::Retrieve;
use axum::http::Method;

/// Parses the operation of a URL; `None` if the URL is unknown.
pub(super) fn route(
    method: &Method,
    segments: &[&str],
    key_type: &KeyType,
    params: &Params,
) -> Option<Result<Box<dyn Operation>>> {
    let is_supported = matches!(*method, Method::GET | Method::POST);
    let resource = match segments.split_first() {
        Some((&"v1", resource)) if is_supported => resource,
        Some((&"v2", ["core", "events", id])) if *method == Method::GET && matches!(key_type, KeyType::Secret(_)) => {
            return Some(boxed(RetrieveThinEvent::parse(id, params)));
        }
        _ => return None,
    };
    match (method.as_str(), resource) {
        ("GET", ["payment_intents", id]) if *id != "search" => {
            Some(caller(key_type, params).and_then(|caller| boxed(RetrievePaymentIntent::parse(id, caller, params))))
        }
        ("POST", ["payment_intents", id, "confirm"]) => {
            Some(caller(key_type, params).and_then(|caller| boxed(ConfirmPaymentIntent::parse(id, caller, params))))
        }
        ("POST", ["payment_methods"]) => {
            Some(boxed(CreatePaymentMethod::parse(params, *key_type == KeyType::Publishable)))
        }
        (method, resource) if matches!(key_type, KeyType::Secret(_)) => route_with_secret_key(method, resource, params),
        _ => Some(Err(ApiError::SecretKeyRequired)),
    }
}

fn route_with_secret_key(method: &str, resource: &[&str], params: &Params) -> Option<Result<Box<dyn Operation>>> {
    Some(match (method, resource) {
        ("POST", ["payment_intents"]) => boxed(CreatePaymentIntent::parse(params)),
        ("GET", ["payment_intents"]) => boxed(list_payment_intents(params)),
        ("GET", ["payment_intents", "search"]) => boxed(SearchPaymentIntents::parse(params)),
        ("POST", ["payment_intents", id]) => boxed(UpdatePaymentIntent::parse(id, params)),
        ("POST", ["payment_intents", id, "cancel"]) => boxed(CancelPaymentIntent::parse(id, params)),
        ("GET", ["charges"]) => boxed(list_charges(params)),
        ("GET", ["charges", id]) => boxed(Retrieve::<Charge>::parse(id, params)),
        ("GET", ["disputes"]) => boxed(list_disputes(params)),
        ("GET", ["disputes", id]) => boxed(Retrieve::<Dispute>::parse(id, params)),
        ("POST", ["refunds"]) => boxed(CreateRefund::parse(params)),
        ("GET", ["refunds"]) => boxed(list_refunds(params)),
        ("POST", ["refunds", id, "cancel"]) => boxed(CancelRefund::parse(id, params)),
        ("GET", ["payment_methods", id]) => boxed(Retrieve::<PaymentMethod>::parse(id, params)),
        ("GET", ["refunds", id]) => boxed(Retrieve::<Refund>::parse(id, params)),
        ("GET", ["events"]) => boxed(list_events(params)),
        ("GET", ["events", id]) => boxed(Retrieve::<Event>::parse(id, params)),
        _ => return None,
    })
}

fn boxed(operation: Result<impl Operation + 'static>) -> Result<Box<dyn Operation>> {
    operation.map(|operation| -> Box<dyn Operation> { Box::new(operation) })
}

/// Identifies the caller. A browser needs the client secret of the payment intent.
fn caller(key_type: &KeyType, params: &Params) -> Result<Caller> {
    match (key_type, params.text("client_secret")?) {
        (KeyType::Secret(_), _) => Ok(Caller::Backend),
        (KeyType::Publishable, None) => Err(ApiError::SecretKeyRequired),
        (KeyType::Publishable, Some(secret)) => Ok(Caller::Browser { client_secret: secret.to_owned() }),
    }
}
