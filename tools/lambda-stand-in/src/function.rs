//! A function: its environments, the idle ones among them, and the variables of the next ones.

#![expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]

use crate::environment::Environment;
use crate::error::InvokeError;
use axum::body::Bytes;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::iter::repeat_n;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Environment variables: names and values.
pub(crate) type Variables = Vec<(String, String)>;

/// The configuration that all functions share.
pub(crate) struct FunctionConfig {
    pub(crate) variables: Variables,
    pub(crate) concurrency: usize,
    pub(crate) requests_each: usize,
    pub(crate) timeout: Duration,
    pub(crate) logs: Option<PathBuf>,
    /// The address of the Runtime API.
    pub(crate) runtime_api: SocketAddr,
    /// The process group that all environments join.
    pub(crate) process_group: i32,
}

/// A function that can be invoked.
pub(crate) struct Function {
    name: String,
    program: PathBuf,
    config: Arc<FunctionConfig>,
    /// One permit for each request that all environments together may have at a time.
    slots: Semaphore,
    pool: Mutex<Pool>,
}

#[derive(Default)]
struct Pool {
    /// The number of environments started so far.
    started: u64,
    running: Vec<Arc<Environment>>,
    /// One entry for each further request that an environment can take. The most recently used one is taken first.
    idle: Vec<Arc<Environment>>,
    /// Additional variables for the next environments, one entry for each.
    next_variables: VecDeque<Variables>,
    /// Exits that the stand-in did not cause.
    deaths: Vec<ExitStatus>,
}

impl Function {
    pub(crate) fn new(name: &str, program: PathBuf, config: Arc<FunctionConfig>) -> Self {
        let slots = Semaphore::new(config.concurrency.saturating_mul(config.requests_each));
        Self { name: name.to_owned(), program, config, slots, pool: Mutex::default() }
    }

    /// Invokes the function in an idle environment or a new one. Waits while all are busy and the limit is reached.
    pub(crate) async fn invoke(&self, request_id: String, event: Bytes) -> Result<Bytes, InvokeError> {
        let slot = self.slots.acquire().await.map_err(|_closed| InvokeError::Gone)?;
        let environment = self.acquire_environment()?;
        let result = environment.invoke(&self.name, request_id, event, self.config.timeout).await;
        if environment.is_available() {
            self.pool().idle.push(environment);
        }
        drop(slot);
        result
    }

    /// Gives the next request a new environment with these additional variables.
    pub(crate) fn set_next_variables(&self, variables: Variables) {
        self.pool().next_variables.push_back(variables);
    }

    /// Returns the running environments, oldest first.
    pub(crate) fn environments(&self) -> Vec<Arc<Environment>> {
        let mut pool = self.pool();
        pool.remove_exited();
        pool.running.clone()
    }

    /// Finds a running environment by its number.
    pub(crate) fn environment(&self, number: u64) -> Option<Arc<Environment>> {
        self.pool().running.iter().find(|environment| environment.number == number).cloned()
    }

    /// Returns the exits that the stand-in did not cause.
    pub(crate) fn deaths(&self) -> Vec<ExitStatus> {
        let mut pool = self.pool();
        pool.remove_exited();
        pool.deaths.clone()
    }

    /// Kills all environments and prevents new ones.
    pub(crate) fn close(&self) {
        self.slots.close();
        let pool = self.pool();
        pool.running.iter().for_each(|environment| environment.kill_and_wait());
    }

    fn acquire_environment(&self) -> Result<Arc<Environment>, InvokeError> {
        let mut pool = self.pool();
        if self.slots.is_closed() {
            return Err(InvokeError::Gone);
        }
        pool.remove_exited();
        let Some(variables) = pool.next_variables.pop_front() else {
            return pool.idle.pop().map_or_else(|| self.start(&mut pool, Variables::new()), Ok);
        };
        // At the limit, the new environment replaces the least recently used one, with all requests of that one.
        if pool.running.len() >= self.config.concurrency && !pool.idle.is_empty() {
            pool.idle.remove(0).kill();
        }
        self.start(&mut pool, variables)
    }

    fn start(&self, pool: &mut Pool, variables: Variables) -> Result<Arc<Environment>, InvokeError> {
        let number = pool.started.saturating_add(1);
        let started = self.command(number, variables).and_then(|mut command| Environment::start(number, &mut command));
        let environment =
            started.map_err(|source| InvokeError::Start { function: self.name.clone(), source: Arc::new(source) })?;
        pool.started = number;
        pool.running.push(Arc::clone(&environment));
        let further_requests = self.config.requests_each.saturating_sub(1);
        pool.idle.extend(repeat_n(Arc::clone(&environment), further_requests));
        Ok(environment)
    }

    /// Builds the command that starts the program with the variables that Lambda sets.
    fn command(&self, number: u64, variables: Variables) -> io::Result<Command> {
        let mut command = Command::new(&self.program);
        command
            .envs(self.config.variables.iter().map(|(name, value)| (name, value)))
            .envs(variables)
            // The runtime client accepts a base path only in a URL with a scheme.
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/{}/{number}", self.config.runtime_api, self.name))
            .env("AWS_LAMBDA_FUNCTION_NAME", &self.name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", number.to_string())
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_REGION", "us-east-1")
            .process_group(self.config.process_group)
            .stdin(Stdio::null());
        // Lambda sets it on Managed Instances only, where an environment gets several requests at a time.
        if self.config.requests_each > 1 {
            command.env("AWS_LAMBDA_MAX_CONCURRENCY", self.config.requests_each.to_string());
        }
        match &self.config.logs {
            Some(directory) => {
                let log = File::create(directory.join(format!("{}-{number}.log", self.name)))?;
                command.stdout(log.try_clone()?).stderr(log);
            }
            None => {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
        }
        Ok(command)
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// Removes the environments whose processes have exited, and records unexpected exits.
    fn remove_exited(&mut self) {
        let deaths = &mut self.deaths;
        self.running.retain(|environment| {
            let exit = environment.poll_exit();
            deaths.extend(exit.iter().filter(|exit| exit.unexpected).map(|exit| exit.status));
            exit.is_none()
        });
        self.idle.retain(|environment| environment.is_available());
    }
}
