//! Starts a stand-in, invokes a function, prints the id of its process, and waits to be killed.

#![expect(clippy::print_stdout, reason = "the test reads the process id from the standard output")]

use lambda_stand_in::{Lambda, Routes, Settings};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?;
    let lambda = Lambda::start(Settings::new(program.with_file_name(""), Routes::default())).await?;
    lambda.invoke("scripted", &json!({})).await?;
    println!("{}", lambda.pids("scripted").iter().sum::<u32>());
    std::future::pending().await
}
