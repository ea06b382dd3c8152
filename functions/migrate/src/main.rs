//! The Lambda function that prepares the database.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_events(ferrocart_migrate::handle).await
}
