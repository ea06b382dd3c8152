//! A program that invokes a function and then holds the stand-in until it is killed.

#![expect(clippy::print_stdout, reason = "who started it reads the process id of the function")]

use lambda_stand_in::{Lambda, Routes, Settings};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?;
    let lambda = Lambda::start(Settings::new(program.with_file_name(""), Routes::default())).await?;
    lambda.invoke("puppet", &json!({})).await?;
    println!("{}", lambda.pids("puppet").iter().sum::<u32>());
    std::future::pending().await
}
