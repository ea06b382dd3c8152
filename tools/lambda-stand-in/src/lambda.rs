//! Starting a stand-in, and doing to its functions what a bad day does.

#![expect(clippy::disallowed_types, reason = "a server in memory keeps its books behind a lock")]

use crate::environment::Environment;
use crate::error::{InvokeError, StartError};
use crate::front::{self, Front};
use crate::function::{Function, Surroundings};
use crate::guardian::Guardian;
use crate::runtime_api;
use crate::settings::Settings;
use axum::Router;
use axum::body::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Lambda and an API Gateway, until it is dropped: then no process of it is left.
pub struct Lambda {
    base_url: String,
    functions: Arc<Functions>,
    _tasks: JoinSet<()>,
    // After the functions, which it waits for.
    _guardian: Guardian,
}

/// All functions, as those who invoke them and as their environments see them.
pub(crate) struct Functions {
    binaries: PathBuf,
    surroundings: Arc<Surroundings>,
    /// Nothing when the stand-in is gone.
    known: Mutex<Option<BTreeMap<String, Arc<Function>>>>,
    requests: AtomicU64,
    /// A process has ended, stopped or gone on.
    changed: Notify,
}

impl Lambda {
    /// Starts a stand-in on free ports of 127.0.0.1. Functions start when they are first needed.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        if let Some(logs) = &settings.logs {
            std::fs::create_dir_all(logs).map_err(StartError::Logs)?;
        }
        let guardian = Guardian::start().map_err(StartError::Guardian)?;
        let children = signal(SignalKind::child()).map_err(StartError::Signals)?;
        let (runtime_listener, runtime_api) = listen().await?;
        let (front_listener, front_address) = listen().await?;
        let surroundings = Surroundings {
            variables: settings.environment,
            concurrency: settings.concurrency,
            requests_each: settings.requests_each,
            timeout: settings.timeout,
            logs: settings.logs,
            runtime_api,
            group: guardian.group(),
        };
        let functions = Arc::new(Functions {
            binaries: settings.binaries,
            surroundings: Arc::new(surroundings),
            known: Mutex::new(Some(BTreeMap::new())),
            requests: AtomicU64::default(),
            changed: Notify::new(),
        });
        let front = front::router(Front { routes: settings.routes, functions: Arc::clone(&functions) });
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(runtime_listener, runtime_api::router(Arc::clone(&functions))));
        tasks.spawn(serve(front_listener, front));
        tasks.spawn(reap(Arc::clone(&functions), children));
        Ok(Self { base_url: format!("http://{front_address}"), functions, _tasks: tasks, _guardian: guardian })
    }

    /// Where the API is: `http://127.0.0.1:<port>`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Invokes a function with an event, as a schedule or a deployment does.
    ///
    /// # Errors
    /// [`InvokeError`]
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let answer = self.functions.invoke(function, self.functions.request_id(), event.to_string().into()).await?;
        serde_json::from_slice(&answer).map_err(|_malformed| InvokeError::NotJson)
    }

    /// The ids of the processes that a function has now, by age.
    #[must_use]
    pub fn pids(&self, function: &str) -> Vec<u32> {
        self.environments(function).iter().filter_map(|environment| environment.pid()).collect()
    }

    /// Kills all environments of a function at once, busy or not, and says how many. The next call
    /// gets a fresh one.
    pub fn kill(&self, function: &str) -> usize {
        let environments = self.environments(function);
        environments.iter().for_each(|environment| environment.kill());
        environments.len()
    }

    /// Kills one environment of a function: of those that live now the one at `index`, counted
    /// round and round. False when there is none.
    pub fn kill_one(&self, function: &str, index: usize) -> bool {
        let environments = self.environments(function);
        let chosen = index.checked_rem(environments.len()).and_then(|index| environments.get(index));
        chosen.map(|environment| environment.kill()).is_some()
    }

    /// Stops the processes of a function (SIGSTOP). A request that comes to one waits.
    pub fn pause(&self, function: &str) {
        self.environments(function).iter().for_each(|environment| environment.send(Signal::STOP));
    }

    /// Lets the processes of a function go on (SIGCONT), also those that have stopped themselves.
    pub fn resume(&self, function: &str) {
        self.environments(function).iter().for_each(|environment| environment.send(Signal::CONT));
    }

    /// The next request to a function gets a new environment, which has these variables too. Called
    /// several times, each of the next requests gets one.
    pub fn next_environment<N, V>(&self, function: &str, variables: impl IntoIterator<Item = (N, V)>)
    where
        N: Into<String>,
        V: Into<String>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        if let Ok(function) = self.functions.get(function) {
            function.arm(variables);
        }
    }

    /// Waits until a process of a function has stopped, and gives its id.
    pub async fn stopped(&self, function: &str) -> u32 {
        self.until(|| {
            let environments = self.environments(function);
            environments.iter().find(|environment| environment.is_stopped()).and_then(|environment| environment.pid())
        })
        .await
    }

    /// Waits until a process of a function has ended by itself, and says how the last one did.
    pub async fn died(&self, function: &str) -> ExitStatus {
        self.until(|| self.deaths(function).pop()).await
    }

    /// How processes of a function have ended so far, by themselves or by a stranger's hand: not
    /// by [`Self::kill`], nor because their time was over.
    #[must_use]
    pub fn deaths(&self, function: &str) -> Vec<ExitStatus> {
        self.functions.known(function).map(|function| function.deaths()).unwrap_or_default()
    }

    fn environments(&self, function: &str) -> Vec<Arc<Environment>> {
        self.functions.known(function).map(|function| function.environments()).unwrap_or_default()
    }

    async fn until<T>(&self, look: impl Fn() -> Option<T>) -> T {
        loop {
            // Before the look: what changes after it is not missed.
            let changed = self.functions.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(found) = look() {
                return found;
            }
            changed.await;
        }
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        let known = self.functions.books().take();
        known.into_iter().flatten().for_each(|(_, function)| function.close());
    }
}

