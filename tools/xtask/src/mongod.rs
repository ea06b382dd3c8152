//! A local MongoDB: one node, but a replica set, because transactions need one.

mod guard;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mongodb::bson::{Bson, doc};
use mongodb::error::ErrorKind;
use mongodb::{Client, Database};

pub(crate) use self::guard::Guard;
use crate::processes::Processes;

/// A server to start.
pub(crate) struct Mongod<'a> {
    pub(crate) program: &'a Path,
    pub(crate) data: &'a Path,
    pub(crate) port: u16,
    /// The most memory that it takes for its cache, in GB.
    pub(crate) cache: &'a str,
    /// Whether it is for tests: it can be made to fail on purpose, and a dropped database leaves
    /// neither files nor open handles behind.
    pub(crate) for_tests: bool,
}

/// A cache that is enough for a test, and one for a shop that somebody fills: with a small one MongoDB writes
/// the pages of its indexes again and again.
pub(crate) const SMALL_CACHE: &str = "0.25";
pub(crate) const CACHE: &str = "2";
/// What the server calls `AlreadyInitialized`.
const ALREADY_INITIALIZED: i32 = 23;
/// By default the files of a dropped database stay for five minutes and its handles for ten: a
/// database per test would run out of both.
const FOR_TESTS: [&str; 5] = [
    "enableTestCommands=1",
    "minSnapshotHistoryWindowInSeconds=0",
    "wiredTigerFileHandleCloseIdleTime=5",
    "wiredTigerFileHandleCloseScanInterval=2",
    "wiredTigerFileHandleCloseMinimum=100",
];
const START_TIMEOUT: Duration = Duration::from_secs(60);

impl Mongod<'_> {
    /// Starts the server, waits until it takes writes, and gives its URI.
    pub(crate) async fn start(&self, processes: &mut Processes) -> Result<String> {
        self.launch("mongod", processes, None).await?;
        Ok(format!("mongodb://127.0.0.1:{}/?replicaSet=rs0", self.port))
    }

    /// The same, for a server that wants TLS and a password. It cannot be started again.
    pub(crate) async fn start_guarded(&self, processes: &mut Processes, guard: &Guard) -> Result<String> {
        self.launch("mongod-tls", processes, Some(guard)).await?;
        let client = |options: &str| format!("mongodb://127.0.0.1:{}/?{options}", self.port);
        // Whoever comes from this machine may make the first user, and nothing else.
        guard.add_user(&client(&format!("directConnection=true{}", guard.options()))).await?;
        Ok(guard.uri(self.port))
    }

    async fn launch(&self, name: &'static str, processes: &mut Processes, guard: Option<&Guard>) -> Result<()> {
        fs::create_dir_all(self.data).context("creating MongoDB's directory")?;
        let mut command = processes.command(self.program);
        command
            .args(["--quiet", "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--wiredTigerCacheSizeGB", self.cache])
            // The 15 seconds that a primary waits for a successor would be in vain.
            .args(["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            // A single member has nobody who would read its log. By default it takes a twentieth of the disk.
            .args(["--oplogSize", "990"])
            .args(["--port", &self.port.to_string()])
            .arg("--dbpath")
            .arg(self.data);
        if self.for_tests {
            command.args(FOR_TESTS.map(|setting| format!("--setParameter={setting}")));
            command.args(["--syncdelay", "5"]);
        }
        command.args(guard.map(Guard::arguments).into_iter().flatten());
        processes.start(name, command)?;
        let ready = tokio::time::timeout(START_TIMEOUT, self.become_primary(guard));
        processes.during(async { ready.await.context("MongoDB takes too long to start")? }).await
    }

    async fn become_primary(&self, guard: Option<&Guard>) -> Result<()> {
        let options = guard.map(Guard::options).unwrap_or_default();
        let options = format!("directConnection=true&serverSelectionTimeoutMS=500{options}");
        let uri = format!("mongodb://127.0.0.1:{}/?{options}", self.port);
        let admin = Client::with_uri_str(uri).await.context("MongoDB's client")?.database("admin");
        while admin.run_command(doc! {"ping": 1}).await.is_err() {
            pause().await;
        }
        self.join_the_set(&admin).await?;
        loop {
            let hello = admin.run_command(doc! {"hello": 1}).await.context("asking MongoDB")?;
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Ok(());
            }
            pause().await;
        }
    }

    /// Makes the replica set at the first start. At a later one on another port its only member
    /// has moved, which the set has to be told.
    async fn join_the_set(&self, admin: &Database) -> Result<()> {
        let host = format!("127.0.0.1:{}", self.port);
        let set = doc! {"_id": "rs0", "members": [{"_id": 0, "host": &host}]};
        match admin.run_command(doc! {"replSetInitiate": set}).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.kind.as_ref() {
                ErrorKind::Command(refusal) if refusal.code == ALREADY_INITIALIZED => {}
                _ => return Err(error).context("making the replica set"),
            },
        }
        let answer = admin.run_command(doc! {"replSetGetConfig": 1}).await;
        let answer = answer.context("reading the replica set's configuration")?;
        let mut config = answer.get_document("config").context("no configuration")?.clone();
        if config.get_array("members").is_ok_and(|members| is_only_member(members, &host)) {
            return Ok(());
        }
        let version = config.get_i32("version").context("a configuration without a version")?;
        config.insert("version", version.saturating_add(1));
        config.insert("members", vec![doc! {"_id": 0, "host": &host}]);
        let move_it = doc! {"replSetReconfig": config, "force": true};
        admin.run_command(move_it).await.context("moving the replica set to its new port")?;
        Ok(())
    }
}

fn is_only_member(members: &[Bson], host: &str) -> bool {
    let hosts = members.iter().filter_map(|member| member.as_document()?.get_str("host").ok());
    hosts.eq([host])
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
