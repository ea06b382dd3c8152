//! A replica set of real MongoDB servers that a test can kill, suspend, demote and make fail.

mod fail_points;
mod member;

pub use fail_points::{Fault, Times};

use crate::process_group::ProcessGroup;
use crate::wait::until;
use member::Member;
use mongodb::Client;
use mongodb::bson::{Bson, Document, doc};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The time without a primary after which the members elect another one.
const ELECTION_TIMEOUT_MS: i32 = 2_000;

/// A replica set of one or more servers. Dropping it ends them.
#[derive(Debug)]
pub struct ReplicaSet {
    members: Vec<Member>,
    // Dropped after the members, because it removes their directory.
    process_group: ProcessGroup,
}

impl ReplicaSet {
    /// Starts that many servers and waits for a primary.
    pub async fn start(size: usize) -> Self {
        let directory = scratch("ferrocart-mongo-");
        let process_group = ProcessGroup::new(&directory);
        let mut members = Vec::new();
        for number in 0..size {
            members.push(Member::start(&process_group, &directory.join(number.to_string())).await);
        }
        let set = Self { members, process_group };
        set.initiate().await;
        set.primary().await;
        set
    }

    /// Returns the connection string with an `appName`, by which MongoDB's fail points select clients.
    #[must_use]
    pub fn uri(&self, app_name: &str) -> String {
        let hosts: Vec<_> = self.members.iter().map(Member::host).collect();
        format!("mongodb://{}/?replicaSet=rs0&appName={app_name}", hosts.join(","))
    }

    /// Waits for a primary and returns its number.
    pub async fn primary(&self) -> usize {
        until("electing a primary", async || self.primary_now().await).await
    }

    /// Kills a server with SIGKILL.
    pub fn kill(&mut self, number: usize) {
        self.members[number].kill();
    }

    /// Starts a killed server again.
    pub fn restart(&mut self, number: usize) {
        self.members[number].restart(&self.process_group);
    }

    /// Suspends a server with SIGSTOP: it neither responds nor closes its connections.
    pub fn suspend(&mut self, number: usize) {
        self.members[number].suspend();
    }

    /// Resumes a suspended server.
    pub fn resume(&mut self, number: usize) {
        self.members[number].resume();
    }

    /// Makes the primary step down. Returns whether it did.
    pub async fn step_down(&self) -> bool {
        let Some(primary) = self.primary_now().await else { return false };
        let command = doc! { "replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 2, "force": true };
        self.members[primary].admin().run_command(command).await.is_ok()
    }

    /// Stops the replication: later writes reach only the primary.
    pub async fn stop_replication(&self, primary: usize) {
        for member in self.members.iter().enumerate().filter(|(number, _)| *number != primary).map(|(_, member)| member)
        {
            member.set_fail_point("stopReplProducer", Bson::from("alwaysOn"), doc! {}).await.expect("a fail point");
            // The fail point is effective once the fetcher has reached it, with the next batch at the latest.
            member.wait_for_fail_point("stopReplProducer").await;
        }
    }

    /// Makes commands of the client with that `appName` fail, on all servers.
    pub async fn fail(&self, app_name: &str, commands: &[&str], fault: &Fault, times: Times) {
        let data = fault.data(app_name, commands);
        for member in &self.members {
            member.set_fail_point("failCommand", times.mode(), data.clone()).await.ok();
        }
    }

    /// Disables all of MongoDB's fail points.
    pub async fn end_faults(&self) {
        for member in &self.members {
            for name in ["failCommand", "stopReplProducer"] {
                member.set_fail_point(name, "off".into(), doc! {}).await.ok();
            }
        }
    }

    /// Ends all faults and waits until every server is the primary or a secondary.
    pub async fn heal(&mut self) {
        for member in &mut self.members {
            member.resume();
            if !member.is_running() {
                member.restart(&self.process_group);
            }
        }
        for member in &self.members {
            until("restarting MongoDB", async || member.hello().await).await;
        }
        self.end_faults().await;
        until("healing the replica set", async || self.is_healthy().await.then_some(())).await;
        self.primary().await;
    }

    async fn is_healthy(&self) -> bool {
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
            if member.is_responsive() && member.hello().await?.get_bool("isWritablePrimary").unwrap_or(false) {
                return Some(number);
            }
        }
        None
    }

    async fn initiate(&self) {
        let members = self.members.iter().zip(0..).map(|(member, id)| {
            // A preferred primary is elected at once.
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

/// Creates a directory, in memory if the system supports it.
fn scratch(prefix: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    TempDir::with_prefix_in(prefix, root).expect("a directory").keep()
}

/// Connects to a server with short timeouts, for observation and control.
async fn client(uri: &str) -> Client {
    Client::with_uri_str(uri).await.expect("a connection string")
}
