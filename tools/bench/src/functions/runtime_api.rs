//! The Runtime API, for one process of a function and one request at a time
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>). It looks at the clock where the bytes of an
//! event leave and where those of an answer have come, so what this program does itself is not measured.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// An API with an address of its own.
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    told: Receiver<Told>,
    asking: Option<Sender<Vec<u8>>>,
    number: u64,
}

/// What a connection tells.
enum Told {
    /// The function asks for an event.
    Asked(Instant, Sender<Vec<u8>>),
    Sent(Instant),
    Answered(Instant, Vec<u8>),
    Failed(String),
}

/// A request of the function to us.
struct Request {
    line: String,
    body: Vec<u8>,
}

impl RuntimeApi {
    pub(super) fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening")?;
        let address = listener.local_addr()?;
        let (sender, told) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // An error is the end of the function, which who waits for it notices.
                thread::spawn(move || serve(stream, &sender).ok());
            }
        });
        Ok(Self { address, told, asking: None, number: 0 })
    }

    /// When the function has asked for an event.
    pub(super) fn asked(&mut self) -> Result<Instant> {
        match self.told.recv_timeout(PATIENCE).context("the function does not ask for work")? {
            Told::Asked(at, asking) => {
                self.asking = Some(asking);
                Ok(at)
            }
            Told::Failed(why) => bail!("the function fails: {why}"),
            Told::Sent(_) | Told::Answered(..) => bail!("an answer that nobody asked for"),
        }
    }

    /// Hands an event over, and gives the answer, when the event was sent and when the answer was there.
    pub(super) fn invoke(&mut self, event: &[u8]) -> Result<(Instant, Instant, Vec<u8>)> {
        if self.asking.is_none() {
            self.asked()?;
        }
        self.number = self.number.saturating_add(1);
        let asking = self.asking.take().context("the function does not ask for work")?;
        asking.send(invocation(self.number, event)).ok().context("the function is gone")?;
        let mut sent = None;
        loop {
            match self.told.recv_timeout(PATIENCE).context("the function does not answer")? {
                Told::Sent(at) => sent = Some(at),
                Told::Answered(at, body) => return Ok((sent.context("answered too early")?, at, body)),
                Told::Failed(why) => bail!("the function fails: {why}"),
                Told::Asked(..) => bail!("the function asks for more before it has answered"),
            }
        }
    }
}

fn invocation(number: u64, event: &[u8]) -> Vec<u8> {
    let deadline = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         lambda-runtime-aws-request-id: 00000000-0000-4000-8000-{number:012x}\r\n\
         lambda-runtime-deadline-ms: {}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:bench\r\n\r\n",
        event.len(),
        deadline.saturating_add(PATIENCE).as_millis(),
    );
    [head.as_bytes(), event].concat()
}

fn serve(stream: TcpStream, told: &Sender<Told>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let at = Instant::now();
        if request.line.contains("/invocation/next ") {
            let (sender, event) = channel();
            told.send(Told::Asked(at, sender))?;
            let event = event.recv()?;
            told.send(Told::Sent(Instant::now()))?;
            writer.write_all(&event)?;
        } else {
            writer.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")?;
            told.send(if request.line.contains("/response ") {
                Told::Answered(at, request.body)
            } else {
                Told::Failed(String::from_utf8_lossy(&request.body).into_owned())
            })?;
        }
    }
    Ok(())
}

/// `None` when the function has hung up. Its bodies have a length, because none is a stream.
fn read(reader: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
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
