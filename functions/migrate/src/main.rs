//! The Lambda function that prepares the database.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_job(ferrocart_migrate::run).await
}
