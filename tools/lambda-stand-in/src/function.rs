//! One function: its environments, those that can take a request, and what the next one is told.

#![expect(clippy::disallowed_types, reason = "a server in memory keeps its books behind a lock")]

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

/// Variables of an environment.
pub(crate) type Variables = Vec<(String, String)>;

/// What all functions have in common.
pub(crate) struct Surroundings {
    pub(crate) variables: Variables,
    pub(crate) concurrency: usize,
    pub(crate) requests_each: usize,
    pub(crate) timeout: Duration,
    pub(crate) logs: Option<PathBuf>,
    /// Where the Runtime API is.
    pub(crate) runtime_api: SocketAddr,
    /// The process group that all environments are in.
    pub(crate) group: i32,
}

/// A function that can be invoked.
pub(crate) struct Function {
    name: String,
    program: PathBuf,
    surroundings: Arc<Surroundings>,
    places: Semaphore,
    pool: Mutex<Pool>,
}

#[derive(Default)]
struct Pool {
    started: u64,
    all: Vec<Arc<Environment>>,
    /// Once for each request that it could take; the one that worked last is taken first.
    idle: Vec<Arc<Environment>>,
    /// What the next environments are told, each its own.
    armed: VecDeque<Variables>,
    deaths: Vec<ExitStatus>,
}

impl Function {
    pub(crate) fn new(name: &str, program: PathBuf, surroundings: Arc<Surroundings>) -> Self {
        let places = Semaphore::new(surroundings.concurrency.saturating_mul(surroundings.requests_each));
        Self { name: name.to_owned(), program, surroundings, places, pool: Mutex::default() }
    }

    /// Has an event handled by an environment that is free, or by a new one.
    pub(crate) async fn invoke(&self, request_id: String, event: Bytes) -> Result<Bytes, InvokeError> {
        let place = self.places.acquire().await.map_err(|_closed| InvokeError::Gone)?;
        let environment = self.free_environment()?;
        let outcome = environment.call(&self.name, request_id, event, self.surroundings.timeout).await;
        if environment.is_well() {
            self.pool().idle.push(environment);
        }
        drop(place);
        outcome
    }

    /// The next environment that is started has these variables too, and gets the next request.
    pub(crate) fn arm(&self, variables: Variables) {
        self.pool().armed.push_back(variables);
    }

    /// The environments that live, by age.
    pub(crate) fn environments(&self) -> Vec<Arc<Environment>> {
        let mut pool = self.pool();
        pool.sweep();
        pool.all.clone()
    }

    /// The environment of this number.
    pub(crate) fn environment(&self, number: u64) -> Option<Arc<Environment>> {
        self.pool().all.iter().find(|environment| environment.number == number).cloned()
    }

    /// How environments have ended that nobody here has ended.
    pub(crate) fn deaths(&self) -> Vec<ExitStatus> {
        let mut pool = self.pool();
        pool.sweep();
        pool.deaths.clone()
    }

    /// Ends all environments; there will be no others.
    pub(crate) fn close(&self) {
        self.places.close();
        let pool = self.pool();
        pool.all.iter().for_each(|environment| environment.end_now());
    }

    fn free_environment(&self) -> Result<Arc<Environment>, InvokeError> {
        let mut pool = self.pool();
        if self.places.is_closed() {
            return Err(InvokeError::Gone);
        }
        pool.sweep();
        let Some(armed) = pool.armed.pop_front() else {
            return pool.idle.pop().map_or_else(|| self.start(&mut pool, Variables::new()), Ok);
        };
        // A new one although another may be free: that one makes room when there are enough, with all that it does.
        if pool.all.len() >= self.surroundings.concurrency && !pool.idle.is_empty() {
            pool.idle.remove(0).kill();
        }
        self.start(&mut pool, armed)
    }

    fn start(&self, pool: &mut Pool, variables: Variables) -> Result<Arc<Environment>, InvokeError> {
        let number = pool.started.saturating_add(1);
        let started = self.command(number, variables).and_then(|mut command| Environment::start(number, &mut command));
        let environment =
            started.map_err(|source| InvokeError::Start { function: self.name.clone(), source: Arc::new(source) })?;
        pool.started = number;
        pool.all.push(Arc::clone(&environment));
        let others = self.surroundings.requests_each.saturating_sub(1);
        pool.idle.extend(repeat_n(Arc::clone(&environment), others));
        Ok(environment)
    }

    /// The program with what Lambda tells it by the environment.
    fn command(&self, number: u64, variables: Variables) -> io::Result<Command> {
        let mut command = Command::new(&self.program);
        command
            .envs(self.surroundings.variables.iter().map(|(name, value)| (name, value)))
            .envs(variables)
            // With a base path of its own for each environment, this needs a scheme.
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/{}/{number}", self.surroundings.runtime_api, self.name))
            .env("AWS_LAMBDA_FUNCTION_NAME", &self.name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", number.to_string())
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_REGION", "us-east-1")
            .process_group(self.surroundings.group)
            .stdin(Stdio::null());
        // Set only where an environment may get several.
        if self.surroundings.requests_each > 1 {
            command.env("AWS_LAMBDA_MAX_CONCURRENCY", self.surroundings.requests_each.to_string());
        }
        match &self.surroundings.logs {
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
    /// Forgets the environments that have ended.
    fn sweep(&mut self) {
        let deaths = &mut self.deaths;
        self.all.retain(|environment| {
            let end = environment.end();
            deaths.extend(end.iter().filter(|end| end.by_itself).map(|end| end.status));
            end.is_none()
        });
        self.idle.retain(|environment| environment.is_well());
    }
}
