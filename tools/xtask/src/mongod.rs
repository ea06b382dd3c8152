//! A local MongoDB: a replica set with one member, because transactions require a replica set.

mod tls;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mongodb::bson::{Bson, doc};
use mongodb::error::ErrorKind;
use mongodb::{Client, Database};

pub(crate) use self::tls::TlsFiles;
use crate::processes::Processes;

/// A server to start.
pub(crate) struct Mongod<'a> {
    pub(crate) program: &'a Path,
    pub(crate) data: &'a Path,
    pub(crate) port: u16,
    /// Limit of the cache in GB.
    pub(crate) cache: &'a str,
    /// Whether the server is for tests: it accepts fail points, and a dropped database leaves neither files nor
    /// open handles behind.
    pub(crate) for_tests: bool,
}

/// Cache for tests, in GB.
pub(crate) const SMALL_CACHE: &str = "0.25";
/// Cache for development, in GB. During a large import a smaller one evicts and rewrites index pages repeatedly.
pub(crate) const CACHE: &str = "2";
/// The error code `AlreadyInitialized`.
const ALREADY_INITIALIZED: i32 = 23;
/// By default the files of a dropped database stay for five minutes and its handles for ten, so that one
/// database per test would exhaust both.
const FOR_TESTS: [&str; 5] = [
    "enableTestCommands=1",
    "minSnapshotHistoryWindowInSeconds=0",
    "wiredTigerFileHandleCloseIdleTime=5",
    "wiredTigerFileHandleCloseScanInterval=2",
    "wiredTigerFileHandleCloseMinimum=100",
];
const START_TIMEOUT: Duration = Duration::from_secs(60);

impl Mongod<'_> {
    /// Starts the server and waits until it accepts writes; returns its URI.
    pub(crate) async fn start(&self, processes: &mut Processes) -> Result<String> {
        self.launch("mongod", processes, None).await?;
        Ok(format!("mongodb://127.0.0.1:{}/?replicaSet=rs0", self.port))
    }

    /// Starts the server with TLS and password authentication; returns its URI. The same data cannot be started again.
    pub(crate) async fn start_with_tls(&self, processes: &mut Processes, tls: &TlsFiles) -> Result<String> {
        self.launch("mongod-tls", processes, Some(tls)).await?;
        let client = |options: &str| format!("mongodb://127.0.0.1:{}/?{options}", self.port);
        tls.add_user(&client(&format!("directConnection=true{}", tls.uri_options()))).await?;
        Ok(tls.uri(self.port))
    }

    async fn launch(&self, name: &'static str, processes: &mut Processes, tls: Option<&TlsFiles>) -> Result<()> {
        fs::create_dir_all(self.data).context("creating MongoDB's data directory")?;
        let mut command = processes.command(self.program);
        command
            .args(["--quiet", "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--wiredTigerCacheSizeGB", self.cache])
            // On shutdown a primary waits up to 15 s for a successor. There is no other member.
            .args(["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            // No other member reads the oplog. The default size is a twentieth of the disk.
            .args(["--oplogSize", "990"])
            .args(["--port", &self.port.to_string()])
            .arg("--dbpath")
            .arg(self.data);
        if self.for_tests {
            command.args(FOR_TESTS.map(|setting| format!("--setParameter={setting}")));
            command.args(["--syncdelay", "5"]);
        }
        command.args(tls.map(TlsFiles::arguments).into_iter().flatten());
        processes.start(name, command)?;
        let ready = tokio::time::timeout(START_TIMEOUT, self.become_primary(tls));
        processes.during(async { ready.await.context("MongoDB did not start in time")? }).await
    }

    async fn become_primary(&self, tls: Option<&TlsFiles>) -> Result<()> {
        let options = tls.map(TlsFiles::uri_options).unwrap_or_default();
        let options = format!("directConnection=true&serverSelectionTimeoutMS=500{options}");
        let uri = format!("mongodb://127.0.0.1:{}/?{options}", self.port);
        let admin = Client::with_uri_str(uri).await.context("MongoDB's client")?.database("admin");
        while admin.run_command(doc! {"ping": 1}).await.is_err() {
            pause().await;
        }
        self.configure_replica_set(&admin).await?;
        loop {
            let hello = admin.run_command(doc! {"hello": 1}).await.context("querying MongoDB")?;
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Ok(());
            }
            pause().await;
        }
    }

    /// Initiates the replica set at the first start. When the server later starts on another port, updates the
    /// address of the only member.
    async fn configure_replica_set(&self, admin: &Database) -> Result<()> {
        let host = format!("127.0.0.1:{}", self.port);
        let set = doc! {"_id": "rs0", "members": [{"_id": 0, "host": &host}]};
        match admin.run_command(doc! {"replSetInitiate": set}).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.kind.as_ref() {
                ErrorKind::Command(error) if error.code == ALREADY_INITIALIZED => {}
                _ => return Err(error).context("initiating the replica set"),
            },
        }
        let response = admin.run_command(doc! {"replSetGetConfig": 1}).await;
        let response = response.context("reading the replica set's configuration")?;
        let mut config = response.get_document("config").context("the replica set has no configuration")?.clone();
        if config.get_array("members").is_ok_and(|members| is_only_member(members, &host)) {
            return Ok(());
        }
        let version = config.get_i32("version").context("the configuration has no version")?;
        config.insert("version", version.saturating_add(1));
        config.insert("members", vec![doc! {"_id": 0, "host": &host}]);
        let reconfigure = doc! {"replSetReconfig": config, "force": true};
        admin.run_command(reconfigure).await.context("updating the replica set's port")?;
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
