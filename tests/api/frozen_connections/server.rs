//! A server whose connections can be lost: each one lives on until it is used again, like one that was closed while an
//! environment was frozen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A running server. It stops with the runtime of the test.
pub(super) struct Server {
    pub(super) url: String,
    connections: Arc<Connections>,
    requests: UnboundedReceiver<Request>,
}

/// A request as it was received.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The number of the connection.
    pub(super) connection: usize,
    /// The method and the target.
    pub(super) line: String,
    /// The value of `Idempotency-Key`.
    pub(super) idempotency_key: Option<String>,
    pub(super) body: String,
}

#[derive(Default)]
struct Connections {
    accepted: AtomicUsize,
    /// Connections with a smaller number are closed by their next request.
    lost: AtomicUsize,
}

impl Server {
    /// Starts a server that sends this response to each request.
    pub(super) async fn start(respond: fn(&str) -> String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(Connections::default());
        let (sender, requests) = unbounded_channel();
        let accepting = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = accepting.accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, number, Arc::clone(&accepting), sender.clone(), respond));
            }
        });
        Self { url, connections, requests }
    }

    /// Loses all connections that were accepted so far. Returns their number.
    pub(super) fn lose_connections(&self) -> usize {
        let accepted = self.connections.accepted.load(Ordering::SeqCst);
        self.connections.lost.store(accepted, Ordering::SeqCst);
        accepted
    }

    /// Loses all connections, later ones included.
    pub(super) fn lose_all_connections(&self) {
        self.connections.lost.store(usize::MAX, Ordering::SeqCst);
    }

    /// Returns the requests since the last call.
    pub(super) fn requests(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    connections: Arc<Connections>,
    requests: UnboundedSender<Request>,
    respond: fn(&str) -> String,
) {
    while let Some((head, body)) = read_request(&mut stream).await {
        let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
        let response = respond(&line);
        let idempotency_key = header(&head, "idempotency-key");
        requests.send(Request { connection, line, idempotency_key, body }).expect("a running test");
        if connection < connections.lost.load(Ordering::SeqCst) {
            return;
        }
        stream.write_all(response.as_bytes()).await.expect("a client that reads");
    }
}

/// Reads a request; `None` at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if let Some((head, body)) = String::from_utf8_lossy(&bytes).split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |length| length.parse().expect("a length"));
            if body.len() == length {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
}
