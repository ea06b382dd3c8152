//! The Lambda function of Stripe's webhook.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::serve(ferrocart_stripe_webhook::endpoints()).await
}
