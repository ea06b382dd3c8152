//! `POST /webhooks/stripe`: an event comes in.

use crate::apply_event::apply_event;
use axum::extract::{Request, State};
use ferrocart::http::{only_value, read_body};
use ferrocart::payments::{Event, verify};
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};

/// Receives an event of Stripe's
///
/// The signature is checked over the raw bytes. Any answer but a 2xx makes Stripe send the event
/// again, so an event is answered when its effect is stored, and not before.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/stripe",
    tag = "stripe",
    params(("Stripe-Signature" = String, Header, description = "Time and signatures, as Stripe makes them")),
    request_body(content = Object, description = "An event object of Stripe's"),
    responses(
        (status = 200, description = "The event has had its effect, now or before, or is none of ours"),
        (status = 400, description = "`invalid_signature`: it was not signed by Stripe, or more than five minutes ago"),
    )
)]
pub(crate) async fn receive_event(State(shop): State<AppState>, request: Request) -> Result<()> {
    let config = shop.config.stripe.as_ref().ok_or(Error::NotConfigured("Stripe"))?;
    let Ok(Some(header)) = only_value(request.headers(), "stripe-signature") else {
        return Err(Error::InvalidSignature);
    };
    let header = header.to_owned();
    let body = read_body(request).await?;
    if !verify(&header, &body, &config.webhook_secrets, shop.now()) {
        tracing::warn!("a webhook was refused: its signature does not hold");
        return Err(Error::InvalidSignature);
    }
    match Event::parse(&body) {
        Ok(event) => {
            event.created_at().into_iter().for_each(|created| note(Fact::EventReceived(shop.now().since(created))));
            apply_event(&shop, &event).await
        }
        Err(error) => Err(Error::MalformedBody(error.to_string())),
    }
}
