//! Every way a request can fail, without a word of HTTP: `http/problem.rs` alone knows statuses.

use crate::domain::id::OrderId;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Amount, Overflow};
use crate::domain::order::{Hold, InvalidTransition};
use crate::domain::sku::Sku;
use crate::media::MediaError;
use crate::payments::StripeError;

/// The outcome of what may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way a request can fail.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is no JSON.
    #[error("the body cannot be read: {0}")]
    MalformedBody(String),
    /// The query has parameters that are unknown or make no sense.
    #[error("the query cannot be read")]
    MalformedQuery(Vec<FieldError>),
    /// A header makes no sense.
    #[error("the header {name} {reason}")]
    MalformedHeader {
        /// Which.
        name: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// A cursor was tampered with, or belongs to another list.
    #[error("the cursor does not belong to this list")]
    InvalidCursor,
    /// No token, or one that is not ours.
    #[error("a valid access token is needed")]
    Unauthenticated,
    /// A token that was ours.
    #[error("the access token has expired")]
    TokenExpired,
    /// Wrong e-mail, password or refresh token.
    #[error("the credentials are wrong")]
    InvalidCredentials,
    /// A valid token without the role.
    #[error("this needs another role")]
    Forbidden,
    /// Too many tries.
    #[error("too many tries; wait {retry_after} s")]
    RateLimited {
        /// After how many seconds one may try again.
        retry_after: u64,
    },
    /// No such thing, or not yours.
    #[error("there is no such resource")]
    NotFound,
    /// No such method there.
    #[error("there is no such method here")]
    MethodNotAllowed,
    /// There is an account with that e-mail.
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    /// It would leave nobody to run the shop.
    #[error("this is the last administrator, and somebody has to run the shop")]
    LastAdmin,
    /// Another product has one of the SKUs.
    #[error("another product has one of these SKUs")]
    SkuTaken,
    /// There is less than was asked for.
    #[error("there is not enough in stock")]
    InsufficientStock(Vec<Shortage>),
    /// A product is not for sale.
    #[error("not for sale any more: {}", skus(.0))]
    ProductUnavailable(Vec<Sku>),
    /// The total is not what the buyer saw.
    #[error("the total is {actual} by now")]
    TotalChanged {
        /// What it is.
        actual: Amount,
    },
    /// The total cannot be charged at once.
    #[error("the total is larger than can be charged at once")]
    TotalTooLarge,
    /// The cart was bought by an earlier request.
    #[error("this cart was ordered already")]
    CartAlreadyOrdered(OrderId),
    /// The order's state forbids it.
    #[error(transparent)]
    InvalidTransition(#[from] InvalidTransition),
    /// What was not paid cannot go back.
    #[error("the order has not been paid")]
    NotPaid,
    /// There is not so much left to send back.
    #[error("only {left} is left of what was paid")]
    RefundExceedsPaid {
        /// How much is left.
        left: Amount,
    },
    /// Stripe or the bank does not send the money back.
    #[error("the refund was refused: {reason}")]
    RefundRefused {
        /// Why, in Stripe's words.
        reason: String,
    },
    /// Something speaks against sending the goods.
    #[error("the order must not be shipped: {}", .0.as_str())]
    OnHold(Hold),
    /// A request with the same key is at work.
    #[error("a request with this idempotency key is being worked on")]
    IdempotencyInProgress,
    /// The same key came with another body.
    #[error("this idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The upload was replaced while it was looked at.
    #[error("the upload has changed meanwhile; complete it again")]
    UploadChanged,
    /// `If-Match` names an older version.
    #[error("the resource has changed since")]
    VersionMismatch,
    /// The body is too large.
    #[error("the body is larger than 256 KiB")]
    PayloadTooLarge,
    /// The body is not JSON by its own account.
    #[error("the content type must be application/json")]
    UnsupportedMediaType,
    /// Fields that are not acceptable, all of them.
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    /// There is nothing to buy.
    #[error("the cart is empty")]
    EmptyCart,
    /// Stripe did not sign this.
    #[error("the signature does not hold")]
    InvalidSignature,
    /// The work took longer than a request may.
    #[error("the request took too long")]
    DeadlineExceeded,
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
    /// A setting is missing that this call needs.
    #[error("{0} is not configured")]
    NotConfigured(&'static str),
    /// An amount grew past 64 bits.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The database failed or cannot be reached.
    #[error("the database failed")]
    Database(#[from] mongodb::error::Error),
    /// A document could not be written or read.
    #[error("a document could not be converted")]
    Bson(#[from] bson::error::Error),
    /// Stripe refused or cannot be reached.
    #[error("Stripe failed")]
    Stripe(#[from] StripeError),
    /// S3 refused or cannot be reached.
    #[error("S3 failed")]
    Media(#[from] MediaError),
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Hash(#[from] bcrypt::BcryptError),
    /// A token could not be signed.
    #[error("a token could not be signed")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// There is no randomness to be had, or a task was lost.
    #[error("{0}")]
    System(&'static str),
}

/// A field that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it is: a JSON pointer (RFC 6901) in a body, or the name of a parameter.
    pub pointer: String,
    /// Why.
    pub invalid: Invalid,
}

/// A line that wants more than there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Of what.
    pub sku: Sku,
    /// How many were asked for.
    pub requested: u32,
    /// How many there are.
    pub available: u32,
}

impl Error {
    /// A field of the body that was refused after it was parsed.
    #[must_use]
    pub fn field(pointer: &str, invalid: Invalid) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.to_owned(), invalid }])
    }
}

/// The causes of an error, outermost first, on one line.
pub(crate) fn chain(error: &Error) -> String {
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.join(": ")
}

fn skus(skus: &[Sku]) -> String {
    skus.iter().map(Sku::as_str).collect::<Vec<_>>().join(", ")
}
