//! The scheduled Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::run_job(|shop, _event| ferrocart_maintenance::run(shop)).await
}
