//! What one request has taken and brought about so far. It belongs to the request's task, so
//! nothing has to be handed through handlers and finders.

use super::business_event::BusinessEvent;
use crate::domain::id::UserId;
use mongodb::event::EventHandler;
use mongodb::event::cmap::CmapEvent;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

tokio::task_local! {
    static METER: Meter;
}

#[derive(Default)]
struct Meter {
    trace: Option<String>,
    user: Cell<Option<UserId>>,
    database_calls: Cell<u32>,
    stripe: Cell<Usage>,
    /// How long it waited for whatever it was.
    waited: Cell<Duration>,
    /// How long of that for neither the database nor Stripe.
    waited_elsewhere: Cell<Duration>,
    events: RefCell<Vec<BusinessEvent>>,
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
    events: Vec<BusinessEvent>,
}

/// Does some work and measures it.
pub(crate) async fn measured<T>(trace: Option<String>, work: impl Future<Output = T>) -> (T, Measured) {
    let meter = Meter { trace, ..Meter::default() };
    let work = async {
        let done = waiting_measured(work).await;
        let measured = METER.with(|meter| Measured {
            trace: meter.trace.clone(),
            user: meter.user.get(),
            database: meter.database(),
            stripe: meter.stripe.get(),
            events: meter.events.take(),
        });
        (done, measured)
    };
    METER.scope(meter, work).await
}

/// Measures how long some work waits.
async fn waiting_measured<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut since = None;
    poll_fn(|context| {
        if let Some(since) = since.take() {
            with(|meter| meter.waited.set(meter.waited.get().saturating_add(Instant::elapsed(&since))));
        }
        let polled = work.as_mut().poll(context);
        since = polled.is_pending().then(Instant::now);
        polled
    })
    .await
}

/// Notes who is asking.
pub fn user(id: UserId) {
    with(|meter| meter.user.set(Some(id)));
}

/// Notes what happened. It is counted when the request has ended.
pub fn record(event: BusinessEvent) {
    with(|meter| {
        let mut events = meter.events.borrow_mut();
        if event == BusinessEvent::MaintenanceFailed || !events.contains(&event) {
            events.push(event);
        }
    });
}

/// How much has been noted.
#[must_use]
pub fn recorded() -> usize {
    METER.try_with(|meter| meter.events.borrow().len()).unwrap_or_default()
}

/// Forgets what was noted since then: a transaction failed, and it did not happen.
pub fn rollback_to(recorded: usize) {
    with(|meter| meter.events.borrow_mut().truncate(recorded));
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

/// Measures what is waited for and is neither the database nor Stripe.
pub async fn time_other<T>(wait: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let done = wait.await;
    with(|meter| meter.waited_elsewhere.set(meter.waited_elsewhere.get().saturating_add(started.elapsed())));
    done
}

/// Counts the commands that the driver sends: it borrows a connection for each, in the task that waits for the
/// answer. It would tell of commands themselves, too, but first make documents of each and of its reply once more,
/// whether anybody reads them or not.
pub(crate) fn database_calls() -> EventHandler<CmapEvent> {
    EventHandler::callback(|event| {
        if matches!(event, CmapEvent::ConnectionCheckedOut(_)) {
            with(|meter| meter.database_calls.set(meter.database_calls.get().saturating_add(1)));
        }
    })
}

/// Outside of requests, such as at the start, there is nothing to measure.
fn with(act: impl FnOnce(&Meter)) {
    METER.try_with(act).ok();
}

impl Meter {
    /// What was waited for and has no other name was the database.
    fn database(&self) -> Usage {
        let others = self.stripe.get().time.saturating_add(self.waited_elsewhere.get());
        Usage { calls: self.database_calls.get(), time: self.waited.get().saturating_sub(others) }
    }
}

impl Usage {
    const fn plus(self, time: Duration) -> Self {
        Self { calls: self.calls.saturating_add(1), time: self.time.saturating_add(time) }
    }

    /// How long it was waited for.
    pub(crate) fn millis(self) -> u64 {
        u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Measured {
    /// Counts one more event.
    pub(crate) fn add(&mut self, event: Option<BusinessEvent>) {
        self.events.extend(event);
    }

    /// Tells CloudWatch what happened.
    pub(crate) fn count(&self) {
        self.events.iter().for_each(|event| event.count());
    }
}
