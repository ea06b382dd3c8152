//! The faults of a test build: crashes and stops at fail points, and injected defects.

use super::{Defect, Point};
use rustix::process::{Signal, getpid, kill_process};
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The faults of this process, set once at its start.
static FAULTS: OnceLock<Faults> = OnceLock::new();

#[derive(Debug)]
struct Faults {
    point: Option<ArmedPoint>,
    defect: Option<Defect>,
    is_impatient: bool,
}

/// A fault at the nth passage of a fail point.
#[derive(Debug)]
struct ArmedPoint {
    point: Point,
    fault: Fault,
    passages_left: AtomicU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The process ends at once, as by `kill -9`.
    Abort,
    /// The process is suspended until it receives SIGCONT.
    Stop,
}

/// A fault that cannot be parsed.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} must be abort:<point> or stop:<point>, with :<n> for its nth passage, or the name of a defect")]
pub struct ChaosError(String);

/// Sets the faults of this process.
///
/// `point` is a fault at a fail point, such as `abort:checkout_placed` or `stop:checkout_reserved_product:2`. `defect`
/// is the name of a defect, which is active from now on. If `is_impatient`, other requests count as dead at once.
///
/// # Errors
/// When the point or the defect does not exist.
pub fn arm(point: Option<&str>, defect: Option<&str>, is_impatient: bool) -> Result<(), ChaosError> {
    let point = point.map(ArmedPoint::from_str).transpose()?;
    let find = |name: &str| Defect::ALL.iter().copied().find(|defect| defect.as_str() == name);
    let defect = defect.map(|name| find(name).ok_or_else(|| ChaosError(name.to_owned()))).transpose()?;
    FAULTS.get_or_init(|| Faults { point, defect, is_impatient });
    Ok(())
}

/// Marks a fail point. If it is armed, the process ends or stops here.
pub fn fail_point(point: Point) {
    let armed = FAULTS.get().and_then(|faults| faults.point.as_ref()).filter(|armed| armed.point == point);
    let Some(armed) = armed else { return };
    // The count remains at zero, so that a process stops only once.
    let before = armed.passages_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    match (before, armed.fault) {
        (Ok(1), Fault::Abort) => std::process::abort(),
        (Ok(1), Fault::Stop) => kill_process(getpid(), Signal::STOP).unwrap_or_else(|_| std::process::abort()),
        _ => {}
    }
}

/// Returns whether this defect is injected.
#[must_use]
pub fn injected(defect: Defect) -> bool {
    FAULTS.get().is_some_and(|faults| faults.defect == Some(defect))
}

/// Returns whether other requests count as dead at once.
#[must_use]
pub fn is_impatient() -> bool {
    FAULTS.get().is_some_and(|faults| faults.is_impatient)
}

impl FromStr for ArmedPoint {
    type Err = ChaosError;

    fn from_str(text: &str) -> Result<Self, ChaosError> {
        let error = || ChaosError(text.to_owned());
        let mut parts = text.split(':');
        let fault = match parts.next() {
            Some("abort") => Fault::Abort,
            Some("stop") => Fault::Stop,
            _ => return Err(error()),
        };
        let name = parts.next().ok_or_else(error)?;
        let point = Point::ALL.iter().copied().find(|point| point.as_str() == name).ok_or_else(error)?;
        let passage = parts.next().map_or(Ok(1), |n| n.parse::<u32>().ok().ok_or_else(error))?;
        if parts.next().is_some() || passage == 0 {
            return Err(error());
        }
        Ok(Self { point, fault, passages_left: AtomicU32::new(passage) })
    }
}
