//! Somebody who calls the shop: a visitor, a customer or an administrator.

use crate::answer::Answer;
use crate::captured;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who calls the shop.
#[derive(Debug, Clone)]
pub struct Client {
    app: Router,
    token: Option<String>,
    headers: Vec<(String, String)>,
    /// By API Gateway's account.
    source_address: Option<String>,
}

impl Client {
    pub(crate) const fn new(app: Router) -> Self {
        Self { app, token: None, headers: Vec::new(), source_address: None }
    }

    /// The same one, with an access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same one, at the shop that somebody else calls.
    #[must_use]
    pub fn at_shop(&self, other: &Self) -> Self {
        Self { app: other.app.clone(), ..self.clone() }
    }

    /// The same one, sending one more header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same one, at another address.
    #[must_use]
    pub fn at(&self, source_address: &str) -> Self {
        Self { source_address: Some(source_address.to_owned()), ..self.clone() }
    }

    /// Asks for something. Paths begin after `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Patches with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Deletes something.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a method with a JSON body or none.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let body = body.map_or_else(Body::empty, |body| {
            request
                .headers_mut()
                .expect("a good request")
                .insert("content-type", "application/json".parse().expect("ASCII"));
            Body::from(body.to_string())
        });
        self.send_raw(request.body(body).expect("a good request")).await
    }

    /// Sends a request as it is, with this client's token and headers added.
    pub async fn send_raw(&self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        if let Some(token) = &self.token {
            headers.insert("authorization", format!("Bearer {token}").parse().expect("a good token"));
        }
        for (name, value) in &self.headers {
            let name: axum::http::HeaderName = name.parse().expect("a good name");
            headers.append(name, value.parse().expect("a good value"));
        }
        if let Some(address) = &self.source_address {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.http.source_ip = Some(address.clone());
            request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
        }
        let path = request.uri().path().to_owned();
        let response = self.app.clone().oneshot(request).await.expect("an answer, always");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body that can be read");
        let html = parts.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let body = match &body[..] {
            [] => Value::Null,
            page if html => Value::String(String::from_utf8_lossy(page).into_owned()),
            json => serde_json::from_slice(json).expect("a body in JSON"),
        };
        captured::capture_response(&path, &parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
