//! The Lambda function of the catalogue.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::serve(ferrocart_products::endpoints().selling()).await
}
