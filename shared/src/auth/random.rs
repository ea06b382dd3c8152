//! Random numbers of the operating system.

use crate::error::Error;

/// Returns 256 random bits.
pub(super) fn random_bytes() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Error::System("no random numbers available")),
    }
}
