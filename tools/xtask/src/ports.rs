//! Ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, bail};

/// Finds a port that is free at this moment.
pub(crate) fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr().context("finding a free port")?.port())
}

/// Returns an error that names `user` and `remedy` if `port` is in use.
pub(crate) fn require_free(port: u16, user: &str, remedy: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_released_at_once) => Ok(()),
        Err(error) => bail!("port {port} for {user} is not available ({error}); {remedy}"),
    }
}
