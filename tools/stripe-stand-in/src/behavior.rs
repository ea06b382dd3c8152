//! `POST /_stand-in/behaviour`: chooses what Stripe leaves open, such as whether the bank still stops a debit.

use serde::Deserialize;

/// The body of the request. A field that is absent has its default, which is the stricter choice.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behavior {
    /// Whether a payment in `processing` can be cancelled, as Stripe permits in rare cases.
    pub(crate) cancel_processing: bool,
}
