//! Starts and stops the server.

use crate::api::cors;
use crate::api::{ApiKeys, Reply, Request, handle_api_request};
use crate::browser;
use crate::connection::{AbortHandle, AbortableListener};
use crate::control::handle_control_request;
use crate::settings::{Settings, WebhookEndpoint};
use crate::state_file;
use crate::store::ServerState;
use crate::webhooks::Webhooks;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// The time in which running requests may complete during a shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Starts servers: [`StandIn::start`].
pub struct StandIn;

/// An error while a stand-in starts.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is in use or not permitted.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The requested port.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file with the state cannot be read.
    #[error("cannot read the state in {}; delete it to start without payments: {source}", .path.display())]
    State {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system, or of the format.
        source: io::Error,
    },
    /// The HTTP client for webhooks cannot be created.
    #[error("cannot create the webhook client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A running stand-in. It ends when it is shut down or dropped.
pub struct Running {
    base_url: String,
    state: Arc<ServerState>,
    state_file: Option<PathBuf>,
    shutdown: oneshot::Sender<()>,
    server: JoinSet<()>,
    // Aborted with the stand-in, whether or not deliveries are pending.
    _dispatcher: JoinSet<()>,
}

impl StandIn {
    /// Starts a stand-in on 127.0.0.1. It accepts requests when this function returns.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        let (webhooks, dispatch) = Webhooks::new(settings.webhook, settings.webhook_retry_waits)?;
        let keys = ApiKeys { secret: settings.secret_keys, publishable: settings.publishable_keys };
        let state = Arc::new(ServerState::new(keys, webhooks));
        if let Some(path) = &settings.state_file {
            let stored = state_file::read(path);
            let stored = stored.map_err(|source| StartError::State { path: path.clone(), source })?;
            stored.into_iter().for_each(|stored| state.with(|store| store.restore(stored)));
        }

        let listen_error = |source| StartError::Listen { port: settings.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await;
        let listener = listener.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let app = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&state))
            .into_make_service_with_connect_info::<AbortHandle>();
        let (shutdown, signal) = oneshot::channel::<()>();
        let serve = axum::serve(AbortableListener(listener), app)
            .with_graceful_shutdown(async { signal.await.unwrap_or_default() });

        let mut dispatcher = JoinSet::new();
        dispatcher.spawn(dispatch);
        let mut server = JoinSet::new();
        server.spawn(async {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the server has stopped");
            }
        });
        let base_url = format!("http://{address}");
        let state_file = settings.state_file;
        Ok(Running { base_url, state, state_file, shutdown, server, _dispatcher: dispatcher })
    }
}

impl Running {
    /// Returns the URL of the API: `http://127.0.0.1:<port>`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sends all later events to this endpoint.
    pub fn set_webhook(&self, endpoint: WebhookEndpoint) {
        self.state.webhooks.set_endpoint(endpoint);
    }

    /// Stops accepting requests, waits up to 2 seconds for the running ones, and writes the file with the state, if there is
    /// one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn shutdown(mut self) -> io::Result<()> {
        // Fails if the server has stopped already.
        self.shutdown.send(()).ok();
        tokio::time::timeout(SHUTDOWN_TIMEOUT, self.server.join_next()).await.ok();
        match &self.state_file {
            Some(path) => self.state.with(|store| state_file::write(path, store)),
            None => Ok(()),
        }
    }
}

async fn handle(
    State(state): State<Arc<ServerState>>,
    ConnectInfo(connection): ConnectInfo<AbortHandle>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Request { method, uri, headers, body, is_connection_used: connection.mark_used() };
    if request.uri.path().starts_with("/_stand-in/") {
        return handle_control_request(&state, &request).await.into_response();
    }
    if let Some(file) = browser::file(&request.method, request.uri.path()) {
        return file.into_response();
    }
    if request.method == Method::OPTIONS && request.uri.path().starts_with("/v1/") {
        return cors::preflight().into_response();
    }
    let (method, path) = (request.method.clone(), request.uri.path().to_owned());
    let cors = cors::headers(&request.headers);
    // In its own task, because a request takes effect even if the client disconnects.
    let reply = tokio::spawn(async move { handle_api_request(&state, request).await }).await;
    let response = match reply {
        Ok(Reply::Response(response)) => (cors, response).into_response(),
        Ok(Reply::Abort) => {
            connection.abort();
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    tracing::info!(%method, path, status = response.status().as_u16(), "request");
    response
}
