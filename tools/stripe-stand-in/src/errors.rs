//! What can be wrong with a call, and how Stripe says so.

mod body;

pub(crate) use body::doc_url;

use serde_json::Value;
use thiserror::Error;

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

/// Why a call is refused. The messages are Stripe's.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    #[error(
        "You did not provide an API key. You need to provide your API key in the Authorization \
         header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    )]
    MissingApiKey,
    #[error("Invalid API Key provided: {masked}")]
    WrongApiKey { masked: String },
    #[error("This API call cannot be made with a publishable API key. Please use a secret API key.")]
    SecretKeyRequired,
    #[error("Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs.")]
    UnknownUrl { method: String, path: String },
    #[error("Invalid request (check that your POST content type is application/x-www-form-urlencoded).")]
    NotAForm,

    #[error("Received unknown parameter: {param}")]
    UnknownParam { param: String },
    #[error("Missing required param: {param}.")]
    MissingParam { param: &'static str },
    #[error(
        "You passed an empty string for '{param}'. We assume empty values are an attempt to unset \
         a parameter; however '{param}' cannot be unset. You should remove '{param}' from your \
         request or supply a non-empty value."
    )]
    EmptyParam { param: &'static str },
    #[error("Invalid integer: {given}")]
    NotAnInteger { param: String, given: String },
    #[error("Invalid boolean: {given}")]
    NotABoolean { param: &'static str, given: String },
    #[error("This value must be greater than or equal to {least}.")]
    BelowLeast { param: &'static str, least: i64 },
    #[error("This value must be less than or equal to {most}.")]
    AboveMost { param: &'static str, most: i64 },
    #[error("Invalid {param}: must be one of {allowed}")]
    NotOneOf { param: &'static str, allowed: String },
    #[error("Invalid currency: {given}. Stripe currently supports these currencies: {supported}")]
    UnknownCurrency { given: String, supported: String },
    #[error("Amount must be at least {least}")]
    AmountTooSmall { least: String },
    #[error("Amount must be no more than {most}")]
    AmountTooLarge { most: String },
    #[error("This property cannot be expanded ({path}).")]
    NotExpandable { path: String },
    #[error("We were unable to parse your search query: {query}")]
    UnreadableQuery { query: String },

    #[error("No such {object}: '{id}'")]
    NoSuch { object: &'static str, id: String, param: &'static str, from: Mention },
    #[error(
        "The client_secret provided does not match the client_secret associated with the \
         PaymentIntent."
    )]
    WrongClientSecret,
    #[error("{message}")]
    UnexpectedState { message: String, intent: Box<Value> },
    #[error(
        "The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent. Please attach \
         a PaymentMethod of one of the following types: {allowed}."
    )]
    IncompatiblePaymentMethod { kind: &'static str, allowed: String },
    /// The bank says no. `details` is what the intent keeps as its `last_payment_error`.
    #[error("{message}")]
    PaymentFailed { message: &'static str, details: Box<Value>, intent: Box<Value> },

    #[error("One of the following params should be provided for this request: payment_intent or charge.")]
    NoPaymentNamed,
    #[error("This PaymentIntent ({intent}) does not have a successful charge to refund.")]
    NothingPaid { intent: String },
    #[error("Refund amount ({asked}) is greater than {limit}")]
    RefundTooLarge { asked: String, limit: String },
    #[error("Charge {charge} has already been refunded.")]
    AlreadyRefunded { charge: String },
    #[error("Charge {charge} has been charged back; cannot issue a refund.")]
    ChargedBack { charge: String },

    #[error(
        "Keys for idempotent requests can only be used with the same parameters they were first \
         used with. Try using a key other than '{key}' if you meant to execute a different request."
    )]
    KeyUsedWithOtherParams { key: String },
    #[error(
        "Keys for idempotent requests can only be used for the same endpoint they were first used \
         for ('{now}' vs '{first}'). Try using a key other than '{key}' if you meant to execute a \
         different request."
    )]
    KeyUsedElsewhere { key: String, first: String, now: String },
    #[error(
        "There is currently another in-progress request using this Idempotent Key (that probably \
         means you submitted twice, and the other request is still going through): {key}. Please \
         try again later."
    )]
    KeyInUse { key: String },
    #[error("Idempotency keys can be at most 255 characters long; yours has {length}.")]
    KeyTooLong { length: usize },

    /// An order to the stand-in itself that makes no sense.
    #[error("{0}")]
    UnreadableOrder(String),
    #[error(
        "Request rate limit exceeded. Learn more about rate limits here \
         https://stripe.com/docs/rate-limits."
    )]
    RateLimited,
    #[error("An unknown error occurred.")]
    Internal,
}

/// Where a call named the object that is missing. Stripe answers 404 if the call is about that
/// object, and 400 if it is a detail of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mention {
    Subject,
    Detail,
}
