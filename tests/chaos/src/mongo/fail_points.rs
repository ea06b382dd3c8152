//! How a server makes a client's commands fail, by MongoDB's own fail point `failCommand`.

use mongodb::bson::{Bson, Document, doc};

/// `ShutdownInProgress`: the server may have done it, and another one is to be asked.
const SHUTDOWN: i32 = 91;
/// `WriteConflict`.
const WRITE_CONFLICT: i32 = 112;
/// `Interrupted`: neither the driver nor the shop tries that again by itself.
const INTERRUPTED: i32 = 11601;

/// What becomes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed, and nothing has happened.
    LostBefore,
    /// It has happened, but the answer says that nobody knows.
    LostAfter,
    /// Another transaction has been faster, as the driver is told; it tries again.
    Conflict,
    /// It is refused for no good reason.
    Refused,
    /// It takes that many milliseconds longer.
    Slow(i64),
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// That many times. The driver repeats a write once by itself.
    Next(i32),
    /// Each time with that probability in percent.
    Percent(u8),
    /// Until it is taken away.
    Always,
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
            Self::Refused => doc! { "errorCode": INTERRUPTED },
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
            Self::Always => "alwaysOn".into(),
        }
    }
}
