//! Converts an HTTP request to an event of payload format 2.0.

use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// The content types, besides `text/*`, of bodies that API Gateway passes on as text.
const TEXT_TYPES: [&str; 3] = ["application/json", "application/javascript", "application/xml"];

/// An HTTP request with the IP address of its client.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) source: IpAddr,
}

/// Builds the event.
pub(crate) fn event(request: &Request<'_>, request_id: &str) -> Bytes {
    let Request { method, uri, headers, source, .. } = *request;
    let now = Timestamp::now();
    let header = |name| headers.get(name).map(text).unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": uri.path(),
        "rawQueryString": uri.query().unwrap_or_default(),
        "headers": joined_headers(headers, source),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "stand-in",
            "domainName": header(HOST),
            "domainPrefix": "stand-in",
            "http": {
                "method": method.as_str(),
                "path": uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": source.to_string(),
                "userAgent": header(USER_AGENT),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
    });
    if let Some(event) = event.as_object_mut() {
        add_cookies_query_and_body(event, request);
    }
    Bytes::from(event.to_string())
}

/// Adds the fields that an event has only if the request has them.
fn add_cookies_query_and_body(event: &mut Map<String, Value>, request: &Request<'_>) {
    let cookies = request.headers.get_all(COOKIE).iter().map(text);
    let cookies: Vec<_> = cookies.flat_map(|line| line.split("; ").map(str::to_owned).collect::<Vec<_>>()).collect();
    if !cookies.is_empty() {
        event.insert("cookies".to_owned(), cookies.into());
    }
    if let Some(query) = request.uri.query() {
        let mut parameters = Map::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            join(&mut parameters, &name, &value);
        }
        event.insert("queryStringParameters".to_owned(), parameters.into());
    }
    let content_type = request.headers.get(CONTENT_TYPE).map(text).unwrap_or_default().to_ascii_lowercase();
    let is_text =
        content_type.starts_with("text/") || TEXT_TYPES.iter().any(|text_type| content_type.starts_with(text_type));
    let as_text = std::str::from_utf8(request.body).ok().filter(|_| is_text);
    if !request.body.is_empty() {
        let body = as_text.map_or_else(|| STANDARD.encode(request.body), str::to_owned);
        event.insert("body".to_owned(), body.into());
    }
    let is_encoded = !request.body.is_empty() && as_text.is_none();
    event.insert("isBase64Encoded".to_owned(), is_encoded.into());
}

/// Joins headers of the same name with commas, and adds the headers that API Gateway sets.
fn joined_headers(headers: &HeaderMap, source: IpAddr) -> Map<String, Value> {
    let mut joined = Map::new();
    for (name, value) in headers.iter().filter(|(name, _)| ![COOKIE, CONNECTION].contains(*name)) {
        join(&mut joined, name.as_str(), &text(value));
    }
    join(&mut joined, HeaderName::from_static("x-forwarded-for").as_str(), &source.to_string());
    joined.insert("x-forwarded-proto".to_owned(), "https".into());
    joined.insert("x-forwarded-port".to_owned(), "443".into());
    joined
}

/// Appends a value to the entry of that name, separated by a comma.
fn join(map: &mut Map<String, Value>, name: &str, value: &str) {
    let existing = map.get(name).and_then(Value::as_str);
    let joined = existing.map_or_else(|| value.to_owned(), |existing| format!("{existing},{value}"));
    map.insert(name.to_owned(), joined.into());
}

fn text(value: &axum::http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Request, event};
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
    use serde_json::{Value, json};

    fn build(uri: &'static str, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> Value {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let (uri, body) = (Uri::from_static(uri), Bytes::from_static(body));
        let source = "192.0.2.7".parse().unwrap();
        let request = Request { method: &Method::POST, uri: &uri, headers: &headers, body: &body, source };
        serde_json::from_slice(&event(&request, "the-id")).unwrap()
    }

    #[test]
    fn a_request_becomes_an_event_of_payload_format_2() {
        let headers = [("host", "shop.test"), ("cookie", "a=1; b=2"), ("x-forwarded-for", "203.0.113.9")];
        let event = build("/api/v1/a%20b?tag=x&tag=y%26&empty=", &headers, b"");
        assert_eq!(event["rawPath"], "/api/v1/a%20b");
        assert_eq!(event["rawQueryString"], "tag=x&tag=y%26&empty=");
        assert_eq!(event["queryStringParameters"], json!({ "tag": "x,y&", "empty": "" }));
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["headers"]["x-forwarded-for"], "203.0.113.9,192.0.2.7");
        assert_eq!(event["headers"].get("cookie"), None);
        let context = &event["requestContext"];
        assert_eq!(context["http"]["sourceIp"], "192.0.2.7");
        assert_eq!((&context["http"]["method"], &context["stage"]), (&json!("POST"), &json!("$default")));
        assert_eq!((&context["requestId"], &event["isBase64Encoded"]), (&json!("the-id"), &json!(false)));
        assert_eq!(event.get("body"), None);
    }

    #[test]
    fn bodies_that_are_not_text_are_encoded_as_base64() {
        for (content_type, body, expected) in [
            ("application/json; charset=utf-8", b"{}".as_slice(), json!(["{}", false])),
            ("text/plain", b"a", json!(["a", false])),
            ("application/x-www-form-urlencoded", b"a=b", json!(["YT1i", true])),
            ("application/json", b"\xff", json!(["/w==", true])),
        ] {
            let event = build("/", &[("content-type", content_type)], body);
            assert_eq!(json!([event["body"], event["isBase64Encoded"]]), expected, "{content_type}");
        }
    }
}