impl Functions {
    /// A function that has been invoked before.
    pub(crate) fn known(&self, name: &str) -> Option<Arc<Function>> {
        self.books().as_ref()?.get(name).cloned()
    }

    pub(crate) async fn invoke(&self, name: &str, request_id: String, event: Bytes) -> Result<Bytes, InvokeError> {
        self.get(name)?.invoke(request_id, event).await
    }

    /// An id in the form that Lambda's have.
    pub(crate) fn request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    fn get(&self, name: &str) -> Result<Arc<Function>, InvokeError> {
        let mut books = self.books();
        let known = books.as_mut().ok_or(InvokeError::Gone)?;
        if let Some(function) = known.get(name) {
            return Ok(Arc::clone(function));
        }
        let program = self.binaries.join(name);
        if name.contains('/') || !program.is_file() {
            return Err(InvokeError::UnknownFunction(name.to_owned()));
        }
        let function = Arc::new(Function::new(name, program, Arc::clone(&self.surroundings)));
        known.insert(name.to_owned(), Arc::clone(&function));
        Ok(function)
    }

    fn all(&self) -> Vec<Arc<Function>> {
        self.books().iter().flat_map(|known| known.values().cloned()).collect()
    }

    fn books(&self) -> MutexGuard<'_, Option<BTreeMap<String, Arc<Function>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notices what becomes of the processes.
async fn reap(functions: Arc<Functions>, mut children: SignalStream) {
    while children.recv().await.is_some() {
        for function in functions.all() {
            function.environments();
        }
        functions.changed.notify_waiters();
    }
}

async fn listen() -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(StartError::Listen)?;
    let address = listener.local_addr().map_err(StartError::Listen)?;
    Ok((listener, address))
}

async fn serve(listener: TcpListener, router: Router) {
    let served: io::Result<()> =
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the server ended");
    }
}
