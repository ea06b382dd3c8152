//! A stack for one test: on free ports, with its data in a directory that is removed with it, or a deployed one.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// The variable that every process of a stack has in its environment.
const MARK: &str = "FERROCART_RUN";

/// Stripe itself, which sends the webhooks in its own time.
const STRIPE: &str = "https://api.stripe.com";
/// The maximum duration until a webhook of Stripe has arrived.
const WEBHOOK_TIMEOUT: Duration = Duration::from_mins(2);
/// The password of new customers.
pub(crate) const PASSWORD: &str = "correct horse";

/// A running stack.
pub(crate) struct Stack {
    /// Absent if the stack was deployed.
    xtask: Option<(Child, TempDir)>,
    state: Value,
}

/// A client of the shop.
#[derive(Clone)]
pub(crate) struct Caller {
    http: Client,
    base: String,
    token: Option<String>,
}

/// A response of the shop.
pub(crate) struct Answer {
    status: StatusCode,
    body: Value,
}

impl Stack {
    /// Starts a stack with demo data and waits until it is ready, or uses the deployed one that `FERROCART_STACK` describes.
    pub(crate) fn start() -> Self {
        if let Ok(state) = std::env::var("FERROCART_STACK") {
            let state = std::fs::read(state).expect("the file of a stack that is ready");
            return Self { xtask: None, state: serde_json::from_slice(&state).expect("JSON") };
        }
        let data = TempDir::with_prefix("ferrocart-e2e-").expect("a directory");
        let mut xtask = Command::new(xtask())
            .args(["dev", "--no-build", "--port", "0", "--data-dir"])
            .arg(data.path())
            .env_remove("MONGODB_URI")
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask to start");
        let mut lines = BufReader::new(xtask.stdout.take().expect("its output")).lines();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains("Ferrocart is ready"));
        assert!(ready, "the stack ended before it was ready");
        // Without a reader, xtask would block when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let state = std::fs::read(data.path().join("dev.json")).expect("the file of a stack that is ready");
        Self { xtask: Some((xtask, data)), state: serde_json::from_slice(&state).expect("JSON") }
    }

    /// A client without an account.
    pub(crate) fn caller(&self) -> Caller {
        let base = self.state["base_url"].as_str().expect("a URL").to_owned();
        Caller { http: Client::new(), base, token: None }
    }

    /// Logs in as the administrator of a deployed stack, or as that of the demo data.
    pub(crate) async fn log_in_as_admin(&self) -> Caller {
        let field = |name: &str| self.state["admin"][name].as_str();
        let (email, password) = field("FIRST_ADMIN_EMAIL")
            .zip(field("FIRST_ADMIN_PASSWORD"))
            .unwrap_or(("admin@example.com", "ferrocart-demo"));
        self.caller().log_in(email, password).await
    }

    /// Pays as Stripe.js does in a browser. With the stand-in it waits until the shop has received all webhooks.
    pub(crate) async fn pay(&self, payment: &Value, method: &str) {
        let stripe = self.stripe();
        let intent = payment["intent_id"].as_str().expect("an intent");
        let secret = payment["client_secret"].as_str().expect("a client secret");
        let key = payment["publishable_key"].as_str().expect("a publishable key");
        assert!(key.starts_with("pk_test_"), "the stack takes money");
        let http = Client::new();
        let form = [("payment_method", method), ("client_secret", secret), ("use_stripe_sdk", "true")];
        let confirm = http.post(format!("{stripe}/v1/payment_intents/{intent}/confirm")).form(&form).bearer_auth(key);
        let confirmed = confirm.send().await.expect("an answer of Stripe").status().as_u16();
        assert!([200, 402].contains(&confirmed), "Stripe answered with {confirmed}");
        if stripe == STRIPE {
            return;
        }
        let settle = http.post(format!("{stripe}/_stand-in/settle?timeout_ms=20000"));
        let settled: Value = settle.send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!((&settled["settled"], &settled["failed"]), (&json!(true), &json!(0)), "{settled}");
    }

    /// Returns an order once its payment has a status.
    pub(crate) async fn order_with(&self, buyer: &Caller, id: &str, payment: &str) -> Value {
        let start = Instant::now();
        loop {
            let order = buyer.get(&format!("/orders/{id}")).await.expect(200);
            if order["payment"]["status"] == payment {
                return order;
            }
            let may_arrive = self.stripe() == STRIPE && start.elapsed() < WEBHOOK_TIMEOUT;
            assert!(may_arrive, "the payment is {} instead of {payment}", order["payment"]["status"]);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    fn stripe(&self) -> &str {
        self.state["stripe"]["base_url"].as_str().expect("the URL of Stripe or of a stand-in")
    }

    /// Downloads an image as a browser does. `cargo xtask deploy-local` has no CloudFront that would serve it, and checks
    /// the bucket itself.
    pub(crate) async fn check_image(&self, url: &str, expected: &[u8]) {
        if self.state["serves_images"] != false {
            let response = Client::new().get(url).send().await.expect("an answer of the bucket");
            assert_eq!((response.status().as_u16(), &*response.bytes().await.expect("a body")), (200, expected));
        }
    }

    /// Ends the stack with SIGTERM and checks that none of its processes is left.
    pub(crate) fn end(mut self) {
        let Some((mut xtask, data)) = self.xtask.take() else { return };
        let mark = std::fs::read_to_string(data.path().join("run-id")).expect("the mark of the stack");
        assert!(processes_with(&mark).len() >= 4, "a stack of mongod, the stand-in, the emulator and functions");
        let pid = xtask.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(sent.success());
        xtask.wait().expect("xtask to end");
        assert_eq!(processes_with(&mark), Vec::<String>::new());
        // `cargo xtask test` searches all captured logs for leaks.
        if let Some(captured) = std::env::var_os("FERROCART_CAPTURED") {
            let log = data.path().join("logs/cargo-lambda-watch.log");
            std::fs::copy(log, PathBuf::from(captured).join("e2e.log")).expect("the functions' log");
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // After a failure the stack is still running. On SIGTERM xtask ends all its processes.
        if let Some((mut xtask, _data)) = self.xtask.take() {
            Command::new("kill").args(["-TERM", &xtask.id().to_string()]).stderr(Stdio::null()).status().ok();
            xtask.wait().ok();
        }
    }
}

/// Uploads a file with the URL and headers that the shop has returned.
pub(crate) async fn upload(allowed: &Value, bytes: &'static [u8]) {
    let headers = allowed["headers"].as_object().expect("headers").iter();
    // The HTTP client sets the length itself.
    let headers = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    let request = Client::new().put(allowed["url"].as_str().expect("a URL")).body(bytes);
    let request = headers.fold(request, |request, (name, value)| request.header(name, value.as_str().expect("a text")));
    let answer = request.send().await.expect("an answer of S3");
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
}

/// Returns a text that no other run has: the current time.
pub(crate) fn run_id() -> String {
    format!("{:x}", SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_nanos())
}

/// The command lines of the processes with the mark of a stack.
fn processes_with(mark: &str) -> Vec<String> {
    let all = std::fs::read_dir("/proc").expect("processes").flatten();
    let marked = all.filter(|process| {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        let mut variables = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        variables.any(|variable| variable.starts_with(MARK) && variable.contains(mark))
    });
    marked
        .map(|process| std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default().replace('\0', " "))
        .collect()
}

/// The path of xtask, which `cargo xtask test` builds beside the tests.
fn xtask() -> PathBuf {
    let test = std::env::current_exe().expect("this test");
    let xtask = test.ancestors().nth(2).expect("the target directory").join("xtask");
    assert!(xtask.exists(), "{} is missing: run the tests with `cargo xtask test`", xtask.display());
    xtask
}

impl Caller {
    /// Registers an account; returns a client that is logged in.
    pub(crate) async fn register(&self, name: &str, email: &str) -> Self {
        let account = json!({ "name": name, "email": email, "password": PASSWORD });
        self.with(&self.post("/auth/register", account).await.expect(201))
    }

    /// Logs in; returns a client with the access token.
    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Self {
        self.with(&self.post("/auth/login", json!({ "email": email, "password": password })).await.expect(200))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::DELETE, path).json(&body)).await
    }

    fn with(&self, session: &Value) -> Self {
        let token = session["access_token"].as_str().expect("an access token");
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        Answer { status: response.status(), body: response.json().await.unwrap_or_default() }
    }
}

impl Answer {
    /// Returns the body; the response must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }
}
