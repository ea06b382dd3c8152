//! The errors of the API, with Stripe's messages.

mod body;

pub(crate) use body::doc_url;

use crate::payment_methods::Decline;
use serde_json::Value;
use thiserror::Error;

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

/// An error response. The messages are Stripe's.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    #[error(
        "You did not provide an API key. You need to provide your API key in the Authorization \
         header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    )]
    MissingApiKey,
    #[error("Invalid API Key provided: {masked}")]
    InvalidApiKey { masked: String },
    #[error("This API call cannot be made with a publishable API key. Please use a secret API key.")]
    SecretKeyRequired,
    #[error(
        "The provided key '{masked}' does not have the required permissions for this endpoint on \
         account 'acct_1StandIn'. Having the '{permission}' permission would allow this request to \
         continue."
    )]
    PermissionMissing { masked: String, permission: String },
    #[error("Invalid Stripe API version: {version}. The stand-in implements one version: {}.", crate::api::API_VERSION)]
    InvalidVersion { version: String },
    #[error("Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs.")]
    UnknownUrl { method: String, path: String },
    #[error("Invalid request (check that your POST content type is application/x-www-form-urlencoded).")]
    InvalidContentType,

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
    #[error("Invalid integer: {value}")]
    InvalidInteger { param: String, value: String },
    #[error("Invalid boolean: {value}")]
    InvalidBoolean { param: &'static str, value: String },
    #[error("This value must be greater than or equal to {minimum}.")]
    BelowMinimum { param: &'static str, minimum: i64 },
    #[error("This value must be less than or equal to {maximum}.")]
    AboveMaximum { param: &'static str, maximum: i64 },
    /// A rule about one parameter that no other variant has.
    #[error("{message}")]
    InvalidParam { param: String, message: String },
    #[error("Invalid {param}: must be one of {allowed}")]
    InvalidChoice { param: &'static str, allowed: String },
    #[error("Invalid currency: {value}. Stripe currently supports these currencies: {supported}")]
    InvalidCurrency { value: String, supported: String },
    #[error("Amount must be at least {minimum}")]
    AmountTooSmall { minimum: String },
    #[error("Amount must be no more than {maximum}")]
    AmountTooLarge { maximum: String },
    #[error("This property cannot be expanded ({path}).")]
    NotExpandable { path: String },
    #[error("We were unable to parse your search query: {query}")]
    InvalidSearchQuery { query: String },

    #[error("No such {object}: '{id}'")]
    ResourceMissing { object: &'static str, id: String, param: &'static str, role: ObjectRole },
    #[error(
        "No such {object}: '{id}'; a similar object exists in {other} mode, but a {used} mode key was \
         used to make this request."
    )]
    OtherMode {
        object: &'static str,
        id: String,
        param: &'static str,
        role: ObjectRole,
        other: &'static str,
        used: &'static str,
    },
    #[error(
        "The client_secret provided does not match the client_secret associated with the \
         PaymentIntent."
    )]
    ClientSecretMismatch,
    #[error("{message}")]
    UnexpectedState { message: String, intent: Box<Value> },
    #[error(
        "The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent. Please attach \
         a PaymentMethod of one of the following types: {allowed}."
    )]
    IncompatiblePaymentMethod { kind: &'static str, allowed: String },
    /// The bank declined. `details` is the `last_payment_error` of the payment intent.
    #[error("{message}")]
    PaymentFailed { message: &'static str, details: Box<Value>, intent: Box<Value> },

    #[error(
        "This PaymentIntent requires a mandate, but no existing mandate was found. Please provide \
         `mandate_data` to create a new mandate."
    )]
    MandateMissing,
    /// A card that cannot become a payment method.
    #[error("{}", .decline.message)]
    Card { decline: Decline, param: &'static str },
    #[error(
        "Sending credit card numbers directly to the Stripe API is generally unsafe. To continue \
         processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements."
    )]
    RawCardNumber,

    #[error("One of the following params should be provided for this request: payment_intent or charge.")]
    MissingPaymentReference,
    #[error("This PaymentIntent ({intent}) does not have a successful charge to refund.")]
    NoSuccessfulCharge { intent: String },
    #[error("Refund amount ({requested}) is greater than {limit}")]
    RefundTooLarge { requested: String, limit: String },
    #[error("Charge {charge} has already been refunded.")]
    ChargeAlreadyRefunded { charge: String },
    #[error("Charge {charge} has been charged back; cannot issue a refund.")]
    ChargeDisputed { charge: String },

    #[error(
        "Keys for idempotent requests can only be used with the same parameters they were first \
         used with. Try using a key other than '{key}' if you meant to execute a different request."
    )]
    KeyReusedWithOtherParams { key: String },
    #[error(
        "Keys for idempotent requests can only be used for the same endpoint they were first used \
         for ('{now}' vs '{first}'). Try using a key other than '{key}' if you meant to execute a \
         different request."
    )]
    KeyReusedForOtherEndpoint { key: String, first: String, now: String },
    #[error(
        "There is currently another in-progress request using this Idempotent Key (that probably \
         means you submitted twice, and the other request is still going through): {key}. Please \
         try again later."
    )]
    KeyInUse { key: String },
    #[error("Idempotency keys can be at most 255 characters long; yours has {length}.")]
    KeyTooLong { length: usize },

    /// A fault of the control API: Stripe refuses the request for good.
    #[error("{message}")]
    Rejected { code: Option<String>, message: String },
    /// A request to the control API is invalid.
    #[error("{0}")]
    InvalidControlRequest(String),
    #[error(
        "Request rate limit exceeded. Learn more about rate limits here \
         https://stripe.com/docs/rate-limits."
    )]
    RateLimited,
    #[error("An unknown error occurred.")]
    Internal,
}

impl ApiError {
    pub(crate) fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidParam { param: param.into(), message: message.into() }
    }

    /// Returns the error of a request that has two parameters of which only one is permitted.
    pub(crate) fn exclusive(one: &'static str, other: &'static str) -> Self {
        Self::invalid(other, format!("You may only specify one of these parameters: {one}, {other}."))
    }
}

/// The role of a missing object in the request. Stripe responds with 404 if it is the subject of the request, and with
/// 400 if another object refers to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ObjectRole {
    Subject,
    Reference,
}
