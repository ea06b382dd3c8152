//! What a test build does at the points it was told about.

use super::{Defect, Point};
use rustix::process::{Signal, getpid, kill_process};
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a process was told when it started, once and for all.
static ORDERS: OnceLock<Orders> = OnceLock::new();

/// What the process is to do wrong.
#[derive(Debug)]
struct Orders {
    at: Option<ArmedPoint>,
    defect: Option<Defect>,
    is_impatient: bool,
}

/// What is to happen at the nth passage of a point.
#[derive(Debug)]
struct ArmedPoint {
    point: Point,
    end: End,
    passages_left: AtomicU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The process is gone at once, as by `kill -9`.
    Abort,
    /// The process sleeps until somebody sends it SIGCONT.
    Stop,
}

/// An order that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no order: a point is abort:<point> or stop:<point>, with :<n> for its nth passage")]
pub struct ChaosError(String);

/// Tells the process what it is to do wrong: at a point, as `abort:checkout_placed` or
/// `stop:checkout_took_product:2`, and all the time, as the name of a defect. Who is impatient takes
/// others for dead at once.
///
/// # Errors
/// [`ChaosError`]
pub fn arm(point: Option<&str>, defect: Option<&str>, is_impatient: bool) -> Result<(), ChaosError> {
    let at = point.map(ArmedPoint::from_str).transpose()?;
    let known = |name: &str| Defect::ALL.iter().copied().find(|defect| defect.as_str() == name);
    let defect = defect.map(|name| known(name).ok_or_else(|| ChaosError(name.to_owned()))).transpose()?;
    ORDERS.get_or_init(|| Orders { at, defect, is_impatient });
    Ok(())
}

/// Passes a point, or ends there.
pub fn fail_point(passed: Point) {
    let Some(encounter) = ORDERS.get().and_then(|orders| orders.at.as_ref()).filter(|at| at.point == passed) else {
        return;
    };
    // At zero it stays there: what was stopped goes on, and is not stopped again.
    let before = encounter.passages_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    match (before, encounter.end) {
        (Ok(1), End::Abort) => std::process::abort(),
        (Ok(1), End::Stop) => kill_process(getpid(), Signal::STOP).unwrap_or_else(|_| std::process::abort()),
        _ => {}
    }
}

/// Whether the process was told to make that mistake.
#[must_use]
pub fn injected(defect: Defect) -> bool {
    ORDERS.get().is_some_and(|orders| orders.defect == Some(defect))
}

/// Whether the process was told to take others for dead at once.
#[must_use]
pub fn is_impatient() -> bool {
    ORDERS.get().is_some_and(|orders| orders.is_impatient)
}

impl FromStr for ArmedPoint {
    type Err = ChaosError;

    fn from_str(text: &str) -> Result<Self, ChaosError> {
        let wrong = || ChaosError(text.to_owned());
        let mut parts = text.split(':');
        let end = match parts.next() {
            Some("abort") => End::Abort,
            Some("stop") => End::Stop,
            _ => return Err(wrong()),
        };
        let name = parts.next().ok_or_else(wrong)?;
        let point = Point::ALL.iter().copied().find(|point| point.as_str() == name).ok_or_else(wrong)?;
        let passage = parts.next().map_or(Ok(1), |n| n.parse::<u32>().ok().ok_or_else(wrong))?;
        if parts.next().is_some() || passage == 0 {
            return Err(wrong());
        }
        Ok(Self { point, end, passages_left: AtomicU32::new(passage) })
    }
}
