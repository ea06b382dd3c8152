//! One execution environment: a process of a function, and the requests that it works on.

#![expect(clippy::disallowed_types, reason = "a server in memory keeps its books behind a lock")]

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

/// As many requests at a time as its function gives it.
pub(crate) struct Environment {
    /// Part of the address under which its process asks for work.
    pub(crate) number: u64,
    books: Mutex<Books>,
    delivery: Notify,
}

struct Books {
    child: Child,
    /// Killed by us: its death says nothing.
    doomed: bool,
    ended: Option<ExitStatus>,
    /// What the process has not fetched yet.
    arrived: VecDeque<Invocation>,
    under_way: Vec<UnderWay>,
}

/// What a process is asked to do.
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) deadline: SystemTime,
    pub(crate) event: Bytes,
}

/// What a process has been asked to do, and who waits for it.
struct UnderWay {
    request_id: String,
    caller: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// How an environment ended.
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    pub(crate) by_itself: bool,
}

impl Environment {
    /// Starts a process.
    pub(crate) fn start(number: u64, command: &mut Command) -> io::Result<Arc<Self>> {
        let (arrived, under_way) = Default::default();
        let books = Books { child: command.spawn()?, doomed: false, ended: None, arrived, under_way };
        Ok(Arc::new(Self { number, books: Mutex::new(books), delivery: Notify::new() }))
    }

    /// Has an event handled. What does not end within the limit, ends with its environment.
    pub(crate) async fn call(
        &self,
        function: &str,
        request_id: String,
        event: Bytes,
        limit: Duration,
    ) -> Result<Bytes, InvokeError> {
        let (caller, answer) = oneshot::channel();
        let deadline = SystemTime::now().checked_add(limit).unwrap_or_else(SystemTime::now);
        {
            let mut books = self.books();
            if books.ended.is_none() {
                books.arrived.push_back(Invocation { request_id: request_id.clone(), deadline, event });
                books.under_way.push(UnderWay { request_id, caller });
            }
        }
        self.delivery.notify_one();
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => {
                let books = self.books();
                let status = books.ended.filter(|_| !books.doomed);
                Err(InvokeError::Died { function: function.to_owned(), status })
            }
            Err(_) => {
                self.kill();
                Err(InvokeError::TimedOut { function: function.to_owned(), limit })
            }
        }
    }

    /// Waits for work: what the process does when it asks for its next invocation.
    pub(crate) async fn next(&self) -> Invocation {
        loop {
            let arrived = self.books().arrived.pop_front();
            match arrived {
                Some(invocation) => return invocation,
                None => self.delivery.notified().await,
            }
        }
    }

    /// Takes the outcome of a request, if it is under way.
    pub(crate) fn end_request(&self, request_id: &str, outcome: Result<Bytes, InvokeError>) -> bool {
        let ours = self.books().under_way.extract_if(.., |under_way| under_way.request_id == request_id).next();
        ours.is_some_and(|under_way| under_way.caller.send(outcome).is_ok())
    }

    /// The process says that it cannot start.
    pub(crate) fn fail_to_start(&self, error: &InvokeError) {
        let under_way = take(&mut self.books().under_way);
        for under_way in under_way {
            // Nobody may wait any more, because the time limit was over.
            under_way.caller.send(Err(error.clone())).ok();
        }
    }

    /// Whether it may be given a request.
    pub(crate) fn is_well(&self) -> bool {
        let books = self.books();
        books.ended.is_none() && !books.doomed
    }

    /// How it ended, if it did; then whoever waits for its answer waits no longer.
    pub(crate) fn end(&self) -> Option<End> {
        let mut books = self.books();
        if books.ended.is_none() {
            books.ended = books.child.try_wait().ok().flatten();
        }
        let status = books.ended?;
        books.under_way.clear();
        Some(End { status, by_itself: !books.doomed })
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(&self) {
        self.books().doomed = true;
        self.send(Signal::KILL);
    }

    /// Ends it, and returns when it is gone.
    pub(crate) fn end_now(&self) {
        self.kill();
        let mut books = self.books();
        books.ended = books.child.wait().ok();
        books.under_way.clear();
    }

    /// Sends a signal, unless the process has ended: its id may be another's by now.
    pub(crate) fn send(&self, signal: Signal) {
        let books = self.books();
        if let Some(pid) = books.pid() {
            // It may have ended in the meantime, and is not waited for before the lock is free.
            kill_process(pid, signal).ok();
        }
    }

    /// The id of its process, while that lives.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.books().pid().and_then(|pid| u32::try_from(pid.as_raw_nonzero().get()).ok())
    }

    /// Whether the process is stopped at this moment.
    pub(crate) fn is_stopped(&self) -> bool {
        let books = self.books();
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = books.pid().and_then(|pid| waitid(WaitId::Pid(pid), options).ok().flatten());
        status.is_some_and(|status| status.stopped())
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn pid(&self) -> Option<Pid> {
        self.ended.is_none().then(|| Pid::from_child(&self.child))
    }
}
