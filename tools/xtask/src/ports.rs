//! Ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, bail};

/// A port that nobody listens on at this moment.
pub(crate) fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}

/// Fails with one clear line if somebody listens on `port` already.
pub(crate) fn require_free(port: u16, user: &str, remedy: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_released_at_once) => Ok(()),
        Err(error) => bail!("port {port} for {user} can't be used ({error}); {remedy}"),
    }
}
