//! `POST /webhooks/stripe`: verifies and applies an event of Stripe.

use axum::extract::{Request, State};
use ferrocart::checkout::apply_event;
use ferrocart::http::{read_body, single_header};
use ferrocart::payments::{Event, verify_signature};
use ferrocart::telemetry::{BusinessEvent, record};
use ferrocart::{AppState, Error, Result};

/// Receives an event of Stripe
///
/// The signature is verified over the raw bytes. Stripe redelivers an event after any response other than a 2xx, so the
/// response is sent only after the event's effect is stored.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/stripe",
    tag = "stripe",
    params(("Stripe-Signature" = String, Header, description = "Timestamp and signatures, as Stripe sends them")),
    request_body(content = Object, description = "An event object of Stripe"),
    responses(
        (status = 200, description = "The event is applied, was applied before, or does not concern this shop"),
        (status = 400, description = "`invalid_signature`: not signed by Stripe, or signed more than five minutes ago.\n`malformed_request`: the body is no event"),
    )
)]
pub(crate) async fn receive_event(State(shop): State<AppState>, request: Request) -> Result<()> {
    let config = shop.config.stripe.as_ref().ok_or(Error::NotConfigured("Stripe"))?;
    let (parts, body) = request.into_parts();
    // Before the signature is verified, its cost is bounded by the size of the body.
    let body = read_body(body).await?;
    let Ok(Some(header)) = single_header(&parts.headers, "stripe-signature") else {
        return Err(Error::InvalidSignature);
    };
    if !verify_signature(header, &body, &config.webhook_secrets, shop.now()) {
        tracing::warn!("rejected a webhook with an invalid signature");
        return Err(Error::InvalidSignature);
    }
    match Event::parse(&body) {
        Ok(event) => {
            event
                .created_at()
                .into_iter()
                .for_each(|created| record(BusinessEvent::EventReceived(shop.now().since(created))));
            apply_event(&shop, &event).await
        }
        Err(error) => Err(Error::MalformedBody(error.to_string())),
    }
}
