//! The Lambda function of orders.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::serve(ferrocart_orders::endpoints().selling()).await
}
