//! The Lambda function that checks new versions before they receive requests.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_events(ferrocart_deployment_check::handle).await
}
