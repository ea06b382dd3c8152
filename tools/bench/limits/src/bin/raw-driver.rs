//! A baseline of the functions benchmark: sends the commands of the shop to MongoDB by the driver, without the shop.
//!
//! The arguments are a connection string, a database and a BSON file with a document, whose `cases` are lists of commands.
//! Each line of the input is the index of a case. The output is the time of its commands, sent one after the other, in
//! nanoseconds. The first case includes connecting. Results of queries are not decoded.

use anyhow::{Context as _, Result};
use mongodb::bson::{Bson, Document, RawDocumentBuf};
use mongodb::options::ClientOptions;
use mongodb::{Client, Database};
use std::fs::File;
use std::io::{self, Write as _};
use std::time::Instant;
use tokio::task::spawn_blocking;

/// Commands that return a cursor.
const CURSOR_COMMANDS: [&str; 2] = ["find", "aggregate"];

/// The same as in the functions.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |name: &'static str| arguments.next().with_context(|| format!("missing argument: {name}"));
    let (uri, database, file) = (argument("URI")?, argument("database")?, argument("file")?);
    let cases = Document::from_reader(File::open(file)?)?;
    let cases: Vec<Vec<RawDocumentBuf>> = cases.get_array("cases")?.iter().map(commands).collect::<Result<_>>()?;
    let mut connected = None;
    // The input is read on another thread: the driver monitors the server on this one, and gives up after 20 s without it.
    while let Some(line) = spawn_blocking(|| io::stdin().lines().next()).await? {
        let case = cases.get(line?.parse::<usize>()?).context("unknown case")?;
        let started = Instant::now();
        let database = match &connected {
            Some(database) => database,
            None => connected.insert(connect(&uri).await?.database(&database)),
        };
        for command in case {
            send(database, command).await?;
        }
        writeln!(io::stdout().lock(), "{}", started.elapsed().as_nanos())?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a baseline measures the driver without the shop")]
async fn connect(uri: &str) -> Result<Client> {
    Ok(Client::with_options(ClientOptions::parse(uri).await?)?)
}

fn commands(case: &Bson) -> Result<Vec<RawDocumentBuf>> {
    let commands = case.as_array().context("a case must be a list")?.iter();
    commands
        .map(|command| Ok(RawDocumentBuf::try_from(command.as_document().context("a command must be a document")?)?))
        .collect()
}

/// Sends a command, and reads all batches of a cursor without decoding them. A failed command is an error.
async fn send(database: &Database, command: &RawDocumentBuf) -> Result<()> {
    if matches!(command.iter().next(), Some(Ok((name, _))) if CURSOR_COMMANDS.contains(&name.as_str())) {
        let mut cursor = database.run_raw_cursor_command(command.clone()).await?;
        while cursor.advance().await? {}
    } else {
        database.run_raw_command(command.clone()).await?;
    }
    Ok(())
}
