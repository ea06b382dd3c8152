//! One server of a replica set.

use super::client;
use crate::process_group::ProcessGroup;
use crate::wait::until;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Error;
use rustix::process::{Pid, Signal, kill_process};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The server parameters, as in `cargo xtask test`: they allow MongoDB's fail points and free the memory of dropped
/// databases.
///
/// MongoDB does not detect that the client of a transaction is dead. Until the transaction expires, its documents
/// cannot be written. The default is 60 seconds; 3 are enough here.
const PARAMETERS: [&str; 8] = [
    "transactionLifetimeLimitSeconds=3",
    "enableTestCommands=1",
    "minSnapshotHistoryWindowInSeconds=0",
    "wiredTigerFileHandleCloseIdleTime=5",
    "wiredTigerFileHandleCloseScanInterval=2",
    "wiredTigerFileHandleCloseMinimum=100",
    "shutdownTimeoutMillisForSignaledShutdown=0",
    "diagnosticDataCollectionEnabled=false",
];

/// A server process, which may be suspended or killed.
#[derive(Debug)]
pub(super) struct Member {
    port: u16,
    data: PathBuf,
    process: Option<Child>,
    suspended: bool,
    admin: Database,
}

impl Member {
    /// Starts a server and waits until it responds.
    pub(super) async fn start(process_group: &ProcessGroup, data: &Path) -> Self {
        std::fs::create_dir_all(data).expect("a directory for MongoDB");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a free port").port();
        drop(listener);
        let uri = format!(
            "mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=1000\
             &connectTimeoutMS=1000&appName=chaos-harness"
        );
        let admin = client(&uri).await.database("admin");
        let mut member = Self { port, data: data.to_owned(), process: None, suspended: false, admin };
        member.restart(process_group);
        until("starting MongoDB", async || member.hello().await).await;
        member
    }

    pub(super) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(super) const fn admin(&self) -> &Database {
        &self.admin
    }

    pub(super) fn restart(&mut self, process_group: &ProcessGroup) {
        let program = std::env::var("MONGOD").expect("MONGOD is not set: run the tests with `cargo xtask test`");
        let log = std::fs::File::options().create(true).append(true).open(self.data.with_extension("log"));
        let mut command = Command::new(program);
        command
            .args(["--quiet", "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--wiredTigerCacheSizeGB", "0.25"])
            .args(["--oplogSize", "64", "--syncdelay", "5", "--port", &self.port.to_string()])
            .args(PARAMETERS.map(|parameter| format!("--setParameter={parameter}")))
            .arg("--dbpath")
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(log.expect("a log for MongoDB"));
        process_group.add(&mut command);
        self.process = Some(command.spawn().expect("mongod to start"));
        self.suspended = false;
    }

    pub(super) const fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// Returns whether it responds to commands. A command to a suspended server would not return.
    pub(super) const fn is_responsive(&self) -> bool {
        self.process.is_some() && !self.suspended
    }

    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("a process to kill");
            process.wait().expect("the process to end");
        }
        self.suspended = false;
    }

    pub(super) fn suspend(&mut self) {
        self.suspended = self.signal(Signal::STOP);
    }

    pub(super) fn resume(&mut self) {
        self.signal(Signal::CONT);
        self.suspended = false;
    }

    pub(super) async fn hello(&self) -> Option<Document> {
        self.admin.run_command(doc! { "hello": 1 }).await.ok()
    }

    pub(super) async fn set_fail_point(&self, name: &str, mode: Bson, data: Document) -> Result<(), Error> {
        if !self.is_responsive() {
            return Ok(());
        }
        let command = doc! { "configureFailPoint": name, "mode": mode, "data": data };
        self.admin.run_command(command).await.map(drop)
    }

    /// Waits until a fail point has been reached since it was set.
    pub(super) async fn wait_for_fail_point(&self, name: &str) {
        let command = doc! { "waitForFailPoint": name, "timesEntered": 1_i64, "maxTimeMS": 60_000 };
        self.admin.run_command(command).await.expect("the fail point to be reached");
    }

    fn signal(&self, signal: Signal) -> bool {
        self.process.as_ref().is_some_and(|process| kill_process(Pid::from_child(process), signal).is_ok())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
    }
}
