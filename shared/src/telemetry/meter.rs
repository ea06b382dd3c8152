//! Measurements and business events of the current request or job. They belong to its task, so they need not be passed
//! through handlers and finders.

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
    stripe: Cell<CallStats>,
    /// The total time that the task was suspended.
    suspended: Cell<Duration>,
    /// The part of it that was spent neither on the database nor on Stripe.
    waited_for_others: Cell<Duration>,
    events: RefCell<Vec<BusinessEvent>>,
}

/// The number of calls to another system, and their total time.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CallStats {
    pub(crate) calls: u32,
    time: Duration,
}

/// The measurements and business events of a request or job.
pub(crate) struct Measurements {
    pub(crate) trace: Option<String>,
    pub(crate) user: Option<UserId>,
    pub(crate) database: CallStats,
    pub(crate) stripe: CallStats,
    events: Vec<BusinessEvent>,
}

/// Runs a request or job and measures it.
pub(crate) async fn measure<T>(trace: Option<String>, work: impl Future<Output = T>) -> (T, Measurements) {
    let meter = Meter { trace, ..Meter::default() };
    let work = async {
        let output = measure_suspension(work).await;
        let measurements = METER.with(|meter| Measurements {
            trace: meter.trace.clone(),
            user: meter.user.get(),
            database: meter.database(),
            stripe: meter.stripe.get(),
            events: meter.events.take(),
        });
        (output, measurements)
    };
    METER.scope(meter, work).await
}

/// Measures the time for which a future is suspended.
async fn measure_suspension<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut since = None;
    poll_fn(|context| {
        if let Some(since) = since.take() {
            with(|meter| meter.suspended.set(meter.suspended.get().saturating_add(Instant::elapsed(&since))));
        }
        let polled = work.as_mut().poll(context);
        since = polled.is_pending().then(Instant::now);
        polled
    })
    .await
}

/// Records the user of the access token.
pub(crate) fn record_user(id: UserId) {
    with(|meter| meter.user.set(Some(id)));
}

/// Records a business event. It is counted at the end of the request.
pub fn record(event: BusinessEvent) {
    record_new(event);
}

/// Records a business event; false if the request has recorded it before.
pub(crate) fn record_new(event: BusinessEvent) -> bool {
    let record = |meter: &Meter| {
        let mut events = meter.events.borrow_mut();
        let is_new = event == BusinessEvent::MaintenanceFailed || !events.contains(&event);
        if is_new {
            events.push(event);
        }
        is_new
    };
    // Outside of requests nothing is counted, and so nothing is known about earlier events.
    METER.try_with(record).unwrap_or(true)
}

/// Returns the current number of recorded events, for [`rollback_to`].
#[must_use]
pub fn savepoint() -> usize {
    METER.try_with(|meter| meter.events.borrow().len()).unwrap_or_default()
}

/// Discards all events that were recorded after a savepoint, because their transaction failed.
pub fn rollback_to(savepoint: usize) {
    with(|meter| meter.events.borrow_mut().truncate(savepoint));
}

/// Returns the id of the request's trace, in the format of X-Ray.
pub(crate) fn trace_id() -> Option<String> {
    METER.try_with(|meter| meter.trace.clone()).ok().flatten()
}

/// Measures a call to Stripe.
pub(crate) async fn time_stripe<T>(call: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let output = call.await;
    with(|meter| meter.stripe.set(meter.stripe.get().plus(started.elapsed())));
    output
}

/// Measures waiting for anything but the database and Stripe.
pub async fn time_other<T>(wait: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let output = wait.await;
    with(|meter| meter.waited_for_others.set(meter.waited_for_others.get().saturating_add(started.elapsed())));
    output
}

/// Counts the driver's commands: for each it checks out a connection, in the task that waits for the response. The
/// driver also has events for commands, but it builds a document of each command and reply for them, whether it is read
/// or not.
pub(crate) fn count_database_calls() -> EventHandler<CmapEvent> {
    EventHandler::callback(|event| {
        if matches!(event, CmapEvent::ConnectionCheckedOut(_)) {
            with(|meter| meter.database_calls.set(meter.database_calls.get().saturating_add(1)));
        }
    })
}

/// Accesses the meter of the current request; outside of requests, such as during the start, does nothing.
fn with(access: impl FnOnce(&Meter)) {
    METER.try_with(access).ok();
}

impl Meter {
    /// Returns the time of the database: the suspended time that was not measured otherwise.
    fn database(&self) -> CallStats {
        let others = self.stripe.get().time.saturating_add(self.waited_for_others.get());
        CallStats { calls: self.database_calls.get(), time: self.suspended.get().saturating_sub(others) }
    }
}

impl CallStats {
    const fn plus(self, time: Duration) -> Self {
        Self { calls: self.calls.saturating_add(1), time: self.time.saturating_add(time) }
    }

    /// Returns the total time in milliseconds.
    pub(crate) fn millis(self) -> u64 {
        u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Measurements {
    /// Adds an event.
    pub(crate) fn add(&mut self, event: Option<BusinessEvent>) {
        self.events.extend(event);
    }

    /// Writes the metrics of all events.
    pub(crate) fn emit_events(&self) {
        self.events.iter().for_each(|event| event.emit());
    }
}
