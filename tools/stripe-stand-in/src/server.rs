//! Starting and stopping a stand-in.

use crate::api::{ApiKeys, Call, Ending, answer_call};
use crate::connection::{CuttableListener, Cutter};
use crate::control::answer_control;
use crate::settings::{Settings, WebhookEndpoint};
use crate::state::StandInState;
use crate::webhooks::Webhooks;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How long calls under way may take to end when the stand-in is stopped.
const FAREWELL: Duration = Duration::from_secs(2);

/// A server that stands in for Stripe's.
pub struct StandIn;

/// Why a stand-in could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is taken, or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// The client for webhooks cannot be made.
    #[error("cannot make the webhook client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A stand-in that runs until it is shut down or dropped.
pub struct Running {
    base_url: String,
    state: Arc<StandInState>,
    stop: oneshot::Sender<()>,
    server: JoinSet<()>,
    // Ends with the stand-in, whatever is still on its way.
    _courier: JoinSet<()>,
}

impl StandIn {
    /// Starts a stand-in on 127.0.0.1. It answers as soon as this returns.
    ///
    /// # Errors
    ///
    /// If the port cannot be had.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        let (webhooks, carry) = Webhooks::new(settings.webhook, settings.webhook_retry_waits)?;
        let keys = ApiKeys { secret: settings.secret_key, publishable: settings.publishable_key };
        let state = Arc::new(StandInState::new(keys, webhooks));

        let unavailable = |source| StartError::Listen { port: settings.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await;
        let listener = listener.map_err(unavailable)?;
        let address = listener.local_addr().map_err(unavailable)?;
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state))
            .into_make_service_with_connect_info::<Cutter>();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(CuttableListener(listener), app)
            .with_graceful_shutdown(async { stopped.await.unwrap_or_default() });

        let mut courier = JoinSet::new();
        courier.spawn(carry);
        let mut server = JoinSet::new();
        server.spawn(async {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the server ended");
            }
        });
        let base_url = format!("http://{address}");
        Ok(Running { base_url, state, stop, server, _courier: courier })
    }
}

impl Running {
    /// Where the API is: `http://127.0.0.1:<port>`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sends events there from now on.
    pub fn set_webhook(&self, endpoint: WebhookEndpoint) {
        self.state.webhooks.set_endpoint(endpoint);
    }

    /// Takes no more calls and lets those under way end, for two seconds at most.
    pub async fn shutdown(mut self) {
        // Nobody listens if the server ended by itself.
        self.stop.send(()).ok();
        tokio::time::timeout(FAREWELL, self.server.join_next()).await.ok();
    }
}

async fn answer(
    State(state): State<Arc<StandInState>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = Call { method, uri, headers, body };
    if call.uri.path().starts_with("/_stand-in/") {
        return answer_control(&state, &call).await.into_response();
    }
    let (method, path) = (call.method.clone(), call.uri.path().to_owned());
    // In a task of its own: a client that hangs up does not undo what it asked for.
    let ending = tokio::spawn(async move { answer_call(&state, call).await }).await;
    let response = match ending {
        Ok(Ending::Answered(answer)) => answer.into_response(),
        Ok(Ending::Dropped) => {
            cutter.cut();
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    tracing::info!(%method, path, status = response.status().as_u16(), "call");
    response
}
