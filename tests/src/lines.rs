//! Sends what a subscriber writes to a test.

use std::io::{self, Write};
use std::sync::mpsc::Sender;

/// A writer that sends each line.
#[derive(Debug, Clone)]
pub struct Lines(pub Sender<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
