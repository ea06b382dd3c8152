//! The scheduled Lambda function that ends what nobody else ends.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_job(ferrocart_maintenance::run).await
}
