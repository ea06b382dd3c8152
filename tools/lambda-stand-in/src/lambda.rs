//! The stand-in: its start, its invocations and its faults.

#![expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]

use crate::api_gateway::{self, ApiGateway};
use crate::environment::Environment;
use crate::error::{InvokeError, StartError};
use crate::function::{Function, FunctionConfig};
use crate::process_group::ProcessGroup;
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

/// A running stand-in for Lambda and API Gateway. Dropping it kills and reaps all processes of its functions.
///
/// A function is named after its binary in [`Settings::binaries`].
pub struct Lambda {
    base_url: String,
    functions: Arc<Functions>,
    _tasks: JoinSet<()>,
    // Dropped after `drop` has closed the functions: it waits for the end of the whole group.
    _process_group: ProcessGroup,
}

/// The functions, shared with API Gateway and the Runtime API.
pub(crate) struct Functions {
    binaries: PathBuf,
    config: Arc<FunctionConfig>,
    /// The functions that were invoked, by name; `None` after the stand-in was dropped.
    by_name: Mutex<Option<BTreeMap<String, Arc<Function>>>>,
    requests: AtomicU64,
    /// Notified when a process has exited, stopped or resumed.
    changed: Notify,
}

impl Lambda {
    /// Starts a stand-in on free ports of 127.0.0.1. A function starts with its first request.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        if let Some(logs) = &settings.logs {
            std::fs::create_dir_all(logs).map_err(StartError::Logs)?;
        }
        let process_group = ProcessGroup::start().map_err(StartError::ProcessGroup)?;
        let child_signals = signal(SignalKind::child()).map_err(StartError::Signals)?;
        let (runtime_listener, runtime_api) = listen().await?;
        let (gateway_listener, gateway_address) = listen().await?;
        let config = FunctionConfig {
            variables: settings.environment,
            concurrency: settings.concurrency,
            requests_each: settings.requests_each,
            timeout: settings.timeout,
            logs: settings.logs,
            runtime_api,
            process_group: process_group.id(),
        };
        let functions = Arc::new(Functions {
            binaries: settings.binaries,
            config: Arc::new(config),
            by_name: Mutex::new(Some(BTreeMap::new())),
            requests: AtomicU64::default(),
            changed: Notify::new(),
        });
        let gateway = api_gateway::router(ApiGateway { routes: settings.routes, functions: Arc::clone(&functions) });
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(runtime_listener, runtime_api::router(Arc::clone(&functions))));
        tasks.spawn(serve(gateway_listener, gateway));
        tasks.spawn(reap(Arc::clone(&functions), child_signals));
        Ok(Self {
            base_url: format!("http://{gateway_address}"),
            functions,
            _tasks: tasks,
            _process_group: process_group,
        })
    }

    /// Returns the URL of API Gateway: `http://127.0.0.1:<port>`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Invokes a function with an event and returns its response, as a schedule or a deployment does.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let request_id = self.functions.next_request_id();
        let response = self.functions.invoke(function, request_id, event.to_string().into()).await?;
        serde_json::from_slice(&response).map_err(|_malformed| InvokeError::NotJson)
    }

    /// Returns the process ids of a function's environments, oldest first.
    #[must_use]
    pub fn pids(&self, function: &str) -> Vec<u32> {
        self.environments(function).iter().filter_map(|environment| environment.pid()).collect()
    }

    /// Kills all environments of a function (SIGKILL), busy or idle, and returns their number. The next request gets a
    /// new environment.
    pub fn kill(&self, function: &str) -> usize {
        let environments = self.environments(function);
        environments.iter().for_each(|environment| environment.kill());
        environments.len()
    }

    /// Kills the environment at `index` modulo the number of environments, oldest first. Returns false if the function
    /// has none.
    pub fn kill_one(&self, function: &str, index: usize) -> bool {
        let environments = self.environments(function);
        let chosen = index.checked_rem(environments.len()).and_then(|index| environments.get(index));
        chosen.map(|environment| environment.kill()).is_some()
    }

    /// Stops the processes of a function (SIGSTOP). A request to a stopped process waits until [`Self::resume`] or the
    /// timeout.
    pub fn suspend(&self, function: &str) {
        self.environments(function).iter().for_each(|environment| environment.send(Signal::STOP));
    }

    /// Resumes the processes of a function (SIGCONT), including those that have stopped themselves.
    pub fn resume(&self, function: &str) {
        self.environments(function).iter().for_each(|environment| environment.send(Signal::CONT));
    }

    /// Gives the next request to a function a new environment with additional variables. Repeated calls apply to the
    /// following requests in turn. At the limit of environments, the new one replaces an idle one.
    pub fn next_environment<N, V>(&self, function: &str, variables: impl IntoIterator<Item = (N, V)>)
    where
        N: Into<String>,
        V: Into<String>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        if let Ok(function) = self.functions.find_or_create(function) {
            function.set_next_variables(variables);
        }
    }

    /// Waits until a process of a function is stopped, by [`Self::suspend`] or by itself, and returns its id.
    pub async fn stopped(&self, function: &str) -> u32 {
        self.wait_for(|| {
            let environments = self.environments(function);
            environments.iter().find(|environment| environment.is_stopped()).and_then(|environment| environment.pid())
        })
        .await
    }

    /// Waits until a process of a function has exited unexpectedly, and returns the latest status. Returns at once if
    /// [`Self::deaths`] is not empty.
    pub async fn died(&self, function: &str) -> ExitStatus {
        self.wait_for(|| self.deaths(function).pop()).await
    }

    /// Returns the statuses of all unexpected exits: those that neither [`Self::kill`] nor the timeout nor
    /// [`Self::next_environment`] caused.
    #[must_use]
    pub fn deaths(&self, function: &str) -> Vec<ExitStatus> {
        self.functions.find(function).map(|function| function.deaths()).unwrap_or_default()
    }

    fn environments(&self, function: &str) -> Vec<Arc<Environment>> {
        self.functions.find(function).map(|function| function.environments()).unwrap_or_default()
    }

    async fn wait_for<T>(&self, check: impl Fn() -> Option<T>) -> T {
        loop {
            // Enabled before the check, so that no change after it is missed.
            let changed = self.functions.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(found) = check() {
                return found;
            }
            changed.await;
        }
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        let functions = self.functions.by_name().take();
        functions.into_iter().flatten().for_each(|(_, function)| function.close());
    }
}

