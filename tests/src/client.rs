//! A client of the shop's API: a visitor, a customer or an administrator.

use crate::answer::Answer;
use crate::decoded::decoded;
use crate::{captured, contract};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use serde_json::Value;
use tower::ServiceExt;

/// A client of the API, with its access token and its headers.
#[derive(Debug, Clone)]
pub struct Client {
    app: Router,
    token: Option<String>,
    headers: Vec<(String, String)>,
    /// The source address that API Gateway reports.
    source_address: Option<String>,
}

impl Client {
    pub(crate) const fn new(app: Router) -> Self {
        Self { app, token: None, headers: Vec::new(), source_address: None }
    }

    /// Returns the client with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Returns the client as a client of another client's shop.
    #[must_use]
    pub fn at_shop(&self, other: &Self) -> Self {
        Self { app: other.app.clone(), ..self.clone() }
    }

    /// Returns the client with one more header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// Returns the client with another source address.
    #[must_use]
    pub fn at(&self, source_address: &str) -> Self {
        Self { source_address: Some(source_address.to_owned()), ..self.clone() }
    }

    /// Sends a GET request. Paths are relative to `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends a POST request with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Sends a PUT request with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends a PATCH request with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends a DELETE request.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a request with or without a JSON body.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let body = body.map_or_else(Body::empty, |body| {
            request
                .headers_mut()
                .expect("a valid request")
                .insert("content-type", "application/json".parse().expect("ASCII"));
            Body::from(body.to_string())
        });
        self.send_raw(request.body(body).expect("a valid request")).await
    }

    /// Sends a POST request with a file.
    pub async fn post_file(&self, path: &str, content_type: &str, file: impl Into<Body>) -> Answer {
        let request = Request::post(format!("/api/v1{path}")).header("content-type", content_type);
        self.send_raw(request.body(file.into()).expect("a valid request")).await
    }

    /// Sends a prepared request, to which the client's token and headers are added.
    pub async fn send_raw(&self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        if let Some(token) = &self.token {
            headers.insert("authorization", format!("Bearer {token}").parse().expect("a valid token"));
        }
        for (name, value) in &self.headers {
            let name: axum::http::HeaderName = name.parse().expect("a valid name");
            headers.append(name, value.parse().expect("a valid value"));
        }
        if let Some(address) = &self.source_address {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.http.source_ip = Some(address.clone());
            request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.app.clone().oneshot(request).await.expect("an infallible service");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a readable body");
        let body = decoded(&parts.headers, &body);
        let is_text = |kind: &[u8]| kind.starts_with(b"text/") || kind == b"application/xml";
        let is_text = parts.headers.get("content-type").is_some_and(|kind| is_text(kind.as_bytes()));
        let body = match &body[..] {
            [] => Value::Null,
            text if is_text => Value::String(String::from_utf8_lossy(text).into_owned()),
            json => serde_json::from_slice(json).expect("a body in JSON"),
        };
        contract::check_response(&method, &path, parts.status, &parts.headers, &body);
        captured::capture_response(&path, &parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
