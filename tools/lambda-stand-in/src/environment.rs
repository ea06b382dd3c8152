//! An execution environment: one process of a function, with its queued and running invocations.

#![expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]

use crate::error::InvokeError;
use axum::body::Bytes;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use std::collections::VecDeque;
use std::io;
use std::mem::take;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{Notify, oneshot};

/// A process of a function. `Function` limits how many invocations it has at a time.
pub(crate) struct Environment {
    /// Part of the base path at which the process calls the Runtime API.
    pub(crate) number: u64,
    state: Mutex<State>,
    queued: Notify,
}

struct State {
    child: Child,
    /// Killed by the stand-in, so its exit is expected.
    killed: bool,
    exit_status: Option<ExitStatus>,
    /// Invocations that the process has not fetched yet.
    queue: VecDeque<Invocation>,
    /// All invocations without a result, fetched or not.
    in_flight: Vec<InFlight>,
}

/// An invocation as the Runtime API passes it to the process.
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) deadline: SystemTime,
    pub(crate) event: Bytes,
}

/// An invocation without a result, and the channel on which its caller waits for one.
struct InFlight {
    request_id: String,
    result: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// The exit of an environment's process.
pub(crate) struct Exit {
    pub(crate) status: ExitStatus,
    /// False if the stand-in killed the process.
    pub(crate) unexpected: bool,
}

impl Environment {
    /// Spawns the process.
    pub(crate) fn start(number: u64, command: &mut Command) -> io::Result<Arc<Self>> {
        let (queue, in_flight) = Default::default();
        let state = State { child: command.spawn()?, killed: false, exit_status: None, queue, in_flight };
        Ok(Arc::new(Self { number, state: Mutex::new(state), queued: Notify::new() }))
    }

    /// Passes an event to the process and waits for the response. Kills the process after `timeout`.
    pub(crate) async fn invoke(
        &self,
        function: &str,
        request_id: String,
        event: Bytes,
        timeout: Duration,
    ) -> Result<Bytes, InvokeError> {
        let (sender, result) = oneshot::channel();
        let deadline = SystemTime::now().checked_add(timeout).unwrap_or_else(SystemTime::now);
        {
            let mut state = self.state();
            if state.exit_status.is_none() {
                state.queue.push_back(Invocation { request_id: request_id.clone(), deadline, event });
                state.in_flight.push(InFlight { request_id, result: sender });
            }
        }
        self.queued.notify_one();
        match tokio::time::timeout(timeout, result).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                let state = self.state();
                let status = state.exit_status.filter(|_| !state.killed);
                Err(InvokeError::Died { function: function.to_owned(), status })
            }
            Err(_) => {
                self.kill();
                Err(InvokeError::TimedOut { function: function.to_owned(), limit: timeout })
            }
        }
    }

    /// Waits for the next invocation, when the process requests one.
    pub(crate) async fn next_invocation(&self) -> Invocation {
        loop {
            let next = self.state().queue.pop_front();
            match next {
                Some(invocation) => return invocation,
                None => self.queued.notified().await,
            }
        }
    }

    /// Passes a result to the caller. Returns false if no caller waits for that request.
    pub(crate) fn complete(&self, request_id: &str, result: Result<Bytes, InvokeError>) -> bool {
        let found = self.state().in_flight.extract_if(.., |invocation| invocation.request_id == request_id).next();
        found.is_some_and(|invocation| invocation.result.send(result).is_ok())
    }

    /// Fails all invocations with the error that the process reported for its initialization.
    pub(crate) fn fail_all(&self, error: &InvokeError) {
        let in_flight = take(&mut self.state().in_flight);
        for invocation in in_flight {
            // Fails if the caller has timed out.
            invocation.result.send(Err(error.clone())).ok();
        }
    }

    /// Returns whether the process can take invocations.
    pub(crate) fn is_available(&self) -> bool {
        let state = self.state();
        state.exit_status.is_none() && !state.killed
    }

    /// Reaps the process if it has exited, and then fails its invocations with [`InvokeError::Died`].
    pub(crate) fn poll_exit(&self) -> Option<Exit> {
        let mut state = self.state();
        if state.exit_status.is_none() {
            state.exit_status = state.child.try_wait().ok().flatten();
        }
        let status = state.exit_status?;
        state.in_flight.clear();
        Some(Exit { status, unexpected: !state.killed })
    }

    /// Sends SIGKILL to the process.
    pub(crate) fn kill(&self) {
        self.state().killed = true;
        self.send(Signal::KILL);
    }

    /// Kills the process, and returns after it has been reaped.
    pub(crate) fn kill_and_wait(&self) {
        self.kill();
        let mut state = self.state();
        state.exit_status = state.child.wait().ok();
        state.in_flight.clear();
    }

    /// Sends a signal. Does nothing if the process was reaped, because its id may have been reused.
    pub(crate) fn send(&self, signal: Signal) {
        let state = self.state();
        if let Some(pid) = state.pid() {
            // Fails if the process has exited. It is not reaped while the lock is held, so the id is still its own.
            kill_process(pid, signal).ok();
        }
    }

    /// Returns the process id until the process has been reaped.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.state().pid().and_then(|pid| u32::try_from(pid.as_raw_nonzero().get()).ok())
    }

    /// Returns whether the process is stopped (SIGSTOP).
    pub(crate) fn is_stopped(&self) -> bool {
        let state = self.state();
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = state.pid().and_then(|pid| waitid(WaitId::Pid(pid), options).ok().flatten());
        status.is_some_and(|status| status.stopped())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pid(&self) -> Option<Pid> {
        self.exit_status.is_none().then(|| Pid::from_child(&self.child))
    }
}
