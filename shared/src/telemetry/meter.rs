//! What one request has taken and brought about so far. It belongs to the request's task, so
//! nothing has to be handed through handlers and finders.

use super::fact::Fact;
use crate::domain::id::UserId;
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

tokio::task_local! {
    static METER: Meter;
}

#[derive(Default)]
struct Meter {
    trace: Option<String>,
    user: Cell<Option<UserId>>,
    database: Cell<Usage>,
    stripe: Cell<Usage>,
    facts: RefCell<Vec<Fact>>,
}

/// How often another system was called, and how long it took.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) calls: u32,
    time: Duration,
}

/// What a request has taken and brought about.
pub(crate) struct Measured {
    pub(crate) trace: Option<String>,
    pub(crate) user: Option<UserId>,
    pub(crate) database: Usage,
    pub(crate) stripe: Usage,
    facts: Vec<Fact>,
}

/// Does some work and measures it.
pub(crate) async fn measured<T>(trace: Option<String>, work: impl Future<Output = T>) -> (T, Measured) {
    let meter = Meter { trace, ..Meter::default() };
    let work = async {
        let done = work.await;
        let measured = METER.with(|meter| Measured {
            trace: meter.trace.clone(),
            user: meter.user.get(),
            database: meter.database.get(),
            stripe: meter.stripe.get(),
            facts: meter.facts.take(),
        });
        (done, measured)
    };
    METER.scope(meter, work).await
}

/// Notes who is asking.
pub fn user(id: UserId) {
    with(|meter| meter.user.set(Some(id)));
}

/// Notes what happened. It is counted when the request has ended.
pub fn note(fact: Fact) {
    with(|meter| {
        let mut facts = meter.facts.borrow_mut();
        if fact == Fact::ExpiryFailed || !facts.contains(&fact) {
            facts.push(fact);
        }
    });
}

/// How much has been noted.
#[must_use]
pub fn noted() -> usize {
    METER.try_with(|meter| meter.facts.borrow().len()).unwrap_or_default()
}

/// Forgets what was noted since then: a transaction failed, and it did not happen.
pub fn forget_since(noted: usize) {
    with(|meter| meter.facts.borrow_mut().truncate(noted));
}

/// The trace that the request belongs to, as X-Ray writes it.
pub(crate) fn trace() -> Option<String> {
    METER.try_with(|meter| meter.trace.clone()).ok().flatten()
}

/// Measures a call to Stripe.
pub(crate) async fn stripe_call<T>(call: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let answer = call.await;
    with(|meter| meter.stripe.set(meter.stripe.get().plus(started.elapsed())));
    answer
}

/// Measures each command that the driver sends. It is told in the task that waits for the answer.
pub(crate) fn database_call() -> EventHandler<CommandEvent> {
    EventHandler::callback(|event| {
        let took = match event {
            CommandEvent::Succeeded(event) => event.duration,
            CommandEvent::Failed(event) => event.duration,
            _ => return,
        };
        with(|meter| meter.database.set(meter.database.get().plus(took)));
    })
}

/// Outside of requests, such as at the start, there is nothing to measure.
fn with(act: impl FnOnce(&Meter)) {
    METER.try_with(act).ok();
}

impl Usage {
    const fn plus(self, time: Duration) -> Self {
        Self { calls: self.calls.saturating_add(1), time: self.time.saturating_add(time) }
    }

    /// The time of all calls together, which may have been at once.
    pub(crate) fn millis(self) -> u64 {
        u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Measured {
    /// Counts one more fact.
    pub(crate) fn add(&mut self, fact: Option<Fact>) {
        self.facts.extend(fact);
    }

    /// Tells CloudWatch what happened.
    pub(crate) fn count(&self) {
        self.facts.iter().for_each(|fact| fact.count());
    }
}
