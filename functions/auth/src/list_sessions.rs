//! `GET /auth/sessions`: lists the user's sessions.

use axum::extract::State;
use ferrocart::db::sessions::{SessionDoc, SessionPosition};
use ferrocart::domain::id::SessionId;
use ferrocart::domain::text::Device;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Customer;
use ferrocart::http::{Cursor, Json, Limit, List, Paging, Query};
use ferrocart::{AppState, Result, from_parameters};
use serde::Serialize;
use utoipa::ToSchema;

/// The page to return.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSessions {
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListSessions { limit = Limit::DEFAULT, cursor });

/// A session: one login on one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenSession)]
pub(crate) struct SessionView {
    id: SessionId,
    /// The `User-Agent` of the client; null if it sent none.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")]
    device: Option<Device>,
    created_at: Timestamp,
    /// When it was opened or last refreshed; an active client refreshes it every 15 minutes.
    last_used_at: Timestamp,
    expires_at: Timestamp,
    /// Whether this is the session of the request.
    current: bool,
}

impl SessionView {
    /// Renders a session for its owner, whose request belongs to the session `current`.
    pub(crate) fn of(session: SessionDoc, current: SessionId) -> Self {
        let SessionDoc { id, device, created_at, last_used_at, expires_at, .. } = session;
        Self { id, device, created_at, last_used_at, expires_at, current: id == current }
    }
}

/// Lists the user's own sessions, last used first
///
/// Each login and each registration begins a session, which lasts until it is ended or has not been refreshed for long.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    tag = "auth",
    params(ListSessions),
    responses((status = 200, description = "A page of sessions", body = List<SessionView>))
)]
pub(crate) async fn list_sessions(
    State(shop): State<AppState>,
    customer: Customer,
    Query(query): Query<ListSessions>,
) -> Result<Json<List<SessionView>>> {
    let paging = Paging::new(shop.cursors()?, "sessions", &customer.id(), query.limit);
    let after: Option<SessionPosition> = paging.start(query.cursor)?;
    let sessions = shop.sessions.list(customer.id(), after.as_ref(), paging.rows()).await?;
    let show = |session| Ok(SessionView::of(session, customer.session()));
    Ok(Json(paging.page(sessions, SessionPosition::of, show)?))
}
