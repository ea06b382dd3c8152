//! The Lambda function of carts.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::serve(ferrocart_cart::endpoints().selling()).await
}
