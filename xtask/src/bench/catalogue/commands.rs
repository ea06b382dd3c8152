//! What the shop asks MongoDB, written down to be asked again without the shop.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use futures_util::TryStreamExt as _;
use mongodb::Database;
use mongodb::bson::{Document, RawDocumentBuf};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;

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
    sender: Sender<Document>,
    receiver: Receiver<Document>,
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
            if let CommandEvent::Started(started) = event
                && ["find", "aggregate"].contains(&started.command_name.as_str())
            {
                let asked =
                    ASKED.iter().filter_map(|part| Some(((*part).to_owned(), started.command.get(part)?.clone())));
                // Nobody listens any more when the measuring is over.
                sender.send(asked.collect()).ok();
            }
        })
    }

    pub(super) fn forget(&self) {
        drop(self.taken());
    }

    pub(super) fn taken(&self) -> Vec<Document> {
        self.receiver.try_iter().collect()
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
