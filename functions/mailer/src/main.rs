//! The Lambda function that sends mail.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_job(ferrocart_mailer::run).await
}
