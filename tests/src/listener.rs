//! Somebody else's server, which answers one request after another as it is told, and keeps what
//! it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// A server that listens on loopback.
pub struct Listener {
    url: String,
    heard: Receiver<Heard>,
}

/// A request as it came.
#[derive(Debug)]
pub struct Heard {
    /// Its first line and its headers, in lower case.
    pub head: String,
    /// The rest.
    pub body: String,
}

impl Listener {
    /// Starts a server for as many requests as there are answers.
    #[must_use]
    pub fn start(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (hear, heard) = channel();
        std::thread::spawn(move || {
            for (status, body) in answers {
                let (stream, _) = listener.accept().expect("a connection");
                let request = read(&stream);
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} As Told\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                // Whoever has the answer finds the request here. The test may have heard enough.
                hear.send(request).ok();
                (&stream).write_all((head + &body).as_bytes()).expect("somebody who listens");
            }
        });
        Self { url, heard }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it was asked so far.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }
}

fn read(stream: &TcpStream) -> Heard {
    let mut lines = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        lines.read_line(&mut head).expect("a line");
    }
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    lines.read_exact(&mut body).expect("a body");
    Heard { head, body: String::from_utf8(body).expect("UTF-8") }
}
