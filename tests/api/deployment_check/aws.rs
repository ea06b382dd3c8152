//! Lambda and CodeDeploy on loopback. Each version is the router of its function alone.

use axum::Router;
use axum::body::{Body, to_bytes};
use ferrocart::AppState;
use ferrocart::config::DeploymentCheckConfig;
use ferrocart::http::{Endpoints, app};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower::ServiceExt;
use wiremock::matchers::{header, method, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The functions that the check invokes.
pub(super) const FUNCTIONS: [&str; 8] =
    ["admin", "auth", "cart", "docs", "imports", "orders", "products", "stripe-webhook"];
/// What CodeDeploy's SDK calls the operation.
const REPORT: &str = "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus";

/// What an injected fault makes a function do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It responds with 500.
    ServerError,
    /// It ends with an error, as after a panic at its start.
    Crash,
}

pub(super) struct AwsStandIn {
    server: MockServer,
}

impl AwsStandIn {
    /// Starts it with the functions of a shop, one of which may be faulty.
    pub(super) async fn start(shop: &AppState, faulty: Option<(&'static str, Fault)>) -> Self {
        let server = MockServer::start().await;
        let report = Mock::given(header("x-amz-target", REPORT));
        report.respond_with(ResponseTemplate::new(200).set_body_json(json!({}))).mount(&server).await;
        let invocations = Mock::given(method("POST")).and(path_regex("^/2015-03-31/functions/[^/]+/invocations$"));
        invocations.respond_with(Versions::start(shop, faulty)).mount(&server).await;
        Self { server }
    }

    /// Rejects the next invocations as Lambda does when the account has no execution left.
    pub(super) async fn throttle(&self, invocations: u64) {
        let rejection = json!({ "Reason": "ConcurrentInvocationLimitExceeded", "message": "Rate Exceeded." });
        let rejection = ResponseTemplate::new(429)
            .insert_header("x-amzn-errortype", "TooManyRequestsException")
            .set_body_json(rejection);
        let throttled = Mock::given(path_regex("/invocations$")).respond_with(rejection);
        throttled.up_to_n_times(invocations).with_priority(1).mount(&self.server).await;
    }

    /// The settings of a check against it.
    pub(super) fn config(&self, settings: &[(&str, &str)]) -> DeploymentCheckConfig {
        let url = self.server.uri();
        let read = |name: &str| match name {
            "AWS_REGION" => Some("eu-central-1".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            "AWS_ENDPOINT_URL" => Some(url.clone()),
            name => match settings.iter().find(|(it, _)| *it == name) {
                Some((_, value)) => Some((*value).to_owned()),
                None => name.strip_suffix("_VERSION").map(|function| arn(&function.to_lowercase().replace('_', "-"))),
            },
        };
        DeploymentCheckConfig::read(read).expect("valid settings")
    }

    /// The reports that CodeDeploy has received.
    pub(super) async fn reports(&self) -> Vec<Value> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        let reports = requests.iter().filter(|request| request.headers.contains_key("x-amz-target"));
        reports.map(|request| request.body_json().expect("JSON")).collect()
    }

    /// The names of the functions that were invoked.
    pub(super) async fn invoked(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        let mut names: Vec<_> = requests.iter().filter_map(|request| function_of(request.url.path())).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn arn(function: &str) -> String {
    format!("arn:aws:lambda:eu-central-1:123456789012:function:{function}:7")
}

/// Returns the name of the function in the path of an invocation.
fn function_of(path: &str) -> Option<String> {
    let path = path.replace("%3A", ":");
    let name = path.split_once("123456789012:function:")?.1.strip_suffix(":7/invocations")?;
    Some(name.to_owned())
}

/// An invocation, and where its response goes.
type Invocation = (String, Vec<u8>, SyncSender<ResponseTemplate>);

/// Passes invocations to a task of the test, whose runtime has the connections of the shop.
struct Versions(UnboundedSender<Invocation>);

impl Versions {
    fn start(shop: &AppState, faulty: Option<(&'static str, Fault)>) -> Self {
        let router = |endpoints: Endpoints| app(endpoints, shop.clone());
        let routers: BTreeMap<&str, Router> = FUNCTIONS
            .into_iter()
            .zip([
                router(ferrocart_admin::endpoints()),
                router(ferrocart_auth::endpoints()),
                router(ferrocart_cart::endpoints()),
                router(ferrocart_docs::endpoints()),
                router(ferrocart_imports::endpoints()),
                router(ferrocart_orders::endpoints()),
                router(ferrocart_products::endpoints()),
                router(ferrocart_stripe_webhook::endpoints()),
            ])
            .collect();
        let (sender, mut invocations) = unbounded_channel::<Invocation>();
        tokio::spawn(async move {
            while let Some((name, event, reply)) = invocations.recv().await {
                let response = match faulty.filter(|(function, _)| *function == name) {
                    Some((_, Fault::ServerError)) => {
                        ResponseTemplate::new(200).set_body_json(json!({ "statusCode": 500, "body": "{}" }))
                    }
                    Some((_, Fault::Crash)) => ResponseTemplate::new(200)
                        .insert_header("x-amz-function-error", "Unhandled")
                        .set_body_json(json!({ "errorType": "Runtime.ExitError" })),
                    None => respond(routers.get(name.as_str()).expect("a function").clone(), &event).await,
                };
                reply.send(response).expect("a waiting request");
            }
        });
        Self(sender)
    }
}

impl Respond for Versions {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let name = function_of(request.url.path()).expect("the version of a function");
        let (reply, response) = sync_channel(1);
        self.0.send((name, request.body.clone(), reply)).expect("a running task");
        response.recv().expect("a response")
    }
}

/// Handles an event as the function does.
async fn respond(router: Router, event: &[u8]) -> ResponseTemplate {
    let event = std::str::from_utf8(event).expect("text");
    let request = lambda_http::request::from_str(event).expect("an event of an HTTP API").map(Body::new);
    let response = router.oneshot(request).await.expect("an infallible service");
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let body = String::from_utf8(body.into()).expect("text");
    ResponseTemplate::new(200).set_body_json(json!({ "statusCode": status, "body": body, "isBase64Encoded": false }))
}
