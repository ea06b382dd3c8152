//! The Lambda Runtime API for one process and one request at a time
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>). Blocking threads read the clock immediately before
//! the event is written to the socket and immediately after the last byte of the response has been read.
//!
//! `lambda-stand-in` also serves this API, but would measure less precisely. It runs on axum and an async runtime: the
//! event passes a queue, a task switch and hyper before it reaches the socket, and the response passes hyper and a task
//! switch before any handler runs. All of this would count as response time, of which an empty function has 0.2 ms. Its
//! processes also inherit the environment of the benchmark, cannot be run by valgrind, and do not report their first poll.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Longer than any response of a working function takes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A Runtime API with a port of its own.
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    messages: Receiver<Message>,
    /// The poll that waits for an event.
    poll: Option<Sender<Vec<u8>>>,
    invocations: u64,
}

/// An invocation with its response.
pub(super) struct Invocation {
    pub(super) sent_at: Instant,
    pub(super) received_at: Instant,
    pub(super) response: Vec<u8>,
}

/// A message of a connection's thread.
enum Message {
    /// The function polls for an event, which is expected on the channel.
    Polled(Instant, Sender<Vec<u8>>),
    EventSent(Instant),
    Responded(Instant, Vec<u8>),
    Failed(String),
}

/// An HTTP request of the function.
struct Request {
    line: String,
    body: Vec<u8>,
}

impl RuntimeApi {
    pub(super) fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening")?;
        let address = listener.local_addr()?;
        let (sender, messages) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // An error ends the connection, and the receiver times out.
                thread::spawn(move || serve(stream, &sender).ok());
            }
        });
        Ok(Self { address, messages, poll: None, invocations: 0 })
    }

    /// Waits until the function polls for an event, and returns the time of the poll.
    pub(super) fn wait_for_poll(&mut self) -> Result<Instant> {
        match self.messages.recv_timeout(TIMEOUT).context("the function does not poll for an event")? {
            Message::Polled(at, poll) => {
                self.poll = Some(poll);
                Ok(at)
            }
            Message::Failed(error) => bail!("the function has failed: {error}"),
            Message::EventSent(_) | Message::Responded(..) => bail!("the function responded without an event"),
        }
    }

    /// Sends an event to the function and waits for the response.
    pub(super) fn invoke(&mut self, event: &[u8]) -> Result<Invocation> {
        if self.poll.is_none() {
            self.wait_for_poll()?;
        }
        self.invocations = self.invocations.saturating_add(1);
        let poll = self.poll.take().context("the function does not poll for an event")?;
        poll.send(http_response(self.invocations, event)).ok().context("the function has closed its connection")?;
        let mut sent_at = None;
        loop {
            match self.messages.recv_timeout(TIMEOUT).context("the function does not respond")? {
                Message::EventSent(at) => sent_at = Some(at),
                Message::Responded(received_at, response) => {
                    let sent_at = sent_at.context("the function responded before the event was sent")?;
                    return Ok(Invocation { sent_at, received_at, response });
                }
                Message::Failed(error) => bail!("the function has failed: {error}"),
                Message::Polled(..) => bail!("the function polled before it responded"),
            }
        }
    }
}

/// Returns the response to a poll, with the event as its body.
fn http_response(invocation: u64, event: &[u8]) -> Vec<u8> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         lambda-runtime-aws-request-id: 00000000-0000-4000-8000-{invocation:012x}\r\n\
         lambda-runtime-deadline-ms: {}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:bench\r\n\r\n",
        event.len(),
        now.saturating_add(TIMEOUT).as_millis(),
    );
    [head.as_bytes(), event].concat()
}

fn serve(stream: TcpStream, messages: &Sender<Message>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let at = Instant::now();
        if request.line.contains("/invocation/next ") {
            let (sender, event) = channel();
            messages.send(Message::Polled(at, sender))?;
            let event = event.recv()?;
            messages.send(Message::EventSent(Instant::now()))?;
            writer.write_all(&event)?;
        } else {
            writer.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")?;
            messages.send(if request.line.contains("/response ") {
                Message::Responded(at, request.body)
            } else {
                Message::Failed(String::from_utf8_lossy(&request.body).into_owned())
            })?;
        }
    }
    Ok(())
}

/// Reads an HTTP request; `None` if the function has closed the connection. Every body has a `content-length`, because
/// the functions do not stream.
fn read_request(reader: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { line, body }))
}
