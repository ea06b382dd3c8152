//! A replica set of real MongoDB servers that a test may kill, pause, and make fail.

mod fail_points;
mod member;

pub use fail_points::{Fault, Times};

use crate::janitor::Janitor;
use crate::wait::until;
use member::Member;
use mongodb::Client;
use mongodb::bson::{Bson, Document, doc};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// After how long without a primary another one is elected.
const ELECTION_TIMEOUT_MS: i32 = 2_000;

/// A replica set of one server or several. It ends with this value.
#[derive(Debug)]
pub struct ReplicaSet {
    members: Vec<Member>,
    // Dropped after the members: it removes their directory.
    janitor: Janitor,
}

impl ReplicaSet {
    /// Starts that many servers, and waits until one of them takes writes.
    pub async fn start(size: usize) -> Self {
        let directory = scratch("ferrocart-mongo-");
        let janitor = Janitor::of(&directory);
        let mut members = Vec::new();
        for number in 0..size {
            members.push(Member::start(&janitor, &directory.join(number.to_string())).await);
        }
        let set = Self { members, janitor };
        set.initiate().await;
        set.primary().await;
        set
    }

    /// How a client reaches the set, under a name by which fail points know it.
    #[must_use]
    pub fn uri(&self, app_name: &str) -> String {
        let hosts: Vec<_> = self.members.iter().map(Member::host).collect();
        format!("mongodb://{}/?replicaSet=rs0&appName={app_name}", hosts.join(","))
    }

    /// How many servers there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// A server that takes writes, as soon as there is one.
    pub async fn primary(&self) -> usize {
        until("electing a primary", async || self.primary_now().await).await
    }

    /// Kills a server as `kill -9` does.
    pub fn kill(&mut self, number: usize) {
        self.members[number].kill();
    }

    /// Starts a server that was killed.
    pub fn restart(&mut self, number: usize) {
        self.members[number].restart(&self.janitor);
    }

    /// Stops a server where it is: it neither answers nor hangs up.
    pub fn pause(&mut self, number: usize) {
        self.members[number].pause();
    }

    /// Lets a server that was paused go on.
    pub fn resume(&mut self, number: usize) {
        self.members[number].resume();
    }

    /// Asks the primary to let another one do it; false when it could not.
    pub async fn step_down(&self) -> bool {
        let Some(primary) = self.primary_now().await else { return false };
        let command = doc! { "replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 2, "force": true };
        self.members[primary].admin().run_command(command).await.is_ok()
    }

    /// Lets secondaries fetch nothing any more: a write reaches the primary, and nobody else.
    pub async fn stop_replication(&self, primary: usize) {
        for member in self.members.iter().enumerate().filter(|(number, _)| *number != primary).map(|(_, member)| member)
        {
            member.set_fail_point("stopReplProducer", Bson::from("alwaysOn"), doc! {}).await.expect("a fail point");
            // It is there when the fetcher has come to it, at the latest with the next batch.
            member.wait_for_fail_point("stopReplProducer").await;
        }
    }

    /// Makes commands of a client fail, on whichever server they come to.
    pub async fn fail(&self, app_name: &str, commands: &[&str], fault: &Fault, times: Times) {
        let data = fault.data(app_name, commands);
        for member in &self.members {
            member.set_fail_point("failCommand", times.mode(), data.clone()).await.ok();
        }
    }

    /// Takes every fail point away.
    pub async fn end_faults(&self) {
        for member in &self.members {
            for name in ["failCommand", "stopReplProducer"] {
                member.set_fail_point(name, "off".into(), doc! {}).await.ok();
            }
        }
    }

    /// Makes the set whole: every server runs, is a member in good state, and fails nobody.
    pub async fn heal(&mut self) {
        for member in &mut self.members {
            member.resume();
            if !member.is_running() {
                member.restart(&self.janitor);
            }
        }
        for member in &self.members {
            until("starting MongoDB again", async || member.hello().await).await;
        }
        self.end_faults().await;
        until("bringing all members of the set together", async || self.is_whole().await.then_some(())).await;
        self.primary().await;
    }

    async fn is_whole(&self) -> bool {
        let mut primaries = 0;
        for member in &self.members {
            let Some(hello) = member.hello().await else { return false };
            let is = |name: &str| hello.get_bool(name).unwrap_or(false);
            if is("isWritablePrimary") {
                primaries += 1;
            } else if !is("secondary") {
                return false;
            }
        }
        primaries == 1
    }

    async fn primary_now(&self) -> Option<usize> {
        for (number, member) in self.members.iter().enumerate() {
            if member.is_answering() && member.hello().await?.get_bool("isWritablePrimary").unwrap_or(false) {
                return Some(number);
            }
        }
        None
    }

    async fn initiate(&self) {
        let members = self.members.iter().zip(0..).map(|(member, id)| {
            // One that is elected at once saves the others the waiting.
            let priority = if id == 0 { 2 } else { 1 };
            doc! { "_id": id, "host": member.host(), "priority": priority }
        });
        let settings = doc! { "electionTimeoutMillis": ELECTION_TIMEOUT_MS, "heartbeatIntervalMillis": 500 };
        let members: Vec<Document> = members.collect();
        let set = doc! { "_id": "rs0", "members": members, "settings": settings };
        let initiated = self.members[0].admin().run_command(doc! { "replSetInitiate": set }).await;
        initiated.expect("a replica set");
    }
}

/// A directory of its own, in memory where the system has such a place.
fn scratch(prefix: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    TempDir::with_prefix_in(prefix, root).expect("a directory").keep()
}

/// A client that answers within bounds, to look at a server from outside.
async fn client(uri: &str) -> Client {
    Client::with_uri_str(uri).await.expect("a connection string")
}
