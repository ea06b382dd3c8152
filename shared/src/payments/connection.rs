//! Sends requests over pooled connections. Those that were closed while the environment was frozen fail only when they
//! are used again; then the request is repeated over a new connection.

use reqwest::{Client, ClientBuilder, Request, Response, Result};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tower::util::MapRequestLayer;

/// The deadline of establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The deadline of a request with its repetition, half of [`crate::config::REQUEST_DEADLINE`].
const TIMEOUT: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Whether the current request has opened a connection.
    static HAS_CONNECTED: Cell<bool>;
}

/// Creates a client that pools its connections.
pub(super) fn pooled_client() -> Result<Client> {
    // The connector runs in the task of the request that needs a connection, and not at all if the pool has one.
    let record_connect = MapRequestLayer::new(|target| {
        HAS_CONNECTED.try_with(|has_connected| has_connected.set(true)).ok();
        target
    });
    builder().connector_layer(record_connect).build()
}

/// Sends a request that may take effect twice. It is repeated once if a pooled connection was lost before the response.
/// A new connection that is lost indicates a failure of the server, which a repetition would not overcome.
pub(super) async fn send_repeatable(pooled: &Client, request: Request) -> Result<Response> {
    let started = Instant::now();
    let repetition = request.try_clone();
    let sent = HAS_CONNECTED.scope(Cell::new(false), async {
        let response = pooled.execute(request).await;
        (response, HAS_CONNECTED.with(Cell::get))
    });
    match (Box::pin(sent).await, repetition) {
        ((Err(error), false), Some(mut repetition)) if is_lost_connection(&error) => {
            tracing::info!("a pooled connection was closed; the request is repeated");
            *repetition.timeout_mut() = Some(TIMEOUT.saturating_sub(started.elapsed()));
            // A client of its own, because the pool may have further connections that were closed.
            builder().build()?.execute(repetition).await
        }
        ((response, _), _) => response,
    }
}

fn builder() -> ClientBuilder {
    Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT)
}

/// Returns whether the connection was lost before the response. A timeout does not count: the server may be working.
fn is_lost_connection(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_timeout() && !error.is_connect()
}
