//! The Lambda function of the documentation.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ferrocart::lambda::Error> {
    ferrocart::lambda::serve(ferrocart_docs::endpoints()).await
}
