//! What the objects of Stripe have in common.

/// An object with an id, after which the next page of a list starts.
pub(super) trait StripeObject {
    fn id(&self) -> &str;
}
