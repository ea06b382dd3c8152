//! The faults of MongoDB's own fail point `failCommand`, which makes the commands of a client fail.

use mongodb::bson::{Bson, Document, doc};

/// `ShutdownInProgress`: the write may have happened, and the driver retries it.
const SHUTDOWN: i32 = 91;
/// `WriteConflict`.
const WRITE_CONFLICT: i32 = 112;
/// `Interrupted`: neither the driver nor the shop retries it.
const INTERRUPTED: i32 = 11601;

/// `Unauthorized`.
const UNAUTHORIZED: i32 = 13;

/// A fault of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed before the command takes effect.
    LostBefore,
    /// The command takes effect, but the response reports an unknown result.
    LostAfter,
    /// The command fails with a write conflict, and the driver retries the transaction.
    Conflict,
    /// The command fails with an error that is not retried.
    Error,
    /// The command fails because the user has no privilege for it.
    Unauthorized,
    /// The command takes that many milliseconds longer.
    Slow(i64),
}

/// The number of commands that a fault applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next n commands. The driver itself retries a write once.
    Next(i32),
    /// Each command with that probability in percent.
    Percent(u8),
}

impl Fault {
    pub(super) fn data(&self, app_name: &str, commands: &[&str]) -> Document {
        let mut data = doc! { "appName": app_name, "failCommands": commands };
        data.extend(match self {
            Self::LostBefore => doc! { "closeConnection": true },
            Self::LostAfter => {
                let concern = doc! { "code": SHUTDOWN, "errmsg": "the reply of this write is lost" };
                doc! { "writeConcernError": concern, "errorLabels": ["RetryableWriteError"] }
            }
            Self::Conflict => doc! { "errorCode": WRITE_CONFLICT, "errorLabels": ["TransientTransactionError"] },
            Self::Error => doc! { "errorCode": INTERRUPTED },
            Self::Unauthorized => doc! { "errorCode": UNAUTHORIZED },
            Self::Slow(millis) => doc! { "blockConnection": true, "blockTimeMS": *millis },
        });
        data
    }
}

impl Times {
    pub(super) fn mode(self) -> Bson {
        match self {
            Self::Next(times) => doc! { "times": times }.into(),
            Self::Percent(percent) => doc! { "activationProbability": f64::from(percent) / 100.0 }.into(),
        }
    }
}
