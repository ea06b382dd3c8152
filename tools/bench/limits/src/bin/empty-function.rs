//! A baseline of the functions benchmark: a Lambda function behind API Gateway that returns an empty object.

use lambda_http::{Error, Request, Response, service_fn};
use std::convert::Infallible;

/// The same as in the functions.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let respond = |_: Request| async { Ok::<_, Infallible>(Response::new("{}".to_owned())) };
    lambda_http::run(service_fn(respond)).await
}
