//! What the shop asks MongoDB, written down to be asked again without the shop.

use anyhow::Result;
use futures_util::TryStreamExt as _;
use mongodb::Database;
use mongodb::bson::{Document, RawDocumentBuf};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The parts of a command that say what is asked, and not by whom.
const ASKED: [&str; 12] = [
    "find",
    "aggregate",
    "filter",
    "pipeline",
    "cursor",
    "sort",
    "projection",
    "limit",
    "hint",
    "singleBatch",
    "maxTimeMS",
    "readConcern",
];

/// The commands since the last look.
pub(super) struct Commands {
    sender: Sender<Told>,
    receiver: Receiver<Told>,
}

/// Commands are known by a number of the driver's.
enum Told {
    Asked(i32, Document),
    Found(i32, usize),
}

impl Default for Commands {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }
}

impl Commands {
    pub(super) fn handler(&self) -> EventHandler<CommandEvent> {
        let sender = self.sender.clone();
        EventHandler::callback(move |event| {
            let told = match event {
                CommandEvent::Started(asked) if ["find", "aggregate"].contains(&asked.command_name.as_str()) => {
                    let parts =
                        ASKED.iter().filter_map(|part| Some(((*part).to_owned(), asked.command.get(part)?.clone())));
                    Told::Asked(asked.request_id, parts.collect())
                }
                CommandEvent::Succeeded(done) => {
                    let cursor = done.reply.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
                    Told::Found(done.request_id, cursor.map_or(0, Vec::len))
                }
                _ => return,
            };
            // Nobody listens any more when the measuring is over.
            sender.send(told).ok();
        })
    }

    /// How many commands there were, and of those the ones that are the answer: queries of products or categories
    /// that found some. What the shop asks beside, to count or to correct a word, is its own choice.
    pub(super) fn taken(&self) -> (usize, Vec<Document>) {
        let told: Vec<Told> = self.receiver.try_iter().collect();
        let found =
            |number: i32| told.iter().any(|it| matches!(it, Told::Found(of, rows) if *of == number && *rows > 0));
        let asked: Vec<_> = told
            .iter()
            .filter_map(|it| match it {
                Told::Asked(number, command) => Some((*number, command)),
                Told::Found(..) => None,
            })
            .collect();
        let is_counting = |command: &Document| {
            command.get_array("pipeline").is_ok_and(|stages| format!("{stages:?}").contains("\"n\""))
        };
        let reads = |command: &&Document| {
            let of = command.get_str("find").or_else(|_| command.get_str("aggregate"));
            of.is_ok_and(|of| ["products", "categories"].contains(&of)) && !is_counting(command)
        };
        let answers = asked.iter().filter(|(number, _)| found(*number)).map(|(_, command)| *command).filter(reads);
        (asked.len(), answers.cloned().collect())
    }
}

/// Asks the same, and reads the answers as bytes.
pub(super) async fn replay(database: &Database, commands: &[Document]) -> Result<()> {
    for command in commands {
        let mut answer = database.run_raw_cursor_command(RawDocumentBuf::try_from(command)?).await?;
        while answer.try_next().await?.is_some() {}
    }
    Ok(())
}