impl Functions {
    /// Finds a function that was invoked before.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Function>> {
        self.by_name().as_ref()?.get(name).cloned()
    }

    pub(crate) async fn invoke(&self, name: &str, request_id: String, event: Bytes) -> Result<Bytes, InvokeError> {
        self.find_or_create(name)?.invoke(request_id, event).await
    }

    /// Returns a new request id in the form of Lambda's.
    pub(crate) fn next_request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    fn find_or_create(&self, name: &str) -> Result<Arc<Function>, InvokeError> {
        let mut by_name = self.by_name();
        let by_name = by_name.as_mut().ok_or(InvokeError::Gone)?;
        if let Some(function) = by_name.get(name) {
            return Ok(Arc::clone(function));
        }
        let program = self.binaries.join(name);
        if name.contains('/') || !program.is_file() {
            return Err(InvokeError::UnknownFunction(name.to_owned()));
        }
        let function = Arc::new(Function::new(name, program, Arc::clone(&self.config)));
        by_name.insert(name.to_owned(), Arc::clone(&function));
        Ok(function)
    }

    fn all(&self) -> Vec<Arc<Function>> {
        self.by_name().iter().flat_map(|by_name| by_name.values().cloned()).collect()
    }

    fn by_name(&self) -> MutexGuard<'_, Option<BTreeMap<String, Arc<Function>>>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reaps exited processes and notifies waiting calls, whenever a process has changed its state.
async fn reap(functions: Arc<Functions>, mut child_signals: SignalStream) {
    while child_signals.recv().await.is_some() {
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
        tracing::error!(%error, "the server has stopped");
    }
}
