//! Asks MongoDB what the shop asks it, by the driver and without the shop. Arguments are a connection string, a
//! database and a file with a document, whose `cases` are lists of commands. Each line of the input is the number of one of these;
//! it is answered with the nanoseconds that all its commands took, one after the other. The first time is with
//! connecting. Nobody decodes what a query finds.

use anyhow::{Context as _, Result};
use mongodb::bson::{Bson, Document, RawDocumentBuf};
use mongodb::options::ClientOptions;
use mongodb::{Client, Database};
use std::fs::File;
use std::io::{self, Write as _};
use std::time::Instant;
use tokio::task::spawn_blocking;

/// Commands that are answered with a cursor.
const READS: [&str; 2] = ["find", "aggregate"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |name: &'static str| arguments.next().context(name);
    let (uri, database, file) = (argument("a URI")?, argument("a database")?, argument("a file")?);
    let cases = Document::from_reader(File::open(file)?)?;
    let cases: Vec<Vec<RawDocumentBuf>> = cases.get_array("cases")?.iter().map(commands).collect::<Result<_>>()?;
    let mut connected = None;
    // On another thread, because the driver watches the server on this one, and when it cannot for 20 s, gives up on it.
    while let Some(line) = spawn_blocking(|| io::stdin().lines().next()).await? {
        let case = cases.get(line?.parse::<usize>()?).context("no such case")?;
        let started = Instant::now();
        let database = match &connected {
            Some(database) => database,
            None => connected.insert(connect(&uri).await?.database(&database)),
        };
        for command in case {
            ask(database, command).await?;
        }
        writeln!(io::stdout().lock(), "{}", started.elapsed().as_nanos())?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is about the driver, without the shop")]
async fn connect(uri: &str) -> Result<Client> {
    Ok(Client::with_options(ClientOptions::parse(uri).await?)?)
}

fn commands(case: &Bson) -> Result<Vec<RawDocumentBuf>> {
    let commands = case.as_array().context("a case is a list")?.iter();
    commands.map(|command| Ok(RawDocumentBuf::try_from(command.as_document().context("no command")?)?)).collect()
}

/// Reads what a query finds as bytes; a command that fails is an error of the driver's.
async fn ask(database: &Database, command: &RawDocumentBuf) -> Result<()> {
    if matches!(command.iter().next(), Some(Ok((name, _))) if READS.contains(&name.as_str())) {
        let mut found = database.run_raw_cursor_command(command.clone()).await?;
        while found.advance().await? {}
    } else {
        database.run_raw_command(command.clone()).await?;
    }
    Ok(())
}
