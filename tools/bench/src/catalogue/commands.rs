//! Records the commands that the shop sends to MongoDB, and replays them without the shop.

use anyhow::Result;
use futures_util::TryStreamExt as _;
use mongodb::Database;
use mongodb::bson::{Document, RawDocumentBuf};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The fields of a command that define the query. All others depend on the session and the connection.
const QUERY_FIELDS: [&str; 15] = [
    "find",
    "aggregate",
    "filter",
    "pipeline",
    "cursor",
    "sort",
    "projection",
    "skip",
    "limit",
    "batchSize",
    "hint",
    "collation",
    "singleBatch",
    "maxTimeMS",
    "readConcern",
];

/// The commands that the driver has reported and [`CommandLog::drain`] has not returned yet.
pub(super) struct CommandLog {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

/// A started or finished command, with the driver's request id.
enum Event {
    Started { request_id: i32, command: Document },
    Succeeded { request_id: i32, documents: usize },
}

impl Default for CommandLog {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }
}

impl CommandLog {
    /// Returns a callback for the driver that records `find` and `aggregate`.
    pub(super) fn observer(&self) -> EventHandler<CommandEvent> {
        let sender = self.sender.clone();
        EventHandler::callback(move |event| {
            let event = match event {
                CommandEvent::Started(started) if ["find", "aggregate"].contains(&started.command_name.as_str()) => {
                    let fields = QUERY_FIELDS
                        .iter()
                        .filter_map(|field| Some(((*field).to_owned(), started.command.get(field)?.clone())));
                    Event::Started { request_id: started.request_id, command: fields.collect() }
                }
                CommandEvent::Succeeded(succeeded) => {
                    let cursor = succeeded.reply.get_document("cursor");
                    let documents = cursor.and_then(|cursor| cursor.get_array("firstBatch")).map_or(0, Vec::len);
                    Event::Succeeded { request_id: succeeded.request_id, documents }
                }
                _ => return,
            };
            // The receiver is gone when the benchmark has ended.
            sender.send(event).ok();
        })
    }

    /// Removes all recorded commands. Returns their number, and those that read the page: queries of products or
    /// categories that found documents. Queries that choose an index or correct a word belong to the shop, not to the
    /// baseline.
    pub(super) fn drain(&self) -> (usize, Vec<Document>) {
        let events: Vec<Event> = self.receiver.try_iter().collect();
        let found_documents = |id: i32| {
            let found = |event: &Event| matches!(event, Event::Succeeded { request_id, documents } if *request_id == id && *documents > 0);
            events.iter().any(found)
        };
        let started: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Started { request_id, command } => Some((*request_id, command)),
                Event::Succeeded { .. } => None,
            })
            .collect();
        let page_queries = started.iter().filter(|(id, command)| found_documents(*id) && reads_page(command));
        (started.len(), page_queries.map(|(_, command)| (*command).clone()).collect())
    }
}

/// Reports whether a command reads products or categories. A query that skips products only samples them.
fn reads_page(command: &Document) -> bool {
    let collection = command.get_str("find").or_else(|_| command.get_str("aggregate"));
    collection.is_ok_and(|name| ["products", "categories"].contains(&name)) && !command.contains_key("skip")
}

/// Sends the commands one after the other, and reads the results without decoding them.
pub(super) async fn replay(database: &Database, commands: &[Document]) -> Result<()> {
    for command in commands {
        let mut batches = database.run_raw_cursor_command(RawDocumentBuf::try_from(command)?).await?;
        while batches.try_next().await?.is_some() {}
    }
    Ok(())
}
